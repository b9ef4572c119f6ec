"""The body of a Word document in reading order: paragraphs, tables, text boxes, footnotes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crawler.extraction.body.paragraphs import blocks_of, paragraphs
from crawler.extraction.decode import decode
from crawler.extraction.filed import UnreadableError
from crawler.extraction.office.docx.names import RELATION, below, content, value, w
from crawler.extraction.office.docx.numbering import Numbering
from crawler.extraction.office.docx.story import Said, Story
from crawler.extraction.office.docx.styles import Look, Styles
from crawler.extraction.office.docx.tables import Pieces, table_pieces
from crawler.extraction.office.mhtml import html_parts
from crawler.extraction.office.package import Element, Package
from crawler.extraction.page import PageLimitError, parsed
from crawler.extraction.passages import Passage
from crawler.extraction.sniff import true_type
from crawler.extraction.whitespace import squeeze
from crawler.items import PageOutcome, Paragraph, Table

MAX_CHARS = 5_000_000
_DEEPEST = 20  # tables in tables, boxes in boxes
_MOST_CHUNKS = 50  # foreign files put into the text
_CHUNK = "aFChunk"
_CHUNKS_READ = ("html", "mhtml", "text")
_NOTE_TAGS = {"footnotes": w("footnote"), "endnotes": w("endnote")}
# A title set in the middle by hand, with blanks.
_SET_BY_BLANKS = ("\u3000" * 4, " " * 8)
_MIDDLE_TITLE = 60


class Body:
    """A document's main part and what it refers to."""

    def __init__(self, package: Package, main: str) -> None:
        self._package = package
        self._related = package.related(main)
        self._parts = parts = dict(self._related.values())
        self._styles = Styles(package.optional(parts.get("styles", "")))
        self._numbering = Numbering(package.optional(parts.get("numbering", "")))
        root = package.xml(main)
        self._root = below(root, "body")
        if self._root is None:
            raise UnreadableError(PageOutcome.ERROR, f"docx_broken: no body in {main}")
        kind = value(next(root.iter(w("footnotePr")), None), "numFmt")
        self._story = Story(self._styles, kind or "decimal")
        self._carried = ""  # a paragraph whose end was deleted: it runs on in the next
        self._page = self._depth = self._chars = self._chunks = 0
        self._unread: list[str] = []

    @property
    def pictures(self) -> int:
        """How many pictures the text has; one without text is a scan."""
        return self._story.pictures

    @property
    def cut(self) -> bool:
        """Whether there was more text than is read."""
        return self._chars > MAX_CHARS

    def warnings(self) -> list[str]:
        """What could not be read as it was meant."""
        unknown = [f"symbol_unknown:{one}" for one in sorted(self._story.unknown)[:10]]
        large = self._story.large_pictures
        pictures = [f"pictures_unread:{large}"] if large else []
        long = [f"too_long: read {MAX_CHARS} characters"] if self.cut else []
        return [*unknown, *self._unread, *pictures, *long]

    def pieces(self) -> Pieces:
        """The whole text: the body, then its notes."""
        pieces = self._read(self._root)
        return [*pieces, *self._notes()]

    def _read(self, container: Element) -> Pieces:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnreadableError(PageOutcome.KILLED, f"limit: depth over {_DEEPEST}")
        pieces: Pieces = []
        for element in content(container):
            if self.cut:
                break
            if element.tag == w("p"):
                # A hostile file has a million empty ones.
                pieces.extend(self._paragraph(element) if len(element) else ())
            elif element.tag == w("tbl"):
                pieces.extend(table_pieces(element, self._read_cell))
            elif element.tag == w("altChunk"):
                pieces.extend(self._chunk(element))
        self._depth -= 1
        return pieces

    def _read_cell(self, cell: Element) -> Pieces:
        """A cell; its figures stay figures, so marks of notes are left out."""
        marking, self._story.marking = self._story.marking, False
        pieces = self._read(cell)
        self._story.marking = marking
        return pieces

    def _paragraph(self, element: Element) -> Iterator[Passage | Table]:
        look = self._styles.look(element)
        said = self._story.read(element, look)
        self._page += look.new_page
        boxes = [(after, self._read(box)) for after, box in said.boxes]
        for after, pieces in boxes:
            if not after:
                yield from pieces
        yield from self._passages(element, look, said)
        for after, pieces in boxes:
            if after:
                yield from pieces
        self._page += said.new_page

    def _passages(self, element: Element, look: Look, said: Said) -> Iterator[Passage]:
        self._chars += len(said.text)
        text = self._carried + self._numbered(look, said.text)
        self._carried = ""
        if below(element, "pPr/rPr/del") is not None:
            self._carried = text
            return
        lines = paragraphs(text)
        centred = look.centred or (
            text.startswith(_SET_BY_BLANKS) and len(lines) == 1 and len(lines[0]) < _MIDDLE_TITLE
        )
        for line in lines:
            yield Passage(line, self._page, look.size / 2, centred)

    def _numbered(self, look: Look, text: str) -> str:
        """The text behind its automatic number; an empty paragraph only counts."""
        if self._carried or (look.hidden and not text):
            return text
        number = self._numbering.next(look) if look.list_id else ""
        if not number or not squeeze(text):
            return text
        # Between figures and Latin letters Word's tab is the only thing that parts them.
        text = text.lstrip()
        gap = " " if number[-1].isascii() and text[0].isascii() else ""
        return f"{number}{gap}{text}"

    def _notes(self) -> Iterator[Passage | Table]:
        roots: dict[str, dict[str, Element]] = {}
        for part, key, mark in list(self._story.notes):
            if part not in roots:
                root = self._package.optional(self._parts.get(part, ""))
                notes = root.iter(_NOTE_TAGS[part]) if root is not None else ()
                roots[part] = {note.get(w("id")) or "": note for note in notes}
            note = roots[part].get(key)
            pieces = self._read(note) if note is not None else []
            if pieces and isinstance(pieces[0], Passage):
                pieces[0] = replace(pieces[0], text=f"{mark} {pieces[0].text}")
            yield from pieces

    def _chunk(self, element: Element) -> Pieces:
        """A foreign file that Word shows as part of the text."""
        kind, path = self._related.get(element.get(RELATION) or "", ("", ""))
        self._chunks += 1
        if kind != _CHUNK or path not in self._package or self._chunks > _MOST_CHUNKS:
            self._unread.append(f"chunk_unread:{path[:100]}")
            return []
        stored = self._package.read(path)
        if true_type(stored) not in _CHUNKS_READ:
            self._unread.append(f"chunk_unread:{path[:100]}")
            return []
        pieces: Pieces = []
        for markup in html_parts(stored) or [stored]:
            try:
                root = parsed(decode(markup)[0])
            except PageLimitError as limit:
                raise UnreadableError(PageOutcome.KILLED, f"limit: {limit}") from limit
            for block in blocks_of([root]):
                if isinstance(block, Paragraph):
                    pieces.append(Passage(block.text, self._page, 1.0, False))
                else:
                    pieces.append(block)
        return pieces

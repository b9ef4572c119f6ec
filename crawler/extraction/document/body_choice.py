"""Where a document's text stands: in its page, in a frame of it, or in attached files.

A page with a text of its own holds the document, unless one of its files has that text and more.
What else the page attaches is read as well: a file that prints the text again is its twin and adds
nothing, another report is none of it, and every other text stands behind the body as an annex.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.resources import files as resources

from crawler.extraction.document.twins import (
    Text,
    are_one,
    is_titled_alike,
    is_titled_as,
    may_be_of,
)
from crawler.extraction.fields.title_lines import without_title_lines
from crawler.extraction.whitespace import bare
from crawler.hanzi import count_han
from crawler.items import Block, PageOutcome, PageResult, Paragraph, PartRef, Role, Use

Parts = Sequence[tuple[PartRef, PageResult | None]]

#: A page with this much text of its own holds the document; what it attaches are annexes.
ENOUGH_HAN = 200
#: A page with less than this only points to its attachment (`详见附件`), and a file with less and
#: without a table is no annex (a page with a stamp).
POINTER_HAN = 50
#: A file that holds a page's text holds more than it when it is longer by this.
_MORE = 1.2
#: A page is a summary of the file of its name when that is so much longer.
_MUCH_MORE = 2
_POINTING = frozenset(
    {PageOutcome.ATTACHMENT_ONLY, PageOutcome.IMAGE_ONLY, PageOutcome.PART_MISSING}
)
_DATA = tomllib.loads(resources("crawler").joinpath("data/parts.toml").read_text("utf-8"))
_COVER = re.compile(_DATA["covers"])
_NO_TEXT = re.compile(_DATA["no_annex"])
#: How well carriers keep a text with its tables; others come last.
_BEST = ("html", "docx", "office", "ofd", "pdf")


@dataclass(frozen=True, slots=True)
class Body:
    """The chosen text: that of the ``carriers`` in order, perhaps the page itself among them, then
    that of the ``annexes``. ``uses`` says by record id what each file that was read is to it."""

    carriers: tuple[PageResult, ...]
    annexes: tuple[PageResult, ...] = ()
    uses: dict[str, Use] = field(default_factory=dict)

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(block for one in (*self.carriers, *self.annexes) for block in one.blocks)

    def from_parts(self, page: PageResult) -> tuple[PageResult, ...]:
        """The parts that the body comes from, none where it is the page's."""
        return tuple(one for one in self.carriers if one is not page)


def choose_body(page: PageResult, parts: Parts) -> Body:
    """The text of the page, or of the frame that holds it, with its annexes; else its files'."""
    holder = _holder(page, read_parts(parts, Role.FRAME))
    files = [part for part in read_parts(parts, Role.ATTACHMENT) if _is_text(part)]
    files += [part for part in read_parts(parts, Role.IMAGE) if _is_whole(part)]
    kept, uses = _without_copies(files)
    own = count_han(holder.body)
    if own >= ENOUGH_HAN or own >= sum(count_han(file.body) for file in kept):
        whole = [file for file in kept if _has_more(file, holder)][:1]
        carriers = whole or [holder]
        rest = [file for file in kept if file not in whole]
    else:
        carriers, rest = _own_files(page, kept)
        if _is_cover(holder) and not any(_holds(file, holder) for file in carriers):
            carriers = [holder, *carriers]
    body = _with_annexes(page, carriers, rest)
    return Body(body.carriers, body.annexes, {**uses, **body.uses})


def with_own_titles(body: Body, title: str) -> tuple[Block, ...]:
    """The blocks; a file's title lines go only when they equal the document's title."""
    blocks: list[Block] = []
    for part in (*body.carriers, *body.annexes):
        # A page's heading never was part of its body; a file's was.
        in_page = part.text_source == "html" and part not in body.annexes
        if not in_page and part.title and bare(part.title) != bare(title):
            blocks.append(Paragraph(part.title))
        untitled = not in_page and not part.title
        blocks += without_title_lines(title, part.blocks) if untitled else part.blocks
    return tuple(blocks)


def read_parts(parts: Parts, role: Role) -> list[PageResult]:
    return [result for ref, result in parts if ref.role is role and result is not None]


def missing_parts(parts: Parts) -> list[PartRef]:
    """Parts without an answer, and files in whose place the server gave a page.

    Pictures are not among them: a page of scans lacks its text with them as without.
    """
    return [
        ref
        for ref, result in parts
        if (result is None and ref.role is not Role.IMAGE)
        or (result is not None and ref.role is Role.ATTACHMENT and _is_page_instead(result))
    ]


def _is_page_instead(file: PageResult) -> bool:
    """Whether a link to a file was answered by a page: one that asks for a captcha, the home page.

    A report saved as HTML is a document all the same; so is what Word packs into MHTML.
    """
    is_page = file.text_source == "html" and not file.path.startswith("mhtml:")
    return is_page and file.outcome is not PageOutcome.DOCUMENT


def only_points(page: PageResult, body: Body) -> bool:
    """Whether the page, left to itself, has no text that could be the document's."""
    if body.from_parts(page):
        return False
    return page.outcome in _POINTING or count_han(page.body) < POINTER_HAN


def _holder(page: PageResult, frames: Iterable[PageResult]) -> PageResult:
    """The page, or the frame with the text that the page lacks."""
    own = count_han(page.body)
    whole = [frame for frame in frames if _is_whole(frame)]
    frame = max(whole, key=lambda one: count_han(one.body), default=page)
    return frame if own < min(ENOUGH_HAN, count_han(frame.body)) else page


def _without_copies(files: Sequence[PageResult]) -> tuple[list[PageResult], dict[str, Use]]:
    """Each text once, in the carrier that keeps it best and at the place of the first."""
    kept: list[tuple[PageResult, Text]] = []
    uses: dict[str, Use] = {}
    for file in files:
        new = file, Text(*file.blocks)
        place = next((i for i, one in enumerate(kept) if are_one(one, new)), None)
        if place is None:
            kept.append(new)
            continue
        better, worse = sorted((kept[place], new), key=lambda one: _rank(one[0]))
        kept[place] = better
        uses[worse[0].record_id] = Use.TWIN
    return [file for file, _ in kept], uses


def _rank(file: PageResult) -> int:
    return _BEST.index(file.text_source) if file.text_source in _BEST else len(_BEST)


def _has_more(file: PageResult, holder: PageResult) -> bool:
    """Whether a file is the whole of which the page prints a part, or no table."""
    if not may_be_of(file, holder):
        return False
    text, own = Text(*file.blocks), Text(*holder.blocks)
    if own.is_held_by(text):
        return text.size >= _MORE * own.size or (text.has_table and not own.has_table)
    is_summary = not _is_cover(holder) and is_titled_as(file, holder)
    return is_summary and text.size >= _MUCH_MORE * own.size


def _own_files(
    page: PageResult, files: Sequence[PageResult]
) -> tuple[list[PageResult], list[PageResult]]:
    """The files a page without text stands for, and the others.

    The one of its name is; where none is, all are, in page order.
    """
    reports = [file for file in files if file.judgement.kind and may_be_of(file, page)]
    own = [file for file in files if _has_name(file, page)] or reports
    return (own, [file for file in files if file not in own]) if own else (list(files), [])


def _has_name(file: PageResult, page: PageResult) -> bool:
    """Whether a file is titled as its page is; Word files often print a title like any line."""
    if file.title:
        return file.judgement.kind is not None and is_titled_alike(file, page)
    own = without_title_lines(page.title, file.blocks) if page.title else file.blocks
    return len(own) < len(file.blocks)


def _with_annexes(
    page: PageResult, carriers: Sequence[PageResult], rest: Iterable[PageResult]
) -> Body:
    uses = {one.record_id: Use.BODY for one in carriers}
    text = Text(*(block for one in carriers for block in one.blocks))
    annexes: list[PageResult] = []
    for file in rest:
        own = Text(*file.blocks)
        use = uses[file.record_id] = _use(page, file, own, text)
        if use is Use.ANNEX:
            annexes.append(file)
            text = text.with_more(own)
    return Body(tuple(carriers), tuple(annexes), uses)


def _use(page: PageResult, file: PageResult, own: Text, text: Text) -> Use:
    if not may_be_of(file, page):
        return Use.OTHER
    again = is_titled_as(file, page) and not _is_cover(page)  # in other words or badly read
    if again or own.is_like(text) or own.is_held_by(text):
        return Use.OTHER if own.is_of_another(text) else Use.TWIN
    says_little = own.han < POINTER_HAN and not own.has_table
    return Use.OTHER if says_little or _NO_TEXT.search(file.title) else Use.ANNEX


def _holds(file: PageResult, holder: PageResult) -> bool:
    return Text(*holder.blocks).is_held_by(Text(*file.blocks))


def _is_cover(holder: PageResult) -> bool:
    """Whether a text is the notice that sends another one on: both are read."""
    return holder.outcome is PageOutcome.DOCUMENT and bool(_COVER.search(bare(holder.title)))


def _is_text(part: PageResult) -> bool:
    """Whether a file can be the document's text: an explanation of it cannot."""
    sound = part.judgement.look_alike is None and not _is_page_instead(part)
    return sound and _is_whole(part)


def _is_whole(part: PageResult) -> bool:
    return bool(part.blocks) and part.outcome is not PageOutcome.TRUNCATED

"""What must hold of `read` on any bytes whatever: one check, for the tests and for the long run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from urllib.parse import urlsplit

from crawler.dates import parse_date
from crawler.extraction.body.carriers import decoded, from_base64, from_percents
from crawler.extraction.decode import decode
from crawler.extraction.extract import read
from crawler.extraction.page import Page, PageLimitError
from crawler.extraction.sniff import true_type
from crawler.extraction.tables.grids import PLACES_A_CELL
from crawler.extraction.walk.flow import BOXES
from crawler.extraction.whitespace import bare
from crawler.items import Capture, Context, PageOutcome, PageResult, Paragraph, Role, Table
from crawler.serial import from_json, to_json

#: What `read` may say that no page printed, by the place it says it in.
MADE_BY_READ = {
    "published": "an ISO date, made of the raw string beside it",
    "成文日期": "an ISO date, made of the raw string beside it",
    "labels of the information block": "the names of design §5, also for values without a label",
    "numbers of lists": "the markers a browser draws before the items of an <ol>",
}
MARKER = re.compile(r"(?:-?\d+|[a-z]+|[A-Z]+)\.|[零一二三四五六七八九十百千]+、")
BASE64 = re.compile(r"[A-Za-z0-9+/]{160,}={0,2}")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
WARNING = re.compile(
    r"[a-z_0-9]+(?::[^\n]{1,120})?|table_image:[^\n]{1,8192}|needs [A-Za-z]+: [ -~]{1,120}"
)
CONTEXT = Context(link_text="链上所写的标题")


@dataclass(frozen=True)
class Printed:
    """All a page says: its text in order, and the values of its attributes."""

    capture: Capture

    @cached_property
    def page(self) -> Page | None:
        """The page where there is one: of other types and beyond the limits nothing is said."""
        if true_type(self.capture.content) != "html":
            return None
        page = Page(self.capture)
        try:
            page.tree  # noqa: B018  # parsing is what passes a limit
        except PageLimitError:
            return None
        return page

    @cached_property
    def text(self) -> str:
        if self.page is None:  # plain text is read as well
            declared = self.capture.header("Content-Type") or ""
            return bare(decode(self.capture.content, declared)[0])
        return bare("".join(self.page.tree.itertext()))

    @cached_property
    def source(self) -> str:
        """The markup, and as a script reads it: bodies come out of its strings and comments too."""
        if self.page is None:
            return ""
        written = BASE64.sub(lambda found: from_base64(found[0]), decoded(self.page.html))
        return bare(unescape(f"{self.page.html}\n{written}\n{from_percents(written)}"))

    @cached_property
    def attributes(self) -> str:
        elements = self.page.tree.iter() if self.page else ()
        return bare("\n".join(value for one in elements for value in one.attrib.values()))

    @cached_property
    def cells(self) -> int:
        return sum(1 for _ in self.page.tree.iter("td", "th")) if self.page else 0

    def says(self, value: str) -> bool:
        """In its text, perhaps with other text between, or in one piece in an attribute."""
        wanted = bare(value)
        return in_order(wanted, self.text) >= 0 or wanted in self.attributes

    def carries(self, value: str) -> bool:
        """As `says`, or in what the page carries where no reader sees it."""
        return self.says(value) or in_order(bare(value), self.source) >= 0


def in_order(wanted: str, text: str, start: int = 0) -> int:
    """Where the characters of ``wanted`` end when they are met one after the other; -1: not."""
    for character in wanted:
        start = text.find(character, start) + 1
        if not start:
            return -1
    return start


def check(capture: Capture) -> PageResult:
    """Read a capture; raise where anything that must hold does not."""
    content = bytes(capture.content)
    result = read(capture, CONTEXT)
    assert capture.content == content
    assert isinstance(result.outcome, PageOutcome)
    assert (result.record_id, result.url, result.date) == (
        capture.record_id,
        capture.url,
        capture.date,
    )
    assert all(WARNING.fullmatch(one) for one in result.warnings), result.warnings
    assert all(one.isprintable() for one in result.warnings)
    printed = Printed(capture)
    check_blocks(result, printed)
    check_fields(result, printed)
    check_parts(result)
    stored = to_json(result)
    stored.encode()  # a lone surrogate could not be written into a text file
    assert to_json(from_json(PageResult, stored)) == stored
    assert to_json(read(capture, CONTEXT)) == stored
    return result


def check_blocks(result: PageResult, printed: Printed) -> None:
    """The body is the page's text in the page's order, bounded by it, its tables rectangular."""
    for block in result.blocks:
        if isinstance(block, Table):
            assert block.rows
            assert {len(row) for row in block.rows} == {len(block.rows[0])}
            assert len(block.rows[0]) > 1
        else:
            assert block.text
    is_carried = has_carried_body(result)
    for line in lines_of(result):
        assert line == " ".join(line.split()), line
        text = printed.source if is_carried else printed.text
        said = (bare(line), MARKER.sub("", bare(line)))
        assert any(in_order(one, text) >= 0 for one in said), line
    if is_carried:
        assert len(bare(result.body)) <= len(printed.source)
        return
    body = MARKER.sub("", result.body)
    assert len(bare(body)) <= len(printed.text)
    assert len(body) <= 3 * len(printed.text) + PLACES_A_CELL * printed.cells


def has_carried_body(result: PageResult) -> bool:
    """Whether the body, and what it says of itself, is not in the page's visible text."""
    return result.path.startswith(("comment", "script:", "attribute:", *BOXES))


def lines_of(result: PageResult) -> Iterator[str]:
    for block in result.blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            yield from (cell for row in block.rows for cell in row)


def with_and_without_number(line: str) -> tuple[str, str]:
    """A line, and the same less the number that a list draws before its item."""
    drawn = MARKER.match(line)
    return line, line[drawn.end() :] if drawn else line


def check_fields(result: PageResult, printed: Printed) -> None:
    sources = result.field_sources
    says = printed.carries if has_carried_body(result) else printed.says
    if result.title and result.title != CONTEXT.link_text:
        assert any(map(says, with_and_without_number(result.title))), result.title
    dated = {"published": result.published, "成文日期": result.info("成文日期")}
    for name, day in dated.items():
        if day:
            assert ISO_DATE.fullmatch(day)
            assert parse_date(sources[name]["raw"]) == day
            said = with_and_without_number(sources[name]["raw"])
            assert any(map(says, said)), sources[name]
    values = [value for label, value in result.infobox if label not in MADE_BY_READ]
    values += [result.source, *result.breadcrumb]
    values += [sources["doc_number"]["value"]] if "doc_number" in sources else []
    for value in values:
        assert says(value), value
    assert len({label for label, _ in result.infobox}) == len(result.infobox)


def check_parts(result: PageResult) -> None:
    urls = [part.url for part in result.parts]
    assert len(set(urls)) == len(urls)
    for part in result.parts:
        address = urlsplit(part.url)
        assert address.scheme in ("http", "https"), part
        assert not address.fragment
        if part.role is Role.FRAME:
            assert address.hostname == urlsplit(result.url).hostname

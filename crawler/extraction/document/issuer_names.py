"""Where a document names the body that speaks, and what else points to it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from crawler.dates import find_dates
from crawler.items import Block, Context, Document, Paragraph, Place
from crawler.places.issuers import printed_issuer
from crawler.places.registry import place_of_code, place_of_host
from crawler.urls import host

_LABELS = ("发布机构", "责任部门")
_SIGNATURE_PARAGRAPHS = 8
_LONGEST_SIGNATURE = 40
_SENTENCE_MARKS = frozenset("，。；：！？,;:!?")


def printed_names(document: Document) -> Iterator[tuple[str, str]]:
    """Names of the issuer on the document itself, the most trustworthy first."""
    if printed := printed_issuer(document.title):
        yield "title", printed
    infobox = dict(document.infobox)
    for label in _LABELS:
        if value := infobox.get(label):
            yield "infobox", value
    for line in _signatures(document.blocks):
        yield "signature", line
    if document.source:
        yield "source", document.source
    for name in reversed(document.breadcrumb):
        yield "breadcrumb", name


def _signatures(blocks: Sequence[Block]) -> Iterator[str]:
    """Lines above a date, from the top: what a notice encloses is signed below its own
    signature. Then the last lines of the body, from the end, for a signature without a date.
    """
    texts = [block.text if isinstance(block, Paragraph) else "" for block in blocks]
    for text, following in pairwise(texts):
        if _is_line(text) and _is_line(following) and find_dates(following):
            yield text
    yield from filter(_is_line, reversed(texts[-_SIGNATURE_PARAGRAPHS:]))


def _is_line(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_SIGNATURE and _SENTENCE_MARKS.isdisjoint(text)


def home_of(document: Document, place: Place | None) -> tuple[Place | None, str]:
    """The county whose bodies a document means when it names none, and the code that says so.

    The portal's own, unless the 索引号 is another county's. The site's code is asked only where
    the host speaks for no one county (two may share one): some were copied with a template. A
    prefecture's code says only whose system it is.
    """
    codes = [dict(document.infobox).get("索引号", "")]
    if place_of_host(host(document.url)) is None:
        codes.append(str(document.field_sources.get("site_code", {}).get("raw", "")))
    for code in codes:
        coded = place_of_code(code)
        if coded and not coded.adcode.endswith("00"):
            return (place, "") if place and coded.adcode == place.adcode else (coded, code)
    return place, ""


def supposed_names(context: Context, place: Place | None) -> Iterator[tuple[str, str]]:
    """Names on the way to the document; last the county government whose portal it is."""
    if printed := printed_issuer(context.link_text):
        yield "link", printed
    for name in reversed(context.column):
        yield "column", name
    if place is not None:
        yield "portal", f"{place.county}人民政府"

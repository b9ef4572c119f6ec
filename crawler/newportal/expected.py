"""What a spider reads from its frozen pages (``expected.json``), and who has looked at it.

The review is a digest of everything else in the file, the frozen pages included: any edit voids
it. Nothing here decides what is right; it makes a change of reading impossible to miss.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

from crawler.atomic import atomic_file
from crawler.errors import ArchiveError
from crawler.extraction.document.assemble import effective_published
from crawler.extraction.extract import Reader
from crawler.extraction.extract import read as read_here
from crawler.items import Document, Link, ListPage, PageResult, Rel, render_blocks
from crawler.newportal.answers import Answers
from crawler.newportal.freeze import PAGES
from crawler.newportal.offline import Visit, entries, walk
from crawler.portal.spider import PortalSpider

EXPECTED: Final = "expected.json"
REVIEW: Final = "review"
_ENDS: Final = 80
#: Plain values that fit on a line stand on one: a row of a list is a line of the file.
_LINE: Final = 160

Facts = dict[str, Any]


def facts_of(spider: PortalSpider, directory: Path, read: Reader = read_here) -> Facts:
    """Everything a spider, and ``read`` of files, reads from the pages frozen in a directory."""
    pages = directory / PAGES
    visits = list(walk(spider, Answers([pages]), entries(spider), read=read))
    return {
        "portal": spider.portal,
        "frozen": hashlib.sha256(pages.read_bytes()).hexdigest(),
        "lists": [_list(visit, visit.listing) for visit in visits if visit.listing],
        "pages": [_page(visit, visit.result) for visit in visits if visit.result],
        "no pages": [v.capture.url for v in visits if not v.listing and not v.result],
    }


def _list(visit: Visit, page: ListPage) -> Facts:
    links = {rel: [link for link in page.links if link.rel is rel] for rel in Rel}
    origin = urljoin(page.url, "/").rstrip("/")  # addresses of the same host are written as paths

    def url(link: Link) -> str:
        return link.url.removeprefix(origin)

    return {
        "url": page.url,
        "column": _path(visit),
        "rows": [{"date": one.date, "text": one.text, "url": url(one)} for one in links[Rel.ROW]],
        "columns": [{"text": one.text, "url": url(one)} for one in links[Rel.COLUMN]],
        "next": [url(one) for one in links[Rel.PAGE]],
        "frames": [url(one) for one in links[Rel.FRAME]],
    }


def _path(visit: Visit) -> str:
    return " > ".join(filter(None, (*visit.context.column, visit.context.link_text)))


def _page(visit: Visit, result: Document | PageResult) -> Facts:
    body = render_blocks(result.blocks)
    return {
        "url": visit.capture.url,
        "found in": visit.context.list_url,
        **(_document(result) if isinstance(result, Document) else _no_document(result)),
        "title": result.title,
        "source": result.source,
        "warnings": list(result.warnings),
        "begins": body[:_ENDS],
        "ends": body[-_ENDS:],
        "characters": len(body),
        "sha256": hashlib.sha256(body.encode()).hexdigest(),
    }


def _document(document: Document) -> Facts:
    return {
        "outcome": "document",
        "kind": document.kind.value,
        "year": document.report_year,
        "issuer": document.issuer.id,
        "date": effective_published(document),
        "text from": document.text_source,
        "attachments": [
            {"name": one.name, "outcome": one.outcome, "url": one.url}
            for one in document.attachments
        ],
    }


def _no_document(page: PageResult) -> Facts:
    judged = page.judgement
    return {
        "outcome": page.outcome.value,
        "kind": judged.kind and judged.kind.value,
        "look-alike": judged.look_alike,
        "year": judged.report_year,
        "date": page.published,
    }


# -- the file -----------------------------------------------------------------------------------


def render(facts: Facts) -> str:
    """JSON for people: a thing of plain values is a line, if it fits."""
    return _rendered(facts, "") + "\n"


def _rendered(value: Any, indent: str) -> str:
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or not value:
        return line
    plain = not any(
        isinstance(one, (dict, list))
        for one in (value.values() if isinstance(value, dict) else value)
    )
    if indent and plain and len(line) <= _LINE:
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        inner = [
            f"{json.dumps(k, ensure_ascii=False)}: {_rendered(v, deeper)}" for k, v in value.items()
        ]
        opening, closing = "{", "}"
    else:
        inner = [_rendered(one, deeper) for one in value]
        opening, closing = "[", "]"
    body = ",\n".join(deeper + one for one in inner)
    return f"{opening}\n{body}\n{indent}{closing}"


def read_expected(directory: Path) -> Facts:
    path = directory / EXPECTED
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ArchiveError(
            f"{path}: expected what `scrapy newportal {directory.name}` writes, found {error}"
        ) from error
    if not isinstance(found, dict):
        raise ArchiveError(f"{path}: expected a JSON object, found {type(found).__name__}")
    return found


def write_expected(directory: Path, expected: Facts) -> None:
    with atomic_file(directory / EXPECTED) as file:
        file.write(render(expected).encode("utf-8"))


def digest_of(expected: Facts) -> str:
    """Of all but the review, whatever its order and white space."""
    text = json.dumps(_facts(expected), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _facts(expected: Facts) -> Facts:
    return {name: value for name, value in expected.items() if name != REVIEW}


def unreviewed(facts: Facts) -> Facts:
    """As a machine writes it."""
    return {REVIEW: None, **facts}


def reviewed(expected: Facts, reviewer: str, day: str) -> Facts:
    """The same with the line of who has read it."""
    line = {"reviewer": reviewer, "date": day, "sha256": digest_of(expected)}
    return {REVIEW: line, **_facts(expected)}


def faults(spider: PortalSpider, directory: Path) -> list[str]:
    """What is wrong with a portal's fixtures, each with the command that settles it."""
    expected, key = read_expected(directory), directory.name
    told = (doubts(expected, key), changed(expected, facts_of(spider, directory), key))
    return [one for one in told if one]


def doubts(expected: Facts, key: str) -> str:
    """Why the review does not hold; empty where it does."""
    accept = f"read it beside the pages it names, then: scrapy newportal {key} --review --by NAME"
    review = expected.get(REVIEW)
    if not isinstance(review, dict) or not review.get("reviewer"):
        return f"{key}: {EXPECTED} was reviewed by nobody; {accept}"
    if review.get("sha256") != digest_of(expected):
        who = f"{review['reviewer']} reviewed it ({review.get('date')})"
        return f"{key}: {EXPECTED} was changed after {who}; {accept}"
    return ""


def changed(expected: Facts, found: Facts, key: str) -> str:
    """The difference between what is expected and what is read now; empty where there is none."""
    before = _facts(expected)
    if before == found:
        return ""
    lines = difflib.unified_diff(
        render(before).splitlines(), render(found).splitlines(), "expected", "read now", lineterm=""
    )
    return (
        f"{key}: the frozen pages are not read as expected; if they are read rightly now:"
        f" scrapy newportal {key} --reread\n" + "\n".join(lines)
    )

"""The pages of the speed bench: real ones, and a mixture as a crawl of a portal meets them."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.items import Role
from crawler.warc.reader import CaptureReader

TESTS = Path(__file__).resolve().parents[1]
REAL = TESTS.parents[1] / "shared" / "real"
GOLD = TESTS / "gold"
FIXTURES = TESTS / "fixtures"
#: A list of a county's portal shows 15 to 20 rows, half of them fetched; the columns on the way to
#: it are lists too. So a first crawl meets about one list or home page for eight articles.
ARTICLES_A_LIST = 8


@dataclass(frozen=True)
class SavedPage:
    name: str
    content: bytes
    content_type: str = "text/html"
    is_list: bool = False


def real_pages() -> list[SavedPage]:
    """Every HTML page of ``../shared/real``: 40 articles, 21 lists and home pages."""
    manifest = [json.loads(line) for line in (REAL / "manifest.jsonl").open(encoding="utf-8")]
    return [
        SavedPage(
            name=f"real/{page['file']}",
            content=(REAL / "pages" / page["file"]).read_bytes(),
            is_list=page["kind"] == "list",
        )
        for page in manifest
        if page["file"].endswith((".html", ".htm"))
    ]


def mixed_pages() -> list[SavedPage]:
    """All articles there are, and lists among them as `ARTICLES_A_LIST` says."""
    everything = [*real_pages(), *_gold_pages(), *_fixture_pages()]
    articles = [page for page in everything if not page.is_list]
    lists = [page for page in everything if page.is_list]
    wanted = itertools.islice(itertools.cycle(lists), round(len(articles) / ARTICLES_A_LIST))
    return [*articles, *wanted]


def _gold_pages() -> Iterator[SavedPage]:
    for path in sorted(GOLD.glob("*/*.html")):
        gold = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        yield SavedPage(
            name=f"gold/{path.parent.name}/{path.name}",
            content=path.read_bytes(),
            content_type=gold.get("content_type", "text/html"),
            is_list=gold.get("outcome") == "list",
        )


def _fixture_pages() -> Iterator[SavedPage]:
    for folder in sorted(path.parent for path in FIXTURES.glob("*/pages.warc.gz")):
        expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        lists = {one["url"] for one in expected["lists"]}
        for capture in CaptureReader(folder).captures():
            content_type = capture.header("Content-Type") or ""
            if "html" not in content_type or capture.status != 200:
                continue
            yield SavedPage(
                name=f"fixtures/{folder.name}{capture.url.partition('//')[2]}",
                content=capture.content,
                content_type=content_type,
                is_list=capture.url in lists or capture.note.role is not Role.PAGE,
            )


def write_warc(pages: Iterable[SavedPage], path: Path) -> None:
    """The pages as responses of a foreign WARC file: neither loop has seen its like before."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, page in enumerate(pages):
            headers = [("Content-Type", page.content_type)]
            record = writer.create_warc_record(
                f"http://www.bench.example/{number}/{page.name}",
                "response",
                payload=io.BytesIO(page.content),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            )
            writer.write_record(record)

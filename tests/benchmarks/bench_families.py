"""`python -m tests.benchmarks.bench_families`: families recognised, articles told, lists read.

Measured on real addresses (``../shared/knowledge``) and real pages (``../shared/real``), which
are development data and no part of the repository. The peer is what a crawler does that only
looks at the address: the shapes of the commonest CMSs, and every link of such a shape a row.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

from crawler.cms.article_paths import is_article_url
from crawler.cms.family import recognise
from crawler.extraction.page import Page
from crawler.items import Capture, Link
from crawler.portal.pages import PortalPages
from spiders.families.table import FAMILIES

SHARED = Path(__file__).resolve().parents[3] / "shared"
#: What the manifest calls a page's CMS, and the families that are that CMS.
CMS = {
    "trs": {"trs", "trt"},
    "trs (福建 TRT)": {"trt"},
    "ucap": {"ucap"},
    "vsb": {"vsb"},
    "nfcms": {"nfcms"},
    "hanweb": {"hanweb_jpage", "hanweb_jpaas", "hanweb_xxgk", "loadpagedata"},
    "other (安徽 j-fontContent/newscontnet family)": {"lonsun"},
}
#: The URL-shape census a peer goes by.
CENSUS = {
    "trs": re.compile(r"/t\d{8}_\d+\.s?html?"),
    "ucap": re.compile(r"/[0-9a-f]{32}\.shtml|/c\d+/content\.shtml"),
    "hanweb_jpage": re.compile(r"/art/\d{4}/|/col/col\d+"),
    "vsb": re.compile(r"/info/\d+/\d+\.htm"),
    "nfcms": re.compile(r"/post_\d+\.html"),
    "lonsun": re.compile(r"/public/(?:column/)?\d+"),
}
CALLED = "called by script"
COLUMNS_BAR = 35
SHARE_BAR = 0.95


def rows_of(name: str) -> list[dict[str, str]]:
    with (SHARED / "knowledge" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_census(text: str) -> str | None:
    found = {name: len(pattern.findall(text)) for name, pattern in CENSUS.items()}
    best = max(found, key=lambda name: found[name])
    return best if found[best] else None


def is_article_by_census(url: str) -> bool:
    return by_census(url) is not None and "/col/" not in url and "/column/" not in url


# -- (a) addresses ---------------------------------------------------------------------------------


def reports() -> list[str]:
    """The addresses of reports and what stands beside them; guides and indexes are columns."""
    columns = ("指南", "目录")  # the one jsp is a guide as well, whatever its kind says
    rows = (r for r in rows_of("report_urls.csv") if r["cms_family"] != "jsp")
    return [row["url"] for row in rows if row["kind"] not in columns]


def taken(urls: list[str], judge: Callable[[str], bool]) -> list[str]:
    return [url for url in urls if judge(url)]


# -- (b), (c) pages --------------------------------------------------------------------------------


def pages(kinds: tuple[str, ...]) -> Iterator[tuple[dict[str, Any], Page]]:
    with (SHARED / "real" / "manifest.jsonl").open(encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    for entry in entries:
        if entry["kind"] in kinds:
            yield entry, page_of(entry, entry["page_url"])


def page_of(entry: dict[str, Any], url: str | None, content: bytes | None = None) -> Page:
    file = SHARED / "real" / "pages" / entry["file"]
    sound = url if url and url.startswith("http") else "http://www.example.gov.cn/a/b.html"
    return Page(
        Capture(
            record_id=entry["id"],
            url=sound,
            date=datetime(2026, 1, 1, tzinfo=UTC),
            status=200,
            headers=(("Content-Type", "text/html"),),
            content=file.read_bytes() if content is None else content,
        )
    )


def family_results() -> list[tuple[str, str, str | None, str | None]]:
    """(page, CMS, our answer, the peer's) for every page whose CMS is a family.

    A text somebody retyped shows no CMS; the list among them kept its script.
    """
    return [
        (entry["id"], entry["cms"], found.family if found else None, by_census(page.html))
        for entry, page in pages(("article", "list", "text"))
        if entry["kind"] != "text" or "<" in page.html or "script" in page.html
        for found in [recognise(page)]
        if entry["cms"] in CMS
    ]


class AnyPortal(PortalPages):
    """A portal nobody has looked at."""

    name = "any"
    home = "http://www.example.gov.cn/"
    families = FAMILIES


#: Whoever saved the lists wrote ``javascript:;`` over the addresses of most links.
_DEAD = re.compile(rb"href=(['\"])javascript:;?\1")


def revived(content: bytes) -> bytes:
    """The page with an address of its own for every link that lost it."""
    number = iter(range(100_000, 10_000_000))
    return _DEAD.sub(lambda _: b'href="./entry/%d.html"' % next(number), content)


class ListScore(NamedTuple):
    page: str
    gold: int
    found: int
    right_dates: int
    extra: int
    next_page: str
    wanted_next: str


def list_results() -> Iterator[tuple[ListScore, int]]:
    """Every list with gold, and how many of its rows the peer finds."""
    for entry, original in pages(("list",)):
        file = SHARED / "real" / "gold" / f"{entry['id']}.json"
        if not file.exists():
            continue
        gold = json.loads(file.read_text(encoding="utf-8"))
        page = page_of(entry, gold.get("base_url"), revived(original.capture.content))
        as_saved = page_of(entry, f"http://www.example.gov.cn/{Path(entry['source_path']).name}")
        yield list_score(gold, page, as_saved), rows_by_census(page, gold)


def list_score(gold: dict[str, Any], page: Page, as_saved: Page) -> ListScore:
    """Rows from the page with its links revived; the next page from the page as it was saved,
    or every pager would find its 下一页. A list without rows is asked for by a call."""
    family = AnyPortal().family_of(page)
    found = {bare(link.text): link for link in family.rows(page)}
    wanted = {bare(row["title"]): row["date"] for row in gold["entries"]}
    further = family.further(as_saved) if wanted else family.calls(as_saved)
    path = urlsplit(further[0].url).path.removeprefix("/") if further else ""
    return ListScore(
        page=gold["id"],
        gold=len(wanted),
        found=len(wanted.keys() & found.keys()),
        right_dates=sum(1 for title, date in wanted.items() if _date(found, title) == date),
        extra=len(found.keys() - wanted.keys()),
        next_page=path if wanted or not further else CALLED,
        wanted_next=(gold.get("paging", {}).get("next_page") or "") if wanted else CALLED,
    )


def _date(found: dict[str, Link], title: str) -> str | None:
    return found[title].date if title in found else None


def rows_by_census(page: Page, gold: dict[str, Any]) -> int:
    links = page.tree.iter("a")
    found = {bare("".join(a.itertext())) for a in links if by_census(a.get("href") or "")}
    return len(found & {bare(row["title"]) for row in gold["entries"]})


def bare(text: str) -> str:
    return "".join(text.split()).rstrip("…. ")


# -- report ----------------------------------------------------------------------------------------


class Question(NamedTuple):
    """One line of the report: how many of how many, the peer's, and whether that will do."""

    name: str
    ours: int
    of: int
    peer: int | None
    good: bool
    bar: str


def share(name: str, ours: int, of: int, peer: int | None, bar: float = SHARE_BAR) -> Question:
    return Question(name, ours, of, peer, ours >= bar * of, f"≥ {bar:.0%}")


def address_questions(misses: list[str]) -> Iterator[Question]:
    wanted, columns = reports(), [row["url"] for row in rows_of("portal_columns.csv")]
    found, mistaken = taken(wanted, is_article_url), taken(columns, is_article_url)
    misses += [f"not taken: {url}" for url in wanted if url not in found]
    misses += [f"taken: {url}" for url in mistaken]
    by_peer = [len(taken(urls, is_article_by_census)) for urls in (wanted, columns)]
    yield share("report addresses taken for articles", len(found), len(wanted), by_peer[0], 1.0)
    good, bar = len(mistaken) <= COLUMNS_BAR, f"≤ {COLUMNS_BAR}"
    yield Question("columns taken for articles", len(mistaken), len(columns), by_peer[1], good, bar)


def page_questions(misses: list[str]) -> Iterator[Question]:
    families = family_results()
    wrong = [row for row in families if row[2] not in CMS[row[1]]]
    misses += [f"family: {page} is {cms}, found {ours}" for page, cms, ours, _ in wrong]
    peer = sum(row[3] in CMS[row[1]] for row in families)
    yield share("families of pages", len(families) - len(wrong), len(families), peer)
    lists = list(list_results())
    scores = [score for score, _ in lists]
    gold = sum(score.gold for score in scores)
    yield share("rows of lists", sum(s.found for s in scores), gold, sum(peer for _, peer in lists))
    yield share("dates beside them", sum(s.right_dates for s in scores), gold, None)
    right = [score for score in scores if score.next_page == score.wanted_next]
    yield share("next pages", len(right), len(scores), None)
    misses += [str(score) for score in scores if score not in right or score.found < score.gold]


def main() -> int:
    console = Console(width=120)
    if not SHARED.exists():
        console.print(f"skipped: {SHARED} is not there; it holds the real pages and addresses")
        return 0
    misses: list[str] = []
    questions = [*address_questions(misses), *page_questions(misses)]
    table = Table("question", "this project", "URL shapes only", "bar")
    for one in questions:
        peer = "–" if one.peer is None else f"{one.peer}/{one.of}"
        table.add_row(one.name, f"{one.ours}/{one.of}", peer, one.bar)
    console.print(table)
    for miss in misses:
        console.print(miss, soft_wrap=True)
    return 0 if all(one.good for one in questions) else 1


if __name__ == "__main__":
    sys.exit(main())

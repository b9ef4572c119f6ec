"""Pages that are nothing without their scripts: real Chromium, real HTTP on loopback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.settings import Settings
from warcio.archiveiterator import ArchiveIterator

from crawler.items import Capture, Link, Rel
from crawler.render.browser import missing
from crawler.render.need import why_render
from crawler.warc.verify import verify
from tests.harvest import dump
from tests.render_site import HOST, Asked, ShellSpider, serving

ROOT = Path(__file__).resolve().parent.parent
needs_chromium = pytest.mark.skipif(
    missing(Settings()) is not None, reason=f"no page can be rendered: {missing(Settings())}"
)


def scrapy(archive: Path, *arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    given = {
        "SPIDER_MODULES": "tests.render_site",
        "ARCHIVE_DIR": archive,
        "POLITENESS_DELAY": 0,
        "POLITENESS_LATENCY_FACTOR": 0,
        "NOW": "2021-02-15",
        **settings,
    }
    options = [part for name, value in given.items() for part in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", "scrapy", *arguments, *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180)


@dataclass
class Crawled:
    archive: Path
    log: list[Asked]
    done: subprocess.CompletedProcess[str]

    @property
    def run(self) -> dict[str, object]:
        (file,) = (self.archive / "runs" / ShellSpider.name).glob("2*.json")
        return json.loads(file.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    archive = tmp_path_factory.mktemp("rendered")
    with serving() as (connect_to, log):
        place = json.dumps(connect_to)
        done = scrapy(archive, "crawl", ShellSpider.name, CONNECT_TO=place, LOG_LEVEL="INFO")
    yield Crawled(archive, log, done)


@needs_chromium
def test_documents_come_from_pages_that_only_scripts_fill(crawled: Crawled) -> None:
    assert crawled.done.returncode == 0, crawled.done.stdout + crawled.done.stderr
    texts = dump(crawled.archive)["texts"]
    assert len(texts) == 2
    assert all("全年主动公开政府信息217条" in text for text in texts)


@needs_chromium
def test_the_run_says_how_many_pages_were_rendered_and_why(crawled: Crawled) -> None:
    assert crawled.run["rendered"] == {"pages": 2, "why/empty app root": 2}


@needs_chromium
def test_whatever_the_browser_asks_goes_through_the_crawls_downloader(crawled: Crawled) -> None:
    asked = Counter((row.method, row.path) for row in crawled.log)
    assert {row.agent.partition("/")[0] for row in crawled.log} == {"Xianzhi"}
    assert asked["POST", "/api/more"] == 1
    assert asked["GET", "/nb/"] == 1, "the page itself is not asked for twice"
    paths = {path for _, path in asked}
    assert "/private/x.json" not in paths, "robots.txt holds for scripts too"
    assert "/logo.png" not in paths, "pictures are no text"
    for row in crawled.log:
        if row.path.startswith(("/api/", "/js/")):
            assert row.referer.startswith(f"http://{HOST}/nb/")


@needs_chromium
def test_dom_and_exchanges_are_on_record(crawled: Crawled) -> None:
    warcs = sorted((crawled.archive / "warc" / ShellSpider.name).glob("*.warc.gz"))
    assert not [problem for path in warcs for problem in verify(path)]
    found: Counter[tuple[str, str]] = Counter()
    for path in warcs:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                uri = record.rec_headers.get_header("WARC-Target-URI") or ""
                found[record.rec_type, uri.removeprefix(f"http://{HOST}")] += 1
    for path in ("/nb/", "/nb/202001/t20200115_2.html"):
        assert found["resource", path] == found["response", path] == 1
    assert found["response", "/api/more"] == found["response", "/api/article/2"] == 1
    assert found["resource", "/nb/202001/t20200115_1.html"] == 0


@needs_chromium
def test_replay_and_reextraction_read_the_stored_dom(crawled: Crawled, tmp_path: Path) -> None:
    replayed = scrapy(crawled.archive, "replay", ShellSpider.name, LOG_LEVEL="WARNING")
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    before = dump(crawled.archive)
    (crawled.archive / "catalogue.sqlite").unlink()
    again = scrapy(crawled.archive, "reextract", ShellSpider.name)
    assert again.returncode == 0, again.stdout + again.stderr
    assert dump(crawled.archive) == before


def test_without_a_browser_pages_are_read_as_sent_and_the_run_says_so(tmp_path: Path) -> None:
    with serving() as (connect_to, _):
        place = json.dumps(connect_to)
        done = scrapy(
            tmp_path, "crawl", ShellSpider.name, CONNECT_TO=place, CHROMIUM_PATH="/no/chromium"
        )
    assert done.returncode == 3
    assert "install" in done.stderr + done.stdout
    (file,) = (tmp_path / "runs" / ShellSpider.name).glob("2*.json")
    assert json.loads(file.read_text(encoding="utf-8"))["rendered"] == {"not_possible": 1}


# -- which pages need it ------------------------------------------------------------------------


def page(body: str) -> Capture:
    html = f"<html><head><title>页面</title></head><body>{body}</body></html>".encode()
    when = datetime(2026, 1, 1, tzinfo=UTC)
    return Capture("urn:uuid:1", "http://www.a.gov.cn/x/", when, 200, (), html)


@pytest.mark.parametrize(
    "body",
    [
        '<div id="app"></div><script src="/x.js"></script>',
        '<div id=root class="a"> <!-- filled by script --> </div>',
        "<noscript>请开启JavaScript后访问</noscript><p>正在加载</p>",
        '<ul id="listContent"></ul>',
    ],
)
def test_a_shell_is_known_by_its_markers(body: str) -> None:
    assert why_render(page(body)) is not None


@pytest.mark.parametrize(
    "body",
    [
        "<p>空的页面</p>",
        '<div id="app"></div>' + "<p>正文在这里，已经有了很多的字。</p>" * 20,
        '<div id="app"></div><script>location.href="/y/"</script>',
        '<div id="app">' + "x" * 300_000 + "</div>",
    ],
)
def test_a_page_with_content_a_stub_and_a_huge_page_are_not_rendered(body: str) -> None:
    assert why_render(page(body)) is None


def test_a_list_with_rows_of_its_own_is_not_rendered() -> None:
    rows = [Link("http://www.a.gov.cn/x/1.html", "报告", rel=Rel.ROW)]
    assert why_render(page('<ul id="listContent"></ul>'), rows) is None

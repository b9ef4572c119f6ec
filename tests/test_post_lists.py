"""Lists asked by POST: crawled, archived, asked again, replayed and read again.

One site on loopback is crawled twice. It answers its lists to POSTs of the right body alone,
sends one on by 307 and one by 303, fails one once, and names POSTs where no page may.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter as ForeignWriter

from crawler.cms.asks import JSON, is_post, post_url, true_url, wire_form
from crawler.fetch.robots import read_robots
from crawler.items import ListPage, Rel
from crawler.layout import Layout
from crawler.reextract import reread
from crawler.warc.index import index_of, warc_files
from crawler.warc.reader import CaptureReader
from crawler.warc.writer import WarcWriter
from tests.portals.demo import FAST, ROOT
from tests.post_site import (
    FORBIDDEN,
    MOVED,
    REPORTS,
    ROBOTS,
    SEARCH,
    SERVICE,
    Hit,
    Site,
    serving,
)
from tests.post_spiders import PostSpider
from tests.sightings import dump
from tests.small_portal import HOST
from tests.warc_samples import PLAIN_NOTE, RUN, exchange, failed

PORTAL = PostSpider.name
HOME = f"http://{HOST}"


@dataclass
class Story:
    """The hits of both crawls, and what they left."""

    first: list[Hit]
    second: list[Hit]
    layout: Layout
    command: list[str]

    @property
    def reader(self) -> CaptureReader:
        return CaptureReader(self.layout.warc_dir(PORTAL))


def run(*words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "scrapy", *words, "-s", "SPIDER_MODULES=tests.post_spiders"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    archive = tmp_path_factory.mktemp("post")
    with serving(Site()) as site:
        settings = {
            **FAST,
            "ARCHIVE_DIR": archive,
            "CONNECT_TO": json.dumps({HOST: site.address}),
            "RETRY_TIMES": 1,
            "CONTACT": "test@example.org",
            "LOG_LEVEL": "WARNING",
            "CONDITIONAL_SAMPLE": 10**9,
        }
        command = ["crawl", PORTAL]
        for name, value in settings.items():
            command += ["-s", f"{name}={value}"]
        run(*command, "-s", "NOW=2030-01-15")
        first = len(site.hits)
        run(*command, "-s", "NOW=2031-01-15")
        yield Story(site.hits[:first], site.hits[first:], Layout(archive), command)


def forms(hits: list[Hit]) -> list[tuple[str, dict[str, str]]]:
    posted = [hit for hit in hits if hit.method == "POST" and hit.target.startswith(SEARCH)]
    return [(hit.target, {k: v[0] for k, v in parse_qs(hit.body).items()}) for hit in posted]


def test_lists_behind_posts_lead_to_their_documents(story: Story) -> None:
    asked = {hit.target for hit in story.first if hit.method == "GET"}
    assert set(REPORTS) <= asked
    documents = [row[0] for row in dump(story.layout)["documents"]]
    assert len(documents) == len(REPORTS)


def test_posts_go_out_with_body_type_and_referer(story: Story) -> None:
    posts = [hit for hit in story.first if hit.method == "POST"]
    assert {hit.headers["Content-Type"] for hit in posts if hit.target == SERVICE} == {
        "application/json"
    }
    assert {hit.headers["Content-Type"] for hit in posts if hit.target != SERVICE} == {
        "application/x-www-form-urlencoded"
    }
    assert all(hit.headers["Content-Length"] == str(len(hit.body)) for hit in posts)
    assert all(hit.headers["Referer"].startswith(HOME + "/") for hit in posts)
    assert not any("__wb" in value for hit in story.first for value in hit.headers.values())
    assert {json.loads(hit.body)["pageIndex"] for hit in posts if hit.target == SERVICE} == {0, 1}


def test_a_post_that_failed_is_asked_again_with_its_body(story: Story) -> None:
    pages = [form["currpage"] for target, form in forms(story.first) if form["infotypeId"] == "A02"]
    assert pages.count("1") == 2


def test_redirects_of_posts_keep_the_method_where_http_says_so(story: Story) -> None:
    kept = [form for target, form in forms(story.first) if target == MOVED]
    assert [(form["infotypeId"], form["currpage"]) for form in kept] == [("A02", "2")]
    seen_other = [hit for hit in story.first if hit.target == "/col/col9/index.html"]
    assert [(hit.method, hit.body) for hit in seen_other] == [("GET", "")]


def test_no_page_and_no_redirect_makes_us_post(story: Story) -> None:
    assert not [hit for hit in story.first + story.second if hit.target.startswith(FORBIDDEN)]


def test_posts_are_asked_in_full_and_pages_conditionally(story: Story) -> None:
    posts = [hit for hit in story.second if hit.method == "POST"]
    assert len(posts) >= 3
    assert not any("If-None-Match" in hit.headers for hit in posts)
    assert all("Referer" in hit.headers for hit in posts)
    assert not any(hit.target == FORBIDDEN for hit in story.second)


def test_the_warc_has_what_went_over_the_wire(story: Story) -> None:
    posted: Counter[tuple[str, str, bytes]] = Counter()
    for path in warc_files(story.layout.warc_dir(PORTAL)):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                uri = record.rec_headers.get_header("WARC-Target-URI") or ""
                body = record.content_stream().read()
                assert "__wb_method" not in uri
                if record.rec_type == "request" and record.http_headers.protocol == "POST":
                    target = record.http_headers.statusline.split()[0]
                    posted[uri, target, body] += 1
    hits = [hit for hit in story.first + story.second if hit.method == "POST"]
    assert posted == Counter(
        (urljoin(HOME, hit.target), hit.target, hit.body.encode()) for hit in hits
    )


def test_captures_are_known_by_their_names(story: Story) -> None:
    asked = {wire_form(c.url) for c in story.reader.captures() if is_post(c.url)}
    assert {(form.url, form.body.decode()) for form in asked} == {
        (urljoin(HOME, hit.target), hit.body)
        for hit in story.first + story.second
        if hit.method == "POST"
    }
    for fetch in story.reader.fetches():
        answer = story.reader.get(fetch.record_id)
        assert answer.url == fetch.url


def test_equal_answers_of_equal_questions_are_stored_once(story: Story) -> None:
    kinds: Counter[str] = Counter()
    for path in warc_files(story.layout.warc_dir(PORTAL)):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                uri = record.rec_headers.get_header("WARC-Target-URI") or ""
                if urlsplit(uri).path == SERVICE and record.rec_type in ("response", "revisit"):
                    kinds[record.rec_type] += 1
    assert kinds == {"response": 2, "revisit": 2}


def listed(story: Story) -> list[ListPage]:
    spider = PostSpider()
    counts: Counter[str] = Counter()
    items = reread(story.reader, spider, story.reader.captures(), counts)
    return [item for item in items if isinstance(item, ListPage)]


def test_list_pages_carry_rows_next_pages_and_names(story: Story) -> None:
    pages = [page for page in listed(story) if is_post(page.url)]
    first = next(page for page in pages if "currpage=1" in page.url)
    assert [link.rel for link in first.links] == [Rel.ROW, Rel.ROW, Rel.PAGE]
    assert [link.url for link in first.links[:2]] == [HOME + path for path in REPORTS[:2]]
    assert "currpage=2" in first.links[2].url
    assert true_url(first.links[2].url) == HOME + SEARCH
    assert {link.date for link in first.links if link.rel is Rel.ROW} == {
        "2011-01-20",
        "2012-01-20",
    }


def test_reextraction_gives_what_the_crawls_gave(story: Story, tmp_path: Path) -> None:
    shutil.copytree(story.layout.root / "warc", tmp_path / "warc")
    run("reextract", "-s", f"ARCHIVE_DIR={tmp_path}", "-s", "LOG_LEVEL=WARNING")
    assert dump(Layout(tmp_path)) == dump(story.layout)


def test_replay_answers_posts_by_their_names(story: Story) -> None:
    done = run("replay", PORTAL, *story.command[2:])
    assert "not archived" not in done.stdout.lower()


def test_robots_txt_is_asked_about_the_true_url(story: Story) -> None:
    """The site forbids the mark of names, which no server ever sees."""
    rules = read_robots(200, ROBOTS.encode())
    assert rules.reason_against(post_url(HOME + SEARCH, "a=1")) == "robots.txt disallows"
    assert any(hit.method == "POST" for hit in story.first)


# -- records of other orders and other hands -------------------------------------------------------

QUESTION = post_url("http://www.shili.example/list.do?a=1", '{"page": 2}', JSON)
ASKED = b'POST /list.do?a=1 HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{"page": 2}'


def test_failures_and_refusals_keep_the_name_and_the_record_the_true_url(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, PORTAL, RUN)
    writer.write_failure(failed(url=QUESTION), PLAIN_NOTE)
    writer.write_refusal(QUESTION, "robots.txt disallows", PLAIN_NOTE)
    writer.close()
    reader = CaptureReader(tmp_path)
    fetches = list(reader.failures())
    assert [fetch.url for fetch in fetches] == [QUESTION, QUESTION]
    assert [fetch.failed.url for fetch in fetches if fetch.failed] == [QUESTION, QUESTION]
    for fetch in fetches:
        assert b"WARC-Target-URI: http://www.shili.example/list.do?a=1\r\n" in reader.raw(
            fetch.record_id
        )


def test_a_scan_for_some_records_knows_their_names_too(tmp_path: Path) -> None:
    """So a resumed run answers an open question from the archive."""
    head, body = ASKED.split(b"{")[0], b"{" + ASKED.split(b"{")[1]
    writer = WarcWriter(tmp_path, PORTAL, RUN)
    asked = exchange(url=QUESTION, request_head=head, request_body=body)
    stored = writer.write_exchange(asked, PLAIN_NOTE)
    writer.close()
    index = index_of(warc_files(tmp_path), lambda record: record.kind == "response")
    capture = CaptureReader(tmp_path, index=index).get(stored.record_id)
    assert capture.url == QUESTION
    assert stored.original is not None
    assert stored.original.url == QUESTION


@pytest.mark.parametrize("request_first", [True, False])
def test_other_tools_posts_are_read_by_their_names(tmp_path: Path, request_first: bool) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}"
    with (tmp_path / "foreign.warc.gz").open("wb") as file:
        writer = ForeignWriter(file, gzip=True)
        records = [
            writer.create_warc_record(
                "http://www.shili.example/list.do?a=1",
                kind,
                payload=io.BytesIO(message),
                length=len(message),
                warc_content_type=f"application/http; msgtype={kind}",
            )
            for kind, message in (("response", answer), ("request", ASKED))
        ]
        response, request = records
        record_id = response.rec_headers.get_header("WARC-Record-ID")
        request.rec_headers.add_header("WARC-Concurrent-To", record_id)
        for record in reversed(records) if request_first else records:
            writer.write_record(record)
    (capture,) = CaptureReader(tmp_path).captures()
    assert capture.url == QUESTION

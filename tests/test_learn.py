"""``scrapy learn``: containers of hosts proposed from an archive, used once they are reviewed."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.project import get_project_settings

from crawler.errors import ConfigurationError
from crawler.extraction.body import site_containers
from crawler.extraction.body.site_containers import entries
from crawler.extraction.extract import read
from crawler.items import Note
from crawler.learn.evidence import evidence_of
from crawler.learn.gather import gather, once
from crawler.learn.rules import learn
from crawler.losses import TRAITS
from crawler.portal.choice import spider_for
from crawler.thresholds import LOSS_RULES, TRAIT_RULES
from crawler.warc.reader import CaptureReader
from crawler.warc.records import Exchange
from crawler.warc.writer import WarcWriter
from tests.harvest import Harvest
from tests.learn_kit import capture, sampled
from tests.one_process import scrapy_each
from tests.portals.model import PORTALS
from tests.portals.routes import answer
from tests.sightings import sighting
from tests.small_portal import HOST, LIST, PORTAL, report_paths

ROOT = Path(__file__).resolve().parent.parent
#: What the sample portal's template writes around a text, and what a host nobody knows writes.
KNOWN = 'class="view TRS_UEDITOR trs_paper_default trs_web"><div class="TRS_Editor">'
UNKNOWN = 'class="wz_box"><div class="wz_txt"><p>红寺堡区信息公开专用</p>'
OLD_HOST = "old.hongsibu.gov.cn"
REPORTS = report_paths(14)
FEW = 3

Done = subprocess.CompletedProcess[str]


def known_page(path: str) -> bytes:
    return answer(HOST, path).body


def unknown_page(path: str) -> bytes:
    body = known_page(path).decode()
    assert body.count(KNOWN) == 1
    return body.replace(KNOWN, UNKNOWN).encode()


def write(archive: Path, day: int, pages: Sequence[tuple[str, bytes]], status: int = 200) -> None:
    """A run that stored these pages: (URL, body)."""
    run = f"202601{day:02}T021500Z"
    writer = WarcWriter(archive / "warc" / PORTAL, PORTAL, run)
    head = f"HTTP/1.1 {status} OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    for url, body in pages:
        exchange = Exchange(
            url=url,
            started=datetime(2026, 1, day, 2, 15, tzinfo=UTC),
            request_head=b"GET / HTTP/1.1\r\n\r\n",
            response_head=head.encode(),
            payload=body,
            ip="127.0.0.9",
            duration_ms=41,
        )
        writer.write_exchange(exchange, Note(portal=PORTAL, spider=PORTAL))
    writer.close()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs: a host with a container nobody knows, one with too few pages, a list, a 404."""
    root = tmp_path_factory.mktemp("archive")
    pages = [(f"http://{HOST}{path}", unknown_page(path)) for path in REPORTS]
    old = [(f"http://{OLD_HOST}{path}", unknown_page(path)) for path in REPORTS[:FEW]]
    listing = (f"http://{HOST}{LIST}", answer(HOST, LIST).body)
    write(root, 15, [listing, *pages[:8], *old])
    write(root, 16, pages[7:])
    write(root, 17, [(f"http://{HOST}/gone.html", b"<h1>404 Not Found</h1>")], status=404)
    return root


@pytest.fixture(scope="module")
def told(archive: Path) -> Done:
    """The command as a user runs it."""
    command = [sys.executable, "-m", "scrapy", "learn", PORTAL, "--write"]
    command += ["-s", f"ARCHIVE_DIR={archive}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def written(archive: Path, told: Done) -> Path:
    assert told.returncode == 0, told.stderr
    return archive / "learned" / f"{PORTAL}.toml"


def sign(proposal: str) -> str:
    return proposal.replace('reviewed_by = ""', 'reviewed_by = "A. Reader"')


@pytest.fixture
def review(monkeypatch: pytest.MonkeyPatch, written: Path) -> Iterator[None]:
    """The proposal, signed."""
    (entry,) = entries(sign(written.read_text("utf-8")), "a test")
    monkeypatch.setattr(site_containers, "_REVIEWED", {entry.host: [entry]})
    yield


# -- the command --------------------------------------------------------------------------------


def test_an_unknown_container_is_found_with_its_evidence(told: Done, archive: Path) -> None:
    assert told.returncode == 0, told.stderr
    heading, row = told.stdout.splitlines()[:2]
    assert heading.split()[:4] == ["host", "container", "pages", "text"]
    assert row.split()[:6] == [HOST, "div.wz_txt", "14", "of", "14", "100.0%"]
    assert "2026-01-15…2026-01-16" in row and "prose 14" in row
    assert f"{HOST} div.wz_txt: 14 pages have no known container" in told.stdout
    assert "title in h1" in told.stdout and "published in div.detail-date" in told.stdout
    assert "on all pages, chrome? 红寺堡区信息公开专用" in told.stdout


def test_pages_that_are_too_few_are_named_and_prove_nothing(told: Done) -> None:
    assert f"{OLD_HOST}: {FEW} of {FEW} articles without a rule" in told.stdout
    assert f"{OLD_HOST}  " not in told.stdout


def test_the_proposal_is_an_entry_of_the_rule_file_that_nobody_has_reviewed(
    written: Path, archive: Path
) -> None:
    text = written.read_text("utf-8")
    (site,) = tomllib.loads(text)["site"]
    evidence: dict[str, Any] = site.pop("evidence")
    assert site == {
        "host": HOST,
        "container": "div.wz_txt",
        "version": 1,
        "first_seen": "2026-01-15",
        "last_seen": "2026-01-16",
        "reviewed_by": "",
    }
    assert evidence["pages"] == evidence["of"] == evidence["fell_back"] == 14
    assert evidence["share"] >= 0.99
    assert evidence["repeated"] == ["红寺堡区信息公开专用"]
    assert evidence["today"] == ["prose 14"]
    reader = CaptureReader(archive / "warc" / PORTAL)
    assert [reader.get(record).url for record in evidence["records"]] == evidence["urls"]
    assert [one.reviewed_by for one in entries(text, "the proposal")] == [""]


def test_other_uses_of_the_command(archive: Path, written: Path, tmp_path: Path) -> None:
    """Usage errors, nothing to learn from, a file that is signed, and the same again."""
    write(tmp_path, 15, [(f"http://{HOST}{LIST}", answer(HOST, LIST).body)])
    here, empty, lists = archive, tmp_path / "none", tmp_path
    signed, again = tmp_path / "signed.toml", tmp_path / "again.toml"
    signed.write_text(sign(written.read_text("utf-8")), "utf-8")
    cases = [
        (["nowhere_nothing"], here, 2, "unknown portal 'nowhere_nothing'"),
        ([PORTAL], empty, 2, f"run `scrapy crawl {PORTAL}` first"),
        ([PORTAL], lists, 3, f"{PORTAL}: expected article pages with text"),
        ([], here, 2, "expected one PORTAL, found 0"),
        ([PORTAL, "--min-pages", "1"], here, 2, "--min-pages: expected 2 or more, found 1"),
        ([PORTAL, "--limit", "0"], here, 2, "--limit: expected 1 or more, found 0"),
        ([PORTAL, "--wriet"], here, 2, "--wriet"),
        ([PORTAL, "--output", str(tmp_path)], here, 2, "found a folder"),
        ([PORTAL, "--output", str(signed)], here, 3, "is reviewed by A. Reader"),
        ([PORTAL, "--limit", "4", "--write"], here, 0, "nothing to propose: no file written"),
        ([PORTAL, "--output", str(again)], here, 0, "nobody has reviewed them yet"),
    ]
    lines = [["learn", *words, "-s", f"ARCHIVE_DIR={root}"] for words, root, _, _ in cases]
    for done, (words, _, code, text) in zip(scrapy_each(lines), cases, strict=True):
        assert done.returncode == code, (words, done.stdout, done.stderr)
        assert text in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert again.read_bytes() == written.read_bytes()
    assert signed.read_text("utf-8") == sign(written.read_text("utf-8"))


@pytest.mark.parametrize("portal", PORTALS)
def test_the_containers_of_the_sample_portals_are_found_from_their_pages_alone(
    harvest: Harvest, portal: str
) -> None:
    """What ``containers.toml`` says of each CMS is found again by learning, which never asks it."""
    kind, arguments = spider_for(get_project_settings(), portal)
    reader = CaptureReader(harvest.layout.warc_dir(portal))
    for host in learn(once(gather(reader.captures(), kind(**arguments))), 5):
        (rule,) = host.rules
        evidence = evidence_of(rule)
        (path,) = {sample.path for sample in rule.pages}
        assert path == f"container:{rule.container.removeprefix('div')}"
        assert (evidence.pages, evidence.of) == (len(rule.pages), len(rule.pages))
        assert (evidence.gained, evidence.lost, host.left) == (0, 0, ())
        assert not evidence.tells_news


# -- reading ------------------------------------------------------------------------------------


def test_read_uses_an_entry_once_it_is_reviewed(review: None) -> None:
    url = f"http://{HOST}{REPORTS[0]}"
    result = read(capture(unknown_page(REPORTS[0]), url))
    assert result.path == "container:site:div.wz_txt"
    assert result.warnings == ()
    known = read(capture(known_page(REPORTS[0]), url))
    assert result.body.removeprefix("红寺堡区信息公开专用\n\n") == known.body


def test_an_entry_speaks_for_its_own_host_only(review: None) -> None:
    result = read(capture(unknown_page(REPORTS[0]), f"http://{OLD_HOST}{REPORTS[0]}"))
    assert result.path == "prose"
    assert result.warnings == ()


def test_a_reviewed_container_with_hardly_a_word_does_not_hide_the_text(review: None) -> None:
    url = f"http://{HOST}{REPORTS[0]}"
    stub = known_page(REPORTS[0]).decode().replace("<h1>", "<div class='wz_txt'>公告</div><h1>")
    result = read(capture(stub, url))
    assert result.path == "container:.TRS_Editor"
    assert result.warnings == ()


def test_a_page_without_its_hosts_container_says_so(review: None) -> None:
    result = read(capture(known_page(REPORTS[0]), f"http://{HOST}{REPORTS[0]}"))
    assert result.path == "container:.TRS_Editor"
    assert result.warnings == (site_containers.LOST,)


def test_the_loss_of_a_reviewed_container_is_a_trait_that_drift_looks_at(review: None) -> None:
    found = sighting(1)
    assert TRAITS["site_container"](found)
    assert not TRAITS["site_container"](replace(found, warnings=(site_containers.LOST,)))
    assert "site_container" in {rule.trait for rule in TRAIT_RULES}
    assert "site_container" in {rule.thing for rule in LOSS_RULES}


def test_learn_names_pages_that_a_reviewed_container_is_not_on(review: None) -> None:
    pages = [sampled(known_page(path).decode(), f"http://{HOST}{path}") for path in REPORTS[:6]]
    assert all(sample.lost for sample in pages)
    (found,) = learn(pages, 5)
    assert [rule.container for rule in found.rules] == ["div.TRS_Editor"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[site]", "expected TOML"),
        ('[[site]]\nhost = "a.gov.cn"', "entry 1: expected container (str), found None"),
        (
            '[[site]]\nhost = "a"\ncontainer = "div..x"\nversion = 1\nreviewed_by = "B"',
            "expected a CSS selector, found 'div..x'",
        ),
    ],
)
def test_a_broken_rule_file_says_where(text: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        list(entries(text, "rules.toml"))
    assert str(error.value).startswith("rules.toml")
    assert told in str(error.value)

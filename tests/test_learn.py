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
from crawler.extraction.page import Page
from crawler.extraction.whitespace import han
from crawler.items import Capture, Note
from crawler.learn.evidence import evidence_of
from crawler.learn.gather import gather, once
from crawler.learn.rules import HostRules, learn
from crawler.learn.sample import Holder, Sample, sample_of
from crawler.losses import TRAITS
from crawler.portal.choice import spider_for
from crawler.thresholds import LOSS_RULES, TRAIT_RULES
from crawler.warc.reader import CaptureReader
from crawler.warc.records import Exchange
from crawler.warc.writer import WarcWriter
from tests.harvest import Harvest
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


def capture(body: str | bytes, url: str, day: int = 15) -> Capture:
    return Capture(
        record_id=f"urn:test:{url}:{day}",
        url=url,
        date=datetime(2026, 1, day, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        content=body if isinstance(body, bytes) else body.encode(),
        note=Note(portal=PORTAL, spider=PORTAL),
    )


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


# -- the choice ---------------------------------------------------------------------------------


def sampled(html: str, url: str, day: int = 15) -> Sample:
    page = Page(capture(html, url, day))
    sample = sample_of(page, read(page.capture))
    assert sample is not None
    return sample


def text_of(number: int) -> str:
    """Three paragraphs that no other page has."""
    return "".join(
        f"<p>{number}号文件第{part}段,各乡镇人民政府、县直各部门要结合第{number}{part}项实际,"
        f"认真抓好贯彻落实工作,确保取得实效。</p>"
        for part in range(3)
    )


FOOTER = "<p>本网站由县人民政府办公室主办,县大数据中心承办,未经许可不得转载本站内容。</p>"


def article(number: int, inside: str, day: int = 15, path: str = "/art/{}.html") -> Sample:
    """An article of a host without rules; ``inside`` is what is around {text}."""
    title = (
        f"<h1>关于{number}号事项的通知</h1><div class='date'>发布时间:2025-02-{number + 1:02}</div>"
    )
    text = inside.format(text=text_of(number), number=number)
    html = f"<html><body><div id='main'>{title}{text}</div>{FOOTER}</body></html>"
    return sampled(html, "http://www.shili.gov.cn" + path.format(number), day)


def learned(samples: Sequence[Sample], min_pages: int = 5) -> HostRules:
    (found,) = learn(samples, min_pages)
    return found


def containers(samples: Sequence[Sample]) -> list[str]:
    return [rule.container for rule in learned(samples).rules]


@pytest.mark.parametrize(
    ("inside", "container"),
    [
        ("<div id='wz'>{text}</div>", "div#wz"),
        ("<div class='a wz_b'>{text}</div>", "div.a"),
        ("<div class='x'>短</div><div class='x wz'>{text}</div>", "div.wz"),
        ("<div data-role='text'>{text}</div>", 'div[data-role="text"]'),
        ("<table class='t'><tr><td>{text}</td></tr></table>", "table.t"),
        ("<section class='s'><article>{text}</article></section>", "section.s"),
        ("<div class='row'><div id='c{number}'>{text}</div></div>", "div.row"),
        ("<div class='7x'>{text}</div>", 'div[class~="7x"]'),
    ],
)
def test_a_container_goes_by_its_plainest_name(inside: str, container: str) -> None:
    found = containers([article(number, inside) for number in range(6)])
    assert len(found) == 1
    # Of elements with the same text any will do; the one that is expected is among the best.
    assert found == [container]


def test_the_element_of_the_text_is_preferred_to_those_around_it() -> None:
    inside = "<div class='box'><p class='tools'>打印本页内容</p><div class='wz'>{text}</div></div>"
    assert containers([article(number, inside) for number in range(6)]) == ["div.wz"]


def test_an_element_that_stands_twice_is_no_container() -> None:
    halves = "<div class='half'>{text}</div><div class='half'>{text}</div>"
    found = containers([article(number, f"<div class='all'>{halves}</div>") for number in range(6)])
    assert found == ["div.all"]


def test_an_element_that_also_stands_where_the_text_is_not_is_no_container() -> None:
    """On most pages .wz has the text, on some a notice: a rule for it would lose those."""
    good = [article(number, "<div class='wz'>{text}</div>") for number in range(6)]
    bad = "<div class='wz'>详见下方</div><div class='other'>{text}</div>"
    samples = [*good, *(article(number, bad) for number in range(6, 12))]
    assert "div.wz" not in containers(samples)


def test_each_template_of_a_host_gets_its_own_rule() -> None:
    old = "<div class='o1'><span>旧</span></div><div class='oldtext'>{text}</div>"
    new = "<div class='n1'><div class='n2'><div class='newtext'>{text}</div></div></div>"
    samples = [
        *(article(number, old, day=1, path="/info/{}.htm") for number in range(6)),
        *(article(number, new, day=9, path="/art/{}.html") for number in range(6, 13)),
    ]
    # The outer element holds the text of both, and the title with it.
    split = [replace(one, holders=_without(one, "div#main")) for one in samples]
    found = learned(split)
    assert [rule.container for rule in found.rules] == ["div.newtext", "div.oldtext"]
    seen = [(one.first_seen, one.last_seen) for one in map(evidence_of, found.rules)]
    assert seen == [("2026-01-09", "2026-01-09"), ("2026-01-01", "2026-01-01")]
    assert found.left == ()


def _without(sample: Sample, *names: str) -> dict[str, Holder]:
    return {name: held for name, held in sample.holders.items() if name not in names}


def test_a_footers_sentences_are_not_the_text() -> None:
    """The footer is the longest text of the page; it is the same on all of them."""
    inside = "<div class='wz'>{text}</div><div class='foot'>" + 9 * FOOTER + "</div>"
    assert containers([article(number, inside) for number in range(6)]) == ["div.wz"]


def test_pages_of_one_day_or_of_one_address_prove_nothing() -> None:
    samples = [article(number, "<div class='wz'>{text}</div>") for number in range(6)]
    assert containers(samples) == ["div.wz"]
    assert containers([replace(one, published="2025-02-01") for one in samples]) == []
    assert containers([replace(one, url=samples[0].url) for one in samples]) == []


def test_a_page_captured_often_is_one_witness() -> None:
    days = [article(1, "<div class='wz'>{text}</div>", day) for day in (3, 9, 6)]
    (kept,) = once(days)
    assert (kept.first, kept.last) == ("2026-01-03", "2026-01-09")
    assert kept.record_id == days[1].record_id


def test_a_text_that_no_element_shows_teaches_nothing() -> None:
    hidden = f"<div class='wz' style='display:none'>{text_of(1)}{text_of(2)}</div>"
    page = Page(
        capture(
            f"<html><body><h1>关于1号事项的通知</h1>{hidden}</body></html>", "http://a.gov.cn/1"
        )
    )
    assert sample_of(page, read(page.capture)) is None


def test_evidence_tells_what_would_be_gained_and_lost() -> None:
    inside = "<div class='wz'>{text}</div><div class='sign'>县人民政府办公室</div>"
    samples = [article(number, inside) for number in range(6)]
    (rule,) = learned(samples).rules
    assert rule.container == "div.wz"
    whole = [replace(one, today=frozenset(range(len(one.lines)))) for one in samples]
    evidence = evidence_of(replace(rule, pages=tuple(whole)))
    assert evidence.gained == 0
    # Title, signature and footer of six pages.
    beside = "关于号事项的通知" + "发布时间" + "县人民政府办公室" + FOOTER
    assert evidence.lost == 6 * han(beside)
    empty = [replace(one, today=frozenset()) for one in samples]
    assert evidence_of(replace(rule, pages=tuple(empty))).gained > 6 * 60
    assert "关于5号事项的通知" in evidence.outside

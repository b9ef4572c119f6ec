"""``scrapy newportal``: a spider from a portal's pages, frozen, reviewed, all or nothing."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.cms.family import Family
from crawler.errors import ArchiveError, ConfigurationError
from crawler.items import Document, Place, Rel
from crawler.newportal import expected
from crawler.newportal.answers import Answers, read_warc
from crawler.newportal.draft import draft
from crawler.newportal.freeze import PAGES, chosen, write_pages
from crawler.newportal.offline import entries, walk
from crawler.newportal.put import Target, put
from crawler.newportal.saved import read_saved_pages
from crawler.newportal.source import load, source_of
from crawler.newportal.subject import Subject, subject_of
from crawler.portal.spider import PortalSpider
from spiders.families.trs import Trs
from spiders.families.vsb import Vsb
from spiders.ningxia_lingwu import NingxiaLingwuSpider
from spiders.portal import AnyPortalSpider
from tests.docs_sandbox import settle
from tests.portals.sim import SimPortal, portal, serving

FIXTURES = Path(__file__).resolve().parent / "fixtures"
LINGWU = FIXTURES / "ningxia_lingwu"
PLACE = Place("450722", ("广西壮族自治区", "钦州市", "浦北县"))
Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Project:
    """A copy of the project that a command may write in."""

    root: Path

    def newportal(self, *arguments: str) -> Done:
        return self.run("-m", "scrapy", "newportal", *arguments)

    def run(self, *arguments: str) -> Done:
        command = ["env", "-u", "SCRAPY_SETTINGS_MODULE", f"PYTHONPATH={self.root}"]
        return subprocess.run(
            [*command, sys.executable, *arguments],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
        )

    def files(self) -> set[str]:
        """All files below spiders/ and tests/fixtures/, without Python's own."""
        places = (self.root / "spiders", self.root / "tests/fixtures")
        found = (path for place in places for path in place.rglob("*") if path.is_file())
        return {str(path.relative_to(self.root)) for path in found if path.suffix != ".pyc"}


@pytest.fixture(scope="module")
def simulated() -> SimPortal:
    return portal("trs", "small")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, simulated: SimPortal) -> Iterator[Project]:
    root = tmp_path_factory.mktemp("project")
    with serving([simulated]) as served:
        settle(root, served.connect_to)
        yield Project(root)


@pytest.fixture(scope="module")
def written(project: Project, simulated: SimPortal) -> Done:
    """A portal looked over on loopback, within its budget."""
    return project.newportal("guangxi_pubei", simulated.home)


# -- a portal from the net ------------------------------------------------------------------------


def test_a_portal_becomes_a_short_spider(project: Project, written: Done) -> None:
    assert written.returncode == 0, written.stderr
    text = (project.root / "spiders/guangxi_pubei.py").read_text("utf-8")
    assert text.startswith('"""浦北县 (钦州市, 广西壮族自治区).')
    assert "Trs()" in text and "450722" in text and "xxgk" in text
    assert len(text.splitlines()) <= 40
    ruff = project.run("-m", "ruff", "check", "--no-cache", "spiders/guangxi_pubei.py")
    assert ruff.returncode == 0, ruff.stdout


def test_the_new_spider_reads_true_documents(
    project: Project, written: Done, simulated: SimPortal
) -> None:
    facts = expected.read_expected(project.root / "tests/fixtures/guangxi_pubei")
    true = {target.url: target for target in simulated.targets}
    documents = [page for page in facts["pages"] if page["outcome"] == "document"]
    assert documents
    for page in documents:
        assert true[page["url"]].kind == page["kind"]
        assert true[page["url"]].year == page["year"]


def test_the_fixture_test_fails_until_the_pages_are_reviewed(
    project: Project, written: Done
) -> None:
    there = project.root / "tests/fixtures/guangxi_pubei"
    spider = load(project.root / "spiders/guangxi_pubei.py", "guangxi_pubei")()
    (told,) = expected.faults(spider, there)
    assert "reviewed by nobody" in told
    assert "scrapy newportal guangxi_pubei --review --by NAME" in told
    signed = project.newportal("guangxi_pubei", "--review", "--by", "A. Reader")
    assert signed.returncode == 0, signed.stderr
    assert expected.faults(spider, there) == []


def test_what_is_there_is_never_overwritten(project: Project, written: Done) -> None:
    before = project.files()
    again = project.newportal("guangxi_pubei", "--from-warc", str(LINGWU / PAGES))
    assert again.returncode == 2
    assert "spiders/guangxi_pubei.py exists; --force" in again.stderr
    assert project.files() == before


def test_a_home_page_that_does_not_answer_is_named_and_nothing_is_written(
    project: Project,
) -> None:
    before = project.files()
    done = project.newportal(
        "guangdong_lianping",
        "http://www.nobody-there.gov.cn/",
        "--max-requests",
        "3",
        "-s",
        'CONNECT_TO={"www.nobody-there.gov.cn": "127.0.0.1:9"}',
        "-s",
        "RETRY_TIMES=0",
    )
    assert done.returncode == 3, done.stderr
    assert "http://www.nobody-there.gov.cn: robots.txt was refused a connection" in done.stderr
    assert "Traceback" not in done.stderr
    assert project.files() == before


# -- portals from a WARC and from saved pages -----------------------------------------------------


def test_a_spider_written_from_a_warc_reads_its_documents(project: Project) -> None:
    done = project.newportal("ningxia_lingwu", "--force", "--from-warc", str(LINGWU / PAGES))
    assert done.returncode == 0, done.stderr
    assert "families trs" in done.stdout
    there = project.root / "tests/fixtures/ningxia_lingwu"
    facts = expected.read_expected(there)
    known = expected.read_expected(LINGWU)
    assert facts["review"] is None
    assert {page["sha256"] for page in facts["pages"]} <= {p["sha256"] for p in known["pages"]}
    assert len(facts["pages"]) >= 3


def test_saved_pages_say_where_they_came_from(tmp_path: Path) -> None:
    frozen = {capture.url: capture for capture in Answers.of_directory(LINGWU).pages()}
    urls = [url for url in frozen if not url.endswith(".pdf")][:3]
    commented, linked, listed = (frozen[url].content for url in urls)
    saved = tmp_path / "saved"
    saved.mkdir()
    comment = f"<!-- saved from url=(00{len(urls[0])}){urls[0]} -->\n".encode()
    (saved / "a.html").write_bytes(comment + commented)
    canonical = f'<link rel="canonical" href="{urls[1]}">'.encode()
    (saved / "b.html").write_bytes(linked.replace(b"<head>", b"<head>" + canonical, 1))
    (saved / "c.html").write_bytes(listed)
    (saved / "pages.jsonl").write_text(json.dumps({"file": "c.html", "url": urls[2]}) + "\n")
    (saved / "style.css").write_text("body {}")
    answers = read_saved_pages(saved, None, tmp_path / "saved.warc.gz")
    assert {capture.url for capture in answers.pages()} == set(urls)
    third = answers.get(urls[2])
    assert third is not None and third.content == listed


def test_saved_pages_are_enough_to_name_columns(tmp_path: Path) -> None:
    manifest = []
    for number, capture in enumerate(Answers.of_directory(LINGWU).pages()):
        (tmp_path / f"{number}.html").write_bytes(capture.content)
        manifest.append(json.dumps({"file": f"{number}.html", "url": capture.url}))
    (tmp_path / "pages.jsonl").write_text("\n".join(manifest))
    answers = read_saved_pages(tmp_path, None, tmp_path / "saved.warc.gz")
    made = draft(subject_of("ningxia_lingwu", ""), answers, AnyPortalSpider, "2026-01-15")
    assert [family.name for family in made.families] == ["trs"]
    assert "/zwgk/zc/zfwj/bmwj/" in made.columns.values()
    assert any(path.startswith("/zwgk/zfxxgknb/") for path in made.columns.values())


def test_columns_are_pages_to_open_on_the_portal_itself() -> None:
    """Neither what a script asked for nor the pages of a mirror."""
    answers = Answers.of_directory(FIXTURES / "guangdong_suixi")
    assert any("/gkmlpt/api/" in page.url for page in answers.pages())
    assert any("tzchery.com" in page.url for page in answers.pages())
    made = draft(subject_of("guangdong_suixi", ""), answers, AnyPortalSpider, "2026-01-15")
    assert made.families[-1].name == "nfcms"
    assert "/zjsxmzj/gkmlpt/index" in made.columns.values()
    assert not [url for url in made.columns.values() if "/api/" in url or "tzchery" in url]


def test_pages_without_reports_make_no_spider(tmp_path: Path) -> None:
    news = '<a href="/xw/202601/t20260102_7.html">全县春季植树工作会议召开</a> 2026-01-02'
    (tmp_path / "a.html").write_text(f"<html><body><ul><li>{news}</li></ul></body></html>")
    line = {"file": "a.html", "url": "http://www.nxlw.gov.cn/xw/"}
    (tmp_path / "pages.jsonl").write_text(json.dumps(line))
    answers = read_saved_pages(tmp_path, None, tmp_path / "out.warc.gz")
    with pytest.raises(ArchiveError, match=r"found none on 1 pages \(1 lists\)"):
        draft(subject_of("ningxia_lingwu", ""), answers, AnyPortalSpider, "2026-01-15")


def test_a_home_page_that_names_no_county_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body>欢迎</body></html>")
    line = {"file": "a.html", "url": "http://www.who.gov.cn/"}
    (tmp_path / "pages.jsonl").write_text(json.dumps(line))
    answers = read_saved_pages(tmp_path, None, tmp_path / "out.warc.gz")
    subject = subject_of("demo_who", "http://www.who.gov.cn/")
    with pytest.raises(ArchiveError, match=r"网站标识码.*add the portal to"):
        draft(subject, answers, AnyPortalSpider, "2026-01-15")


@pytest.mark.parametrize(
    ("manifest", "told"),
    [("", "none; name them in"), ("not json", "1: expected"), ('{"file": 1}', "1: expected")],
)
def test_saved_pages_without_addresses_are_refused(
    tmp_path: Path, manifest: str, told: str
) -> None:
    (tmp_path / "page.html").write_text("<html><body>一</body></html>")
    if manifest:
        (tmp_path / "pages.jsonl").write_text(manifest)
    with pytest.raises(ConfigurationError, match=re.escape(told)):
        read_saved_pages(tmp_path, None, tmp_path / "out.warc.gz")


@pytest.mark.parametrize(
    "content", [b"", b"no WARC at all", gzip.compress(b"neither is this", mtime=0)]
)
def test_a_file_that_is_no_warc_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.warc.gz"
    file.write_bytes(content)
    with pytest.raises(
        ConfigurationError, match=r"expected a WARC file .* found none in .*x\.warc"
    ):
        read_warc(file)


# -- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "url", "told"),
    [
        ("ningxia_lingwo", "", "near it: ningxia_lingwu"),
        ("qqqq_zzzz", "", "scrapy portals NAME"),
        ("../evil", "", "expected <province>_<county>"),
        ("Ningxia", "", "expected <province>_<county>"),
        ("class", "http://www.x.gov.cn/", "Python module or word"),
        ("json", "http://www.x.gov.cn/", "Python module or word"),
        ("portal", "http://www.x.gov.cn/", "Python module or word"),
        ("demo_x", "ftp://www.x.gov.cn/", "expected the address of a home page"),
        ("demo_x", "http://www.nxlw.gov.cn/", "the registry calls the portal .* ningxia_lingwu"),
    ],
)
def test_keys_that_cannot_be_are_refused_with_the_next_step(key: str, url: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        subject_of(key, url)


def test_a_key_of_the_registry_has_its_home_and_county() -> None:
    subject = subject_of("ningxia_lingwu", "")
    assert subject.home == "http://www.nxlw.gov.cn/"
    assert subject.place is not None and subject.place.county == "灵武市"


# -- the spider's file ----------------------------------------------------------------------------


def spider_of(tmp_path: Path, subject: Subject, place: Place, **columns: str) -> PortalSpider:
    families: tuple[Family, ...] = (Vsb(), Trs())
    text = source_of(subject, place, families, columns, "As found.", "2026-01-15")
    file = tmp_path / "spider.py"
    file.write_text(text, "utf-8")
    return load(file, subject.key)()


def test_what_a_page_says_cannot_break_out_of_the_file(tmp_path: Path) -> None:
    evil = '"}; import os #\n\\'
    subject = Subject("guangxi_pubei", "http://www.x.gov.cn/", PLACE)
    spider = spider_of(tmp_path, subject, PLACE, **{evil: '/a"b/'})
    assert dict(spider.columns) == {evil: '/a"b/'}
    assert [family.name for family in spider.families] == ["vsb", "trs"]


def test_a_county_the_registry_lacks_is_named_in_the_file(tmp_path: Path) -> None:
    place = Place("539901", ("""云岭县\"\"\"\n\\""",))
    subject = Subject("demo_yunling", "http://www.x.gov.cn/", None)
    spider = spider_of(tmp_path, subject, place, 年报="/nb/")
    assert spider.place == place


# -- frozen pages and their review ----------------------------------------------------------------


@pytest.fixture
def lingwu(tmp_path: Path) -> Path:
    """A copy of a portal's fixtures, signed."""
    there = tmp_path / LINGWU.name
    shutil.copytree(LINGWU, there)
    facts = expected.facts_of(NingxiaLingwuSpider(), there)
    expected.write_expected(there, expected.reviewed(facts, "A. Reader", "2026-01-15"))
    return there


def test_reviewed_pages_read_as_expected_are_without_fault(lingwu: Path) -> None:
    assert expected.faults(NingxiaLingwuSpider(), lingwu) == []


def test_any_edit_voids_the_review(lingwu: Path) -> None:
    file = lingwu / expected.EXPECTED
    text = file.read_text("utf-8")
    file.write_text(text.replace('"characters": 6', '"characters": 7', 1), "utf-8")
    review, reading = expected.faults(NingxiaLingwuSpider(), lingwu)
    assert "was changed after A. Reader reviewed it (2026-01-15)" in review
    assert "--reread" in reading


def test_white_space_and_order_are_no_edit(lingwu: Path) -> None:
    file = lingwu / expected.EXPECTED
    facts = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(dict(reversed(facts.items()))), "utf-8")
    assert expected.faults(NingxiaLingwuSpider(), lingwu) == []


def test_a_change_of_reading_shows_what_was_and_what_is(lingwu: Path) -> None:
    class Narrower(NingxiaLingwuSpider):
        def list_links(self, page):  # type: ignore[no-untyped-def]
            return [link for link in super().list_links(page) if link.rel is not Rel.PAGE]

    (told,) = expected.faults(Narrower(), lingwu)
    assert '-      "next": ["/zwgk/' in told
    assert '+      "next": []' in told


def test_pages_that_were_altered_are_noticed(lingwu: Path) -> None:
    pages = lingwu / PAGES
    pages.write_bytes(pages.read_bytes() + gzip.compress(b""))
    (told,) = expected.faults(NingxiaLingwuSpider(), lingwu)
    assert '"frozen"' in told


def test_missing_expectations_name_the_command(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="what `scrapy newportal nobody` writes"):
        expected.read_expected(tmp_path / "nobody")


def test_frozen_bytes_are_those_of_the_archive(tmp_path: Path) -> None:
    answers = Answers.of_directory(LINGWU)
    visits = list(walk(NingxiaLingwuSpider(), answers, entries(NingxiaLingwuSpider())))
    for name in ("a.warc.gz", "b.warc.gz"):
        write_pages(tmp_path / name, answers, chosen(visits))
    first, second = ((tmp_path / name).read_bytes() for name in ("a.warc.gz", "b.warc.gz"))
    assert first == second
    frozen = Answers([tmp_path / "a.warc.gz"])
    for visit in chosen(visits):
        for capture in visit.stored:
            copy = frozen.get(capture.url)
            assert copy is not None
            assert (copy.content, copy.headers) == (capture.content, capture.headers)
    assert any(isinstance(visit.result, Document) for visit in chosen(visits))


def test_a_failure_half_way_brings_back_what_was_there(tmp_path: Path) -> None:
    target = Target(tmp_path, "demo_x")
    target.fixtures.mkdir(parents=True)
    (target.fixtures / "old").touch()
    target.spider.mkdir(parents=True)  # a directory where the file belongs: writing it fails
    new = tmp_path / "new"
    new.mkdir()
    (new / "fresh").touch()
    with pytest.raises(OSError, match="demo_x"):
        put(new, target, "name = 1")
    assert [path.name for path in target.fixtures.iterdir()] == ["old"]

"""Runs after the first one, end to end: what is asked again, what is found, what is stored."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import ConfigurationError
from crawler.layout import Layout
from crawler.state.schedule import sample_size
from crawler.urls import canonical_url
from crawler.warc.scan import iter_records
from crawler.warc.verify import verify
from spiders.ningxia_hongsibu import NingxiaHongsibuSpider
from tests.harvest import Harvest, dump
from tests.portals import truth
from tests.portals.demo import FAST, ROOT, scrapy
from tests.portals.model import PORTALS
from tests.portals.serve import Servers, running
from tests.portals.truth import Target
from tests.warc_samples import judge

PORTAL = "ningxia_hongsibu"
#: The day after the harvest; one when everything known is due; one two months later.
NEXT_DAY, DUE, LATER = "2030-01-16", "2030-03-01", "2030-05-01"
NEVER = 10**9


@dataclass
class Site:
    """One portal with its servers and an archive of its own, begun by the harvest."""

    portal: str
    archive: Path
    servers: Servers
    runs: list[dict[str, Any]] = field(default_factory=list)

    def crawl(self, *arguments: str, **settings: object) -> dict[str, Any]:
        """A run: its file, with what the servers were asked and sent, and what it printed."""
        asked, sent = len(self.servers.requests()), self.servers.sent
        done = scrapy(
            *("crawl", self.portal, "-L", "WARNING", *arguments),
            ARCHIVE_DIR=self.archive,
            CONNECT_TO=json.dumps(self.servers.connect_to),
            **{"NOW": NEXT_DAY, **FAST, **settings},
        )
        assert done.returncode in (0, 3), done.stderr  # without news a season's reports are late
        path = sorted((self.archive / "runs" / self.portal).glob("*.json"))[-1]
        run = json.loads(path.read_text(encoding="utf-8"))
        run["asked"] = [row["target"] for row in self.servers.requests()[asked:]]
        run["sent"] = self.servers.sent - sent
        run["printed"] = done.stderr
        self.runs.append(run)
        return run  # type: ignore[no-any-return]

    def versions(self, target: Target) -> list[str]:
        """The texts of a Document, oldest first."""
        documents = Harvest(self.archive, {}, []).documents(self.portal)
        wanted = canonical_url(target.url)
        (document,) = [d for d in documents if d.row["canonical_url"] == wanted]
        files = [self.archive / version["file"] for version in document.versions]
        return [file.read_text(encoding="utf-8") for file in files]

    def warcs(self) -> list[Path]:
        return sorted(Layout(self.archive).warc_dir(self.portal).glob("*.warc.gz"))


def begin(portal: str, harvest: Harvest, folder: Path, servers: Servers) -> Site:
    archive = folder / "archive"
    for part in ("warc", "text", "runs"):
        shutil.copytree(harvest.archive / part / portal, archive / part / portal)
    for file in ("catalogue.sqlite", f"state/{portal}.sqlite"):
        (archive / file).parent.mkdir(exist_ok=True)
        shutil.copy(harvest.archive / file, archive / file)
    return Site(portal, archive, servers)


def plain_targets(portal: str) -> list[Target]:
    """Targets whose text stands on a page of their own that is listed once."""
    return [
        target
        for target in truth.targets(portal)
        if target.way == "list" and not target.seed and not target.entry.note
    ]


def edited(body: bytes, encoding: str = "utf-8") -> bytes:
    return body.replace("。".encode(encoding), "（已更正）。".encode(encoding))


# -- one story on 红寺堡: unchanged, then news, then everything is due ----------------------------


@dataclass
class Story(Site):
    changed: Target | None = None
    new_on_first: str = ""
    new_on_deep: str = ""


NEW_TITLE = "红寺堡区财政局2024年政府信息公开工作年度报告"


@pytest.fixture(scope="module")
def story(harvest: Harvest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with running() as servers:
        begun = begin(PORTAL, harvest, tmp_path_factory.mktemp("story"), servers)
        site = Story(begun.portal, begun.archive, servers)
        site.crawl(CONDITIONAL_SAMPLE=NEVER)
        change(site)
        site.crawl(CONDITIONAL_SAMPLE=NEVER)
        site.crawl(CONDITIONAL_SAMPLE=NEVER, NOW=DUE)
        yield site


def change(site: Story) -> None:
    """An edit, a new row on page 1 of a list, and one on a deeper page of another."""
    base = PORTALS[PORTAL].base
    site.changed, model = plain_targets(PORTAL)[:2]
    site.servers.content.edit(site.changed.url, edited)
    site.new_on_first = f"{base}/xxgk/zfxxgknb/202511/t20251130_7000001.html"
    site.new_on_deep = f"{base}/xxgk/tzgg/202511/t20251130_7000002.html"
    page = site.servers.content.answer(PORTALS[PORTAL].host, model.url.removeprefix(base)).body
    lists = (f"{base}/xxgk/zfxxgknb/bm/", f"{base}/xxgk/tzgg/index_2.html")
    for number, (url, at) in enumerate(
        zip((site.new_on_first, site.new_on_deep), lists, strict=True)
    ):
        title = f"{NEW_TITLE}（{number}）"
        own = page.decode().replace(model.title, title).encode()
        site.servers.content.edit(url, lambda _, own=own: own)
        row = f'<ul class="list">\n<li><a href="{url}">{title}</a><span>2025-11-30</span></li>'
        site.servers.content.edit(
            at, lambda body, row=row: body.replace(b'<ul class="list">', row.encode(), 1)
        )


def first_texts(harvest: Harvest, target: Target) -> list[str]:
    site = Site(target.portal, harvest.archive, None)  # type: ignore[arg-type]
    return site.versions(target)


def test_an_unchanged_portal_costs_its_lists_first_pages(harvest: Harvest, story: Story) -> None:
    run = story.runs[0]
    host = PORTALS[PORTAL].host
    first = [row["target"] for row in harvest.asked if row["host"] == host]
    assert len(run["asked"]) <= 0.3 * len(first)
    assert set(run["asked"]) < set(first)
    articles = {target.rpartition("/")[2] for target in run["asked"] if "/t20" in target}
    assert len(articles) == sample_size(0)  # to see whether they still are what they were
    assert set(run["outcomes"]) == {"not_modified", "redirected"}  # one of them had moved
    assert (run["documents"]["new"], run["documents"]["altered"]) == (0, 0)


def test_a_new_row_on_page_one_is_found_with_few_requests(story: Story) -> None:
    before, run = story.runs[:2]
    assert run["documents"]["new"] == 1
    # Beside what an unchanged portal costs: the article, and one list page that is known already.
    assert len(run["asked"]) <= len(before["asked"]) + 2
    assert story.new_on_first.partition(".cn")[2] in run["asked"]


def test_what_is_not_due_is_not_asked_and_so_not_found(story: Story) -> None:
    assert story.changed is not None
    asked = story.runs[1]["asked"]
    assert story.changed.url.partition(".cn")[2] not in asked
    assert story.new_on_deep.partition(".cn")[2] not in asked
    assert story.runs[1]["documents"]["altered"] == 0


def test_an_edit_becomes_a_version_and_both_texts_stay(harvest: Harvest, story: Story) -> None:
    assert story.changed is not None
    assert story.runs[2]["documents"]["altered"] == 1
    old, new = story.versions(story.changed)
    assert first_texts(harvest, story.changed) == [old]
    assert "（已更正）" not in old
    assert new == old.replace("。", "（已更正）。")


def test_a_row_on_a_deeper_page_is_found_when_the_list_is_due(story: Story) -> None:
    assert story.runs[2]["documents"]["new"] == 1
    documents = Harvest(story.archive, {}, []).documents(PORTAL)
    found = {document.row["url"] for document in documents}
    assert {story.new_on_deep, story.new_on_first} < found


def test_what_is_unchanged_is_seen_again_without_its_body(harvest: Harvest, story: Story) -> None:
    run = story.runs[2]
    assert run["outcomes"]["not_modified"] > run["outcomes"]["ok"]
    before = {d.row["doc_id"]: d.row["last_seen"] for d in harvest.documents(PORTAL)}
    for document in Harvest(story.archive, {}, []).documents(PORTAL):
        seen = before.get(document.row["doc_id"])
        assert seen is None or document.row["last_seen"] > seen


def test_a_304_is_a_revisit_of_its_first_capture(story: Story) -> None:
    found = [record for path in story.warcs() for record in iter_records(path)]
    responses = {record.id() for record in found if record.kind == "response"}
    unchanged = [r for r in found if r.header("WARC-Profile").endswith("server-not-modified")]
    assert len(unchanged) > 60
    assert {record.id("WARC-Refers-To") for record in unchanged} <= responses
    assert all(record.block.startswith(b"HTTP/1.1 304 ") for record in unchanged)


def test_lists_that_are_due_are_read_in_full_and_stored_once(story: Story) -> None:
    """Pages without a change are the same payload at the same URL: no second copy."""
    last = list(iter_records(story.warcs()[-1]))
    assert [r for r in last if r.header("WARC-Profile").endswith("identical-payload-digest")]
    answers = [record for record in last if record.kind == "response"]
    assert story.changed is not None
    assert {r.url for r in answers if r.block.startswith(b"HTTP/1.1 200")} == {
        story.changed.url,
        story.new_on_deep,
        f"{PORTALS[PORTAL].base}/xxgk/tzgg/index_2.html",
    }


def test_all_judges_accept_the_files(story: Story) -> None:
    for path in story.warcs():
        assert judge(path) == []
        assert verify(path) == []


def test_reextraction_and_replay_give_what_the_runs_gave(story: Story, tmp_path: Path) -> None:
    assert_rebuilt_alike(story, tmp_path)
    replayed = scrapy("replay", PORTAL, "-L", "WARNING", ARCHIVE_DIR=story.archive)
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    assert ", 0 differ" in replayed.stdout


def assert_rebuilt_alike(site: Site, target: Path) -> None:
    shutil.copytree(site.archive / "warc" / PORTAL, target / "warc" / PORTAL)
    assert scrapy("reextract", ARCHIVE_DIR=target).returncode == 0
    assert portal_alone(dump(target)) == portal_alone(dump(site.archive))


def portal_alone(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without the other portals, whose captures this archive does not have."""
    return {name: [row for row in rows if PORTAL in row] for name, rows in found.items()}


# -- hosts that lie, bodies that are lost ---------------------------------------------------------


def test_a_server_that_lies_is_caught_and_believed_no_more(
    harvest: Harvest, tmp_path: Path
) -> None:
    with running() as servers:
        site = begin("ningxia_lingwu", harvest, tmp_path, servers)
        host = PORTALS[site.portal].host
        first, second = [t for t in plain_targets(site.portal) if t.text_source == "html"][:2]
        for target in (first, second):
            encoding = "utf-8" if "。".encode() in page_of(site, target) else "gb18030"
            servers.content.edit(target.url, lambda body, e=encoding: edited(body, e))
        servers.content.lie(host)

        run = site.crawl(NOW=DUE, CONDITIONAL_SAMPLE=1)
        assert len(site.versions(first)) == len(site.versions(second)) == 2
        assert f"{host}" in run["printed"]
        assert "server says that it has not (304)" in run["printed"]
        assert run["conditional"][f"lied/{host}"] > 0
        told = scrapy("status", site.portal, ARCHIVE_DIR=site.archive)
        assert f"304 for changed pages from {host}: asked in full" in told.stdout

        run = site.crawl(NOW=LATER, CONDITIONAL_SAMPLE=NEVER)
        assert "not_modified" not in run["outcomes"]  # nobody asked it for changes
        assert run["conditional"].keys() == {f"distrusted/{host}"}
        assert len(site.versions(first)) == 2
        assert [judge(path) for path in site.warcs()] == [[]] * 3


def page_of(site: Site, target: Target) -> bytes:
    host = PORTALS[site.portal].host
    return site.servers.content.answer(host, target.url.partition(host)[2]).body


def test_where_the_stored_body_is_lost_the_page_is_stored_anew(
    harvest: Harvest, tmp_path: Path
) -> None:
    with running() as servers:
        site = begin(PORTAL, harvest, tmp_path, servers)
        for path in site.warcs():
            path.unlink()
        run = site.crawl(NOW=DUE)
        assert "not_modified" not in run["outcomes"]
        assert "it is asked in full and stored anew" in run["printed"]
        (path,) = site.warcs()
        assert not [record for record in iter_records(path) if record.kind == "revisit"]


def test_a_run_killed_among_known_pages_goes_on_where_it_was(
    harvest: Harvest, tmp_path: Path
) -> None:
    with running() as servers:
        site = begin(PORTAL, harvest, tmp_path, servers)
        changed = plain_targets(PORTAL)[::4]
        for target in changed:
            servers.content.edit(target.url, edited)
        killed = start(site, NOW=DUE)
        while len(servers.requests()) < 40:
            assert killed.poll() is None
            time.sleep(0.02)
        killed.kill()
        killed.wait()
        before = len(servers.requests())
        run = site.crawl(NOW=DUE)
        assert len(run["asked"]) <= 83 - before + 8  # those in flight, robots.txt
        assert all(len(site.versions(target)) == 2 for target in changed)
        assert_rebuilt_alike(site, tmp_path / "again")


def start(site: Site, **settings: object) -> subprocess.Popen[bytes]:
    """A crawl that can be killed."""
    given = {
        "ARCHIVE_DIR": site.archive,
        "CONNECT_TO": json.dumps(site.servers.connect_to),
        **FAST,
        **settings,
    }
    command = [sys.executable, "-m", "scrapy", "crawl", site.portal, "-L", "ERROR"]
    for name, value in given.items():
        command += ["-s", f"{name}={value}"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"recheck": "weekly"}, "30d"),
        ({"fresh": "maybe"}, "expected 1 or 0"),
        ({"speed": "9"}, "unknown spider argument"),
    ],
)
def test_spider_arguments_are_checked(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        NingxiaHongsibuSpider(**arguments)
    taken = NingxiaHongsibuSpider(recheck="12h", fresh="1")
    assert (taken.recheck, taken.fresh) == (timedelta(hours=12), True)

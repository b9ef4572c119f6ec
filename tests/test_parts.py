"""Pages whose parts lie on a host that does not give them: real crawls, quick ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.catalogue import Catalogue, StoredDocument
from crawler.items import PartRef, Role
from crawler.layout import Layout
from crawler.parts import places_of
from crawler.state.schedule import sample_size
from tests.fetch_lab import Answer, Server
from tests.pdf_samples import Sheet
from tests.portals.demo import FAST, scrapy
from tests.portals.faults_kit import html
from tests.small_portal import CHALLENGE, HOST, LIST, PORTAL, SmallPortal

TEXT = "全镇主动公开政府信息三十条，受理依申请公开两件，均已答复，没有行政复议和行政诉讼。" * 4
FILES = "files.hongsibu.gov.cn"
COUNT = 6
FIRST_DAY, NEXT_DAY = "2030-01-15", "2030-01-16"


def page(number: int) -> str:
    return f"/xxgk/zfxxgknb/202001/t20200115_{number}.html"


def portal_with_files() -> SmallPortal:
    """Reports whose text is a PDF, on a host of its own; the first one prints it as well."""
    portal = SmallPortal([page(number) for number in range(COUNT)])
    for number, path in enumerate(portal.rows):
        title = f"太阳山镇{2016 + number}年政府信息公开工作年度报告"
        link = f'<p>附件：<a href="http://{FILES}/{number}.pdf">{title}.pdf</a></p>'
        printed = f"<p>{TEXT}</p>" * 2 if number == 0 else ""
        body = f'<h1>{title}</h1><div class="TRS_Editor">{printed}{link}</div>'
        portal.answers[path] = Answer(html(body, title))
    return portal


class Files:
    """The host of the files: a wall, a wish to be left alone, or the files."""

    def __init__(self, wall: Answer | None) -> None:
        self.wall = wall

    def __call__(self, path: str) -> Answer:
        if path == "/robots.txt":
            return Answer(status=404)
        if self.wall is not None:
            return self.wall
        sheet = Sheet()
        sheet.paragraph(TEXT)
        return Answer(sheet.pdf(), headers={"Content-Type": "application/pdf"})


class Lab:
    def __init__(self, archive: Path, portal: Server, files: Server) -> None:
        self.archive = archive
        self.hosts = {
            HOST: f"{portal.host}:{portal.port}",
            FILES: f"{files.host}:{files.port}",
        }
        self.printed = ""

    def crawl(self, now: str) -> dict[str, Any]:
        """A run on that day: its file."""
        done = scrapy(
            *("crawl", PORTAL, "-L", "WARNING"),
            **{**FAST, "POLITENESS_PER_HOST": 1, "POLITENESS_BACKOFF": 0.01, "RETRY_TIMES": 0},
            ARCHIVE_DIR=self.archive,
            CONNECT_TO=json.dumps(self.hosts),
            NOW=now,
        )
        assert "Traceback" not in done.stderr, done.stderr
        self.printed = done.stdout
        file = max(Layout(self.archive).run_dir(PORTAL).glob("2*.json"))
        run: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return run

    def documents(self) -> list[StoredDocument]:
        catalogue = Catalogue(Layout(self.archive))
        return list(catalogue.whole(catalogue.documents([PORTAL])))


def missing_parts(document: StoredDocument) -> list[str]:
    return [text for text in document.latest.warnings if text.startswith("part_missing:")]


def assert_all_but_the_files_is_kept(lab: Lab, run: dict[str, Any]) -> None:
    """The page that has a text is a Document, the others are named; nothing stays queued."""
    (document,) = lab.documents()
    assert missing_parts(document) == [f"part_missing:http://{FILES}/0.pdf"]
    assert run["observed"]["pages"] == {"part_missing": COUNT - 1}
    assert run["frontier"]["left"] == 0
    assert "stay queued" not in lab.printed


def test_a_page_does_not_wait_for_a_host_that_blocks_its_parts(tmp_path: Path) -> None:
    portal, files = portal_with_files(), Files(CHALLENGE)
    with Server(portal) as pages, Server(files, "127.0.0.2") as walled:
        lab = Lab(tmp_path, pages, walled)
        assert_all_but_the_files_is_kept(lab, lab.crawl(FIRST_DAY))
        assert 1 <= len(walled.pages) < COUNT, "its run ended before it was asked for all"

        asked = len(walled.pages)
        files.wall = None
        lab.crawl(NEXT_DAY)
        assert sorted(walled.pages[asked:]) == [f"/{number}.pdf" for number in range(COUNT)]
        assert len(lab.documents()) == COUNT

        asked = len(pages.hits)
        lab.crawl(NEXT_DAY)
        paths = {hit.url for hit in pages.hits[asked:]}
        assert LIST in paths
        again = paths.intersection(portal.rows)
        assert len(again) <= sample_size(COUNT) < COUNT, "nothing is owed any more"


def test_a_page_does_not_wait_for_a_host_that_wishes_to_be_left_alone(tmp_path: Path) -> None:
    wish = Answer(status=429, headers={"Retry-After": "86400"})
    with Server(portal_with_files()) as pages, Server(Files(wish), "127.0.0.2") as tired:
        lab = Lab(tmp_path, pages, tired)
        assert_all_but_the_files_is_kept(lab, lab.crawl(FIRST_DAY))
        assert len(tired.pages) == 1


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ({0: ["http://x/a"], 1: ["http://x/b"]}, [0, 1]),
        # rules have learned of a part before them, and of another order
        ({0: ["http://x/b"]}, [None, 0]),
        ({0: ["http://x/b"], 1: ["http://x/a"]}, [1, 0]),
        # the other scheme, a session; an answer that does not say what was asked for
        ({0: ["https://x/a"], 1: ["http://x/b;jsessionid=1"]}, [0, 1]),
        ({0: ["http://y/moved"], 1: ["http://x/b"]}, [0, 1]),
        ({0: ["http://x/a", "http://y/moved"], 5: ["http://x/a"]}, [0, None]),
        ({}, [None, None]),
        ({0: ["javascript:1"]}, [0, None]),
    ],
)
def test_a_part_is_found_again_by_what_was_asked_for(
    asked: dict[int, list[str]], places: list[int | None]
) -> None:
    refs = [PartRef(f"http://x/{name}", Role.ATTACHMENT) for name in "ab"]
    assert places_of(refs, asked) == places

"""A known list that answers no more: a real crawl asks it longer than other pages, and says so."""

from __future__ import annotations

from pathlib import Path

from crawler.layout import Layout
from crawler.runs.files import last_run
from crawler.thresholds import LIMITS
from tests.fetch_lab import Answer, Server
from tests.portals.demo import FAST, Crawl, scrapy
from tests.small_portal import HOST, LIST, PORTAL, SmallPortal, report_paths


def crawl(archive: Path, server: Server, *arguments: str) -> Crawl:
    settings = {
        **FAST,
        "POLITENESS_BACKOFF": 0.01,
        "ARCHIVE_DIR": archive,
        "CONNECT_TO": f'{{"{HOST}": "127.0.0.1:{server.port}"}}',
    }
    return scrapy("crawl", PORTAL, "-L", "WARNING", *arguments, **settings)


def test_a_list_that_fails_alone_is_reported_in_the_first_run(tmp_path: Path) -> None:
    portal = SmallPortal(report_paths(6))
    paths: list[str] = []

    def answer(path: str) -> Answer:
        paths.append(path)
        return portal(path)

    with Server(answer) as server:
        assert crawl(tmp_path, server).returncode == 0
        portal.answers[LIST] = Answer(status=502)
        paths.clear()
        done = crawl(tmp_path, server, "-a", "recheck=0h")
    run = last_run(Layout(tmp_path), PORTAL)
    assert run is not None
    assert paths.count(LIST) == LIMITS["silent_attempts"]
    assert set(paths[-3:]) == {LIST}  # when nothing else was left to ask
    assert (done.returncode, run["verdict"]) == (3, "broken"), run["reason"]
    assert f"{LIST} (no answer to 6 attempts)" in run["reason"]

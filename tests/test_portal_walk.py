"""`scrapy crawl portal`: a county nobody wrote a line for, walked in two runs, then read again.

The portal is simulated (TRS, with a sub-tree of another CMS, stubs, frames and traps), its host in
no registry. The first run ends at its budget, the second goes on.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from crawler.catalogue import Catalogue, StoredDocument
from crawler.errors import ConfigurationError
from crawler.layout import Layout
from crawler.urls import canonical_url
from spiders.portal import AnyPortalSpider
from tests.fetch_lab import Answer, Server
from tests.portals.demo import FAST, Crawl, scrapy
from tests.portals.sim import SimPortal, portal, serving

KEY = "site_www_sim_dash_trs_gov_cn"
BUDGET = 25


@dataclass(frozen=True)
class Walk:
    made: SimPortal
    archive: Path
    runs: list[Crawl]
    asked: list[list[str]]  # by run

    @property
    def files(self) -> list[dict[str, Any]]:
        paths = sorted((self.archive / "runs" / KEY).glob("*.json"))
        return [json.loads(path.read_text(encoding="utf-8")) for path in paths]

    def documents(self, archive: Path | None = None) -> list[StoredDocument]:
        catalogue = Catalogue(Layout(archive or self.archive))
        return list(catalogue.whole(catalogue.documents([KEY])))


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    archive = tmp_path_factory.mktemp("walk") / "archive"
    made = portal("trs", "small")
    runs, asked = [], []
    with serving([made]) as served:
        settings = {
            **FAST,
            "ARCHIVE_DIR": archive,
            "CONNECT_TO": json.dumps(served.connect_to),
            "NOW": made.now,
        }
        arguments = ("crawl", "portal", "-L", "WARNING", "-a", f"home={made.home}")
        for more in (("-a", f"max_requests={BUDGET}"), ()):
            before = len(served.requests(made.host))
            runs.append(scrapy(*arguments, *more, **settings))
            asked.append([one.target for one in served.requests(made.host)[before:]])
    yield Walk(made, archive, runs, asked)


def test_a_budget_ends_a_run_in_order_and_the_next_goes_on(walk: Walk) -> None:
    assert [run.returncode for run in walk.runs] == [0, 0], walk.runs[0].stderr
    first, second = walk.files
    assert (first["verdict"], first["finish_reason"]) == ("budget", "budget")
    pages = [target for target in walk.asked[0] if target != "/robots.txt"]
    assert BUDGET - 4 <= len(pages) <= BUDGET
    assert first["frontier"]["left"] > 0
    assert second["continues"] == first["run"]
    assert second["verdict"] == "ok"
    again = set(pages) & set(walk.asked[1]) - {"/"}
    assert len(again) <= 4, "more was asked again than the end of the budget cut off on its way"


def test_nearly_all_targets_are_found_and_nothing_else(walk: Walk) -> None:
    wanted = {canonical_url(target.url): target for target in walk.made.targets}
    found = {row["canonical_url"] for document in walk.documents() for row in document.urls}
    missed = [wanted[url] for url in wanted.keys() - found]
    assert len(missed) <= 1, missed
    strange = [d.latest.url for d in walk.documents() if d.row["canonical_url"] not in wanted]
    assert strange == []


def test_the_walk_is_short_and_says_why_it_asked_what(walk: Walk) -> None:
    requests = sum(map(len, walk.asked))
    assert requests <= 6 * len(walk.documents())
    news = [target for run in walk.asked for target in run if "/xwzx/" in target]
    assert [target for target in news if "/t20" not in target] == [], "a list of news"
    assert len(news) <= 5, "more than one article a column of the sitemap"
    told = walk.files[-1]["walk"]
    assert told["queued/row"] > 0
    assert any(name.startswith("asked/disclosure/reports") for name in told)


def test_the_county_is_the_one_its_home_page_names(walk: Walk) -> None:
    wanted = {canonical_url(target.url): target for target in walk.made.targets}
    pairs = [(d.latest, wanted[d.row["canonical_url"]]) for d in walk.documents()]
    assert {document.adcode for document, _ in pairs} == {walk.made.adcode}
    wrong = [
        (document.issuer.id, target.issuer)
        for document, target in pairs
        if document.issuer.short != target.short
    ]
    assert len(wrong) <= 1, wrong


def test_replay_and_reextraction_read_the_same(walk: Walk, tmp_path: Path) -> None:
    replayed = scrapy("replay", KEY, "-L", "WARNING", ARCHIVE_DIR=walk.archive)
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    assert f"{len(walk.documents())} documents read, 0 differ" in replayed.stdout
    copy = tmp_path / "archive"
    shutil.copytree(walk.archive / "warc", copy / "warc")
    reread = scrapy("reextract", ARCHIVE_DIR=copy)
    assert reread.returncode == 0, reread.stderr
    assert rows(walk.documents(copy)) == rows(walk.documents())


def rows(documents: list[StoredDocument]) -> list[dict[str, Any]]:
    return [{k: v for k, v in document.row.items() if k != "updated"} for document in documents]


# -- a registered county, and a home page that names none --------------------------------------


def test_a_registered_county_shares_the_archive_of_its_own_spider(tmp_path: Path) -> None:
    assert AnyPortalSpider(adcode="640303").portal == "ningxia_hongsibu"
    assert AnyPortalSpider(home="http://www.hongsibu.gov.cn/").portal == "ningxia_hongsibu"
    refused = scrapy("crawl", "portal", "-a", "adcode=1", ARCHIVE_DIR=tmp_path)
    assert refused.returncode == 2
    assert "portals.csv" in refused.stderr and "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("max_requests", "0"), ("max_minutes", "soon"), ("max_minutes", "1.5")]
)
def test_bad_budgets_are_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        AnyPortalSpider(adcode="640303", **{name: value})


def test_a_portal_without_a_name_ends_and_says_that_nothing_was_found(tmp_path: Path) -> None:
    """A calendar without end, a page that frames itself, links to itself under session ids."""

    months = count()

    def trap(path: str) -> Answer:
        links = "".join(
            f'<a href="/zfxxgk/rl?month={next(months)}&sid={n}">信息公开{n}</a>' for n in range(9)
        )
        frame = f'<iframe src="/zfxxgk/f?x={len(path)}"></iframe>'
        body = f"<html><title>门户</title><body>{links}{frame}</body></html>"
        return Answer(body if path != "/robots.txt" else "", 200 if path != "/robots.txt" else 404)

    with Server(trap) as server:
        settings = {
            **FAST,
            "ARCHIVE_DIR": tmp_path,
            "CONNECT_TO": json.dumps({"www.trap.gov.cn": f"127.0.0.1:{server.port}"}),
        }
        home = "home=http://www.trap.gov.cn/"
        done = scrapy("crawl", "portal", "-L", "WARNING", "-a", home, **settings)
        assert done.returncode == 3, done.stderr
        assert len(server.pages) < 200
    (file,) = (tmp_path / "runs" / "site_www_trap_gov_cn").glob("*.json")
    assert json.loads(file.read_text(encoding="utf-8"))["verdict"] == "failed"

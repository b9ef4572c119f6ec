"""Known Documents read again: what they have lost, when that is drift, and who is asked again."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler import RULES_VERSION
from crawler.items import AttachmentInfo, Context, FetchOutcome, Kind, Paragraph, Table
from crawler.layout import Layout
from crawler.losses import TRAITS, Profile, compare, profile_of
from crawler.runs.files import last_run
from crawler.runs.likelihood import chance_of_losses
from crawler.state import known, pages
from crawler.state.pagerows import PageRole
from crawler.state.pages import Answer
from crawler.state.schedule import SECOND_LOOK, sample_size
from crawler.thresholds import LOSS_RULES
from tests.portals import truth
from tests.portals.demo import DAY, FAST, scrapy
from tests.portals.serve import running
from tests.sightings import sighting

NOW = datetime(2026, 1, 15, tzinfo=UTC)
PORTAL = "ningxia_hongsibu"
LONG = Paragraph("根据《条例》第50条的规定，现公布2020年度报告" * 30)
TABLE = Table((("项目", "数量"), ("规章", "3"), ("文件", "4")))
FILES = tuple(
    AttachmentInfo(f"http://www.shili.example/{name}.pdf", name, "document") for name in "ab"
)


def changed(pattern: str, replacement: str) -> dict[str, Any]:
    return {"blocks": (Paragraph(re.sub(pattern, replacement, LONG.text)), TABLE)}


def document(**changes: Any) -> Any:
    full = replace(
        sighting(1),
        title="城月镇2020年政府信息公开年报",
        path="container:.TRS_Editor",
        published="2021-01-05",
        source="城月镇人民政府",
        infobox=(("发布机构", "城月镇"),),
        attachments=FILES,
        rules_version=RULES_VERSION,
        blocks=(LONG, TABLE),
    )
    return replace(full, **changes)


def lost(now: Profile | None, answered: bool = True) -> set[str]:
    return set(compare(profile_of(document()), now, answered=answered).lost)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"title": "政府信息公开年报"}, {"wording"}),
        ({"title": "城月镇 2020年\u3000政府信息公开年报（全文）"}, set()),
        ({"published": "2026-01-15"}, {"day"}),
        ({"blocks": (LONG, LONG, *document().blocks)}, set()),
        ({"path": "trafilatura"}, {"container"}),
        ({"published": ""}, {"published", "day"}),
        ({"source": ""}, {"source", "origin"}),
        ({"source": "本网"}, {"origin"}),
        ({"source": "遂溪县城月镇人民政府"}, set()),
        ({"infobox": (("发布机构", "本网"),)}, {"origin"}),
        ({"attachments": FILES[:1]}, {"attached"}),
        (changed(r"(?<=\d)\d(?=\d)", "*"), {"digits"}),
        (changed("[《》]", "?"), {"marks"}),
        (changed("条例", "办法"), set()),
        (changed(r"\Z", "（50）" * 90), set()),
        ({"blocks": (LONG,)}, {"tables", "rows"}),
        ({"blocks": (Paragraph(LONG.text[: len(LONG.text) * 5 // 8]), TABLE)}, {"body", "digits"}),
        ({"blocks": (LONG, Table((("项目", "数量"),)))}, {"rows"}),
        (
            {"blocks": (Paragraph("见图"), document().blocks[1])},
            {"text", "body", "digits", "marks"},
        ),
        ({"warnings": ("part_missing",)}, {"complete"}),
        ({"title": "\ufffd年报"}, {"clean", "wording"}),
        ({"blocks": (Paragraph(f"<p>{LONG.text}</p>"), document().blocks[1])}, {"clean"}),
        ({"report_year": 2021}, {"key"}),
        ({"kind": Kind.WORK_POINTS}, {"key"}),
    ],
)
def test_what_a_document_has_lost_is_named(changes: dict[str, Any], expected: set[str]) -> None:
    assert lost(profile_of(document(**changes))) == expected


def test_a_document_that_is_none_any_more_has_lost_that_alone() -> None:
    assert lost(None) == {"document"}
    assert lost(None, answered=False) == {"answer"}


def test_a_document_that_stood_in_a_file_is_counted_among_files_too() -> None:
    filed = profile_of(document(text_source="pdf"))
    assert compare(filed, None, answered=True).lost == ("document", "file")
    assert "file" in compare(filed, filed, answered=True).had
    assert "file" not in compare(filed, profile_of(document()), answered=True).lost
    guide = document(text_source="pdf", blocks=(Paragraph("网站使用指南"),))
    unlinked = document(attachments=(), blocks=(Paragraph("附件：年度报告.pdf"),))
    for other in (guide, unlinked):
        assert "file" in compare(filed, profile_of(other), answered=True).lost


def test_what_was_never_there_cannot_be_lost_and_other_rules_prove_nothing() -> None:
    before = profile_of(document(source=""))
    assert "source" not in compare(before, profile_of(document()), answered=True).had
    assert compare(None, before, answered=True) == ((), ())
    older = replace(before, rules="0")
    assert compare(older, None, answered=True) == ((), ())
    assert compare(older, before, answered=True) == ((), ())


def test_every_loss_has_a_rule() -> None:
    filed = profile_of(document(text_source="pdf"))
    had = {*compare(filed, filed, answered=True).had}
    assert had | set(TRAITS) == {rule.thing for rule in LOSS_RULES}
    assert all(0 < rule.rate < 0.1 and rule.reason for rule in LOSS_RULES)


def test_the_chance_that_pages_lose_things_by_themselves() -> None:
    assert chance_of_losses(0, 5, 0.01) == pytest.approx(1)
    assert chance_of_losses(1, 1, 0.01) == pytest.approx(0.01)
    assert chance_of_losses(2, 2, 0.1) == pytest.approx(0.01)
    assert chance_of_losses(5, 5, 0.01) < 1e-9


# -- who is asked again ---------------------------------------------------------------------------


@pytest.fixture
def connection() -> sqlite3.Connection:
    opened = sqlite3.connect(":memory:", isolation_level=None)
    opened.executescript(pages.SCHEMA + known.SCHEMA)
    for number in range(20):
        url = f"http://www.shili.example/{number:02}.html"
        answer = Answer(url, FetchOutcome.OK, Context(), PageRole.DOCUMENT)
        pages.answered(opened, answer, NOW + timedelta(hours=number), "earlier")
        known.put(opened, url, profile_of(document()))
    return opened


def names(found: list[Any]) -> list[str]:
    return [page.url[-7:-5] for page in found]


def test_the_longest_unasked_documents_are_sampled_and_the_youngest_looked_at(
    connection: sqlite3.Connection,
) -> None:
    assert known.count(connection) == 20
    assert names(known.longest_unasked(connection, "now", 3)) == ["00", "01", "02"]
    assert names(known.latest_asked(connection, "now", 2)) == ["19", "18"]
    again = Answer("http://www.shili.example/00.html", FetchOutcome.OK, Context())
    pages.answered(connection, again, NOW + timedelta(days=9), "now")
    known.put(connection, "http://www.shili.example/01.html", None)
    assert names(known.longest_unasked(connection, "now", 2)) == ["02", "03"]


def test_profiles_are_kept_as_they_are(connection: sqlite3.Connection) -> None:
    url = "http://www.shili.example/00.html"
    assert known.recall(connection, url).profile == profile_of(document())
    known.put(connection, url, None)
    assert known.recall(connection, url).profile is None


def test_profiles_that_were_kept_before_there_was_more_to_keep_are_read(
    connection: sqlite3.Connection,
) -> None:
    added = {"origin", "digits", "marks", "attached"}
    kept = {name: of for name, of in asdict(profile_of(document())).items() if name not in added}
    connection.execute("UPDATE known_documents SET profile = ?", (json.dumps(kept),))
    before = known.recall(connection, "http://www.shili.example/00.html").profile
    assert not added & set(compare(before, profile_of(document()), answered=True).had)
    assert "body" in compare(before, profile_of(document(blocks=())), answered=True).lost


def test_the_sample_grows_with_the_portal() -> None:
    assert [sample_size(number) for number in (0, 40, 200, 5_000)] == [4, 4, 4, 100]


# -- live -----------------------------------------------------------------------------------------


def test_a_changed_template_is_drift_on_the_next_day_though_nothing_is_due(tmp_path: Path) -> None:
    later = (datetime.fromisoformat(DAY) + timedelta(days=200)).isoformat()
    after = (datetime.fromisoformat(DAY) + timedelta(days=201)).isoformat()
    with running() as servers:

        def crawl(now: str) -> dict[str, Any]:
            done = scrapy(
                *("crawl", PORTAL, "-L", "WARNING", "-a", "recheck=900d"),
                ARCHIVE_DIR=tmp_path,
                CONNECT_TO=json.dumps(servers.connect_to),
                **{**FAST, "NOW": now},
            )
            assert done.returncode in (0, 3), done.stderr
            run = last_run(Layout(tmp_path), PORTAL)
            assert run is not None
            return run

        crawl(DAY)
        quiet = crawl(later)
        assert quiet["observed"]["had"]["document"] == sample_size(0)
        assert quiet["observed"]["lost"] == {}
        paths = {urlsplit(target.url).path for target in truth.targets(PORTAL)}
        for target in truth.targets(PORTAL):
            servers.content.edit(target.url, _undated)
        asked = len(servers.requests())
        drifted = crawl(after)
        again = paths & {urlsplit(row["target"]).path for row in servers.requests()[asked:]}
    assert drifted["verdict"] == "drift"
    assert "lost:published" in {finding["kind"] for finding in drifted["findings"]}
    (url, *_) = drifted["observed"]["lost_at"]["published"]
    assert url in drifted["reason"]
    assert sample_size(0) < len(again) <= sample_size(0) + SECOND_LOOK


def _undated(body: bytes) -> bytes:
    return re.sub(rb"20\d\d-\d\d-\d\d", b"", body)

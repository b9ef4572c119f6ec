"""Verdicts as pure functions of evidence: what decides, in which order, and what keeps quiet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from crawler.runs.deadlines import due_date, overdue
from crawler.runs.evidence import Baseline, Evidence, Holdings, baseline_of
from crawler.runs.likelihood import chance_of_fewer, chance_of_more
from crawler.runs.observed import LINKED, NO_ANSWER, ColumnRead, ListSeen, Observed
from crawler.runs.verdict import judge_run
from crawler.runs.words import EXIT_CODES, Verdict, exit_code, next_step

DAY = date(2026, 1, 15)
COLUMN, LIST, OTHER = "http://a.gov.cn/nb/", "http://a.gov.cn/nb/xz/", "http://a.gov.cn/nb/bm/"
TRAITS = dict.fromkeys(("container", "title", "published", "clean", "text", "issuer"), 40)


def observed(**changes: Any) -> Observed:
    """A healthy walk over two lists below one column."""
    rows = ListSeen(rows=20, relevant=18, dated=20, following=True, parent=COLUMN, pages=1, at="a")
    usual = Observed(
        requests=60,
        outcomes={"ok": 60},
        documents={"found": 40},
        lists={COLUMN: ListSeen(columns=2, pages=1), LIST: rows, OTHER: rows},
        columns={"年报": ColumnRead(40, TRAITS)},
    )
    return replace(usual, **changes)


def evidence(now: Observed | None = None, *before: Observed, **changes: Any) -> Evidence:
    holdings = Holdings(kinds={"annual_report": 40})
    baseline = baseline_of(before or (observed(),))
    return replace(Evidence("finished", DAY, now or observed(), holdings, baseline), **changes)


def first(documents: int, known: int, **outcomes: int) -> Evidence:
    """A portal's first run."""
    lists = {LIST: ListSeen(rows=3, relevant=3)} if outcomes.get("ok") else {}
    seen = Observed(outcomes=outcomes, documents={"found": documents, "new": documents})
    return Evidence(
        "finished", DAY, replace(seen, lists=lists), Holdings(kinds={"annual_report": known})
    )


def with_list(url: str = LIST, **changes: Any) -> Observed:
    usual = observed()
    return replace(usual, lists={**usual.lists, url: replace(usual.lists[url], **changes)})


def without(*urls: str, **no_lists: str) -> Observed:
    usual = observed()
    lists = {url: seen for url, seen in usual.lists.items() if url not in urls}
    return replace(usual, lists=lists, no_lists={url: no_lists["end"] for url in urls if no_lists})


def traits(**counts: int) -> Observed:
    return observed(columns={"年报": ColumnRead(40, {**TRAITS, **counts})})


@pytest.mark.parametrize(
    ("verdict", "given"),
    [
        ("ok", first(2, 2, ok=3)),
        ("ok", evidence(observed(documents={"found": 40, "altered": 1}))),
        ("nothing_new", evidence()),
        ("nothing_new", evidence(observed(documents={"found": 0}, outcomes={"not_modified": 9}))),
        ("failed", evidence(Observed(outcomes={"ok": 3}))),
        ("failed", first(0, 0, ok=3)),
        ("failed", first(0, 2, timeout=3)),
        ("failed", Evidence("finished", DAY)),
        ("failed", evidence(finish_reason="archive_failed")),
        ("failed", evidence(observed(outcomes={"ok": 9, "timeout": 12}))),
        ("blocked", first(0, 2, blocked=3)),
        ("blocked", first(0, 0, ok=1, blocked=2)),
        ("blocked", first(2, 2, ok=3, blocked=20)),
        ("blocked", first(0, 0, rate_limited=3)),
        ("ok", first(2, 2, ok=3, blocked=2)),
        ("broken", evidence(observed(errors={"count": 1, "ValueError": 1}))),
        ("interrupted", evidence(observed(errors={"ValueError": 1}), finish_reason="shutdown")),
        (
            "blocked",
            replace(first(0, 0, blocked=3, timeout=1), finish_reason="closespider_timeout"),
        ),
        ("budget", replace(first(0, 0, ok=1), finish_reason="closespider_pagecount")),
        ("budget", evidence(without(LIST), finish_reason="closespider_pagecount")),
        ("drift", evidence(with_list(rows=4), finish_reason="closespider_pagecount")),
    ],
)
def test_what_decides(verdict: str, given: Evidence) -> None:
    judged = judge_run(given)
    assert judged.verdict == verdict, judged
    assert judged.reason


@pytest.mark.parametrize(
    ("kind", "now"),
    [
        ("list_shrunk", with_list(rows=10)),
        ("list_titles", with_list(relevant=1)),
        ("list_dates", with_list(dated=0)),
        ("columns_gone", with_list(COLUMN, columns=1)),
        ("pager_ended", with_list(following=False)),
        ("pager_circles", with_list(pages=2, repeated=1)),
        ("pager_circles", with_list(pages=60)),
        ("lists_lost_most", with_list(rows=0, relevant=0)),
        ("lists_lost_most", without(LIST, end="soft_404")),
        ("lists_lost_most", without(LIST, end="ok")),
        ("lists_lost_most", without(LIST)),
        ("lists_lost_most", with_list(at="www.a.gov.cn/")),
        ("lists_lost_most", without(COLUMN, LIST, OTHER, end="not_found")),
        ("trait:container", traits(container=0)),
        ("trait:title", traits(title=10)),
        ("trait:published", traits(published=20)),
        ("trait:clean", traits(clean=28)),
        ("trait:text", traits(text=5)),
        ("trait:issuer", traits(issuer=0)),
        ("no_documents_read", observed(columns={}, pages={"not_relevant": 12})),
        ("soft_404s", observed(outcomes={"ok": 54, "soft_404": 6})),
        ("missing_pages", observed(outcomes={"ok": 50, "not_found": 10})),
        ("challenges", observed(outcomes={"ok": 56, "blocked": 6})),
        ("requests_per_document", observed(requests=900)),
        ("lost:container", observed(had={"container": 6}, lost={"container": 2})),
        ("lost:answer", observed(had={"answer": 20}, lost={"answer": 3})),
        ("lost:source", observed(had={"source": 4}, lost={"source": 3})),
        ("lost:file", observed(had={"file": 2}, lost={"file": 2})),
    ],
)
def test_what_changed_is_named(kind: str, now: Observed) -> None:
    judged = judge_run(evidence(now, *[observed()] * 3))
    assert kind in judged.kinds, judged
    assert judged.verdict in ("drift", "broken")
    assert EXIT_CODES[judged.verdict] == 3


@pytest.mark.parametrize(
    "now",
    [
        with_list(rows=19, relevant=17, dated=19),
        without(LIST, end=NO_ANSWER),
        without(LIST, end=LINKED),
        without(COLUMN, LIST),  # the column was not due
        traits(source=0),  # never there before
        traits(published=36),
        observed(outcomes={"ok": 58, "soft_404": 2}),
        observed(outcomes={"ok": 40, "timeout": 15}),
        observed(pages={"attachment_only": 3, "look_alike": 30}),
        observed(requests=300),
        observed(had={"container": 2}, lost={"container": 1}),
        observed(had={"answer": 40}, lost={"answer": 2}),
        observed(had={"source": 4}, lost={"source": 2}),
        observed(had={"file": 1}, lost={"file": 1}),
        observed(had={"file": 9}, lost={"file": 2}),
        observed(outcomes={"ok": 60, "blocked": 2}),
        observed(columns={"年报": ColumnRead(2, {**dict.fromkeys(TRAITS, 2), "published": 1})}),
    ],
)
def test_what_varies_by_itself_is_left_in_peace(now: Observed) -> None:
    assert judge_run(evidence(now, *[observed()] * 3)).verdict == "nothing_new"


def test_rows_that_stand_on_new_lists_have_moved_and_are_not_gone() -> None:
    relaunched = without(LIST)
    moved = {**relaunched.lists, "http://www.a.gov.cn/new/": observed().lists[LIST]}
    judged = judge_run(evidence(replace(relaunched, lists=moved), *[observed()] * 3))
    assert (judged.verdict, "lists_lost" in judged.kinds) == ("drift", True)
    assert "rows stand on new lists" in judged.reason


def test_nothing_is_compared_on_a_first_run() -> None:
    worst = observed(
        columns={"年报": ColumnRead(40, {})},
        outcomes={"ok": 50, "soft_404": 20},
        pages={"not_relevant": 90},
    )
    judged = judge_run(evidence(worst, baseline=Baseline()))
    assert judged.verdict == "nothing_new", judged


def test_small_samples_prove_nothing() -> None:
    small = observed(columns={"年报": ColumnRead(2, {"published": 2})})
    now = observed(columns={"年报": ColumnRead(1, {})})
    assert judge_run(evidence(now, small)).verdict == "nothing_new"


@pytest.mark.parametrize(
    ("rows", "letters", "told"),
    [(20, 150, True), (20, 240, True), (20, 300, False), (5, 50, True), (3, 10, False)],
)
def test_cut_titles_show_in_one_long_list_or_in_all_together(
    rows: int, letters: int, told: bool
) -> None:
    def lists(length: int) -> Observed:
        kept = ListSeen(rows=rows, dated=rows, letters=length, pages=1, at="a")
        return observed(lists={COLUMN: ListSeen(columns=1, pages=1), LIST: kept})

    judged = judge_run(evidence(lists(letters), lists(20 * rows)))
    assert ("titles_shorter" in judged.kinds) is told, judged


def test_a_list_that_ends_on_page_1_because_two_rows_were_withdrawn_is_no_drift() -> None:
    ended = with_list(following=False)
    assert judge_run(evidence(ended, with_list(beyond=2), observed())).verdict == "nothing_new"
    assert judge_run(evidence(ended, with_list(beyond=3), observed())).kinds == {"pager_ended"}


def test_further_pages_that_were_walked_before_and_are_not_there_are_drift() -> None:
    walked, first = with_list(pages=4), with_list(pages=1)
    gone = with_list(pages=1, missing=1)
    assert judge_run(evidence(gone, walked, first)).kinds == {"pages_missing"}
    assert judge_run(evidence(first, walked)).verdict == "nothing_new"  # not due to be walked
    assert judge_run(evidence(gone, first)).verdict == "nothing_new"  # never seen
    assert judge_run(evidence(with_list(pages=3, missing=1), walked)).verdict == "nothing_new"


def test_losses_where_nothing_is_read_any_more_mean_that_the_portal_is_broken() -> None:
    none = observed(columns={}, had={"document": 4}, lost={"document": 4}, lost_at={})
    judged = judge_run(evidence(none))
    assert (judged.verdict, judged.kinds) == ("broken", {"lost:document"})


def test_losses_of_a_walk_in_several_runs_add_up() -> None:
    one = observed(had={"title": 3}, lost={"title": 1}, lost_at={"title": ("http://a.gov.cn/1",)})
    assert judge_run(evidence(one)).verdict == "nothing_new"
    assert judge_run(evidence(one.joined(one))).kinds == {"lost:title"}


def test_a_list_that_does_not_answer_for_three_runs_is_lost() -> None:
    silent = without(LIST, end=NO_ANSWER)
    assert judge_run(evidence(silent, observed(), silent)).verdict == "nothing_new"
    judged = judge_run(evidence(silent, observed(), silent, silent))
    assert judged.verdict == "broken"
    assert "no answer in 3 runs" in judged.reason


def test_stated_counts_are_kept_or_the_run_failed() -> None:
    for bounds, verdict in (((30, 60), "nothing_new"), ((41, 60), "failed"), ((1, 39), "failed")):
        holdings = Holdings(kinds={"annual_report": 40}, expects={"annual_report": bounds})
        judged = judge_run(evidence(holdings=holdings))
        assert judged.verdict == verdict
    assert judged.reason == "expected 1 to 39 annual_report, found 40"


def test_reports_that_are_due_make_a_run_late_but_never_a_success_a_failure() -> None:
    reports = {"640303/department/教育局": frozenset({2023, 2024})}
    holdings = Holdings(kinds={"annual_report": 40}, reports=reports)
    assert judge_run(evidence(holdings=holdings)).verdict == "nothing_new"
    judged = judge_run(evidence(holdings=holdings, day=date(2026, 2, 1)))
    assert judged.verdict == "late"
    assert "教育局 2025 (by 2026-01-31)" in judged.reason
    drifted = judge_run(evidence(with_list(rows=4), holdings=holdings, day=date(2026, 2, 1)))
    assert drifted.verdict == "drift"


@pytest.mark.parametrize(
    ("level", "year", "due"),
    [
        ("department", 2025, date(2026, 1, 31)),
        ("county", 2025, date(2026, 3, 31)),
        ("department", 2019, date(2020, 1, 31)),
        ("department", 2018, date(2019, 3, 31)),
        ("county", 2008, date(2009, 3, 31)),
        ("township", 2025, None),
        ("subdistrict", 2025, None),
    ],
)
def test_due_dates(level: str, year: int, due: date | None) -> None:
    assert due_date(level, year) == due


def test_only_issuers_that_used_to_report_are_awaited() -> None:
    reports = {
        "640303/county/红寺堡区": {2023, 2024},
        "640303/department/财政局": {2024},
        "640303/department/扶贫办": {2019, 2020},
        "640303/township/大河乡": {2024},
        "": {2024},
    }
    assert overdue(reports, date(2026, 1, 31)) == []
    assert overdue(reports, date(2026, 2, 1)) == [("640303/department/财政局", 2025)]
    assert [issuer for issuer, _ in overdue(reports, date(2026, 4, 1))] == [
        "640303/county/红寺堡区",
        "640303/department/财政局",
    ]


def test_the_history_is_the_latest_list_and_the_fullest_column() -> None:
    few = observed(columns={"年报": ColumnRead(3, {"published": 0})})
    later = with_list(rows=7)
    baseline = baseline_of([observed(), few, later])
    assert baseline.lists[LIST].rows == 7
    assert baseline.columns["年报"].read == 40
    assert (baseline.runs, baseline.most_requests) == (3, 60)


def test_a_continued_walk_is_judged_as_one() -> None:
    usual = observed()
    lists = replace(usual, columns={}, documents={})
    documents = replace(usual, lists={}, outcomes={"ok": 40})
    whole = lists.joined(documents)
    assert whole.lists == usual.lists
    assert whole.whole.read == 40
    assert whole.outcomes == {"ok": 100}
    assert judge_run(evidence(whole)).verdict == "nothing_new"


def test_errors_of_a_walk_are_those_that_no_later_run_repaired() -> None:
    cut = observed(errors={"ArchiveError": 50})
    repaired = cut.joined(observed())
    assert judge_run(evidence(repaired)).verdict == "nothing_new"
    lost = judge_run(evidence(cut.joined(observed(given_up=2))))
    assert (lost.verdict, lost.kinds) == ("broken", {"pages_given_up"})
    again = judge_run(evidence(observed().joined(cut)))
    assert (again.verdict, again.kinds) == ("broken", {"code_errors"})


def test_of_a_list_asked_twice_in_a_walk_the_later_answer_counts() -> None:
    walk = observed()
    for _ in range(40):  # a budget, day after day
        walk = walk.joined(observed())
    assert walk.lists[LIST] == observed().lists[LIST]
    assert LIST not in walk.joined(without(LIST, end="not_found")).lists
    for end in (LINKED, NO_ANSWER):
        assert LIST in walk.joined(without(LIST, end=end)).lists
    assert walk.joined(with_list(rows=0, relevant=0)).lists[LIST].rows == 0


def test_chance() -> None:
    assert chance_of_fewer(0, 2, 2, 2) == pytest.approx(1 / 6)
    assert chance_of_fewer(0, 10, 10, 10) == pytest.approx(1 / 184756)
    assert chance_of_fewer(10, 10, 10, 10) == pytest.approx(1)
    assert chance_of_more(10, 10, 0, 10) == pytest.approx(1 / 184756)
    assert chance_of_more(200, 50_000, 10, 50_000) < 1e-30


def test_every_verdict_has_an_exit_code_and_a_next_step() -> None:
    for verdict in Verdict:
        assert verdict in EXIT_CODES
        assert "{" not in next_step(verdict, "ningxia_hongsibu")


@pytest.mark.parametrize(
    ("verdict", "reason", "code"),
    [
        ("ok", "finished", 0),
        ("nothing_new", "finished", 0),
        ("late", "finished", 0),
        ("budget", "closespider_pagecount", 0),
        ("failed", "finished", 3),
        ("drift", "finished", 3),
        ("broken", "finished", 3),
        ("blocked", "finished", 3),
        ("interrupted", "shutdown", 1),
        (None, "shutdown", 1),
        (None, "archive_failed", 3),
        (None, None, 3),
    ],
)
def test_exit_codes(verdict: str | None, reason: str | None, code: int) -> None:
    assert exit_code(verdict, reason) == code

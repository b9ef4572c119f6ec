"""What is said of a portal's lists: from pages to figures, and from figures to findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from crawler.items import Context, Link, ListPage, Rel
from crawler.runs.collect import Collector
from crawler.runs.evidence import Evidence, Holdings, baseline_of
from crawler.runs.observed import Observed
from crawler.runs.verdict import Judgement, judge_run
from crawler.thresholds import LIMITS

HOST = "http://a.gov.cn"
COLUMN, LIST, NEXT = f"{HOST}/nb/", f"{HOST}/nb/bm/", f"{HOST}/nb/bm/index_1.html"
DAYS = [f"202{year}-01-1{day}" for year in (5, 4, 3) for day in (8, 4, 2)]


def title(number: int, year: str) -> str:
    return f"第{number}局{year}政府信息公开工作年度报告"


def page(url: str, *links: Link, above: str = "") -> ListPage:
    context = Context(list_url=above)
    return ListPage("urn:uuid:1", url, "demo", context, links, datetime(2026, 1, 15, tzinfo=UTC))


def rows(days: list[str], folder: str = "/nb/bm/", years: bool = True) -> list[Link]:
    return [
        Link(f"{HOST}{folder}{day[:4]}01/t1_{number}.html", title(number, year), day)
        for number, day in enumerate(days)
        for year in [f"{int(day[:4]) - 1}年" if years else ""]
    ]


def walk(*listed: Link, scheme: str = "http", end: str = "") -> Observed:
    """One run over a column and its list, which is ``listed`` or ended so."""

    def at(url: str) -> str:
        return url.replace("http:", f"{scheme}:", 1)

    collector = Collector([COLUMN, LIST])
    for url in (COLUMN, at(LIST)):
        collector.asked(url)
    collector.answered(COLUMN, at(COLUMN), "ok")
    collector.list_page(page(at(COLUMN), Link(at(LIST), "部门", rel=Rel.COLUMN)), COLUMN)
    if end:
        collector.closed(at(LIST), end)
    else:
        collector.answered(at(LIST), at(LIST), "ok")
        collector.list_page(page(at(LIST), *listed, above=at(COLUMN)), at(LIST))
    return collector.observed({"downloader/request_count": 2, "outcome/ok": 2})


def judged(now: Observed, before: Observed) -> Judgement:
    holdings = Holdings(kinds={"annual_report": 9})
    return judge_run(Evidence("finished", date(2026, 1, 15), now, holdings, baseline_of([before])))


FURTHER = Link(NEXT, "下一页", rel=Rel.PAGE)
USUAL = walk(*rows(DAYS), FURTHER)


def test_a_list_is_counted_by_what_its_rows_say() -> None:
    seen = USUAL.lists[LIST]
    assert (seen.rows, seen.relevant, seen.dated, seen.years, seen.days) == (9, 9, 9, 9, 9)
    assert (seen.newest, seen.recent, seen.parent) == ("2025-01-18", "2025-01-12", COLUMN)


def test_a_portal_that_takes_to_https_has_the_lists_it_had() -> None:
    now = walk(*rows(DAYS), replace(FURTHER, url=NEXT.replace("http:", "https:")), scheme="https")
    assert now.lists == USUAL.lists
    assert judged(now, USUAL).verdict == "nothing_new"


@pytest.mark.parametrize("end", ["robots", "maintenance"])
def test_a_list_that_was_closed_on_purpose_is_lost_at_once(end: str) -> None:
    found = judged(walk(end=end), USUAL)
    assert found.kinds & {"lists_lost", "lists_lost_most"}
    assert f"{LIST} ({end})" in found.reason


def test_titles_without_their_year_are_drift() -> None:
    found = judged(walk(*rows(DAYS, years=False), FURTHER), USUAL)
    assert found.kinds == {"list_years"}, found


def test_a_list_that_begins_with_its_oldest_rows_is_turned_over() -> None:
    oldest = rows(["2009-01-10", "2010-01-10", "2011-01-10", "2012-01-10", "2013-01-10"])
    assert judged(walk(*oldest, FURTHER), USUAL).kinds == {"list_newest_gone"}


def test_three_newest_rows_gone_at_once_are_an_old_back_up_and_two_are_withdrawn() -> None:
    assert judged(walk(*rows(DAYS[2:]), FURTHER), USUAL).verdict == "nothing_new"
    found = judged(walk(*rows(DAYS[3:]), FURTHER), USUAL)
    assert found.kinds == {"list_newest_gone"}
    assert f"{LIST} newest 2024-01-18, before 2025-01-18" in found.reason


@pytest.mark.parametrize(("number", "verdict"), [(3, "nothing_new"), (4, "drift")])
def test_one_article_stands_in_three_lists_and_four_lose_their_newest_together(
    number: int, verdict: str
) -> None:
    def lists(newest: str) -> Observed:
        seen = replace(USUAL.lists[LIST], newest=newest, parent="")
        named = [f"{HOST}/nb/{name}/" for name in range(number)]
        return replace(USUAL, lists={url: replace(seen, at=url) for url in named})

    assert judged(lists("2025-01-14"), lists("2025-01-18")).verdict == verdict


def test_the_rows_of_one_page_may_stand_in_any_order() -> None:
    assert judged(walk(*reversed(rows(DAYS)), FURTHER), USUAL).verdict == "nothing_new"


def test_one_date_in_all_lists_is_an_import_and_in_one_a_busy_day() -> None:
    other = f"{HOST}/nb/xz/"
    lists = USUAL.lists
    many = replace(lists[LIST], at=other)
    one = replace(lists[LIST], days=1, newest="2026-01-11", recent="2026-01-11")
    before = replace(USUAL, lists={**lists, other: many})
    busy = replace(before, lists={**before.lists, LIST: one})
    imported = replace(busy, lists={**busy.lists, other: replace(one, at=other)})
    assert judged(busy, before).verdict == "nothing_new"
    assert judged(imported, before).kinds == {"list_single_day"}


def test_a_list_of_one_report_is_emptied_by_withdrawing_it_and_one_of_two_is_not() -> None:
    nothing = walk()
    assert judged(nothing, walk(*rows(DAYS[:1]))).verdict == "nothing_new"
    assert judged(nothing, walk(*rows(DAYS[:2]))).kinds & {"lists_lost", "lists_lost_most"}


def turned(*listed: Link, asked: str = "", end: str = "ok", attempts: int = 0) -> Observed:
    """A run that goes on to the list's second page, which is ``listed`` or ended so."""
    collector = Collector([COLUMN, LIST], {LIST: frozenset({"a.gov.cn/nb/old"})})
    collector.list_page(page(LIST, *rows(DAYS), replace(FURTHER, url=asked or NEXT)), LIST)
    collector.asked(asked or NEXT)
    for _ in range(attempts):
        collector.failed(asked or NEXT, end)
    collector.answered(asked or NEXT, asked or NEXT, end)
    if listed:
        collector.list_page(page(asked or NEXT, *listed), asked or NEXT, LIST)
    counts = {"outcome/ok": 60, f"outcome/{end}": attempts or 1}
    return collector.observed({"downloader/request_count": 60, **counts})


OLDER = rows([f"201{year}-01-1{day}" for year in (9, 8) for day in (8, 4, 2)])
WALKED = turned(*OLDER)
NEWS = rows(DAYS, "/xw/") + rows(DAYS[:2])


def test_a_page_of_the_list_has_rows_where_its_rows_lie_or_lay() -> None:
    assert (WALKED.lists[LIST].pages, WALKED.lists[LIST].astray) == (2, 0)
    assert WALKED.lists[LIST].directories == ("a.gov.cn/nb/bm",)
    before_the_relaunch = turned(*rows(DAYS, "/nb/old/"))
    assert (before_the_relaunch.lists[LIST].pages, before_the_relaunch.lists[LIST].astray) == (2, 0)


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        (turned(*NEWS), {"pages_strange"}),
        (turned(), {"pages_strange"}),  # read as something else, or as nothing
        (turned(asked=f"{LIST}default_1.html", end="not_found"), {"pages_missing"}),
        (turned(end="server_error", attempts=6), {"pages_silent"}),
        (turned(end="server_error", attempts=3), set()),
        (turned(*OLDER, end="not_modified"), set()),
    ],
)
def test_further_pages_that_are_none_of_the_list_any_more(now: Observed, kinds: set[str]) -> None:
    assert judged(now, WALKED).kinds == kinds
    assert not judged(now, turned(*NEWS)).kinds  # it never had others


def test_in_a_run_in_which_much_fails_silence_proves_nothing() -> None:
    silent = turned(end="timeout", attempts=6)
    bad = replace(silent, outcomes={"ok": 60, "timeout": 6 + 10})
    assert judged(silent, WALKED).kinds == {"pages_silent"}
    assert not judged(bad, WALKED).kinds


def test_a_known_list_is_lost_in_the_run_in_which_it_answers_no_attempt() -> None:
    def asked(attempts: int, others: int = 0) -> Observed:
        collector = Collector([COLUMN, LIST])
        collector.list_page(page(COLUMN, Link(LIST, "部门", rel=Rel.COLUMN)), COLUMN)
        collector.asked(LIST)
        for _ in range(attempts):
            collector.failed(LIST, "server_error")
        collector.answered(LIST, LIST, "server_error")  # the last 502 is a response
        counts = {"outcome/ok": 60, "outcome/server_error": attempts + others}
        return collector.observed(counts)

    enough = int(LIMITS["silent_attempts"])
    found = judged(asked(enough), USUAL)
    assert found.kinds & {"lists_lost", "lists_lost_most"}
    assert f"no answer to {enough} attempts" in found.reason
    assert not judged(asked(enough - 1), USUAL).kinds
    assert not judged(asked(enough, others=12), USUAL).kinds
    thrice = replace(Evidence("finished", date(2026, 1, 15)), observed=asked(3))
    again = replace(thrice, baseline=baseline_of([USUAL, asked(3), asked(3)]))
    assert (
        "no answer in 3 runs"
        in judge_run(replace(again, holdings=Holdings(kinds={"annual_report": 9}))).reason
    )

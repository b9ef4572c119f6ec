"""What is due: the plan over past runs, the rules from the settings, the choice of portals."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler import settings as project_settings
from crawler.due.choice import choose
from crawler.due.history import history, newest_after
from crawler.due.plan import PastRun, Rank, make_plan, turn_of
from crawler.due.rules import rules_of
from crawler.errors import ConfigurationError
from crawler.layout import Layout
from crawler.runs.words import Verdict

SETTINGS = {name: value for name, value in vars(project_settings).items() if name.isupper()}
RULES = rules_of(SETTINGS)
MAY = datetime(2026, 5, 20, 3, 17, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 20, 3, 17, tzinfo=UTC)
ADCODES = {
    "ningxia_lingwu": "640181",
    "ningxia_shapotou": "640502",
    "shaanxi_fugu": "610822",
    "shanxi_pinglu": "140829",
    "guangdong_suixi": "440823",
}


def past(now: datetime, *runs: tuple[float, str | None]) -> list[PastRun]:
    """Runs as (days ago, verdict), oldest first."""
    found = []
    for days, verdict in runs:
        started = now - timedelta(days=days)
        known = Verdict(verdict) if verdict else None
        found.append(PastRun(f"{started:%Y%m%dT%H%M%SZ}", started, known))
    return found


def due_after(now: datetime, *verdicts: str | None) -> float:
    """Days from the start of the last of these runs to the portal's next turn, slack included."""
    runs = past(now, *((len(verdicts) - n, verdict) for n, verdict in enumerate(verdicts)))
    turn = turn_of("ningxia_lingwu", runs, now, RULES)
    return (turn.due + RULES.slack - runs[-1].started) / timedelta(days=1)


# -- how long a portal is left alone ---------------------------------------------------------------


@pytest.mark.parametrize("verdict", ["ok", "nothing_new", "drift"])
def test_a_portal_is_visited_daily_while_reports_are_due_and_weekly_else(verdict: str) -> None:
    assert due_after(FEBRUARY, verdict) == 1
    assert due_after(MAY, verdict) == 7


def test_a_late_portal_is_visited_more_often_than_others_and_never_less() -> None:
    assert due_after(MAY, "late") == 2
    assert due_after(FEBRUARY, "late") == 1


def test_a_crawl_that_reached_its_limit_goes_on_the_next_day() -> None:
    assert due_after(MAY, "budget") == 1


@pytest.mark.parametrize("verdict", ["failed", "blocked", "broken"])
def test_fruitless_crawls_are_repeated_ever_more_rarely(verdict: str) -> None:
    waits = [due_after(FEBRUARY, *["ok", *[verdict] * times]) for times in range(1, 7)]
    assert waits == [1, 2, 4, 7, 7, 7]


def test_runs_that_were_cut_off_neither_count_as_failures_nor_end_their_row() -> None:
    assert due_after(MAY, "failed", "interrupted", None, "blocked") == 2
    assert due_after(MAY, "failed", "ok", "failed") == 1


def test_the_season_is_that_of_china() -> None:
    # 17:00 UTC on 31 December is 1 January, 1 a.m., in China; on 30 April it is already May.
    assert due_after(datetime(2025, 12, 31, 15, tzinfo=UTC), "ok") == 7
    assert due_after(datetime(2025, 12, 31, 17, tzinfo=UTC), "ok") == 1
    assert due_after(datetime(2026, 4, 30, 15, tzinfo=UTC), "ok") == 1
    assert due_after(datetime(2026, 4, 30, 17, tzinfo=UTC), "ok") == 7


def test_a_daily_start_finds_yesterdays_portals_due_though_they_waited_for_their_turn() -> None:
    late_start = past(FEBRUARY, (0.8, "ok"))
    assert turn_of("a_b", late_start, FEBRUARY, RULES).due <= FEBRUARY
    this_morning = past(FEBRUARY, (0.2, "ok"))
    assert turn_of("a_b", this_morning, FEBRUARY, RULES).due > FEBRUARY


@pytest.mark.parametrize("verdict", [None, "interrupted"])
def test_a_crawl_that_was_cut_off_goes_on_at_once(verdict: str | None) -> None:
    turn = turn_of("a_b", past(MAY, (0.001, verdict)), MAY, RULES)
    assert (turn.rank, turn.due) == (Rank.RESUME, MAY)
    assert "goes on" in turn.reason


def test_a_clock_that_was_wrong_once_does_not_stop_a_portal_for_years() -> None:
    turn = turn_of("a_b", past(MAY, (-900, "ok")), MAY, RULES)
    assert turn.due <= MAY
    assert "clock" in turn.reason


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_its_pause(verdict: Verdict) -> None:
    assert due_after(MAY, verdict) <= 7


# -- the hours to crawl in ----------------------------------------------------------------------

#: 03:17 UTC, the time of these days, is 11:17 in China.
NIGHT = rules_of(SETTINGS | {"POLITENESS_WINDOW": "22:00-06:00"})
OPENING = MAY.replace(hour=14, minute=0)


def of_hours(now: datetime, hours_ago: float, finish_reason: str = "outside_window") -> PastRun:
    (run,) = past(now, (hours_ago / 24, "budget"))
    return replace(run, finish_reason=finish_reason)


def test_a_crawl_whose_hours_were_over_goes_on_when_they_begin_again() -> None:
    turn = turn_of("a_b", [of_hours(MAY, 6)], MAY, NIGHT)
    assert (turn.rank, turn.due) == (Rank.RESUME, OPENING)
    assert turn.reason.endswith("goes on, within 22:00:00-06:00:00 China time")
    at_night = turn_of("a_b", [of_hours(OPENING, 17)], OPENING, NIGHT)
    assert (at_night.rank, at_night.due) == (Rank.RESUME, OPENING)
    assert "within" not in at_night.reason
    limited = turn_of("a_b", [of_hours(OPENING, 17, "closespider_pagecount")], OPENING, NIGHT)
    assert limited.due > OPENING


def test_nothing_is_due_while_the_window_is_shut() -> None:
    histories = {"a_new": [], "b_cut": past(MAY, (1, None)), "c_old": past(MAY, (30, "ok"))}
    shut = make_plan(histories, MAY, NIGHT, {})
    assert shut.due == ()
    assert {turn.due for turn in shut.waiting} == {OPENING}
    a_minute_early = OPENING - timedelta(minutes=1)  # the crawl itself waits that long
    assert len(make_plan(histories, a_minute_early, NIGHT, {}).due) == 3
    by_day = turn_of("a_b", past(MAY, (6.5, "ok")), MAY, NIGHT)
    assert by_day.due == OPENING  # due in six hours, by day


# -- the order -------------------------------------------------------------------------------------


def test_cut_off_comes_first_then_new_late_regular_and_failed_the_longest_waiting_first() -> None:
    histories: dict[str, list[PastRun]] = {
        "p_failed": past(MAY, (9, "failed")),
        "p_new": [],
        "p_old": past(MAY, (30, "ok")),
        "p_older": past(MAY, (40, "nothing_new")),
        "p_late": past(MAY, (3, "late")),
        "p_killed": past(MAY, (0.1, None)),
        "p_fresh": past(MAY, (2, "ok")),
        "p_fresher": past(MAY, (1, "ok")),
        "p_busy": past(MAY, (0.01, None)),
    }
    plan = make_plan(histories, MAY, RULES, running={"p_busy": "process 7"})
    order = ["p_killed", "p_new", "p_late", "p_older", "p_old", "p_failed"]
    assert [turn.portal for turn in plan.due] == order
    assert [turn.portal for turn in plan.waiting] == ["p_fresh", "p_fresher"]
    assert plan.running == {"p_busy": "process 7"}


def test_the_plan_does_not_depend_on_the_order_of_the_histories() -> None:
    histories = {f"p_{n}": past(MAY, (n % 3 + 6, "ok")) for n in range(12)}
    backwards = dict(reversed(histories.items()))
    assert make_plan(histories, MAY, RULES, {}) == make_plan(backwards, MAY, RULES, {})


def test_reasons_say_what_happened_and_what_follows() -> None:
    runs = past(MAY, (5, "failed"), (3, "blocked"))
    assert turn_of("a_b", runs, MAY, RULES).reason == (
        "blocked 3 days ago; asked again every 2 days after 2 in a row"
    )
    assert turn_of("a_b", past(FEBRUARY, (1, "ok")), FEBRUARY, RULES).reason == (
        "ok 24 h ago; reports are due: daily"
    )


# -- the rules -------------------------------------------------------------------------------------


def test_rules_are_taken_from_the_command_line_as_text() -> None:
    given = {"DUE_BACKOFF_DAYS": "0.5, 3", "DUE_SEASON_MONTHS": "12", "DUE_SLACK_HOURS": "0"}
    rules = rules_of(SETTINGS | given)
    assert (rules.backoff_days, rules.season_months) == ((0.5, 3.0), {12})
    assert rules.slack == timedelta(0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DUE_REGULAR_DAYS", "weekly"),
        ("DUE_REGULAR_DAYS", "nan"),
        ("DUE_SEASON_DAYS", 0),
        ("DUE_LATE_DAYS", -1),
        ("DUE_BUDGET_DAYS", 1e9),
        ("DUE_BACKOFF_DAYS", []),
        ("DUE_BACKOFF_DAYS", "1,,2"),
        ("DUE_SEASON_MONTHS", [0]),
        ("DUE_SEASON_MONTHS", "1.5"),
        ("DUE_SLACK_HOURS", 48),
        ("DUE_SLACK_HOURS", None),
    ],
)
def test_a_rule_that_makes_no_pause_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"{name}: expected .* found"):
        rules_of(SETTINGS | {name: value})


# -- the portals meant -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("province", "expected"),
    [
        ("ningxia", ["ningxia_lingwu", "ningxia_shapotou"]),
        ("Ningxia", ["ningxia_lingwu", "ningxia_shapotou"]),
        ("宁夏", ["ningxia_lingwu", "ningxia_shapotou"]),
        ("宁夏回族自治区", ["ningxia_lingwu", "ningxia_shapotou"]),
        ("64", ["ningxia_lingwu", "ningxia_shapotou"]),
        ("6405", ["ningxia_shapotou"]),
        ("shaanxi", ["shaanxi_fugu"]),
        ("shanxi", ["shanxi_pinglu"]),
        ("陕西", ["shaanxi_fugu"]),
        ("山西省", ["shanxi_pinglu"]),
    ],
)
def test_a_province_is_named_in_pinyin_in_chinese_or_by_code(
    province: str, expected: list[str]
) -> None:
    assert choose(ADCODES, [], [province]) == expected


def test_portals_and_provinces_together_mean_what_both_name() -> None:
    both = ["ningxia_lingwu", "guangdong_suixi"]
    assert choose(ADCODES, both, ["宁夏", "61"]) == ["ningxia_lingwu"]
    assert choose(ADCODES, both, []) == sorted(both)
    assert choose(ADCODES, [], []) == sorted(ADCODES)


@pytest.mark.parametrize("province", ["ningxa", "火星", "宁", "99", "", "6"])
def test_a_province_without_portals_is_refused_and_those_with_some_are_named(
    province: str,
) -> None:
    with pytest.raises(ConfigurationError, match="guangdong, ningxia, shaanxi, shanxi"):
        choose(ADCODES, [], ["宁夏", province])


def test_an_unknown_portal_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"atlantis_kitezh.*scrapy list"):
        choose(ADCODES, ["ningxia_lingwu", "atlantis_kitezh"], [])


# -- run files -------------------------------------------------------------------------------------


def run_file(archive: Path, name: str, content: object) -> None:
    folder = archive / "runs/ningxia_lingwu"
    folder.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / name).write_text(text, encoding="utf-8")


def test_run_files_are_read_and_other_files_are_not_taken_for_them(tmp_path: Path) -> None:
    run = {"verdict": "ok", "reason": "why", "documents": {"new": 2}, "requests": 9}
    run_file(tmp_path, "20260301T000000Z.json", run)
    run_file(tmp_path, "20260401T000000Z.json", {"verdict": None})
    run_file(tmp_path, "alerts.json", {})
    first, second = history(Layout(tmp_path), "ningxia_lingwu").runs
    assert first.started == datetime(2026, 3, 1, tzinfo=UTC)
    assert (first.reason, first.new, first.altered, first.requests) == ("why", 2, 0, 9)
    assert (first.verdict, second.verdict) == (Verdict.OK, None)


def test_history_goes_back_to_the_last_run_that_tells_how_the_portal_is(tmp_path: Path) -> None:
    verdicts = ["blocked", "ok", "failed", None, "blocked", "interrupted"]
    for month, verdict in enumerate(verdicts, start=1):
        run_file(tmp_path, f"2026{month:02}01T000000Z.json", {"verdict": verdict})
    runs = history(Layout(tmp_path), "ningxia_lingwu").runs
    assert [run.verdict for run in runs] == verdicts[1:]
    run_file(tmp_path, "20261201T000000Z.json", {"verdict": "late"})
    assert [run.verdict for run in history(Layout(tmp_path), "ningxia_lingwu").runs] == ["late"]


def test_a_portal_without_runs_has_no_history(tmp_path: Path) -> None:
    assert history(Layout(tmp_path), "ningxia_lingwu").runs == ()
    assert newest_after(Layout(tmp_path), "ningxia_lingwu", None) is None


def test_only_a_newer_run_is_a_crawls_own(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    run_file(tmp_path, "20260301T000000Z.json", {"verdict": "failed"})
    old = newest_after(layout, "ningxia_lingwu", None)
    assert old is not None
    assert newest_after(layout, "ningxia_lingwu", old) is None
    run_file(tmp_path, "20260302T000000Z.json", "{")
    assert newest_after(layout, "ningxia_lingwu", old) is None
    run_file(tmp_path, "20260303T000000Z.json", {"verdict": "ok"})
    new = newest_after(layout, "ningxia_lingwu", old)
    assert new is not None
    assert new.verdict is Verdict.OK


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no JSON"),
        ('{"verdict": "ok"', "no JSON"),
        ([], "list"),
        ({"verdict": "splendid"}, "splendid"),
        ({"verdict": ["ok"]}, "verdict ['ok']"),
        ({"verdict": "ok", "requests": "many"}, "requests 'many'"),
        ({"verdict": "ok", "documents": [1]}, "documents [1]"),
    ],
)
def test_a_damaged_run_file_costs_its_own_run_only(
    tmp_path: Path, content: object, words: str
) -> None:
    run_file(tmp_path, "20260301T000000Z.json", {"verdict": "ok"})
    run_file(tmp_path, "20260401T000000Z.json", content)
    found = history(Layout(tmp_path), "ningxia_lingwu")
    assert [run.run for run in found.runs] == ["20260301T000000Z"]
    (damage,) = found.damages
    assert "20260401T000000Z.json: expected a run file" in damage
    assert words in damage

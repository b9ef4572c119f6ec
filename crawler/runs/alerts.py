"""When to raise an alert, and what it says. Pure but for its state file.

An alert goes out when a portal's verdict changes between fine and trouble, or from one trouble to
another; when a kind of finding appears that was not told yet under this verdict (what an
acknowledgement would not cover either); and again every week while the trouble lasts: daily
repetition is what teaches people not to read, so kinds that go, or come and go, are no news. `ok`
and `nothing_new` are the same good news; `budget` and `interrupted` are the operator's own doing
and change nothing. Acknowledged trouble is silent.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from crawler.atomic import write_atomically
from crawler.errors import ArchiveError
from crawler.layout import Layout
from crawler.runs.files import Run, read_json
from crawler.runs.words import Verdict
from crawler.serial import from_plain, to_plain

logger = logging.getLogger(__name__)

FINE = "fine"
_GOOD = frozenset({Verdict.OK, Verdict.NOTHING_NEW})
_SAYS_NOTHING = frozenset({Verdict.BUDGET, Verdict.INTERRUPTED})


@dataclass(frozen=True, slots=True)
class AlertState:
    """What was last told about a portal: ``fine`` or a verdict, and when (ISO, UTC); ``kinds`` are
    all that were told while it lasts."""

    told: str = FINE
    at: str = ""
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """What the channels send. ``added`` are kinds of findings new under a verdict told before."""

    portal: str
    run: str
    verdict: str
    before: str
    reason: str
    next_step: str
    added: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        what = f"new: {', '.join(self.added)}" if self.added else f"before: {self.before}"
        return f"{self.portal}: {self.verdict} ({what})"

    @property
    def text(self) -> str:
        lines = [self.subject, self.reason, f"next: {self.next_step}" if self.next_step else ""]
        return "\n".join([*filter(None, lines), f"run: {self.run}"])


def alert_for(
    run: Run, state: AlertState, now: datetime, repeat: timedelta, silenced: bool
) -> Alert | None:
    """The alert a judged run calls for, if any."""
    assert run.verdict is not None
    now_told = told(run.verdict)
    if silenced or run.verdict in _SAYS_NOTHING:
        return None
    same = now_told == state.told
    added = tuple(sorted(_kinds(run) - set(state.kinds))) if same else ()
    if same and not added and (now_told == FINE or now < _moment(state.at, now) + repeat):
        return None
    return Alert(run.portal, run.run, run.verdict, state.told, run.reason, run.next_step, added)


def state_after(run: Run, state: AlertState, now: datetime) -> AlertState:
    """The state once an alert about ``run`` has gone out."""
    assert run.verdict is not None
    now_told = told(run.verdict)
    kinds = _kinds(run) | set(state.kinds if now_told == state.told else ())
    return AlertState(now_told, now.isoformat(timespec="seconds"), tuple(sorted(kinds)))


def _kinds(run: Run) -> set[str]:
    return {finding.kind for finding in run.findings}


def told(verdict: Verdict) -> str:
    return FINE if verdict in _GOOD else verdict.value


def _moment(text: str, now: datetime) -> datetime:
    """The time of the last alert; a clock that was set back must not silence for ever."""
    return (
        min(datetime.fromisoformat(text), now) if text else datetime.min.replace(tzinfo=now.tzinfo)
    )


def state_file(layout: Layout, portal: str) -> Path:
    return layout.run_dir(portal) / "alerts.json"


def read_state(layout: Layout, portal: str) -> AlertState:
    """A damaged state file costs one alert too many, and no alert is lost."""
    path = state_file(layout, portal)
    if not path.exists():
        return AlertState()
    try:
        state: AlertState = from_plain(AlertState, read_json(path, "the state of alerts"))
    except (ArchiveError, TypeError, KeyError) as error:
        logger.warning("%s: %s", path, error)
        return AlertState()
    return state


def write_state(layout: Layout, portal: str, state: AlertState) -> None:
    text = json.dumps(to_plain(state), ensure_ascii=False, indent=2) + "\n"
    write_atomically(state_file(layout, portal), text.encode("utf-8"))

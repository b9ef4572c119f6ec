"""How each portal is doing: its last run, its Documents, and whether somebody must look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crawler.layout import Layout
from crawler.runs.acks import read_ack
from crawler.runs.files import last_run, run_portals
from crawler.runs.words import NEXT_STEPS, Verdict

#: Words for a portal that has no verdict.
UNFINISHED, NO_RUN = "unfinished", "no_run"
#: What the run file counts of hosts whose 304 is not believed (`crawler.state.conditional`).
_LIARS = ("lied/", "distrusted/")
#: From what needs attention most to what needs none.
ATTENTION = (
    Verdict.FAILED,
    Verdict.BROKEN,
    Verdict.DRIFT,
    Verdict.BLOCKED,
    UNFINISHED,
    Verdict.INTERRUPTED,
    Verdict.LATE,
    NO_RUN,
    Verdict.BUDGET,
    Verdict.NOTHING_NEW,
    Verdict.OK,
)
_NO_ATTENTION = frozenset({Verdict.BUDGET, Verdict.NOTHING_NEW, Verdict.OK})
_NEXT_STEPS: Mapping[str, str] = {
    **{verdict.value: step for verdict, step in NEXT_STEPS.items()},
    UNFINISHED: "if nothing is running, run `scrapy crawl {portal}` again",
    NO_RUN: "run `scrapy crawl {portal}`",
}


@dataclass(frozen=True, slots=True)
class PortalStatus:
    """``acknowledged`` says since when and why the trouble is known; empty where it is not.

    ``liars`` are hosts that called changed pages unchanged and are asked in full since: it costs
    requests and is nobody's trouble.
    """

    portal: str
    documents: dict[str, int]
    gone: int
    years: list[int]
    last_run: str
    heartbeat: str
    verdict: str
    reason: str
    next_step: str
    acknowledged: str
    liars: list[str]

    @property
    def needs_attention(self) -> bool:
        return self.verdict not in _NO_ATTENTION

    @property
    def order(self) -> tuple[bool, int, str]:
        rank = ATTENTION.index(self.verdict) if self.verdict in ATTENTION else 0
        return (bool(self.acknowledged), rank, self.portal)


def portal_statuses(
    layout: Layout, rows: Iterable[Mapping[str, Any]], today: date
) -> list[PortalStatus]:
    """All portals that have a document (a row of the catalogue) or a run; those in need first."""
    by_portal: dict[str, list[Mapping[str, Any]]] = {portal: [] for portal in run_portals(layout)}
    for row in rows:
        by_portal.setdefault(row["portal"], []).append(row)
    found = [_status(layout, portal, rows, today) for portal, rows in by_portal.items()]
    return sorted(found, key=lambda status: status.order)


def kinds_of(layout: Layout, portal: str) -> set[str]:
    """The kinds of trouble the last run had: what an acknowledgement silences."""
    return _kinds(last_run(layout, portal) or {})


def _kinds(run: Mapping[str, Any]) -> set[str]:
    return {finding["kind"] for finding in run.get("findings", ())}


def _status(
    layout: Layout, portal: str, rows: Sequence[Mapping[str, Any]], today: date
) -> PortalStatus:
    run: Mapping[str, Any] = last_run(layout, portal) or {"verdict": NO_RUN}
    verdict = run["verdict"] or UNFINISHED
    step = run.get("next_step") or _NEXT_STEPS.get(verdict, "")
    return PortalStatus(
        portal=portal,
        documents=dict(sorted(Counter(row["kind"] for row in rows).items())),
        gone=sum(1 for row in rows if row.get("gone_since")),
        years=sorted({row["report_year"] for row in rows if row["report_year"]}),
        last_run=run.get("run", ""),
        heartbeat=run.get("heartbeat") or "",
        verdict=verdict,
        reason=run.get("reason", ""),
        next_step=step.format(portal=portal),
        acknowledged=_acknowledged(layout, portal, verdict, _kinds(run), today),
        liars=_liars(run.get("conditional", {})),
    )


def _liars(conditional: Mapping[str, int]) -> list[str]:
    return sorted(
        {
            name.removeprefix(word)
            for name in conditional
            for word in _LIARS
            if name.startswith(word)
        }
    )


def _acknowledged(layout: Layout, portal: str, verdict: str, kinds: set[str], today: date) -> str:
    ack = read_ack(layout, portal)
    if ack is None or not ack.silences(verdict, kinds, today):
        return ""
    until = f" until {ack.until}" if ack.until else ""
    return f"acknowledged {ack.at[:10]}{until}" + (f" ({ack.note})" if ack.note else "")

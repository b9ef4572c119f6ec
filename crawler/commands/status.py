"""``scrapy status``: what the archive holds of each portal and how its last run went."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scrapy.exceptions import UsageError

from crawler.catalogue import Catalogue, Row
from crawler.command import ProjectCommand
from crawler.items import Kind
from crawler.layout import Layout
from crawler.runs.verdict import last_run, run_portals
from crawler.tables import print_table

#: Words for a portal that has no verdict.
UNFINISHED, NO_RUN = "unfinished", "no_run"
#: From what needs attention most to what needs none.
ATTENTION = (
    "failed",
    "blocked",
    UNFINISHED,
    "interrupted",
    NO_RUN,
    "budget",
    "nothing_new",
    "ok",
)
KINDS = {
    Kind.ANNUAL_REPORT: "reports",
    Kind.WORK_POINTS: "points",
    Kind.SELF_REVIEW: "reviews",
}
NEXT_STEPS = {
    UNFINISHED: "if nothing is running, run `scrapy crawl {portal}` again",
    NO_RUN: "run `scrapy crawl {portal}`",
}


@dataclass(frozen=True, slots=True)
class PortalStatus:
    portal: str
    documents: dict[str, int]
    years: list[int]
    last_run: str
    verdict: str
    reason: str
    next_step: str

    @property
    def order(self) -> tuple[int, str]:
        return (ATTENTION.index(self.verdict), self.portal)


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] [PORTAL ...]"

    def short_desc(self) -> str:
        return "Show what the archive holds, portals that need attention first"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON list instead of a table")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        rows = Catalogue(self.layout, self.settings.get("CATALOGUE_URL")).documents()
        statuses = portal_statuses(self.layout, rows, args)
        if opts.json:
            print(json.dumps([asdict(status) for status in statuses], ensure_ascii=False, indent=2))
            return
        headings = ["portal", *KINDS.values(), "years", "last run", "verdict", "reason, next step"]
        print_table(headings, map(_cells, statuses))


def portal_statuses(
    layout: Layout, rows: Iterable[Row], wanted: Sequence[str]
) -> list[PortalStatus]:
    """The wanted portals, or all that have a document or a run; those in need first."""
    by_portal: dict[str, list[Row]] = {portal: [] for portal in run_portals(layout)}
    for row in rows:
        by_portal.setdefault(row["portal"], []).append(row)
    if unknown := sorted(set(wanted) - set(by_portal)):
        raise UsageError(
            f"no run and no document of {', '.join(unknown)};"
            f" known: {', '.join(sorted(by_portal)) or 'none'}",
            print_help=False,
        )
    portals = wanted or by_portal
    found = [_status(layout, portal, by_portal[portal]) for portal in set(portals)]
    return sorted(found, key=lambda status: status.order)


def _status(layout: Layout, portal: str, rows: Sequence[Row]) -> PortalStatus:
    run: dict[str, Any] = last_run(layout, portal) or {"verdict": NO_RUN}
    verdict = run["verdict"] or UNFINISHED
    step = run.get("next_step") or NEXT_STEPS.get(verdict, "")
    return PortalStatus(
        portal=portal,
        documents=dict(sorted(Counter(row["kind"] for row in rows).items())),
        years=sorted({row["report_year"] for row in rows if row["report_year"]}),
        last_run=run.get("run", ""),
        verdict=verdict,
        reason=run.get("reason", ""),
        next_step=step.format(portal=portal),
    )


def _cells(status: PortalStatus) -> list[object]:
    years = status.years
    return [
        status.portal,
        *(status.documents.get(kind, 0) for kind in KINDS),
        f"{years[0]}–{years[-1]}" if years else "",
        status.last_run,
        status.verdict,
        "; ".join(filter(None, (status.reason, status.next_step))),
    ]

"""``scrapy status``: what the archive holds of each portal and how its last run went.

Exit codes: 0 when told (whatever the verdicts are), 2 for a mistake in the command, 3 when the
archive cannot be read.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime

from scrapy.exceptions import UsageError

from crawler.catalogue import Catalogue
from crawler.command import ProjectCommand
from crawler.items import Kind
from crawler.runs.acks import Ack, write_ack
from crawler.runs.status import PortalStatus, kinds_of, portal_statuses
from crawler.tables import print_table

KINDS = {
    Kind.ANNUAL_REPORT: "reports",
    Kind.WORK_POINTS: "points",
    Kind.SELF_REVIEW: "reviews",
}


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] [PORTAL ...]"

    def short_desc(self) -> str:
        return "Show what the archive holds, portals that need attention first"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON list instead of a table")
        parser.add_argument(
            "--ack",
            metavar="PORTAL",
            help="silence the portal's present trouble until another kind appears; without"
            " --until this is how the portal is from now on",
        )
        parser.add_argument("--until", metavar="DATE", help="with --ack: its last day, YYYY-MM-DD")
        parser.add_argument("--note", metavar="TEXT", help="with --ack: why, shown by status")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        today = datetime.now(UTC).date()
        if opts.ack:
            if args:
                raise UsageError(f"--ack takes one portal; what is {args[0]}?", print_help=False)
            self._acknowledge(opts.ack, _day(opts.until, today), opts.note or "")
        elif opts.until or opts.note:
            raise UsageError("--until and --note belong to --ack PORTAL", print_help=False)
        else:
            self._show(args, today, opts.json)

    def _show(self, portals: Sequence[str], today: date, as_json: bool) -> None:
        statuses = self._statuses(portals, today)
        if as_json:
            print(json.dumps([asdict(status) for status in statuses], ensure_ascii=False, indent=2))
            return
        headings = ["portal", *KINDS.values(), "gone", "years", "last run", "verdict"]
        print_table([*headings, "reason, next step"], map(_cells, statuses))

    def _statuses(self, portals: Sequence[str], today: date) -> list[PortalStatus]:
        assert self.settings is not None
        rows = Catalogue(self.layout, self.settings.get("CATALOGUE_URL")).documents()
        statuses = portal_statuses(self.layout, rows, today)
        known = {status.portal for status in statuses}
        if unknown := sorted(set(portals) - known):
            raise UsageError(
                f"no run and no document of {', '.join(unknown)};"
                f" known: {', '.join(sorted(known)) or 'none'}",
                print_help=False,
            )
        return [status for status in statuses if not portals or status.portal in portals]

    def _acknowledge(self, portal: str, until: str, note: str) -> None:
        (status,) = self._statuses([portal], datetime.now(UTC).date())
        if not status.needs_attention:
            raise UsageError(
                f"{portal}: {status.verdict} needs no acknowledgement", print_help=False
            )
        ack = Ack(
            run=status.last_run,
            verdict=status.verdict,
            kinds=tuple(sorted(kinds_of(self.layout, portal))),
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            until=until,
            note=note,
        )
        write_ack(self.layout, portal, ack)
        told = f"until {until}" if until else "from now on; later runs are compared with this one"
        print(f"{portal}: {status.verdict} acknowledged {told}")


def _day(text: str | None, today: date) -> str:
    if text is None:
        return ""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"--until: expected a day as YYYY-MM-DD, found {text!r}", print_help=False
        ) from error
    if day < today:
        raise UsageError(f"--until: expected a day to come, found {day}", print_help=False)
    return day.isoformat()


def _cells(status: PortalStatus) -> list[object]:
    years = status.years
    return [
        status.portal,
        *(status.documents.get(kind, 0) for kind in KINDS),
        status.gone or "",
        f"{years[0]}–{years[-1]}" if years else "",
        status.last_run,
        f"{status.verdict} (ack.)" if status.acknowledged else status.verdict,
        "; ".join(
            filter(None, (status.acknowledged, status.reason, status.next_step, _liars(status)))
        ),
    ]


def _liars(status: PortalStatus) -> str:
    if not status.liars:
        return ""
    return f"304 for changed pages from {', '.join(status.liars)}: asked in full"

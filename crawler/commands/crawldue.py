"""``scrapy crawldue``: crawl what is due, several portals side by side.

Exit codes: 0 when all crawls ended so, 3 when one ended so (else 2 or 1 where one did),
1 interrupted, 2 usage.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.conf import arglist_to_dict

from crawler.command import ProjectCommand
from crawler.crawl_settings import check_crawl
from crawler.due import results
from crawler.due.board import Board
from crawler.due.choice import choose
from crawler.due.crawls import SideBySide
from crawler.due.history import history, newest_after
from crawler.due.plan import PastRun, Plan, Turn, make_plan
from crawler.due.rules import Rules, rules_of
from crawler.errors import ConfigurationError
from crawler.fetch.contact import require_contact
from crawler.fetch.scope import scope_hosts
from crawler.state.lock import holder_of, is_held
from crawler.tables import print_table

#: Said by the crawls unless -L or -s asks for more: one that is well is silent.
_LOG_LEVEL = "LOG_LEVEL=WARNING"


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Crawl the portals that are due, side by side"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        for names, options in _OPTIONS.items():
            parser.add_argument(*names, **options)

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        _refuse_nonsense(args, opts)
        loader = get_spider_loader(self.settings)
        spiders = {name: loader.load(name) for name in loader.list()}
        # A spider of no county crawls what its arguments say; it is never due by itself.
        adcodes = {n: code for n, s in spiders.items() if (code := getattr(s, "adcode", ""))}
        portals = choose(adcodes, opts.portal, opts.province)
        rules = rules_of(self.settings)
        plan = self._plan(portals, rules)
        if opts.dry_run or not plan.due:
            _print_plan(plan)
            return
        for turn in plan.due:  # what every crawl would refuse is refused once
            spider = spiders[turn.portal](**arglist_to_dict(opts.spargs))
            require_contact(self.settings, scope_hosts(spider))
        check_crawl(self.settings)
        self._crawl(plan, rules, opts)

    def _plan(self, portals: list[str], rules: Rules) -> Plan:
        histories = {portal: history(self.layout, portal) for portal in portals}
        for damage in (damage for found in histories.values() for damage in found.damages):
            print(damage, file=sys.stderr)
        runs = {portal: found.runs for portal, found in histories.items()}
        return make_plan(runs, datetime.now(UTC), rules, self._running(runs))

    def _running(self, histories: Mapping[str, Sequence[PastRun]]) -> dict[str, str]:
        """Portals whose last run is no ruin but going on, and who is at it."""
        running = {}
        for portal, runs in histories.items():
            lock = self.layout.lock(portal)
            if runs and runs[-1].verdict is None and is_held(lock):
                running[portal] = str(holder_of(lock) or "somebody")
        return running

    def _crawl(self, plan: Plan, rules: Rules, opts: argparse.Namespace) -> None:
        logs = _log_dir(opts.log_dir)
        board = Board(len(plan.due), partial(newest_after, self.layout), echo=logs is None)
        crawls = SideBySide(opts.jobs, partial(_command, opts), board, logs)
        with board.shown(), _signals(crawls.stop):
            crawls.run(plan.due, partial(self._still_due, rules))
        found = results.in_need_first(board.results)
        print_table(results.HEADINGS, (result.cells() for result in found))
        print(results.told(found, crawls.left))
        self.exitcode = results.exit_code(found, crawls.stopped)

    def _still_due(self, rules: Rules, turn: Turn) -> bool:
        """Hours may lie between plan and start: another `crawldue` may have been here."""
        return bool(self._plan([turn.portal], rules).due)


_OPTIONS: Mapping[tuple[str, ...], Mapping[str, Any]] = {
    ("--province",): {
        "action": "append",
        "default": [],
        "metavar": "NAME",
        "help": "only portals there: shaanxi, 陕西 or 61 (may be repeated)",
    },
    ("--portal",): {
        "action": "append",
        "default": [],
        "help": "only this portal, if it is due (may be repeated)",
    },
    ("--jobs",): {
        "type": int,
        "default": os.cpu_count() or 1,
        "metavar": "N",
        "help": "crawls at the same time, a process each (default %(default)s, the cores)",
    },
    ("--dry-run",): {
        "action": "store_true",
        "help": "say what is due and why, and crawl nothing",
    },
    ("--log-dir",): {
        "metavar": "DIR",
        "help": "append what each crawl says to DIR/<portal>.log",
    },
    ("-a",): {
        "dest": "spargs",
        "action": "append",
        "default": [],
        "metavar": "NAME=VALUE",
        "help": "spider argument of every crawl, which -s and -L reach as well (may be repeated)",
    },
}


def _refuse_nonsense(args: list[str], opts: argparse.Namespace) -> None:
    if args:
        raise UsageError(
            f"expected no arguments, found {' '.join(args)}; name portals with --portal",
            print_help=False,
        )
    if opts.jobs < 1:
        raise UsageError(f"--jobs: expected 1 or more, found {opts.jobs}", print_help=False)
    if opts.logfile or opts.nolog:
        raise UsageError(
            "--logfile, --nolog: each crawl has its own; use --log-dir or -L", print_help=False
        )
    try:
        arglist_to_dict(opts.spargs)
    except ValueError as error:
        raise UsageError("Invalid -a value, use -a NAME=VALUE", print_help=False) from error


def _command(opts: argparse.Namespace, portal: str) -> list[str]:
    command = [sys.executable, "-m", "scrapy", "crawl", portal]
    for setting in (_LOG_LEVEL, *opts.set):
        command += ["-s", setting]
    for argument in opts.spargs:
        command += ["-a", argument]
    return [*command, "-L", opts.loglevel] if opts.loglevel else command


def _log_dir(name: str | None) -> Path | None:
    if name is None:
        return None
    try:
        Path(name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"--log-dir: expected a folder to write, found {error}") from error
    return Path(name)


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """SIGTERM and Ctrl-C stop the crawls instead of us; the summary is still printed."""
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: stop()) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _print_plan(plan: Plan) -> None:
    rows = [(turn.portal, "now", turn.reason) for turn in plan.due]
    rows += [(portal, "running", f"by {who}") for portal, who in plan.running.items()]
    rows += [(turn.portal, f"{turn.due:%Y-%m-%d %H:%MZ}", turn.reason) for turn in plan.waiting]
    print_table(("portal", "due", "reason"), rows)
    print(f"{len(plan.due)} of {len(rows)} portals are due")

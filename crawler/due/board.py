"""The crawls as one watches them: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from crawler.due.crawls import Ended
from crawler.due.plan import PastRun, Turn
from crawler.due.results import Result

_HEADINGS = ("portal", "minutes", "requests", "new", "why now")


class Board:
    """A `Watcher`. ``run_after`` gives a portal's newest run, if newer than the one it is given;
    ``echo``: repeat what crawls say."""

    def __init__(
        self, total: int, run_after: Callable[[str, PastRun | None], PastRun | None], *, echo: bool
    ) -> None:
        self.results: list[Result] = []
        self._total = total
        self._run_after = run_after
        self._echo = echo
        self._console = Console(stderr=True)
        # No refreshing thread: processes are forked from this one.
        self._live = Live(console=self._console, auto_refresh=False, transient=True)

    def shown(self) -> AbstractContextManager[object]:
        """The live table is there as long as this lasts."""
        return self._live if self._console.is_terminal else nullcontext()

    def started(self, turn: Turn) -> None:
        self._print(f"{turn.portal}: started, {turn.reason}")

    def said(self, turn: Turn, line: str) -> None:
        if self._echo:
            self._print(f"{turn.portal}: {line.removeprefix(f'{turn.portal}: ')}")

    def ended(self, end: Ended) -> None:
        result = Result(end, self._run_after(end.turn.portal, end.turn.last))
        self.results.append(result)
        self._print(result.line())

    def passed_over(self, turn: Turn) -> None:
        self._print(
            f"{turn.portal}: not due any more: somebody else crawled it or is at it, or"
            " POLITENESS_WINDOW has shut"
        )

    def look(self, seconds: dict[Turn, float]) -> None:
        if self._console.is_terminal:
            self._live.update(self._table(seconds), refresh=True)

    def _table(self, seconds: dict[Turn, float]) -> Table:
        title = f"{len(self.results)} of {self._total} portals crawled, {len(seconds)} running"
        table = Table(*_HEADINGS, box=None, pad_edge=False, title=title, title_justify="left")
        for turn, passed in seconds.items():
            run = self._run_after(turn.portal, turn.last)
            counts = (str(run.requests), str(run.new)) if run else ("", "")
            cells = (turn.portal, f"{passed / 60:.1f}", *counts, turn.reason)
            table.add_row(*map(Text, cells))
        return table

    def _print(self, line: str) -> None:
        self._console.print(Text(line), soft_wrap=True)

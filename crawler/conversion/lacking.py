"""`scrapy reextract --convert` and `--ocr`, for one portal: find, make, keep, say."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scrapy.settings import BaseSettings

from crawler.conversion.making import Keeper, Wish, make, wishes
from crawler.conversion.tool import BSDTAR, Tool
from crawler.isolation.limits import Limits, limits_of
from crawler.isolation.pool import Pool
from crawler.layout import Layout
from crawler.progress import track
from crawler.state.lock import PortalLock
from crawler.tombstones import Tombstones, load_tombstones
from crawler.warc.reader import CaptureReader
from crawler.warc.recover import recover


def make_lacking(
    layout: Layout,
    portal: str,
    tools: Sequence[Tool],
    settings: BaseSettings,
    jobs: int,
    *,
    again: bool,
) -> None:
    """Convert what the portal's archive lacks, under the portal's lock (PortalBusyError)."""
    directory = layout.warc_dir(portal)
    with PortalLock.acquire(layout.lock(portal), portal):
        for message in recover(directory, portal):
            _say(f"{portal}: {message}")
        stones = load_tombstones(layout.tombstones)
        shelf = _Shelf(directory, portal, stones, limits_of(settings), jobs, again)
        found = shelf.make(None, tools)
        # What came out of a RAR may need another tool.
        unpacked = [wish.record_id for wish in found if wish.tool.engine == BSDTAR]
        if unpacked:
            found += shelf.make(unpacked, [tool for tool in tools if tool.engine != BSDTAR])
    made = shelf.counts.pop("made", 0)
    failed = "".join(f", {name} {count}" for name, count in sorted(shelf.counts.items()))
    print(f"{portal}: {made} of {len(found)} files converted{failed}")


@dataclass
class _Shelf:
    """A portal's archive while conversions are added to it; ``counts`` are those of `make`."""

    directory: Path
    portal: str
    stones: Tombstones
    limits: Limits
    jobs: int
    again: bool
    counts: Counter[str] = field(default_factory=Counter)

    def make(self, records: Sequence[str] | None, tools: Sequence[Tool]) -> list[Wish]:
        """What these records lack, or all records; the files that a tool was asked for."""
        reader = CaptureReader(self.directory)  # which knows all that was made until now
        looked = list(reader.record_ids()) if records is None else records
        with Pool(self.limits, self.jobs) as pool:
            captures = reader.read(track(looked, f"{self.portal}: looking"))
            found = list(wishes(captures, tools, pool, self.stones, again=self.again))
        with Keeper(self.directory, self.portal) as keeper:
            self.counts += make(reader, track(found, f"{self.portal}: converting"), keeper, _say)
        return found


def _say(message: str) -> None:
    print(message, file=sys.stderr)

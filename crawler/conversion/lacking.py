"""`scrapy reextract --convert` and `--ocr`, for one portal: find, make, keep, say."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from scrapy.settings import BaseSettings

from crawler.conversion.making import Keeper, make, wishes
from crawler.conversion.tool import Tool
from crawler.isolation.limits import limits_of
from crawler.isolation.pool import Pool
from crawler.layout import Layout
from crawler.progress import track
from crawler.state.lock import PortalLock
from crawler.tombstones import load_tombstones
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
        reader = CaptureReader(directory)
        stones = load_tombstones(layout.tombstones)
        with Pool(limits_of(settings), jobs) as pool:
            captures = reader.read(track(list(reader.record_ids()), f"{portal}: looking"))
            found = list(wishes(captures, tools, pool, stones, again=again))
        with Keeper(directory, portal) as keeper:
            counts = make(reader, track(found, f"{portal}: converting"), keeper, _say)
    made = counts.pop("made", 0)
    failed = "".join(f", {name} {count}" for name, count in sorted(counts.items()))
    print(f"{portal}: {made} of {len(found)} files converted{failed}")


def _say(message: str) -> None:
    print(message, file=sys.stderr)

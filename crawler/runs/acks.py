"""Acknowledged trouble: ``archive/runs/<portal>/ack.json``.

An acknowledgement silences the kinds of findings the portal's last run had; any other kind speaks
up again. Without a last day it also says "this is how the portal is now": that run becomes the
start of the history later runs are compared with. With one it only keeps quiet while somebody
mends the spider.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crawler.atomic import write_atomically
from crawler.errors import ArchiveError
from crawler.layout import Layout
from crawler.runs.files import read_json
from crawler.runs.words import Verdict
from crawler.serial import from_plain, to_plain

logger = logging.getLogger(__name__)

_OF_PAGES = frozenset({Verdict.DRIFT, Verdict.BROKEN})


@dataclass(frozen=True, slots=True)
class Ack:
    """``until`` is the last day it holds (ISO), empty for good."""

    run: str
    verdict: str
    kinds: tuple[str, ...]
    at: str
    until: str = ""
    note: str = ""

    def silences(self, verdict: str, kinds: Collection[str], today: date) -> bool:
        """Whether trouble of these kinds was acknowledged and still is."""
        if self.until and today.isoformat() > self.until:
            return False
        return verdict == self.verdict and set(kinds) <= set(self.kinds)

    @property
    def accepted(self) -> str:
        """The run that is the portal's new normal, if there is one.

        Only what met the portal's pages can be: a run that failed has nothing to compare with.
        """
        return "" if self.until or self.verdict not in _OF_PAGES else self.run


def ack_file(layout: Layout, portal: str) -> Path:
    return layout.run_dir(portal) / "ack.json"


def read_ack(layout: Layout, portal: str) -> Ack | None:
    path = ack_file(layout, portal)
    if not path.exists():
        return None
    try:
        ack: Ack = from_plain(Ack, read_json(path, "an acknowledgement"))
    except (TypeError, KeyError, ValueError) as error:
        raise ArchiveError(
            f"{path}: expected an acknowledgement, found {error}; move it away, then"
            f" `scrapy status --ack {portal}`"
        ) from error
    return ack


def read_ack_or_warn(layout: Layout, portal: str) -> Ack | None:
    """The acknowledgement; a damaged one is named and left alone, the crawl goes on."""
    try:
        return read_ack(layout, portal)
    except ArchiveError as error:
        logger.warning("%s", error)
        return None


def write_ack(layout: Layout, portal: str, ack: Ack) -> None:
    text = json.dumps(to_plain(ack), ensure_ascii=False, indent=2) + "\n"
    write_atomically(ack_file(layout, portal), text.encode("utf-8"))

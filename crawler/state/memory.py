"""The crawl's view of what is known: a Scrapy extension over the state file of the portal.

Without a state file (replay, or any scheduler but the project's) it works on an empty database
in memory: everything is new, and what is learned is forgotten with the process.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import Final, Self

from scrapy.crawler import Crawler
from scrapy.http import Request

from crawler.discovery.yields import Yields
from crawler.errors import ArchiveError, BodyTooLargeError
from crawler.items import Capture, Context, ListPage, Place
from crawler.layout import Layout
from crawler.losses import Profile
from crawler.serial import from_json, to_json
from crawler.state import known, leads, lists, pages
from crawler.state.db import State
from crawler.state.frontier import StateWrite
from crawler.state.lists import Step
from crawler.state.pagerows import PageRole, PageState
from crawler.state.pages import Answer
from crawler.state.schedule import (
    DEFAULT_RECHECK,
    SECOND_LOOK,
    Schedule,
    clock_of,
    sample_size,
)
from crawler.warc.original import read_original
from crawler.warc.records import Original

logger = logging.getLogger(__name__)

#: More requests than are out at a time; of others it is looked up again.
_ASKED: Final = 256
#: Links just found to be unknown: those of a few lists.
_STRANGERS: Final = 2048
#: Key of ``request.meta``: a list of `StateWrite`, for the transaction that ends the request.
WRITES: Final = "state_writes"


class Memory:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._clock = clock_of(crawler.settings.get("NOW"))
        self._asked: OrderedDict[str, known.Recalled] = OrderedDict()
        self._strangers: set[str] = set()  # URLs without an answer on record, some of them
        self._liars: dict[str, bool] = {}
        self._looked_again = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @cached_property
    def schedule(self) -> Schedule:
        """Seen from the start of the run: what is due does not move while it goes."""
        recheck = getattr(self._crawler.spider, "recheck", DEFAULT_RECHECK)
        return Schedule(recheck, self._clock())

    @cached_property
    def generation(self) -> str:
        return self._state.generation if self._state else "replay"

    def remember(self, request: Request, write: StateWrite) -> None:
        """Have ``write`` done in the transaction that marks the request done."""
        if self._state is None:
            write(self._connection)
        else:
            request.meta.setdefault(WRITES, []).append(write)

    # -- pages --------------------------------------------------------------------------------

    def asking(self, url: str) -> PageState | None:
        """What is known of a URL that is asked for now; kept at hand until its answer is read."""
        recalled = known.NOTHING if url in self._strangers else known.recall(self._connection, url)
        self._asked[url] = recalled
        if len(self._asked) > _ASKED:
            self._asked.popitem(last=False)
        return recalled.page

    def _recall(self, url: str) -> known.Recalled:
        return self._asked.get(url) or known.recall(self._connection, url)

    def due(self) -> Iterator[PageState]:
        """The pages to be asked again: those that are due, and a sample of the Documents."""
        sample = list(self._sample())  # before any page of this run is answered
        yield from pages.due(self._connection, self.schedule, self.generation)
        yield from sample

    def _sample(self) -> Iterator[PageState]:
        assert self._crawler.stats is not None
        if self._crawler.stats.get_value("frontier/resumed"):
            return  # it is in the queue
        most = sample_size(known.count(self._connection))
        for page in known.longest_unasked(self._connection, self.generation, most):
            if not pages.is_due(page, self.schedule):
                yield page

    def unknown(self, urls: Iterable[str]) -> set[str]:
        found = pages.unknown(self._connection, urls)
        if len(self._strangers) > _STRANGERS:
            self._strangers.clear()
        self._strangers |= found
        return found

    def meeting(self, url: str, role: PageRole, context: Context) -> StateWrite:
        """The write for a page that is asked for the first time."""
        return lambda connection: pages.meet(connection, url, role, context, self.generation)

    def answered(self, connection: sqlite3.Connection, answer: Answer) -> None:
        self._strangers.discard(answer.url)
        pages.answered(connection, answer, self._clock(), self.generation)

    # -- known Documents ----------------------------------------------------------------------

    def profile(self, url: str) -> Profile | None:
        """The Document that was read at ``url`` last time."""
        return self._recall(url).profile

    def profiling(self, url: str, profile: Profile | None) -> StateWrite:
        return lambda connection: known.put(connection, url, profile)

    def second_look(self) -> Iterator[PageState]:
        """Further Documents to ask, once in a run, after one was found to have lost something."""
        if not self._looked_again:
            self._looked_again = True
            yield from known.latest_asked(self._connection, self.generation, SECOND_LOOK)

    # -- lists --------------------------------------------------------------------------------

    def step(self, page: ListPage, root: str | None) -> Step:
        return lists.step(self._connection, page, root, self.schedule, self.generation)

    def stopping(self, root: str) -> StateWrite:
        """The write for a list that is walked no further, whatever its pager says."""
        return lambda connection: lists.stop(connection, root, self.schedule.now)

    def has_walked(self, root: str) -> bool:
        """Was this list walked to its end before?"""
        return lists.find(self._connection, root).walked is not None

    def is_due_list(self, url: str) -> bool:
        """Is this the first page of a list that is due to be walked to its end?"""
        state = lists.find(self._connection, url)
        return state.id is not None and self.schedule.overdue(state.walked)

    # -- leads of a focused walk --------------------------------------------------------------

    def met(self, urls: Iterable[str]) -> dict[str, leads.Met]:
        return leads.met(self._connection, urls, self.generation)

    def yields(self) -> Yields:
        return Yields(leads.yields(self._connection, self.generation))

    def siblings(self, series: str, after: int, most: int) -> list[tuple[str, int]]:
        return leads.siblings(self._connection, series, after, most)

    def home_place(self) -> Place | None:
        """The county of a portal the registry does not know, as its first home page named it."""
        text = leads.home_fact(self._connection, "place")
        return from_json(Place, text) if text else None

    def home_host(self) -> str | None:
        """The host that the home page was found to have moved to."""
        return leads.home_fact(self._connection, "host")

    def home_named(self, place: Place) -> StateWrite:
        return partial(leads.put_home_fact, name="place", value=to_json(place))

    def home_moved(self, host: str) -> StateWrite:
        return partial(leads.put_home_fact, name="host", value=host)

    # -- hosts that lie -----------------------------------------------------------------------

    def is_liar(self, host: str) -> bool:
        if host not in self._liars:
            self._liars[host] = pages.is_liar(self._connection, host)
        return self._liars[host]

    def liar(self, request: Request, host: str) -> None:
        """From now on; on record with the end of the request that caught it."""
        self._liars[host] = True
        self.remember(request, lambda connection: pages.note_liar(connection, host))

    # -- stored bodies ------------------------------------------------------------------------

    def same_payload(self, url: str, payload_digest: str) -> Original | None:
        """The capture of an earlier run with this body, provided that it can be read."""
        page = self._recall(url).page
        of = page.original if page else None
        if of is None or of.payload_digest != payload_digest or self.stored(of) is None:
            return None
        return of

    def stored(self, of: Original) -> Capture | None:
        """The stored capture; None, and said so, where it is lost."""
        try:
            return read_original(self._directory, of, limit=self._limit)
        except (ArchiveError, BodyTooLargeError) as error:
            self._crawler.stats.inc_value("conditional/original_lost")
            logger.warning(
                "%s: expected its capture of %s, found: %s; it is asked in full and stored anew",
                of.url,
                of.date.isoformat(timespec="seconds"),
                error,
            )
            return None

    # -- where it lies ------------------------------------------------------------------------

    @cached_property
    def _state(self) -> State | None:
        engine = self._crawler.engine
        slot = engine._slot if engine is not None else None
        return getattr(slot.scheduler, "state", None) if slot is not None else None

    @cached_property
    def _connection(self) -> sqlite3.Connection:
        if self._state is not None:
            return self._state.connection
        connection = sqlite3.connect(":memory:", isolation_level=None)
        for schema in (pages.SCHEMA, lists.SCHEMA, leads.SCHEMA, known.SCHEMA):
            connection.executescript(schema)
        return connection

    @cached_property
    def _directory(self) -> Path:
        spider = self._crawler.spider
        portal: str = getattr(spider, "portal", "") or getattr(spider, "name", "")
        return Layout(self._crawler.settings["ARCHIVE_DIR"]).warc_dir(portal)

    @cached_property
    def _limit(self) -> int:
        return self._crawler.settings.getint("DOWNLOAD_MAXSIZE")


def memory_of(crawler: Crawler) -> Memory:
    """The crawl's memory; an empty one where the extension is not installed."""
    return crawler.get_extension(Memory) or Memory(crawler)

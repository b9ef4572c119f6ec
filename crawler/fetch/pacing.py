"""When a host may be asked next: the arithmetic of politeness, without a clock of its own.

``now`` is always a `time.monotonic()` value, which processes of one machine share.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# The newest latency weighs a quarter: slow answers in a row slow us down, one alone does not.
_SMOOTHING = 0.25
_MANY_DIGITS = 9


@dataclass(slots=True)
class Lane:
    """A host or an address: how many requests are under way, and when the next may start."""

    active: int = 0
    ready_at: float = -math.inf


@dataclass(slots=True)
class Manners:
    """What is known of a host's wishes."""

    crawl_delay: float = 0.0
    latency: float = 0.0
    refusals: int = 0  # 429s in a row


@dataclass(slots=True)
class Pacer:
    """Keeps one request at a time, ``delay`` apart, per host and per address.

    ``own_delay`` is the least distance in seconds, ``factor`` is k in k × smoothed latency,
    ``backoff`` the first pause after a 429 that names none (it doubles), ``limit`` the number
    of requests at a time.
    """

    own_delay: float
    factor: float
    backoff: float
    limit: int = 1
    lanes: dict[str, Lane] = field(default_factory=dict)
    manners: dict[str, Manners] = field(default_factory=dict)

    def delay(self, host: str) -> float:
        """The distance between two requests to ``host``."""
        known = self._manners(host)
        return max(self.own_delay, known.crawl_delay, self.factor * known.latency)

    def pause(self, lanes: Sequence[str], now: float) -> float:
        """Seconds until all ``lanes`` are ready; infinite while one is full."""
        states = [self._lane(name) for name in lanes]
        if any(lane.active >= self.limit for lane in states):
            return math.inf
        return max(0.0, *(lane.ready_at - now for lane in states))

    def start(self, host: str, lanes: Sequence[str], now: float) -> None:
        for name in lanes:
            self._lane(name).active += 1
        self._not_before(lanes, now + self.delay(host))

    def finish(self, host: str, lanes: Sequence[str], now: float, latency: float) -> None:
        known = self._manners(host)
        known.latency += (latency - known.latency) * (_SMOOTHING if known.latency else 1)
        for name in lanes:
            self._lane(name).active -= 1
        self._not_before(lanes, now + self.delay(host))

    def set_crawl_delay(self, host: str, seconds: float) -> None:
        self._manners(host).crawl_delay = seconds

    def throttled(self, host: str, lanes: Sequence[str], now: float, wanted: float) -> float:
        """The server asked for a pause of ``wanted`` seconds, or of no stated length (0)."""
        known = self._manners(host)
        seconds = wanted or self.backoff * 2**known.refusals
        known.refusals += 1
        self._not_before(lanes, now + seconds)
        return seconds

    def welcomed(self, host: str) -> None:
        """The host answered without asking for a pause."""
        self._manners(host).refusals = 0

    def _lane(self, name: str) -> Lane:
        return self.lanes.setdefault(name, Lane())

    def _manners(self, host: str) -> Manners:
        return self.manners.setdefault(host, Manners())

    def _not_before(self, lanes: Sequence[str], moment: float) -> None:
        for name in lanes:
            lane = self._lane(name)
            lane.ready_at = max(lane.ready_at, moment)


def retry_after(value: str | None, answered: str | None, now: datetime) -> float:
    """Seconds a Retry-After header asks for; 0 when it says nothing usable.

    A date is measured from the server's own ``Date`` (``answered``), so that a wrong clock
    there does no harm; ``now`` stands in for a missing one. A number too long to be meant is
    infinite: whoever sends it does not want to be asked again.
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]+", text):
        return float(text) if len(text) <= _MANY_DIGITS else math.inf
    until = _http_date(text)
    if until is None:
        return 0.0
    return max(0.0, (until - (_http_date(answered or "") or now)).total_seconds())


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

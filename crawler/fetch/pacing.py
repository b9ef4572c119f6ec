"""How long a host wants to be left alone: the arithmetic of politeness, without clock or store."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# The newest latency weighs a quarter: slow answers in a row slow us down, one alone does not.
_SMOOTHING = 0.25
_MANY_DIGITS = 9
# Doubling ends here: 2^20 backoffs are longer than anybody waits.
_MOST_REFUSALS = 20


@dataclass(frozen=True, slots=True)
class Manners:
    """What is known of a host's wishes; latency and pauses in seconds."""

    crawl_delay: float = 0.0
    latency: float = 0.0
    refusals: int = 0  # 429s in a row

    def answered_in(self, latency: float) -> Manners:
        share = _SMOOTHING if self.latency else 1.0
        return replace(self, latency=self.latency + (latency - self.latency) * share)

    def refused(self) -> Manners:
        return replace(self, refusals=min(self.refusals + 1, _MOST_REFUSALS))


@dataclass(frozen=True, slots=True)
class Pace:
    """What we impose on ourselves.

    ``own_delay`` is the least distance in seconds, ``factor`` is k in k × smoothed latency,
    ``backoff`` the first pause after a 429 that names none (it doubles), ``patience`` the
    longest pause we wait for, ``limit`` the number of requests to a host at a time, ``longest``
    the seconds after which a request is on the wire no more, however it went.
    """

    own_delay: float
    factor: float
    backoff: float
    patience: float
    limit: int = 1
    longest: float = 600.0

    def delay(self, known: Manners) -> float:
        """The distance between two requests to a host."""
        return max(self.own_delay, known.crawl_delay, self.factor * known.latency)

    def pause(self, known: Manners, wanted: float) -> float:
        """After a call to slow down by ``wanted`` seconds, or by no stated number (0)."""
        return wanted or self.backoff * 2**known.refusals


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

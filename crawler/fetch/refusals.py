"""Why a request was not made or an answer was not used: one exception a reason.

All are `IgnoreRequest`, so Scrapy neither retries them nor logs a stack trace, and each knows
its outcome word. `Interrupted` alone has none: such a request was put off, nothing is known.
"""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest

from crawler.items import FetchOutcome


class Refusal(IgnoreRequest):
    """A request that ends without a usable answer, for a reason that has a name."""

    outcome: FetchOutcome | None = None

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{reason}: {url}")
        self.url = url
        self.reason = reason


class OutOfScope(Refusal):
    outcome = FetchOutcome.OUT_OF_SCOPE


class Forgotten(Refusal):
    """The URL was taken down (`crawler.tombstones`): the operator put it out of scope."""

    outcome = FetchOutcome.OUT_OF_SCOPE


class RobotsRefused(Refusal):
    """robots.txt forbids it, or could not be asked for the reason that ``outcome`` names."""

    outcome: FetchOutcome

    def __init__(self, url: str, reason: str, outcome: FetchOutcome = FetchOutcome.ROBOTS) -> None:
        super().__init__(url, reason)
        self.outcome = outcome


class RedirectLoop(Refusal):
    outcome = FetchOutcome.REDIRECT_LOOP


class Blocked(Refusal):
    """The answer was a challenge or a firewall's page: evidence, never content."""

    outcome = FetchOutcome.BLOCKED

    def __init__(self, url: str, kind: str, status: int) -> None:
        super().__init__(url, f"blocked:{kind}")
        self.kind = kind
        self.status = status


class NotAPage(Refusal):
    """A 200 that is an error page in disguise; it must not reach a parser."""

    def __init__(self, url: str, outcome: FetchOutcome) -> None:
        super().__init__(url, outcome.value)
        self.outcome = outcome


class PutOff(Refusal):
    """Not in this run: the request was never made and stays in the frontier for the next one."""


class HostEnded(PutOff):
    """The host's run is over (blocked or rate limited): nothing more is asked of it."""

    outcome: FetchOutcome

    def __init__(self, url: str, outcome: FetchOutcome, reason: str) -> None:
        super().__init__(url, reason)
        self.outcome = outcome


class Interrupted(PutOff):
    """The crawl is stopping; the request was never made, or cut off on its way."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "the crawl is stopping")

"""Challenges and firewall pages: recognised, recorded, backed off from, never evaded.

`detect_block` knows them from crawler/data/blocked.json. A host that answers so several times
in a row is left alone for the rest of the run; its verdict is ``blocked:<kind>``, never
"nothing published". An ordinary 403 is ``forbidden``: no page, but a host is given up for it
only after more of them, because a single file may be closed on an open portal.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.fetch.pages import Answer, load_rules
from crawler.fetch.politeness import politeness_of
from crawler.fetch.refusals import Blocked
from crawler.items import FetchOutcome
from crawler.scope import host_of

Headers = tuple[tuple[str, str], ...]

# Answers that say something about the page and nothing about us.
_NEVER_BLOCKED = frozenset({304, 404, 410, 429})
_WALLS = 2


@dataclass(frozen=True, slots=True)
class BlockRule:
    """One row of blocked.json, compiled; its fields are explained there."""

    kind: str
    after: int
    status: frozenset[int]
    headers: tuple[tuple[str, re.Pattern[str]], ...]
    source: re.Pattern[str] | None
    text: re.Pattern[str] | None
    max_han: float
    max_links: float

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> BlockRule:
        return cls(
            kind=row["kind"],
            after=row["after"],
            status=frozenset(row.get("status", ())),
            headers=tuple(
                (name, re.compile(pattern, re.I))
                for name, pattern in row.get("headers", {}).items()
            ),
            source=re.compile(row["source"], re.I) if "source" in row else None,
            text=re.compile(row["text"], re.I) if "text" in row else None,
            max_han=row.get("max_han", math.inf),
            max_links=row.get("max_links", math.inf),
        )

    def fits(self, status: int, headers: Headers, answer: Answer) -> bool:
        """Cheap conditions first: most answers are ordinary pages, and seen to be at once."""
        if self.status and status not in self.status:
            return False
        for name, pattern in self.headers:
            if not any(key.lower() == name and pattern.search(value) for key, value in headers):
                return False
        if self.source is None and self.text is None:
            return True
        seen = answer.seen
        if seen.han > self.max_han or seen.links > self.max_links:
            return False
        if self.text is not None and not self.text.search(seen.text):
            return False
        return self.source is None or self.source.search(answer.source) is not None


@cache
def _rules() -> tuple[BlockRule, ...]:
    return tuple(map(BlockRule.of, load_rules("blocked.json")["rules"]))


def find_block(status: int, headers: Headers, answer: Answer) -> BlockRule | None:
    """The first rule an answer fits."""
    if status in _NEVER_BLOCKED or (status == 200 and not answer.bare):
        return None
    return next((rule for rule in _rules() if rule.fits(status, headers, answer)), None)


def detect_block(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> str | None:
    """The kind of block an answer is, or None. Pure; sees the first 64 KB."""
    rule = find_block(status, tuple(headers), Answer(body))
    return rule.kind if rule else None


class BlockedMiddleware:
    """Keeps blocked answers from the parser and ends hosts that give nothing else."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._in_a_row: dict[str, int] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BlockedMiddleware:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        host = host_of(request.url)
        outcome = request.meta.get("fetch_outcome")
        if outcome is FetchOutcome.OK:
            self._in_a_row.pop(host, None)
        if outcome is not FetchOutcome.BLOCKED:
            return response
        rule = find_block(response.status, header_pairs(response), Answer(response.body))
        # No answer by itself is a cookie wall; the chain of redirects is (see `OutcomeMiddleware`).
        blocked = Blocked(request.url, rule.kind if rule else "cookie_wall", response.status)
        self._count(host, blocked, rule.after if rule else _WALLS)
        raise blocked

    def _count(self, host: str, blocked: Blocked, after: int) -> None:
        self.crawler.stats.inc_value(f"blocked/{blocked.kind}")
        count = self._in_a_row[host] = self._in_a_row.get(host, 0) + 1
        politeness = politeness_of(self.crawler)
        if count >= after:
            politeness.end_host(host, FetchOutcome.BLOCKED, blocked.reason)
        else:
            politeness.back_off(host)


def header_pairs(response: Response) -> tuple[tuple[str, str], ...]:
    """A response's headers with their repeats, as `detect_block` reads them."""
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )

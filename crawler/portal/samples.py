"""What a sitemap's articles are worth, found out with one request a column.

A sitemap names articles without words. Of those that lie together one is asked; each that is a
Document buys the next ones (`crawler.discovery.choice.samples`), for on some systems all articles
of the portal lie together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from typing import Final
from urllib.parse import urljoin

from scrapy.crawler import Crawler
from scrapy.http import Request

from crawler.discovery.choice import SAMPLE, priority_of, samples
from crawler.discovery.shapes import series_of
from crawler.discovery.yields import SITEMAP, Yields
from crawler.fetch.robots import RobotsMiddleware
from crawler.items import Context, Link, ListPage, Rel
from crawler.state import leads
from crawler.state.memory import Memory

#: What links to sitemaps are called; their class goes by it (``data/leads.toml``).
SITEMAP_NAME: Final = "sitemap"
_NEXT: Final = 3


def is_sample(request: Request) -> bool:
    """Was the request named by a sitemap, which gives no words with it?"""
    note = request.meta.get("note")
    if note is None or note.context.link_text:
        return False
    return bool(note.context.column[-1:] == (SITEMAP_NAME,))


def sitemaps(crawler: Crawler, home: str) -> list[Link]:
    """What robots.txt names as the sitemap, else the place where most have it: asked last, with
    the portal's own search."""
    robots = crawler.get_downloader_middleware(RobotsMiddleware)
    named = robots.sitemaps(home) if robots else ()
    urls = named or (urljoin(home, "/sitemap.xml"),)
    return [Link(url, SITEMAP_NAME, rel=Rel.COLUMN) for url in urls]


class Samples:
    """``yields`` counts all samples together: portals have hundreds of columns."""

    def __init__(self, memory: Memory, yields: Yields) -> None:
        self._memory = memory
        self._yields = yields

    def choose(
        self, page: ListPage, unknown: Collection[str], asked: Request
    ) -> Iterator[tuple[Link, int]]:
        """The samples of a sitemap; what waits for them is put on record."""
        first, others = samples(page, unknown)
        rows = [(link.url, series_of(link.url), link.position) for link in others]
        self._memory.remember(asked, partial(leads.put_siblings, rows=rows))
        yield from ((link, priority_of(SAMPLE, page.context.hops + 1)) for link in first)

    def siblings(self, sample: Request, documents: int) -> Iterator[tuple[str, Context]]:
        """What is worth asking after a sample was read: the next ones, where it was one of ours."""
        if not documents:
            self._yields.was_dry(SITEMAP)
            return
        self._yields.gave((SITEMAP,), documents)
        context: Context = sample.meta["note"].context
        series = series_of(sample.url)
        for url, position in self._memory.siblings(series, context.position, _NEXT):
            yield url, replace(context, position=position)

"""Which request a request comes from: the spider middleware that tells the scheduler."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

from scrapy import Request
from scrapy.http import Response

from crawler.fetch.refusals import PutOff

#: ``request.meta`` keys: the frontier's row of a request that is out, which its own retries and
#: redirects inherit, and the row of the request whose answer named this one.
ROW: Final = "frontier_row"
PARENT: Final = "frontier_parent"
#: ``request.meta`` key: the request was not answered in full; the next run asks again.
PUT_OFF: Final = "frontier_put_off"


class ParentageMiddleware:
    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        row = response.meta.get(ROW)
        async for found in result:
            if isinstance(found, Request):
                found.meta.pop(ROW, None)  # a spider that hands ``response.meta`` on leaks it
                found.meta[PARENT] = row
            yield found

    def process_spider_exception(
        self, response: Response, exception: Exception
    ) -> list[Any] | None:
        """A page whose parts could not be fetched in this run is no failure of its spider."""
        if not isinstance(exception, PutOff):
            return None
        response.meta[PUT_OFF] = True
        return []

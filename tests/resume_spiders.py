"""A spider with a bug, for tests of what becomes of pages whose handling fails."""

from __future__ import annotations

from typing import Any

from crawler.items import Capture
from tests.benchmarks.torture_site import TortureSpider, path_of

#: The report that cannot be read.
POISON = 2


class PoisonedSpider(TortureSpider):
    name = "demo_poisoned"

    def interpret(self, capture: Capture) -> Any:
        if capture.url.endswith(path_of(POISON)):
            raise LookupError("a bug")
        return super().interpret(capture)

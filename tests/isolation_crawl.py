"""``scrapy`` whose files take for ever to be read: ``python -m tests.isolation_crawl crawl …``.

The reader is changed from here; production code knows nothing of it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from scrapy.cmdline import execute

from crawler.isolation.pool import Pool
from tests.isolation_readers import SLEEPY


def _sleepy(_settings: Mapping[str, Any]) -> Pool:
    return Pool(reader=SLEEPY)


if __name__ == "__main__":
    Pool.of = _sleepy  # type: ignore[method-assign, assignment]
    execute(["scrapy", *sys.argv[1:]])

"""Every portal reads its frozen pages as somebody has reviewed it (`crawler.newportal.expected`).

``tests/fixtures/<portal>/`` holds ``pages.warc.gz`` and ``expected.json``; `scrapy newportal`
writes both. A portal without them fails, and so does one whose expectations nobody has signed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.newportal.expected import EXPECTED, faults
from crawler.portal.choice import ANY_PORTAL

FIXTURES = Path(__file__).resolve().parent / "fixtures"
KEYS = sorted(path.parent.name for path in FIXTURES.glob(f"[a-z]*/{EXPECTED}"))
SPIDERS = get_spider_loader(Settings({"SPIDER_MODULES": ["spiders"]}))


@pytest.mark.parametrize("key", KEYS)
def test_frozen_pages_are_read_as_reviewed(key: str) -> None:
    wrong = faults(SPIDERS.load(key)(), FIXTURES / key)
    assert not wrong, "\n\n".join(wrong)


def test_every_portal_has_frozen_pages() -> None:
    without = sorted(set(SPIDERS.list()) - {ANY_PORTAL} - set(KEYS))
    assert not without, "freeze some: scrapy newportal KEY --freeze-only"

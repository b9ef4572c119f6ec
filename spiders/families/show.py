"""广元's own system: ``/xxgk/show/<timestamp>-<n>-00-000.html``, then ``/gongkai/show/<hex>.html``.

Seen at 朝天 and, with small differences, at 剑阁 and 昭化 (portals.md §2, seed 003).
Recognised by: the ``show`` URLs and an information block printed in one line
(``索 引 号 : … | 发布机构: … |``). Lists carry a 下一页 link with ``?page=N``.
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

import re
from typing import ClassVar

from crawler import listing
from crawler.extraction.page import Page
from crawler.items import Link
from crawler.portal_spider import PortalSpider


class ShowSpider(PortalSpider):
    """A portal of 广元's system."""

    article_path: ClassVar[re.Pattern[str]] = re.compile(
        r"/(?:gongkai|xxgk)/show/[\w-]+\.html$|/News/Detail/\d+\.html$"
    )

    def pages(self, page: Page) -> list[Link]:
        return listing.next_page(page)

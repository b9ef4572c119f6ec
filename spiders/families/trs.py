"""TRS WCM: static directories, ``/YYYYMM/tYYYYMMDD_N.html`` articles.

Platform: TRS WCM with IDS / 集约化, the commonest county CMS (宁夏, 广西, 贵州 …).
Recognised by: ``createPageHTML(total, current, "index", "html")`` without a div name, by
``.TRS_Editor`` bodies and ``P0…``/``W0…`` attachments.
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

import re
from typing import ClassVar

from crawler.extraction.page import Page
from crawler.items import Link, Rel
from crawler.listing import absolute
from crawler.portal_spider import PortalSpider

#: ``createPageHTML(total, cur, "index", "html")``: cur is 0-based, page k is ``index_k.html``
#: (portals.md §1.1 A). A first string argument would be UCAP's div name: another family.
_PAGER = re.compile(
    r"createPageHTML\(\s*(?P<total>\d+)\s*,\s*(?P<current>\d+)\s*,"
    r"\s*['\"](?P<name>[\w-]+)['\"]\s*,\s*['\"](?P<ext>\w+)['\"]"
)


class TrsSpider(PortalSpider):
    """A portal on TRS WCM."""

    article_path: ClassVar[re.Pattern[str]] = re.compile(r"/\d{6}/t\d{8}_\d+\.s?html?$")

    def pages(self, page: Page) -> list[Link]:
        match = _PAGER.search(page.html)
        if match is None:
            return []
        total, following = int(match["total"]), int(match["current"]) + 1
        if following >= total:
            return []
        url = absolute(page, f"{match['name']}_{following}.{match['ext']}")
        return [Link(url, f"第{following + 1}页", rel=Rel.PAGE)] if url else []

"""龙讯 Lonsun: ``/public/column/<organ>?…catId=…`` and ``/content/column/<id>`` lists.

Platform: 龙讯 (安徽, some in 甘肃, 湖南, 四川, 湖北). Every organ has a ``/public/column/<organ>``.
Recognised by: these paths, ``/site/tpl/``, ``.j-fontContent`` bodies.
Pages of a list are counted from 1 by ``pageIndex`` (portals.md §1.1 I), often by script only:
then the stated number of pages says whether there is a next one.
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.cms.article_paths import path_of
from crawler.cms.family import Family
from crawler.cms.pagers import next_page, page_link, stated_total
from crawler.extraction.page import Page
from crawler.items import Link

_LIST = re.compile(r"/(?:public|content)/column/\w+$")


class Lonsun(Family):
    """龙讯."""

    name = "lonsun"
    article_path = path_of("lonsun")

    def further(self, page: Page) -> list[Link]:
        return next_page(page) or _by_query(page)


def _by_query(page: Page) -> list[Link]:
    parts = urlsplit(page.capture.url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    asked = query.pop("pageIndex", "1")
    following = int(asked) + 1 if asked.isdecimal() else 2
    if not _LIST.search(parts.path) or following > (stated_total(page) or 0):
        return []
    address = parts._replace(query=urlencode({**query, "pageIndex": following}))
    return page_link(page, address.geturl(), following)

"""The showList system: ``/<Name>/showList/<id>/page_<n>.html`` lists, ``/<Name>/show/<id>.html``.

Platform: vendor not known (安徽, 内蒙古). Reports stand under ``/Xxgknb/`` or
``/openness/OpennessAnnualReport/``.
Recognised by: these paths.
Pages of a list are counted from 1; ``?dataType=…`` stays (portals.md §1.1 I2).
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.cms.article_paths import path_of
from crawler.cms.family import Family
from crawler.cms.pagers import next_page, page_link, stated_total
from crawler.extraction.page import Page
from crawler.items import Link

_LIST = re.compile(r"(?P<list>/showList/\w+)(?:/(?:page_(?P<number>\d{1,6})\.html)?|\.html)?$")


class ShowList(Family):
    """The showList system."""

    name = "showlist"
    article_path = path_of("showlist")

    def further(self, page: Page) -> list[Link]:
        return next_page(page) or _by_path(page)


def _by_path(page: Page) -> list[Link]:
    parts = urlsplit(page.capture.url)
    place = _LIST.search(parts.path)
    following = int((place and place["number"]) or 1) + 1
    if place is None or following > (stated_total(page) or 0):
        return []
    path = f"{parts.path[: place.end('list')]}/page_{following}.html"
    return page_link(page, parts._replace(path=path).geturl(), following)

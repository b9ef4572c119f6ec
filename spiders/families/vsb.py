"""VSB (博达): ``zwgk/tzgg.htm`` lists, ``/info/<column>/<n>.htm`` articles.

Platform: 博达 VSB (云南, 四川, 湖南, 甘肃).
Recognised by: ``#vsb_content`` and ``.v_news_content`` bodies, ``/_sitegray/`` and ``/system/``
scripts, pagers of class ``p_next``, ``.PrevDisabled``.
Pages of a list are numbered from its end: of 11 pages the second is ``tzgg/10.htm``, the last
``tzgg/1.htm`` (portals.md §1.1 G). Where the links do not say it, ``共52条 1/11`` does.
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.cms.article_paths import path_of
from crawler.cms.family import Family
from crawler.cms.pagers import next_page, page_link
from crawler.extraction.page import Page
from crawler.items import Link

_PLACE = re.compile(r"共\s*\d{1,7}\s*条\D{0,20}(?P<current>\d{1,5})\s*/\s*(?P<total>\d{1,5})(?!\d)")
_FURTHER = re.compile(r"/\d+\.html?$")


class Vsb(Family):
    """博达 VSB."""

    name = "vsb"
    article_path = path_of("vsb")

    def further(self, page: Page) -> list[Link]:
        place = _PLACE.search(" ".join("".join(page.root.itertext()).split()))
        if place is None:
            return next_page(page)
        left = int(place["total"]) - int(place["current"])
        return (next_page(page) or _by_place(page, left)) if left > 0 else []


def _by_place(page: Page, left: int) -> list[Link]:
    """The next page has the number of pages that are left, in the directory of the list."""
    path = urlsplit(page.capture.url).path
    name = path.rpartition("/")[2]
    directory = "" if _FURTHER.search(path) else name.rpartition(".")[0] + "/"
    return page_link(page, f"{directory}{left}.htm", left)

"""TRS WCM: static directories, ``/YYYYMM/tYYYYMMDD_N.html`` articles.

Platform: TRS WCM with IDS / 集约化, the commonest county CMS (宁夏, 广西, 贵州 …).
Recognised by: ``createPageHTML(total, current, "index", "html")`` without a div name, by
``.TRS_Editor`` bodies and ``P0…``/``W0…`` attachments.
Pages of a list are counted from 0: page k is ``index_k.html`` (portals.md §1.1 A).
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.cms.article_paths import path_of
from crawler.cms.family import Family
from crawler.cms.pagers import Call, next_page, number_of, page_call, page_link
from crawler.extraction.page import Page
from crawler.items import Link
from crawler.portal.spider import PortalSpider

#: The call with script variables instead of numbers, and the variables.
_VARIABLES = re.compile(
    r"createPageHTML\(\s*countPage\s*,\s*currentPage\s*,"
    r"\s*['\"](?P<name>[\w-]+)['\"]\s*,\s*['\"](?P<extension>\w+)['\"]"
)
_TOTAL = re.compile(r"\bcountPage\s*=\s*(\d{1,6})\b")
_CURRENT = re.compile(r"\bcurrentPage\s*=\s*(\d{1,6})\b")
#: The page a rendered pager is on: the only number that is no link.
_HERE = re.compile(r"<span[^>]*\bid=['\"]pagenav_(\d{1,5})['\"]")


class Trs(Family):
    """TRS WCM."""

    name = "trs"
    article_path = path_of("trs")

    def further(self, page: Page) -> list[Link]:
        call = page_call(page) or _call_by_variables(page)
        if call is None:
            return next_page(page) or _by_marks(page)
        if call.current == 1 and number_of(page.capture.url) is None:
            return _either(page, call)
        following = call.current + 1
        if following >= call.total:
            return []
        return page_link(page, f"{call.name}_{following}.{call.extension}", following + 1)


def _call_by_variables(page: Page) -> Call | None:
    total, current = _TOTAL.search(page.html), _CURRENT.search(page.html)
    if not total or not current:
        return None
    call = _VARIABLES.search(page.html)
    stem, _, extension = urlsplit(page.capture.url).path.rpartition("/")[2].rpartition(".")
    own = (re.sub(r"_\d+$", "", stem) or "index", extension or "html")
    name, ending = (call["name"], call["extension"]) if call else own
    return Call(int(total[1]), int(current[1]), name, ending, from_one=False)


def _by_marks(page: Page) -> list[Link]:
    """The next page by the marks a pager leaves where its links were taken away."""
    here = _HERE.search(page.html)
    following = int(here[1]) + 1 if here else 0
    if not here or f"pagenav_{following}'" not in page.html.replace('"', "'"):
        return []
    return page_link(page, f"index_{following}.html", following + 1)


def _either(page: Page, call: Call) -> list[Link]:
    """A first page that calls itself 1 counts from 1 against the rule, or miscounts.

    Both second pages are asked, and the last one there is only when counted from 1; a page that
    repeats this one ends where it starts.
    """
    numbers = sorted({1, 2, call.total}) if call.total > 1 else []
    return [
        link
        for number in numbers
        for link in page_link(page, f"{call.name}_{number}.{call.extension}", number)
    ]


class TrsSpider(PortalSpider):
    """A portal on TRS WCM."""

    families = (Trs(),)

"""UCAP (开普云): ``/202404/<32 hex>.shtml`` articles, lists named ``list``, ``xlist`` …

Platform: 开普云 UCAP, the second commonest county CMS (黑龙江, 四川, 新疆, 江西, 湖南, 西藏 …).
Recognised by: ``createPageHTML('page_div', total, current, 'list', 'shtml', rows)`` with the name
of a div, by ``<UCAPCONTENT>`` bodies and ``/xhtml/js/`` scripts.
Pages of a list are counted from 1: page n is ``list_n.shtml`` (portals.md §1.1 B). The call may
be kept unexecuted in a text, and a list may stand in an HTML comment that a script unwraps.
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.cms.article_paths import path_of
from crawler.cms.family import Family
from crawler.cms.pagers import next_page, page_call, page_link
from crawler.cms.rows import rows
from crawler.extraction.page import Page
from crawler.items import Link

_COMMENT = re.compile(r"<!--(?!\[if)(.*?)-->", re.DOTALL)
_HAS_LINK = re.compile(r"<a\s[^>]*href", re.IGNORECASE)


class Ucap(Family):
    """开普云 UCAP."""

    name = "ucap"
    article_path = path_of("ucap")

    def rows(self, page: Page) -> list[Link]:
        shown = super().rows(page)
        urls = {link.url for link in shown}
        hidden = [link for link in _commented(page) if link.url not in urls]
        return shown + [
            replace(link, position=len(shown) + position) for position, link in enumerate(hidden)
        ]

    def further(self, page: Page) -> list[Link]:
        call = page_call(page)
        if call is None:
            return next_page(page)
        following = call.current + 1
        if following > call.total:
            return []
        return page_link(page, f"{call.name}_{following}.{call.extension}", following)


def _commented(page: Page) -> list[Link]:
    """The rows of a list that stands in a comment of the page."""
    kept = [text for text in _COMMENT.findall(page.html) if _HAS_LINK.search(text)]
    if not kept:
        return []
    content = "<meta charset='utf-8'>" + "".join(kept)
    capture = replace(page.capture, content=content.encode("utf-8", "replace"), headers=())
    return rows(Page(capture), path_of("ucap"))

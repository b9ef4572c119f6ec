"""广元's own system: ``/xxgk/show/<timestamp>-<n>-00-000.html``, then ``/gongkai/show/<hex>.html``.

Seen at 朝天 and, with small differences, at 剑阁 and 昭化 (portals.md §2, seed 003).
Recognised by: the ``show`` URLs and an information block printed in one line
(``索 引 号 : … | 发布机构: … |``). Lists carry a 下一页 link with ``?page=N``.
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

from crawler.cms.article_paths import path_of
from crawler.cms.family import Family
from crawler.portal.spider import PortalSpider


class Show(Family):
    """广元's system."""

    name = "show"
    article_path = path_of("show")


class ShowSpider(PortalSpider):
    """A portal of 广元's system."""

    families = (Show(),)

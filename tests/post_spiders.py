"""A portal whose lists are asked by POST, for crawls against a server of the test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from crawler.cms.family import Family
from crawler.portal.spider import PortalSpider
from spiders.families.ewb import Ewb
from spiders.families.generic import Generic
from spiders.families.hanweb_xxgk import HanwebXxgk


class PostSpider(PortalSpider):
    name = "demo_post"
    adcode = "640303"
    home = "http://www.hongsibu.gov.cn/"
    columns: ClassVar[Mapping[str, str]] = {
        "政府信息公开年报": "/col/col1/index.html",
        "工作要点": "/dynamic/l.html?categorynum=7",
    }
    families: ClassVar[tuple[Family, ...]] = (HanwebXxgk(), Ewb(), Generic())

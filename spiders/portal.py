"""Any county portal, without a line written for it."""

from crawler.portal.walk import PortalWalk
from spiders.families.table import FAMILIES


class AnyPortalSpider(PortalWalk):
    """``scrapy crawl portal -a adcode=371525``, or ``-a home=http://www.….gov.cn/``."""

    name = "portal"
    families = FAMILIES

"""朝天区 (广元市, 四川). Home of seed 003. Answers HTTP 468 to automation (2026-04)."""

from spiders.families.show import ShowSpider


class SichuanChaotianSpider(ShowSpider):
    """All lists lie side by side in /xxgk/list/, whatever column they belong to."""

    name = "sichuan_chaotian"
    adcode = "510812"
    home = "http://www.gyct.gov.cn/"
    columns = {
        "政府信息公开年报": "/xxgk/list/gknb.html",
        "部门信息公开年报": "/xxgk/list/bmnb.html",
        "乡镇信息公开": "/xxgk/xzgk/",
        "通知公告": "/xxgk/list/tzgg.html",
    }

    def column_prefix(self, url: str) -> str:
        return "/xxgk/"

"""遂溪县 (湛江市, 广东). Home of seed 002, which came from its mirror."""

from spiders.families.nfcms import NfcmsSpider


class GuangdongSuixiSpider(NfcmsSpider):
    """Reports stand in three places: the county's column, a 专题, township sub-sites."""

    name = "guangdong_suixi"
    adcode = "440823"
    home = "http://www.suixi.gov.cn/"
    columns = {
        "政府信息公开年报": "/zwgk/xxgknb/",
        "信息公开年报": "/zt/xxgknb/",
        "各镇政务站": "/gzzwz/",
        "县民政局信息公开目录": "/zjsxmzj/gkmlpt/index",
        "通知公告": "/zwgk/tzgg/",
    }
    #: A copy in traditional characters under the same paths (seed 002).
    mirrors = {"镇街部门": "http://tzchery.com/zt/xxgknb/zjbm/"}

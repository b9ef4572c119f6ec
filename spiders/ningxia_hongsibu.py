"""红寺堡区 (吴忠市, 宁夏). Home of seed 000."""

from spiders.families.trs import TrsSpider


class NingxiaHongsibuSpider(TrsSpider):
    """Townships report below 年报/乡镇(街道); http and https both answer (seen 2026)."""

    name = "ningxia_hongsibu"
    adcode = "640303"
    home = "http://www.hongsibu.gov.cn/"
    columns = {
        "政府信息公开年报": "/xxgk/zfxxgknb/",
        "规范性文件": "/xxgk/zc/gfxwj/",
        "通知公告": "/xxgk/tzgg/",
    }

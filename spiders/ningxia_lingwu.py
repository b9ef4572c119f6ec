"""灵武市 (银川市, 宁夏). Home of seed 004, a report that is only a PDF."""

from spiders.families.trs import TrsSpider


class NingxiaLingwuSpider(TrsSpider):
    """Same platform as the other Ningxia counties, under /zwgk/ instead of /xxgk/."""

    name = "ningxia_lingwu"
    adcode = "640181"
    home = "http://www.nxlw.gov.cn/"
    columns = {
        "政府信息公开年报": "/zwgk/zfxxgknb/",
        "部门文件": "/zwgk/zc/zfwj/bmwj/",
        "通知公告": "/zwgk/tzgg/",
    }

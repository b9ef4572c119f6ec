"""沙坡头区 (中卫市, 宁夏). Home of seed 001."""

from spiders.families.trs import TrsSpider


class NingxiaShapotouSpider(TrsSpider):
    """Departments and townships each have a tree: <单位>/信息公开年报, …/法定主动公开内容."""

    name = "ningxia_shapotou"
    adcode = "640502"
    home = "http://www.spt.gov.cn/"
    columns = {
        "政府信息公开年报": "/xxgk/zfxxgknb/",
        "部门信息公开目录": "/xxgk/bmxxgkml/",
        "乡镇信息公开目录": "/xxgk/xzxxgkml/",
        "区政府文件": "/xxgk/qzfwj/",
        "通知公告": "/xxgk/tzgg/",
    }

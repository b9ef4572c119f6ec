"""Pictures where text or a table should be: named with their place, and photos let be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extraction.extract import read
from crawler.items import Capture, PageResult

PROSE = (
    "<p>2021年，我镇围绕乡村振兴和疫情防控两条主线，主动公开信息127条，答复群众咨询63件，"
    "未收到依申请公开事项。各村公开栏按月更新，群众满意度进一步提高，全年没有发生复议和诉讼。</p>"
    "<p>下一步将加强学习培训，落实专人专责，坚持每周检查一次网站栏目，及时回应群众关切。</p>"
)
BASE = "http://www.x.gov.cn/zwgk/202201/"


def page(body: str, tail: str = "") -> PageResult:
    content = (
        "<html><head><title>沙湾镇2021年政府信息公开年度报告</title></head><body>"
        f"<h1>沙湾镇2021年政府信息公开年度报告</h1><div class=TRS_Editor>{body}</div>{tail}"
        "</body></html>"
    )
    when = datetime(2026, 1, 1, tzinfo=UTC)
    return read(Capture("urn:1", f"{BASE}t1.html", when, 200, (), content.encode()))


def pictures(result: PageResult) -> list[str]:
    found = [one for one in result.warnings if one.startswith("table_image:")]
    assert set(found) <= set(result.field_sources)
    return [one.partition(":")[2] for one in found]


def test_a_section_that_holds_only_pictures_holds_its_table() -> None:
    result = page(
        f"<p>一、总体情况</p>{PROSE}<p>二、主动公开政府信息情况</p><p><img src=./W1.png></p>"
        "<p><img src=W2.png></p><p>三、存在的问题</p><p>公开不够及时。</p>"
        "<p>四、其他事项</p><p><img src=/a/W3.png></p>"
    )
    assert pictures(result) == [f"{BASE}W1.png", f"{BASE}W2.png", "http://www.x.gov.cn/a/W3.png"]
    evidence = result.field_sources[f"table_image:{BASE}W1.png"]
    assert evidence == {"where": "section without text", "raw": "二、主动公开政府信息情况"}


@pytest.mark.parametrize(
    "caption",
    [
        "政府信息公开情况统计表",
        "依申请公开情况如下表：",
        "附表：收支情况表（单位：万元）",
        "具体情况如下：",
        "重点任务共19项，具体分工见下图。",  # d18
    ],
)
def test_a_picture_below_the_caption_of_a_table_is_the_table(caption: str) -> None:
    result = page(f"{PROSE}<p>{caption}</p><p><img src=t.jpg></p>{PROSE.replace('63', '64')}")
    assert pictures(result) == [f"{BASE}t.jpg"]


def test_photos_beside_prose_icons_banners_and_hidden_pictures_are_let_be() -> None:
    result = page(
        f"<p>一、总体情况</p>{PROSE}<p><img src=photo.jpg width=600></p><p>图为工作人员。</p>"
        "<p>二、主动公开情况</p><p><img src=dot.png width=12 height=12><img src=/images/share.png>"
        "<img src=h.png style='display:none'><a href=/zt/><img src=ad.jpg></a></p><p>三、其他</p>"
    )
    assert pictures(result) == []


def test_without_text_every_picture_is_the_text() -> None:
    scans = (
        "<p><img data-src=1.jpg src=data:image/gif;base64,R0></p><a href=2.jpg><img src=2.jpg></a>"
    )
    result = page(scans, "<img src=/images/close.gif>")
    assert pictures(result) == [f"{BASE}1.jpg", f"{BASE}2.jpg"]


@pytest.mark.parametrize("attribute", ["data-src", "_src", "data-echo", "lazy-src"])
def test_a_picture_that_is_loaded_late_is_named_by_its_own_address(attribute: str) -> None:
    result = page(f"<p><img src=/images/grey.gif {attribute}=/upload/1.jpg alt=/upload/2.jpg></p>")
    assert pictures(result) == ["http://www.x.gov.cn/upload/1.jpg"]


def test_pictures_of_a_page_whose_text_is_in_a_frame_adorn_it() -> None:
    result = page("<p><img src=top.jpg></p><iframe src=/zwgk/text.html></iframe>")  # d11
    assert (str(result.outcome), pictures(result)) == ("part_missing", [])


def test_scans_above_related_links_are_the_text() -> None:
    links = "".join(f"<li><a href=/t{n}.html>某某镇201{n}年年报</a></li>" for n in range(9))
    result = page("<p><img src=1.jpg></p><p><img src=2.jpg></p>", f"<ul>{links}</ul>")
    assert pictures(result) == [f"{BASE}1.jpg", f"{BASE}2.jpg"]


def test_an_icon_before_a_link_is_none_of_the_text() -> None:
    link = "<p>全文见附件。</p><p><img src=/images/pdf.png> <a href=a.pdf>年报.pdf</a></p>"  # l16
    assert pictures(page(link)) == []
    scan = "<p>全文见附件。</p><p><img src=1.jpg> <a href=2.jpg>大图</a></p>"
    assert pictures(page(scan)) == [f"{BASE}1.jpg"]


def test_pictures_of_a_list_adorn_it() -> None:
    links = "".join(f"<li><a href=/t{n}.html>某某镇201{n}年年报</a></li>" for n in range(9))
    result = page(f"<ul>{links}</ul><p><img src=map.jpg width=1000></p>")  # f19
    assert (str(result.outcome), pictures(result)) == ("list", [])


def test_a_picture_written_into_the_page_is_named_by_its_type() -> None:
    result = page(f"<p><img src='data:image/png;base64,{'A' * 5000}'></p>")
    assert pictures(result) == ["data:image/png;base64"]

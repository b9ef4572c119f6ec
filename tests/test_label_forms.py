"""Labels in the forms that portals print them: names, colons, rows, lines without blanks."""

from __future__ import annotations

import re

import pytest

from crawler.extraction.fields.label_names import NAME_TO_FIELD, any_of, expanded
from crawler.extraction.fields.label_patterns import labels_in
from crawler.items import PageResult
from tests.test_extraction_body import PROSE, read_html

TITLE = "东园镇2018年政府信息公开工作年度报告"
BODY = "<div class=TRS_Editor>" + "".join(f"<p>{line}</p>" for line in PROSE) + "</div>"
FIELDS = {
    "索引号": "640502017/2018-41187",
    "发文字号": "东政发〔2018〕112号",
    "发布机构": "东园镇人民政府",
    "成文日期": "2018-07-04",
}
NUMBER, DOCUMENT, ISSUER, DAY = FIELDS.values()
BLOCKS = {
    "a label over its value, row by row": (
        f"<table><tr><td>索引号</td></tr><tr><td>{NUMBER}</td></tr><tr><td>文号</td></tr>"
        f"<tr><td>{DOCUMENT}</td></tr><tr><td>发布机构</td></tr><tr><td>{ISSUER}</td></tr>"
        f"<tr><td>发文日期</td></tr><tr><td>{DAY}</td></tr></table>"
    ),
    "rows of labels with an empty cell": (
        f"<table><tr><td>索引号</td><td>文号</td></tr><tr><td>{NUMBER}</td><td>{DOCUMENT}</td></tr>"
        f"<tr><td>发布机构</td><td>成文日期</td><td></td></tr>"
        f"<tr><td>{ISSUER}</td><td>{DAY}</td><td></td></tr></table>"
    ),
    "all terms before their values": (
        "<dl><dt>索引号</dt><dt>文号</dt><dt>发布机构</dt><dt>成文日期</dt>"
        f"<dd>{NUMBER}</dd><dd>{DOCUMENT}</dd><dd>{ISSUER}</dd><dd>{DAY}</dd></dl>"
    ),
    "the colon in a cell of its own": (
        f"<table><tr><td>索引号</td><td>：</td><td>{NUMBER}</td></tr>"
        f"<tr><td>文号</td><td>：</td><td>{DOCUMENT}</td></tr>"
        f"<tr><td>发布机构</td><td>：</td><td>{ISSUER}</td></tr>"
        f"<tr><td>成文日期</td><td>：</td><td>{DAY}</td></tr></table>"
    ),
    "no blanks between the pairs": (
        f"<p>索引号：{NUMBER}发文字号：{DOCUMENT}发布机构：{ISSUER}成文日期：{DAY}</p>"
    ),
    "a colon that is a ratio sign": (
        f"<p>索引号∶{NUMBER}</p><p>文号∶{DOCUMENT}</p><p>发布机构∶{ISSUER}</p><p>成文日期∶{DAY}</p>"
    ),
    "full-width brackets": (
        f"<p>［ 索引号：{NUMBER} ］［ 文号：{DOCUMENT} ］［ 发布机构：{ISSUER} ］"
        f"［ 成文日期：{DAY} ］［ 关闭窗口 ］</p>"
    ),
    "an empty value before the next item": (
        f"<ul><li>- 索引号：{NUMBER}</li><li>- 文号：{DOCUMENT}</li><li>- 公文种类：</li>"
        f"<li>- 发布机构：{ISSUER}</li><li>- 有效性：</li><li>- 成文日期：20180704</li></ul>"
    ),
    "an empty value before the next plain pair": (
        f"<div><span>索引号</span> {NUMBER}</div><div><span>文号</span> {DOCUMENT}</div>"
        f"<div><span>主题分类</span></div><div><span>发布机构</span> {ISSUER}</div>"
        f"<div><span>成文日期</span> {DAY}</div>"
    ),
    "names from parts": (
        f"<p>公文索引号：{NUMBER}</p><p>政策文号：{DOCUMENT}</p><p>文件制发单位：{ISSUER}</p>"
        f"<p>公文形成日期：{DAY}</p>"
    ),
    "values only, in any order": (
        f"<ul><li>{ISSUER}</li><li>{DOCUMENT}</li><li>{NUMBER}</li><li>2018年7月4日</li></ul>"
    ),
}


def read(inner: str) -> PageResult:
    head = f"<meta charset=utf-8><title>{TITLE}-某县人民政府</title>"
    return read_html(f"<html><head>{head}</head><body>{inner}</body></html>".encode())


@pytest.mark.parametrize("layout", BLOCKS)
def test_the_block_in_every_layout(layout: str) -> None:
    result = read(BLOCKS[layout] + f"<h1>{TITLE}</h1>" + BODY)
    assert dict(result.infobox) == FIELDS
    assert result.title == TITLE
    assert result.body.splitlines()[0] == PROSE[0]


@pytest.mark.parametrize(
    "number", ["11340824003102××9F/202205-00018", "洮区府办-2021-000117", "ZGH-2020-0002"]
)
def test_a_list_of_values_is_a_block_by_whatever_scheme_of_numbers(number: str) -> None:
    values = (number, "湖数函〔2022〕9号", "湖东县数据局", "湖东县人民政府", "有效", "2022-05-30")
    result = read("<ul>" + "".join(f"<li>{one}</li>" for one in values) + "</ul>" + BODY)
    labels = ("索引号", "发文字号", "责任部门", "发布机构", "有效性", "成文日期")
    assert result.infobox == tuple(zip(labels, values, strict=True))


def test_a_list_of_news_is_no_block() -> None:
    rows = ("2022-05-30", "关于印发2022-2025年规划的通知", "有效", "某局2021-03号通告", "县政府")
    assert read("<ul>" + "".join(f"<li>{one}</li>" for one in rows) + "</ul>" + BODY).infobox == ()


@pytest.mark.parametrize("label", ["索引号", "文号"])
def test_the_title_is_no_value_of_an_empty_label(label: str) -> None:
    assert read(f"<div><p>{label}：</p></div><div>{TITLE}</div>" + BODY).infobox == ()


LINES = {
    "no blanks": "<p>时间：2018-07-09来源：东园镇作者：张三浏览：12次</p>",
    "a date in Han before the next label": "<p>发布时间：2018年7月9日来源：东园镇</p>",
    "a dot between": "<p><time>2018年7月9日</time> · 信息来源：东园镇 · 阅读 312</p>",
    "slashes between": "<p>2018-07-09 / 来源：东园镇 / 阅读 12 / 打印</p>",
    "in brackets, no label": "<p><i>[2018-07-09]</i><i>东园镇</i></p>",
    "digits only": "<p>发布日期：20180709　来源：东园镇</p>",
    "issued, beside the source": "<p>发文时间：2018-07-09　来源：东园镇　点击数：人次</p>",
    "a list of news between": (
        "<p>2018-07-09 来源：东园镇</p>"
        "<ul><li><a>关于做好第一批有关工作的通知</a>2019-01-02</li></ul>"
    ),
}


@pytest.mark.parametrize("line", LINES)
def test_date_and_source(line: str) -> None:
    result = read(f"<h1>{TITLE}</h1>" + LINES[line] + BODY)
    assert (result.published, result.source) == ("2018-07-09", "东园镇")
    assert "成文日期" not in dict(result.infobox)


@pytest.mark.parametrize(
    "line",
    [
        "发布于 2018年7月9日 作者：党政办 阅读 77",
        "发布于2018-07-09 阅读 77",
        "作者：党政办 更新于 2018/7/9",
    ],
)
def test_a_label_that_ends_in_a_preposition_needs_no_colon_before_a_date(line: str) -> None:
    for html in (f"<p>{line}</p>{BODY}", BODY.replace("<p>", f"<p>{line}</p><p>", 1)):
        result = read(f"<h1>{TITLE}</h1>{html}")
        assert (result.published, result.source) == ("2018-07-09", "")
        assert "2018" not in result.blocks[0].text


def test_a_sentence_about_when_something_was_published_is_text() -> None:
    said = "该办法发布于2018年7月9日，自发布之日起施行。"
    result = read(f"<h1>{TITLE}</h1>" + BODY.replace("<p>", f"<p>{said}</p><p>", 1))
    assert (result.published, result.blocks[0].text) == ("", said)


def test_a_date_in_a_cell_of_the_layout_is_the_page_s() -> None:
    links = "<a href=/1.htm>土地征收启动公告第七号</a>(2011-04-22)"
    cell = f"<div>{TITLE}</div><div>红网宜溪站 2018-07-09 9:08:41 [字体：大 中 小]</div>{BODY}"
    table = f"<table><tr><td>{links}</td><td>{cell}</td></tr></table>"
    assert read(table).published == "2018-07-09"


def test_a_block_folded_away_is_read() -> None:
    block = f"<ul style='display:none'><li>索引号：{NUMBER}</li><li>发布机构：{ISSUER}</li></ul>"
    infobox = dict(read(f"<h1>{TITLE}</h1>{block}{BODY}").infobox)
    assert infobox == {"索引号": NUMBER, "发布机构": ISSUER}


def test_dates_of_other_pages_are_none_of_this_one() -> None:
    rows = "".join(
        f"<li><a href=/{day}>关于做好第{day}批有关工作的通知</a><span>2019-01-0{day}</span></li>"
        for day in range(1, 5)
    )
    assert read(f"<ul>{rows}</ul><h1>{TITLE}</h1>" + BODY).published == ""


def test_the_date_of_the_block_is_not_that_of_publication() -> None:
    block = "<p>- 索引号:BSP-2016-000387</p><p>- 公文生成日期:2016-03-28</p>"
    above = f"<h1>{TITLE}</h1><p>2016年03月29日 15:42 点击：[12]</p>"
    assert read(above + block + BODY).published == "2016-03-29"


def test_a_name_with_choices_stands_for_all_of_them() -> None:
    assert expanded("{公文,}文{种,号}") == ["公文文种", "公文文号", "文种", "文号"]
    assert expanded("分类") == ["分类"]


def test_the_longest_name_is_found_padded_or_traditional() -> None:
    names = re.compile(any_of(["发文", "发文日期", "发布"]))
    found = [names.match(text) for text in ("发 文 日　期：", "發文日期", "发文机关", "发")]
    assert [one and one[0] for one in found] == ["发 文 日　期", "發文日期", "发文", None]


def test_the_end_of_a_value_is_no_part_of_the_next_label() -> None:
    found = labels_in("主题分类：政务公开　　责任部门：党政办 来源：某镇作者：张三 完成时间：三月")
    assert [label["name"] for label in found] == ["主题分类", "责任部门", "来源", "作者"]


def test_the_size_of_letters_is_no_document_number() -> None:
    assert (NAME_TO_FIELD["字号"], NAME_TO_FIELD["发文字号"]) == ("-", "发文字号")

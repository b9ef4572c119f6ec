"""Where a text begins and ends on a page whose markup does not say so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extraction.body.paragraphs import paragraphs
from crawler.extraction.extract import read
from crawler.items import Capture, PageResult

TITLE = "某某镇2022年政府信息公开工作年度报告"
PROSE = (
    "根据《中华人民共和国政府信息公开条例》规定，现公布某某镇2022年政府信息公开工作年度报告。",
    "2022年，某某镇坚持以公开为常态、不公开为例外，主动公开政府信息279条，其中政策文件3条。",
    "一是公开内容不够全面，群众关心的信息还不具体。二是公开形式单一，渠道有待拓宽。",
)
SIGNED = ("某某镇人民政府", "2023年1月12日")
WHOLE = "\n\n".join((*PROSE, *SIGNED))
LONG = tuple(f"{line}第{number}项工作已经全部完成。" for number in range(3) for line in PROSE)
SHARE = "<div class=share>分享到：<a href=#>微信</a></div>"


def tagged(lines: tuple[str, ...], tag: str = "p") -> str:
    return "".join(f"<{tag}>{line}</{tag}>" for line in lines)


def read_html(inner: str, below: str = "") -> PageResult:
    links = "".join(f"<li><a href=/a/{n}>走进本县栏目{n}</a></li>" for n in range(12))
    page = (
        f"<html><head><meta charset=utf-8><title>{TITLE}</title></head><body><ul>{links}</ul>"
        f"<div class=main><h1>{TITLE}</h1><p>发布时间：2023-01-20 来源：某某镇</p>{inner}</div>"
        f"{below}<div class=foot>主办单位：某县人民政府办公室 ICP备00000000号</div></body></html>"
    )
    url = "http://www.mou.gov.cn/a/t20230120_1.html"
    date = datetime(2023, 2, 1, tzinfo=UTC)
    return read(Capture("r", url, date, 200, (), page.encode()))


# -- behind a container that was closed early ---------------------------------------------------


@pytest.mark.parametrize(
    "behind",
    [
        tagged(SIGNED),
        f"<p align=right>{SIGNED[0]}<p align=right>{SIGNED[1]}",
        f"<p>　</p><br><p>{'<br>'.join(SIGNED)}</p>",
        tagged(SIGNED, "div"),
    ],
)
def test_a_signature_behind_a_stray_end_tag_belongs_to_the_text(behind: str) -> None:
    result = read_html(f"<div id=zoom>{tagged(PROSE)}</div>{behind}{SHARE}")
    assert result.body == WHOLE
    assert result.path == "container:#zoom"


def test_prose_behind_a_stray_end_tag_belongs_to_the_text() -> None:
    rest = f"{tagged(PROSE[1:])}{tagged(SIGNED)}"
    assert read_html(f"<div class=TRS_Editor>{tagged(PROSE[:1])}</div>{rest}").body == WHOLE


@pytest.mark.parametrize(
    "behind",
    [
        "<p>来源：某某镇党政办公室</p>",
        "<p>【打印本页】【关闭窗口】</p><p>2023年1月12日</p>",
        "<p><a href=/b/1>某某镇人民政府</a></p><p>2023年1月12日</p>",
        "<div class=note>本网站所载的文章，除注明来源的以外，版权属于某县人民政府。</div>",
        "<ul><li>2023年1月12日</li></ul>",
        "说明文字<p>2023年1月12日</p>",
    ],
)
def test_what_the_template_prints_behind_a_container_does_not(behind: str) -> None:
    result = read_html(f"<div class=TRS_Editor>{tagged(PROSE)}</div>{behind}")
    assert result.body == "\n\n".join(PROSE)


FORM = "".join(
    f"<tr><td>{name}</td><td>件</td><td>{n}</td></tr>"
    for n, name in enumerate(("其中：文件数", "（一）收到申请数", "备注", "七、信息公开费用"))
)
TABLED = "其中：文件数\t件\t0\n（一）收到申请数\t件\t1\n备注\t件\t2\n七、信息公开费用\t件\t3"


@pytest.mark.parametrize(
    "form",
    [
        f"<table border=1>{FORM}</table>",
        f"<div class=table-responsive><table>{FORM}</table></div>",
        f"<table border=0><tr><td><table>{FORM}</table></td></tr></table>",
    ],
)
def test_a_form_behind_a_stray_end_tag_is_a_table_of_the_text(form: str) -> None:
    """b04, f01, b02: labels in the form are the form's."""
    behind = f"<p>二、公开情况</p>{form}{tagged(PROSE[2:])}"
    whole = (*PROSE[:2], "二、公开情况", TABLED, PROSE[2])
    assert read_html(f"<div id=zoom>{tagged(PROSE[:2])}</div>{behind}").body == "\n\n".join(whole)
    last = f"<p>附件：统计表</p>{form}<div class=qr>扫一扫在手机打开当前页</div>"
    whole = (*PROSE, "附件：统计表", TABLED)
    assert read_html(f"<div id=zoom>{tagged(PROSE)}</div>{last}").body == "\n\n".join(whole)


@pytest.mark.parametrize(
    "rest",
    [
        ("抄送：县政府办公室，市教育局。", "某某镇党政办公室 2023年1月12日印发"),
        ("（此页无正文）", "二〇一四年二月二十五日"),
        ("附件：任务表", "联系人：张三"),
        ("没有收取信息处理费。",),
    ],
)
def test_what_a_letter_ends_with_belongs_to_the_text(rest: tuple[str, ...]) -> None:
    """k11, b14, e22."""
    result = read_html(f"<div id=zoom>{tagged(PROSE)}</div>{tagged(rest)}{SHARE}")
    assert result.body == "\n\n".join((*PROSE, *rest))


def test_paragraphs_styled_as_those_inside_go_on_with_the_text() -> None:
    """a25, b19: whatever they say, but for the page's own words."""
    styled = "<p class=MsoNormal style='text-indent:2em'>{}</p>".format
    inside, rest = "".join(map(styled, PROSE)), ("公开方式：主动公开", "无")
    behind = "".join(map(styled, rest)) + styled("【打印】【关闭】") + styled("某县政府网")
    result = read_html(f"<div id=zoom>{inside}</div>{behind}")
    assert result.body == "\n\n".join((*PROSE, *rest))


def test_chrome_that_an_unclosed_paragraph_took_in_is_no_end_of_the_text() -> None:
    """b23."""
    behind = f"<p align=right>{SIGNED[0]}<p>{SIGNED[1]}<div><a href=#>【关闭】</a></div>"
    assert read_html(f"<div id=zoom>{tagged(PROSE)}</div>{behind}").body == WHOLE


def test_a_copy_for_phones_behind_a_container_is_not_of_it() -> None:
    """k17."""
    text = f"{tagged(PROSE)}<table border=1>{FORM}</table>"
    result = read_html(f"<div id=zoom>{text}</div><div class=wap>{text}</div>")
    assert result.body == "\n\n".join((*PROSE, TABLED))


def test_a_text_in_two_below_menus_is_read_without_them() -> None:
    """c26, l12: only the article, block and all, is around both halves of the text."""
    menu = "".join(f"<a href=/m/{n}>便民服务{n}</a>" for n in range(12))
    block = "<ul><li>索引号：A-1</li><li>发布机构：某某镇</li><li>文号：无</li></ul>"
    halves = f"<div class=x1>{tagged(PROSE[:2])}</div>{tagged((PROSE[2], *SIGNED))}"
    result = read_html(f"<article><div>{menu}</div>{block}{halves}</article>")
    assert (result.body, result.path) == (WHOLE, "prose")
    assert dict(result.infobox)["索引号"] == "A-1"


def test_two_stray_end_tags_close_what_is_around_a_container_as_well() -> None:
    """i12."""
    inside = f"<div class=form><div id=zoom>{tagged(PROSE[:2])}</div></div>"
    behind = f"{tagged((PROSE[2], *SIGNED))}<div>本站声明：版权属于某县人民政府。</div>"
    assert read_html(inside + behind).body == WHOLE


def test_a_class_of_single_paragraphs_is_no_container() -> None:
    """g08: a style sheet calls some of the paragraphs .zw."""
    lines = [f"<p class={'zw' if n % 2 else 'p'}>{line}</p>" for n, line in enumerate(LONG)]
    assert read_html(f"<div class=box>{''.join(lines)}</div>").body == "\n\n".join(LONG)


def test_names_of_containers_are_known_in_any_case() -> None:
    """l15."""
    result = read_html(f"<div id=Zoom>{tagged((*PROSE, *SIGNED))}</div>")
    assert (result.body, result.path) == (WHOLE, "container:#zoom")


def test_elements_that_a_site_named_itself_are_paragraphs() -> None:
    """g24."""
    result = read_html(f"<x-text>{tagged((*PROSE, *SIGNED), 'x-p')}</x-text>")
    assert result.body == WHOLE


# -- containers nobody knows --------------------------------------------------------------------


def test_the_text_of_an_unknown_container_is_around_its_prose() -> None:
    aside = (
        "<div><p>本网站由某县人民政府办公室主办，欢迎提出意见。</p><a href=/x/>更多公告</a></div>"
    )
    result = read_html(
        f"<div class=q1><div class=q2>{tagged((*PROSE, *SIGNED))}</div></div>", aside
    )
    assert (result.body, result.path) == (WHOLE, "prose")


def test_a_text_in_two_boxes_is_read_whole() -> None:
    boxes = (
        f"<div class=q1>{tagged(PROSE[:2])}</div><div class=q2>{tagged((PROSE[2], *SIGNED))}</div>"
    )
    assert read_html(f"<div class=q>{boxes}</div>{SHARE}").body == WHOLE


def test_a_box_of_links_with_a_sentence_is_not_taken_along() -> None:
    links = "".join(
        f"<li><a href=/n/{n}>县领导调研重点项目建设工作第{n}期</a></li>" for n in range(9)
    )
    box = f"<div><p>更多内容，请浏览本县人民政府门户网站的各个栏目。</p><ul>{links}</ul></div>"
    assert read_html(f"<div class=q>{tagged((*PROSE, *SIGNED))}</div>{box}").body == WHOLE


def test_what_stands_below_the_neighbouring_pages_is_no_text() -> None:
    below = (
        "<p>上一篇：<a href=/p/1>某某乡年报</a></p><p>网友评论只代表网友观点，与本站立场无关。</p>"
    )
    assert read_html(f"<div>{tagged((*PROSE, *SIGNED))}</div>{below}").body == WHOLE


def test_the_signature_of_a_single_paragraph_of_prose_is_kept() -> None:
    lines = ("县政府办公室：", PROSE[1], "某某镇人民政府 2023年1月12日")
    result = read_html(tagged(lines, "div"))
    assert result.body == "\n\n".join(lines)


# -- copies -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "copy",
    [
        f"<div class=wap style='display:none'>{'<br>'.join(LONG)}</div>",
        f"<div class=wap>{tagged(LONG)}</div>",
    ],
)
@pytest.mark.parametrize("name", ["id=zoom", "class=q"])
def test_a_copy_for_other_screens_is_read_once_and_recorded(name: str, copy: str) -> None:
    result = read_html(f"<div {name}>{tagged(LONG)}</div>", copy)
    assert result.body == "\n\n".join(LONG)
    assert "repeat_collapsed" in result.warnings


def test_a_sentence_that_stands_twice_is_no_copy() -> None:
    result = read_html(f"<div id=zoom>{tagged(LONG)}</div>", f"<p>{LONG[0]}</p>")
    assert "repeat_collapsed" not in result.warnings


# -- lines --------------------------------------------------------------------------------------


def test_where_empty_lines_part_the_paragraphs_a_single_break_only_wraps() -> None:
    parted = "第一段话\n\n第二段话\n\n第三段话\n\n镇里要加强统筹，每半\n年检查一次。"
    assert paragraphs(parted)[-1] == "镇里要加强统筹，每半年检查一次。"
    assert paragraphs("镇里要加强统筹，每半\n年检查一次。") == [
        "镇里要加强统筹，每半",
        "年检查一次。",
    ]
    assert paragraphs(f"{parted}\n\n某某镇人民政府\n2023年1月12日")[-2:] == list(SIGNED)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (
            "收集数据须经被收集者同意，用后按规定\n销毁。（牵头单位：区公安分局）",
            ["收集数据须经被收集者同意，用后按规定销毁。（牵头单位：区公安分局）"],
        ),
        (
            "全年没有收取检索复制邮寄等任何费用\n某某镇人民政府 2023年1月12日",
            ["全年没有收取检索复制邮寄等任何费用", "某某镇人民政府 2023年1月12日"],
        ),
        (
            "因任务繁重，\n部分公开不够及时。",
            ["因任务繁重，部分公开不够及时。"],
        ),
        (
            "全年没有收取检索复制邮寄等任何费用\n（联系人：张三）",
            ["全年没有收取检索复制邮寄等任何费用", "（联系人：张三）"],
        ),
    ],
)
def test_a_label_or_a_signature_is_told_from_the_end_of_a_sentence(
    raw: str, wanted: list[str]
) -> None:
    assert paragraphs(raw) == wanted

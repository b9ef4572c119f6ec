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

LONG = tuple(f"{line}第{number}项工作已经全部完成。" for number in range(3) for line in PROSE)


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
            "全年没有收取检索复制邮寄等任何费用\n（联系人：张三）",
            ["全年没有收取检索复制邮寄等任何费用", "（联系人：张三）"],
        ),
    ],
)
def test_a_label_or_a_signature_is_told_from_the_end_of_a_sentence(
    raw: str, wanted: list[str]
) -> None:
    assert paragraphs(raw) == wanted

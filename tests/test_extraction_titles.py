"""Titles, bodies printed twice, and the text file."""

from __future__ import annotations

import pytest

from crawler.extraction.heading import completed, is_cut, without_site, without_title_lines
from crawler.extraction.repeats import collapse
from crawler.items import Paragraph, Table
from crawler.textfile import render


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("某镇2020年年度报告_政府信息公开_某县人民政府网", "某镇2020年年度报告"),
        ("某镇2020年年度报告 - 某县人民政府门户网站", "某镇2020年年度报告"),
        ("某镇2020年年度报告-某县人民政府", "某镇2020年年度报告"),
        ("2019-2020年工作要点", "2019-2020年工作要点"),
        ("某镇2020年年度报告 | 中国某县", "某镇2020年年度报告"),
    ],
)
def test_the_name_of_the_site_is_no_part_of_the_title(title: str, wanted: str) -> None:
    assert without_site(title) == wanted


def lines(*texts: str) -> tuple[Paragraph, ...]:
    return tuple(map(Paragraph, texts))


@pytest.mark.parametrize(
    ("title", "body", "wanted"),
    [
        (
            "关于2015年工作的",
            ("关于2015年工作的", "自查报告", "正文。"),
            "关于2015年工作的自查报告",
        ),
        (
            "关于2015年工作的",
            ("关于2015年工作的", "关于2015年工作的", "自查报告"),
            "关于2015年工作的自查报告",
        ),
        ("关于印发《某镇要点", ("关于印发《某镇", "要点》的通知"), "关于印发《某镇要点》的通知"),
        (
            "某镇2020年政府信息公开…",
            ("某镇2020年政府信息公开年度报告",),
            "某镇2020年政府信息公开年度报告",
        ),
        ("关于2015年工作的", ("关于2015年工作的情况，我们认为。",), "关于2015年工作的"),
        ("某镇年度报告", ("某镇年度报告", "补充"), "某镇年度报告"),
    ],
)
def test_a_cut_title_is_completed_from_the_body(
    title: str, body: tuple[str, ...], wanted: str
) -> None:
    assert completed(title, lines(*body)) == wanted
    assert is_cut(title) == (title != "某镇年度报告")


def test_title_lines_go_only_when_together_they_are_the_title() -> None:
    title = "某镇2018年工作要点的通知"
    body = lines(
        "某政发〔2018〕1号",
        "某镇2018年",
        "工作要点的通知",
        "各村：",
        "某镇2018年工作要点",
        "正文。",
    )
    kept = without_title_lines(title, body)
    assert [one.text for one in kept if isinstance(one, Paragraph)] == [
        "某政发〔2018〕1号",
        "各村：",
        "某镇2018年工作要点",
        "正文。",
    ]


RUN = [
    f"第{n}段：全镇主动公开政府信息，群众可以通过网站、公开栏和微信公众号查询，效果良好。"
    for n in range(1, 8)
]


def texts(blocks: tuple[Paragraph | Table, ...]) -> list[str]:
    return [one.text for one in blocks if isinstance(one, Paragraph)]


def test_a_body_printed_twice_is_kept_once_with_what_only_one_copy_has() -> None:
    twice = lines("某府〔2015〕42号", *RUN, "特此报告。", "自查报告", *RUN, "某乡人民政府")
    kept, repeated = collapse(twice, "关于工作的自查报告")
    assert repeated
    assert texts(kept) == ["某府〔2015〕42号", *RUN, "特此报告。", "某乡人民政府"]


@pytest.mark.parametrize(
    "between",
    [["2016年工作开展情况的报告"], ["某县西北乡人民政府"], ["主动公开信息93条"]],
    ids=["year", "issuer", "number"],
)
def test_two_texts_that_differ_between_are_not_one(between: list[str]) -> None:
    twice = lines(*RUN, *between, *RUN)
    assert collapse(twice, "某乡2015年报告") == (twice, False)


def test_short_repeats_and_tables_are_left_alone() -> None:
    short = lines(*RUN[:2], *RUN[:2])
    assert collapse(short, "") == (short, False)
    form = Table((("甲", "0"), ("乙", "0")))
    tables = (*lines(*RUN), form, *lines(*RUN), form)
    assert collapse(tables, "") == (tables, False)


def test_a_small_common_part_of_two_long_texts_is_no_second_copy() -> None:
    first = [
        f"甲村{n}的做法与别村不同，值得在全镇范围内推广，并写入明年的计划之中去。"
        for n in range(40)
    ]
    both = lines(*first, *RUN, *[one.replace("甲", "乙") for one in first], *RUN)
    assert collapse(both, "")[1] is False


def test_a_text_file_prints_only_what_is_given() -> None:
    assert render("题", (), "", "", lines("文。")) == "题\n\n文。\n"
    table = Table((("甲", "乙"), ("丙", "")))
    assert render("题", (("索引号", "1/2"),), "2018-07-04", "某镇", (*lines("文。"), table)) == (
        "题\n索引号:1/2\n时间:2018-07-04 来源:某镇\n\n文。\n\n甲\t乙\n丙\t\n"
    )
    assert render("题", (), "", "某镇", ()) == "题\n来源:某镇\n"

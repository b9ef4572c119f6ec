"""The numbers a browser draws before the items of a list are read with their text."""

from __future__ import annotations

import pytest
from lxml import html

from crawler.extraction.body.paragraphs import blocks_of
from crawler.items import Paragraph, Table


def texts(markup: str) -> list[str]:
    root = html.fragment_fromstring(markup, create_parent="div")
    return [one.text for one in blocks_of((root,)) if isinstance(one, Paragraph)]


def items(*lines: str) -> str:
    return "".join(f"<li>{line}</li>" for line in lines)


@pytest.mark.parametrize(
    ("attributes", "wanted"),
    [
        ("", ["1.甲", "2.乙", "3.丙"]),
        ("start=4", ["4.甲", "5.乙", "6.丙"]),
        ("start=x", ["1.甲", "2.乙", "3.丙"]),
        ("start=-1", ["-1.甲", "0.乙", "1.丙"]),
        ("reversed", ["3.甲", "2.乙", "1.丙"]),
        ("reversed start=9", ["9.甲", "8.乙", "7.丙"]),
        ("type=a", ["a.甲", "b.乙", "c.丙"]),
        ("type=A start=26", ["Z.甲", "AA.乙", "AB.丙"]),
        ("type=i start=3", ["iii.甲", "iv.乙", "v.丙"]),
        ("type=I start=1989", ["MCMLXXXIX.甲", "MCMXC.乙", "MCMXCI.丙"]),
        ("style='list-style-type: cjk-ideographic'", ["一、甲", "二、乙", "三、丙"]),
        (
            "style='LIST-STYLE: simp-chinese-informal inside' start=10",
            ["十、甲", "十一、乙", "十二、丙"],
        ),
        (
            "style='list-style:cjk-ideographic' start=100",
            ["一百、甲", "一百零一、乙", "一百零二、丙"],
        ),
        ("style='list-style-type:decimal-leading-zero'", ["01.甲", "02.乙", "03.丙"]),
        ("style='list-style:none'", ["甲", "乙", "丙"]),
        ("type=1 style='list-style-type:disc'", ["甲", "乙", "丙"]),
    ],
)
def test_an_ordered_list_is_numbered_as_a_browser_numbers_it(
    attributes: str, wanted: list[str]
) -> None:
    assert texts(f"<ol {attributes}>{items('甲', '乙', '丙')}</ol>") == wanted


def test_a_value_counts_on_and_a_hidden_item_takes_no_number() -> None:
    hidden = "<li style='display: none'>无</li><li hidden>无</li>"
    inner = f"<li>甲</li><li value=7>乙</li>{hidden}<li>丙</li>"
    assert texts(f"<ol>{inner}</ol>") == ["1.甲", "7.乙", "8.丙"]


def test_bullets_are_no_text_unless_the_list_is_styled_as_a_numbered_one() -> None:
    assert texts(f"<ul>{items('甲')}</ul>") == ["甲"]
    assert texts(f"<ul style='list-style-type: decimal'>{items('甲', '乙')}</ul>") == [
        "1.甲",
        "2.乙",
    ]


def test_the_number_stands_before_the_first_paragraph_of_its_item_only() -> None:
    inner = "<li><p>　　<span>甲</span></p><p>又一段</p></li><li><p>乙</p></li>"
    assert texts(f"<ol>{inner}</ol>") == ["1.甲", "又一段", "2.乙"]


def test_lists_within_lists_count_for_themselves() -> None:
    inner = "<li>甲<ol type=a><li>子</li><li>丑</li></ol></li><li>乙</li>"
    assert texts(f"<ol>{inner}</ol>") == ["1.甲", "a.子", "b.丑", "2.乙"]


@pytest.mark.parametrize("own", ["1.甲", "（一）甲", "一、甲", "①甲", "第一条 甲", "(3)甲"])
def test_an_item_with_a_number_of_its_own_is_not_numbered_twice(own: str) -> None:
    assert texts(f"<ol>{items(own)}</ol>") == [own]


def test_an_item_that_begins_with_a_year_or_an_amount_is_numbered() -> None:
    assert texts(f"<ol>{items('2018年完成', '3.5亿元')}</ol>") == ["1.2018年完成", "2.3.5亿元"]


def test_a_number_is_no_cell_of_a_table_in_its_item() -> None:
    table = "<table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table>"
    root = html.fragment_fromstring(f"<ol><li>{table}</li></ol>", create_parent="div")
    assert blocks_of((root,)) == (Table((("甲", "1"), ("乙", "2"))),)

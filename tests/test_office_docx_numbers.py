"""The automatic numbers of Word, as they are printed."""

from __future__ import annotations

import pytest

from crawler.extraction.office.docx.numbering import written
from tests.office_samples import (
    p,
    said,
)


def numbered(*levels: tuple[str, str], more: str = "") -> str:
    """A list definition of these levels (kind, text), used by the lists 1 and 2."""
    inner = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for n, (kind, text) in enumerate(levels)
    )
    return (
        f'<w:abstractNum w:abstractNumId="0">{inner}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{more}</w:num>'
    )


def item(text: str, level: int = 0, of: int = 1) -> str:
    numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{of}"/></w:numPr>'
    return p(text, properties=numbering)


OFFICIAL = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))


def test_the_levels_of_an_official_document_are_numbered_as_printed() -> None:
    body = [item("总体", 0), item("公开", 1), item("制度", 2), item("平台", 2), item("申请", 1)]
    body += [item("问题", 0), item("人员", 1), item("经费", 2)]
    assert said(*body, numbering=numbered(*OFFICIAL)) == [
        "一、总体",
        "（一）公开",
        "1.制度",
        "2.平台",
        "（二）申请",
        "二、问题",
        "（一）人员",
        "1.经费",
    ]


def test_lists_of_one_definition_count_on_unless_one_begins_anew() -> None:
    body = (item("甲"), item("乙"), item("丙", of=2), item("丁", of=2))
    assert said(*body, numbering=numbered(*OFFICIAL))[2:] == ["三、丙", "四、丁"]
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    assert said(*body, numbering=numbered(*OFFICIAL, more=anew))[2:] == ["一、丙", "二、丁"]


def test_numbers_of_upper_levels_and_bullets() -> None:
    levels = (("decimal", "第%1章"), ("decimal", "%1.%2"), ("bullet", "\uf0b7"))
    body = (item("总则"), item("目的", 1), item("Scope", 1), item("点", 2))
    found = said(*body, numbering=numbered(*levels))
    assert found == ["第1章总则", "1.1目的", "1.2 Scope", "点"]


def test_an_empty_paragraph_counts_and_says_nothing() -> None:
    body = (item("甲"), item(""), item("丙"))
    assert said(*body, numbering=numbered(*OFFICIAL)) == ["一、甲", "三、丙"]


def test_a_style_may_carry_the_numbering_and_a_paragraph_may_leave_it() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="H"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        '</w:pPr></w:style><w:style w:type="paragraph" w:styleId="H2"><w:basedOn w:val="H"/>'
        "</w:style>"
    )
    body = (
        p("甲", properties='<w:pStyle w:val="H2"/>'),
        p("乙", properties='<w:pStyle w:val="H"/><w:numPr><w:numId w:val="0"/></w:numPr>'),
        p("丙", properties='<w:pStyle w:val="H"/>'),
    )
    found = said(*body, numbering=numbered(*OFFICIAL), styles=styles)
    assert found == ["一、甲", "乙", "二、丙"]


@pytest.mark.parametrize(
    ("kind", "count", "text"),
    [
        ("chineseCountingThousand", 105, "一百零五"),
        ("ideographTraditional", 3, "丙"),
        ("ideographZodiac", 1, "子"),
        ("chineseLegalSimplified", 12, "壹拾贰"),
        ("decimalEnclosedCircle", 20, "⑳"),
        ("decimalEnclosedCircle", 21, "21"),
        ("decimalFullWidth", 12, "１２"),
        ("ideographDigital", 10, "一〇"),
        ("upperRoman", 4, "IV"),
        ("lowerLetter", 28, "bb"),
        ("decimalZero", 7, "07"),
        ("unheardOf", 7, "7"),
        ("chineseCounting", 100_000, "100000"),
    ],
)
def test_a_number_is_written_as_its_kind_asks(kind: str, count: int, text: str) -> None:
    assert written(kind, count) == text

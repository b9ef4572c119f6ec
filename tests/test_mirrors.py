"""Copies of mirrors: told by what they do to a text, and equal to their originals for the keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from crawler.extraction.extract import read
from crawler.hanzi import annotation, spellings, without_annotation
from crawler.identity.bodykey import body_key, normal_body
from crawler.identity.likeness import likeness
from crawler.items import Block, Capture, PageResult, Paragraph, Table
from tests.gold.pages import load

TEXT = [
    "根据《中华人民共和国政府信息公开条例》要求，现将我局2020年度政府信息公开工作报告如下。",
    "2020年，我局规范公开程序，全年主动公开信息58条（政策文件4条），增长3.5%，网址www.x.gov.cn。",
    "收到依申请公开2件，均已按时办结；未发生行政复议、行政诉讼（详情见附表）。",
    "一是公开内容不够丰富，二是电子邮箱(email)与移动应用（APP）的查询还不方便，效率(R=1/2)不高。",
    "临滨区档案局",
]
#: What converters print behind characters, by the character.
SAID = {"务": "wù", "报": "bào", "发": "fā", "开": "kāi", "动": "dòng", "办": "bàn", "们": "men"}
WORDS = {
    "公开": "gōng kāi",
    "报告": "bàogào",
    "信息": "xìn xī",
    "查询": "chá xún",
    "办结": "bàn jié",
}


def blocks(lines: list[str]) -> tuple[Block, ...]:
    return (*map(Paragraph, lines), Table((("公开", "报告"), ("3.5", "——"))))


def traditional(text: str) -> str:
    """Each character in a spelling that only Traditional texts have, where there is one."""
    return "".join(spellings(char)[-1] for char in text)


def said_behind(form: str) -> Callable[[str], str]:
    return lambda text: re.sub(
        "|".join(SAID), lambda match: match[0] + form.format(SAID[match[0]]), text
    )


def words_explained(text: str) -> str:
    return re.sub("|".join(WORDS), lambda match: f"{match[0]}（{WORDS[match[0]]}）", text)


def words_spelt(text: str) -> str:
    """Without tones."""
    spelt = {"公开": "gong kai", "报告": "bao gao", "信息": "xin xi", "查询": "cha xun"}
    return re.sub("|".join(spelt), lambda match: f"{match[0]}（{spelt[match[0]]}）", text)


MUTATIONS: dict[str, Callable[[str], str]] = {
    "traditional": traditional,
    "behind characters": said_behind("({})"),
    "in full-width brackets": said_behind("（{}）"),
    "without brackets": said_behind("{}"),
    "set off by blanks": said_behind(" {} "),
    "behind words": words_explained,
    "behind words, without tones": words_spelt,
    "converted and annotated": lambda text: traditional(said_behind("({})")(text)),
    "junk and its own host": lambda text: text.replace("，", "，@@").replace(
        "www.x.gov.cn", "bbin8.com"
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_copy_has_the_key_of_its_original(name: str) -> None:
    copied = [MUTATIONS[name](line) for line in TEXT]
    assert copied != TEXT
    one, other = blocks(TEXT), blocks(copied)
    assert body_key(one, "1") == body_key(other, "1")
    assert likeness(normal_body(one), normal_body(other)) == 1.0


@pytest.mark.parametrize(
    "line",
    [
        "报（bào）告的读音",
        "濉(suī)溪县与亳(bó)州市、歙(shè)县相邻。",
        "电子邮箱(email)移动应用(app)网址(url)编号(No)",
        "开放数据(open data)大数据(big data)微信(We Chat)公开(gong kai)之路(road map)",
        "咖啡馆café、简历résumé、维生素(vitamin)",
        "效率η(x)=a(x)÷b(x)，浓度(mg/L)，温度(℃)",
    ],
)
def test_what_ordinary_texts_put_into_brackets_is_part_of_them(line: str) -> None:
    """A gazetteer that explains a few names stays as it is, beside any amount of other text."""
    text = "\n".join([line, *TEXT])
    assert annotation(text) is None
    latin = re.findall(r"[a-zāáǎàéīíǐìōóǒòūúǔù]+", line)
    assert all(word in normal_body(blocks([line, *TEXT])) for word in latin)


def test_only_readings_are_taken_out_of_an_annotated_text() -> None:
    annotated = "報(bào)告（email）與(yǔ)們(men)說（shuō míng）明(2020)的(IT)開 kāi 放"
    assert without_annotation(annotated) == "報告（email）與們說明(2020)的(IT)開 放"


def page(lines: list[str]) -> PageResult:
    content = "<div class=TRS_Editor>" + "".join(f"<p>{line}</p>" for line in lines) + "</div>"
    when = datetime(2026, 1, 1, tzinfo=UTC)
    return read(Capture("urn:1", "http://www.x.com/t1.html", when, 200, (), content.encode()))


@pytest.mark.parametrize(
    ("name", "signs"),
    [
        ("traditional", ("script:traditional",)),
        ("behind characters", ("annotated:pinyin",)),
        ("without brackets", ("annotated:pinyin",)),
        ("in full-width brackets", ("annotated:parenthesised",)),
        ("behind words", ("annotated:parenthesised",)),
        ("behind words, without tones", ("annotated:parenthesised",)),
        ("converted and annotated", ("annotated:pinyin", "script:traditional")),
    ],
)
def test_a_copy_is_told_by_its_text_and_the_text_is_kept(name: str, signs: tuple[str, ...]) -> None:
    lines = [MUTATIONS[name](line) for line in TEXT]
    result = page(lines)
    assert result.warnings == signs
    assert [one.text for one in result.blocks if isinstance(one, Paragraph)] == lines
    assert all(result.field_sources[sign]["where"] == "body" for sign in signs)


def test_readings_above_characters_are_no_text_but_a_sign() -> None:
    ruby = said_behind("<rt>{}</rt>")
    lines = [f"<ruby>{ruby(line)}</ruby>" for line in TEXT]
    result = page(lines)
    assert "annotated:pinyin" in result.warnings
    assert [one.text for one in result.blocks if isinstance(one, Paragraph)] == TEXT


def test_ordinary_pages_have_no_sign() -> None:
    assert page(TEXT).warnings == ()
    explained = page(["濉(suī)溪县与亳(bó)州市相邻，书名为《後漢書》。", *TEXT])
    assert explained.warnings == ()


def test_bodies_of_ordinary_pages_are_not_annotated() -> None:
    """Their keys stay what they were: nothing is taken out of them."""
    ordinary = [page for page in load("dev") if not page.mirror]
    assert len(ordinary) > 50
    assert not [page.id for page in ordinary if annotation(page.body)]

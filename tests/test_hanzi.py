from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import hanzi


def test_folding_reads_traditional_as_simplified() -> None:
    traditional = "城月鎮人民政府2020年度政府信息公開工作年度報告"
    assert hanzi.fold(traditional) == "城月镇人民政府2020年度政府信息公开工作年度报告"
    assert hanzi.fold("關於統計資料與辦理結果") == "关于统计资料与办理结果"


def test_folding_leaves_simplified_text_digits_and_latin_alone() -> None:
    text = "吴忠市红寺堡区太阳山镇 2018 年 http://www.hongsibu.gov.cn/"
    assert hanzi.fold(text) == text


@given(st.text())
def test_folding_is_idempotent_and_keeps_the_length(text: str) -> None:
    folded = hanzi.fold(text)
    assert hanzi.fold(folded) == folded
    assert len(folded) == len(text)


def test_every_pair_of_the_table_folds_at_once() -> None:
    assert hanzi.fold("薴") == hanzi.fold("苧") == "苎"


def test_names_in_simplified_script_keep_characters_that_look_traditional() -> None:
    assert hanzi.simplify("乾县人民政府") == "乾县人民政府"
    assert hanzi.fold("乾县人民政府") == "干县人民政府"
    assert hanzi.simplify("城月鎮") == "城月镇"


@pytest.mark.parametrize(
    ("annotated", "plain"),
    [
        ("工作年度報(bào)告", "工作年度報告"),
        ("辦公廳關(guān)于印發(fā)政務(wù)公開(kāi)", "辦公廳關于印發政務公開"),
        ("他們（men）說(shuō)", "他們說"),
        ("电子邮箱(email)", "电子邮箱(email)"),
        ("移动应用(app)与(详情见正文)", "移动应用(app)与(详情见正文)"),
        ("(bào)", "(bào)"),
    ],
)
def test_readings_in_brackets_are_taken_out(annotated: str, plain: str) -> None:
    assert hanzi.strip_pinyin_parentheses(annotated) == plain


@given(st.text())
def test_counting_agrees_with_asking_each_character(text: str) -> None:
    assert hanzi.count_han(text) == sum(map(hanzi.is_han, text))


def test_what_is_han_and_what_is_fullwidth() -> None:
    assert all(map(hanzi.is_han, "县〇㐀𠀀\uf900"))
    assert not any(map(hanzi.is_han, "a1，。あ가　"))
    assert all(map(hanzi.is_fullwidth, "，。；：！？《》【】（）１Ａ　—…“”￥"))
    assert not any(map(hanzi.is_fullwidth, "县〇a1,.;"))

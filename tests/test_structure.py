"""Headings as a tree: of the seeds, of the gold, of anything."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.blocks import Block, Paragraph, Table, render_blocks
from crawler.extraction.structure.outline import outline, section_path
from crawler.extraction.structure.tasks import outline_and_tasks, tasks
from tests.gold.pages import GoldPage, load
from tests.structure_kit import blocks_of, duties, headings, seed_blocks

# -- headings ---------------------------------------------------------------------------------


def test_outline_of_a_seed_is_the_tree_a_reader_sees() -> None:
    sections = outline(seed_blocks("001"))
    assert [one.number for one in sections if one.level == 1] == [
        f"{number}、" for number in "一二三四五六七"
    ]
    last = sections[-1]
    assert section_path(sections, len(sections) - 1) == [
        "七、加快健全制度规范,着力夯实工作基础",
        "(三)加强政府信息公开审查工作",
    ]
    assert last.end == len(render_blocks(seed_blocks("001")))


def test_wrong_numbers_of_the_source_are_kept() -> None:
    numbers = [one.number for one in outline(seed_blocks("004")) if one.level == 1]
    assert numbers == [*(f"{n}、" for n in "一二二三四五六七八十"), "十一、"]


def test_sections_reach_to_the_next_heading_of_their_level_or_a_higher_one() -> None:
    blocks = blocks_of("一、甲\n（一）乙。乙文。\n1.丙\n丙文。\n（二）丁。丁文。\n二、戊\n文。")
    body = render_blocks(blocks)
    sections = outline(blocks)
    assert [body[one.start : one.end].strip()[-3:] for one in sections] == [
        "丁文。",
        "丙文。",
        "丙文。",
        "丁文。",
        "\n文。",
    ]
    assert [one.parent for one in sections] == [None, 0, 1, 0, None]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("一、总体情况\n（一）主动公开。全年公开8条。", ["1 一、总体情况", "2 （一）主动公开"]),
        ("(二) 加强领导，落实责任\n文。", ["2 (二) 加强领导，落实责任"]),
        (
            "（一）甲\n文。\n1．乙\n文。\n（1）丙\n文。\n①丁\n文。",
            ["2 （一）甲", "3 1．乙", "4 （1）丙", "5 ①丁"],
        ),
        ("1.2021年工作\n文。", ["3 1.2021年工作"]),
        ("第一章 总则\n一、目的\n文。", ["1 第一章 总则", "2 一、目的"]),
        ("第一部分是概述，内容如下。", []),
        (
            "一、概述\n二、主动公开情况\n三、其他",
            ["1 一、概述", "1 二、主动公开情况", "1 三、其他"],
        ),
        ("二、重點領域公開情況\n無。", ["1 二、重點領域公開情況"]),
        ("一、存在的问题：\n公开不及时。", ["1 一、存在的问题"]),
        ("（一）加强决策公开。\n文。", ["2 （一）加强决策公开"]),
        (
            "十、存在的问题\n一、公开不够直观；\n二、更新不及时；\n三、融合不够。",
            ["1 十、存在的问题"],
        ),
        (
            "二、主动公开：\n三、收到申请：\n四、其他：",
            ["1 二、主动公开", "1 三、收到申请", "1 四、其他"],
        ),
        ("一、为什么修订？\n文。", ["1 一、为什么修订？"]),
        # Items, not headings: they have nothing below them.
        (
            "一、目标\n（1）公开率100%\n（2）及时率100%\n二、任务\n文。",
            ["1 一、目标", "1 二、任务"],
        ),
        ("1.目录\n文。\n2.目录规范.docx", ["3 1.目录"]),  # k18
        ("注释：\n1.本公报为初步数。以年报为准。\n2.增速按不变价。计算时不含税。", []),
        # f10: what is to be done goes on behind who does it
        (
            "（一）公开补贴。由镇农牧站牵头，镇财政所配合，逐户公示。\n（二）公开低保。由镇民政办负责，按季公示。",
            ["2 （一）公开补贴", "2 （二）公开低保"],
        ),
        ("（一）收取费用0元。\n（二）承办建议2件。\n（三）落实要点。", []),
        ("全年情况如下：\n1.公开信息\n2.受理申请\n3.答复申请\n特此报告。", []),
        ("附件：1.目录\n2.任务分工表\n3.征集表", []),
        ("1.当面申请：填写申请表，并出示证件。", []),
        ("1.公开信息68条。其中财政类3条。", []),
        ("1.5万户企业受益\n3.2%的增长\n2020、2021年\n12.5", []),
        ("报告包括：（一）概述；（二）数据。", []),
        ("〔2018〕10号\n一", []),
        ("一、\n（一）", []),
    ],
)
def test_what_is_a_heading(body: str, wanted: list[str]) -> None:
    assert [f"{level} {words}" for level, words in headings(body)] == wanted


def test_cells_of_tables_are_no_headings() -> None:
    assert outline((Table((("一、总体情况", "——"), ("（一）公开数", "0"))),)) == ()


# -- gold ---------------------------------------------------------------------------------------


@cache
def dev() -> list[GoldPage]:
    return load("dev")


def test_headings_of_the_gold_bodies_are_found() -> None:
    wanted = {
        (p.id, level, words.rstrip("。：")) for p in dev() for level, words in p.headings or ()
    }
    found = {(p.id, level, words) for p in dev() for level, words in headings(p.body)}
    assert len(wanted & found) >= 0.98 * max(len(wanted), len(found))


def test_tasks_of_the_gold_bodies_are_found() -> None:
    wanted = {
        (p.id, task.role, unit, task.text)
        for p in dev()
        for task in p.tasks or ()
        for unit in task.units
    }
    begins = {(page, text) for page, _, _, text in wanted}
    found = {
        (p.id, role, name, next((w for i, w in begins if i == p.id and text.startswith(w)), text))
        for p in dev()
        for text, said in duties(p.body)
        for role, name in said
    }
    assert len(wanted & found) >= 0.98 * max(len(wanted), len(found))


# -- anything -----------------------------------------------------------------------------------

_NUMBERS = ["一、", "（一）", "(1)", "1.", "①", "第一章 "]
_MARKS = [*"（）()【】<。；：、 和等"]
_DUTIES = ["责任单位：", "牵头单位:", "完成时限：", "配合", "负责落实", "县财政局", "各镇（街道）"]
_PIECES = st.sampled_from([*_NUMBERS, *_MARKS, *_DUTIES, "68条", "主动公开"])
_TEXTS = st.lists(_PIECES | st.text(max_size=3), max_size=12).map("".join)
_TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.tuples(*[_TEXTS] * width), min_size=1, max_size=4)
)
_BODIES = st.lists(
    st.builds(Paragraph, _TEXTS) | st.builds(Table, _TABLES.map(tuple)), max_size=8
).map(tuple)


@given(_BODIES)
def test_headings_stand_where_they_say_and_nest(blocks: tuple[Block, ...]) -> None:
    body = render_blocks(blocks)
    sections = outline(blocks)
    assert [one.start for one in sections] == sorted({one.start for one in sections})
    for index, one in enumerate(sections):
        assert body[one.start :].startswith(one.number + one.title)
        below = [later.start for later in sections[index + 1 :] if later.level <= one.level]
        assert one.end == min(below, default=len(body))
        above = [place for place in range(index) if sections[place].level < one.level]
        assert one.parent == next(
            (place for place in reversed(above) if sections[place].end >= one.end), None
        )


@given(_BODIES)
def test_tasks_stand_where_they_say_in_their_section(blocks: tuple[Block, ...]) -> None:
    body = render_blocks(blocks)
    sections, found = outline_and_tasks(blocks)
    assert (sections, found) == (outline(blocks), tasks(blocks))
    for task in found:
        assert task.text
        assert task.text == body[task.start : task.end]
        assert task.units
        assert all(unit.name.strip() == unit.name != "" for unit in task.units)
        holding = [i for i, one in enumerate(sections) if one.start <= task.start < one.end]
        assert task.section == (holding[-1] if holding else None)


@pytest.mark.parametrize(
    "text",
    [
        "（" * 50_000,
        "（" * 25_000 + "）" * 25_000,
        "。（县财政局负责）" * 5_000,
        "。责任单位：" * 5_000,
        "责任单位：" + "县财政局和" * 10_000,
        "。（" + "负责落实" * 10_000,
        "1" * 50_000,
        "。 " * 20_000,
    ],
    ids=lambda text: text[:8],
)
def test_hostile_text_ends_in_linear_time(text: str) -> None:
    """Anything but linear would keep this test busy for minutes."""
    blocks = (Paragraph(text), Table((("任务", "责任单位"), ("公开", text))))
    assert outline(blocks) == ()
    assert isinstance(tasks(blocks), tuple)

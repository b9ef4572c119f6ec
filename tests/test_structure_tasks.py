"""Tasks with those who answer for them."""

from __future__ import annotations

import pytest

from crawler.extraction.structure.outline import outline, section_path
from crawler.extraction.structure.tasks import tasks
from crawler.extraction.structure.units import units_of
from tests.structure_kit import blocks_of, duties, headings, seed_blocks


def test_tasks_of_a_seed_have_their_units_and_sections() -> None:
    blocks = seed_blocks("001")
    sections = outline(blocks)
    found = tasks(blocks)
    assert len(found) == 19
    assert {task.where for task in found} == {"brackets"}
    assert [(unit.name, unit.role) for unit in found[5].units] == [
        ("镇党政办", ""),
        ("经济发展综合服务中心", ""),
        ("农业科技推广服务中心", ""),
        ("各村", ""),
    ]
    assert [(unit.name, unit.role) for unit in found[8].units] == [
        ("镇党政办", "牵头"),
        ("各办<队、中心>", ""),
        ("各村", ""),
    ]
    assert section_path(sections, found[0].section)[-1] == "(一)加强行政决策公开"
    assert found[0].text.startswith("认真贯彻执行")
    assert found[0].text.endswith("政府公信力和执行力。")


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (
            "（责任单位：县教育和体育局、县财政局）",
            ["责任单位 县教育和体育局", "责任单位 县财政局"],
        ),
        ("（牵头单位：甲局；配合单位：各镇（街道））", ["牵头单位 甲局", "配合单位 各镇（街道）"]),
        (
            "（牵头单位:甲局,配合单位:乙局,丙局,完成时限:6月底)",
            ["牵头单位 甲局", "配合单位 乙局", "配合单位 丙局"],
        ),
        (
            "（责任单位：甲局和乙局及丙农业农村和水利局等部门）",
            ["责任单位 甲局", "责任单位 乙局", "责任单位 丙农业农村和水利局"],
        ),
        ("（镇党政办负责落实）", [" 镇党政办"]),
        ("（由县司法局牵头，县委宣传部等按职责分工负责）", ["牵头 县司法局", " 县委宣传部"]),
        ("（县司法局负责，6月底前完成）", [" 县司法局"]),
        ("（县教育、民政等部门负责）", [" 县教育", " 民政"]),
        ("（责任单位：甲局（牵头）、乙局）", ["牵头 甲局", "责任单位 乙局"]),
        ("【責任單位：縣教育局】", ["責任單位 縣教育局"]),
        ("责任单位：甲局、乙局", ["责任单位 甲局", "责任单位 乙局"]),
        ("牵头单位：甲局。配合单位：乙局", ["牵头单位 甲局", "配合单位 乙局"]),
        ("（各村、镇财政所）", []),
    ],
)
def test_who_answers_is_read_behind_a_sentence(said: str, wanted: list[str]) -> None:
    found = [
        (text, [f"{role} {name}" for role, name in named])
        for text, named in duties(f"一、公开。做好公开。{said}")
    ]
    assert found == ([("一、公开。做好公开。", wanted)] if wanted else [])


def test_brackets_with_names_alone_count_where_others_do() -> None:
    body = "一、公开。做好公开。（各村、镇财政所）\n二、解读。做好解读。（镇党政办负责）"
    assert [one[1] for one in duties(body)] == [
        [("", "各村"), ("", "镇财政所")],
        [("", "镇党政办")],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "此事（镇党政办负责）要抓紧。",
        "责任单位要按照职责分工抓好落实。",
        "信息公开工作由专人（由专人负责）。",
        "公开方式：主动公开",
        "全年完成固定资产投资。（县发改局）",
        "责任部门：某镇",
        "做好公开（详见附件）。（此件公开发布）",
        "主办单位：县政府办公室",
    ],
)
def test_what_names_nobody_for_a_task(text: str) -> None:
    assert duties(text) == []


def test_several_tasks_of_one_paragraph_are_told_apart() -> None:
    body = "一、公开。做好甲事。（甲局负责）做好乙事（责任单位：乙局）。余事另行通知。"
    assert [one[0] for one in duties(body)] == ["一、公开。做好甲事。", "做好乙事"]


def test_a_line_of_its_own_closes_the_task_above_it() -> None:
    body = (
        "制定本要点。\n一、公开\n（一）甲。做好甲。\n责任单位：甲局\n"
        "（二）乙\n做好乙。\n再做乙。\n牵头单位：乙局\n完成时限：6月\n配合单位：丙局"
    )
    assert duties(body) == [
        ("（一）甲。做好甲。", [("责任单位", "甲局")]),
        ("做好乙。\n\n再做乙。", [("牵头单位", "乙局"), ("配合单位", "丙局")]),
    ]
    assert {task.where for task in tasks(blocks_of(body))} == {"line"}
    assert headings(body) == [(1, "一、公开"), (2, "（一）甲"), (2, "（二）乙")]


def test_steps_below_a_task_belong_to_it() -> None:
    body = "（一）做好公开。要求如下。\n1.公开甲。\n2.公开乙。\n（责任单位：甲局）"
    (task,) = duties(body)
    assert task[0].startswith("（一）做好公开")
    assert task[0].endswith("2.公开乙。")


def test_rows_of_a_table_are_tasks_and_merged_cells_reach_down() -> None:
    body = (
        "序号\t重点\t具体任务\t牵头单位\t配合单位\t完成时限\n"
        "1\t财政\t公开预算\t财政局\t各部门\t6月\n"
        "2\t\t公开决算\t\t审计局\t9月\n"
        "3\t\t公开补贴\t\t\t9月\n"
        "4\t民生\t公开低保\t民政局\t——\t9月\n"
        "5\t\t公开就业\t人社局\t\t9月\n"
        "二、其他\t\t\t\t\t\n"
        "6\t\t公开其他\t\t\t9月"
    )
    assert duties(body) == [
        ("公开预算", [("牵头单位", "财政局"), ("配合单位", "各部门")]),
        ("公开决算", [("牵头单位", "财政局"), ("配合单位", "审计局")]),
        ("公开补贴", [("牵头单位", "财政局"), ("配合单位", "审计局")]),
        ("公开低保", [("牵头单位", "民政局")]),
        ("公开就业", [("牵头单位", "人社局")]),
    ]


def test_headings_of_a_table_may_take_two_rows_and_a_task_several() -> None:
    body = (
        "任务\t责任单位\t\n\t牵头单位\t配合单位\n"
        "公开预算\t财政局\t审计局\n\t税务局\t\n公开决算\t财政局\t"
    )
    assert duties(body) == [
        (
            "公开预算",
            [("牵头单位", "财政局"), ("配合单位", "审计局"), ("牵头单位", "税务局")],
        ),
        ("公开决算", [("牵头单位", "财政局")]),
    ]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("县住房和城乡建设局、县文化和旅游局", ["县住房和城乡建设局", "县文化和旅游局"]),
        ("县财政局及各镇（街道）", ["县财政局", "各镇（街道）"]),
        ("县委和县政府", ["县委", "县政府"]),
        ("太阳山镇和红寺堡镇", ["太阳山镇", "红寺堡镇"]),
        ("县政府网站和新媒体中心", ["县政府网站和新媒体中心"]),
        ("26个试点领域主管部门、县财政局等5家单位", ["26个试点领域主管部门", "县财政局"]),
        ("县教育局 县财政局", ["县教育局", "县财政局"]),
        ("——", []),
        ("各镇（街道、村", ["各镇（街道、村"]),
    ],
)
def test_lists_of_units_are_cut_between_units_only(words: str, names: list[str]) -> None:
    assert [unit.name for unit in units_of(words, "")] == names

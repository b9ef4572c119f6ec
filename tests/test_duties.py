"""Who answers for a task, in the wordings of work points; and who only seems to."""

from __future__ import annotations

import re

import pytest

from crawler.blocks import Paragraph, Table
from crawler.extraction.structure.duties import duties
from crawler.extraction.structure.roles import LABEL_BEGINS, LABELLED
from crawler.extraction.structure.tasks import tasks
from crawler.extraction.structure.units import DATA, units_of
from crawler.hanzi import fold, spellings

TASK = "（一）政策公开。年底前公开全部现行有效的政策文件。"


def named(text: str) -> list[str]:
    return [f"{unit.role} {unit.name}" for duty in duties(text) for unit in duty.units]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        # e04, f04: the label in brackets of its own
        ("【责任单位】县人社局、县财政局", ["责任单位 县人社局", "责任单位 县财政局"]),
        (
            "【责任单位】县市场监管局；【配合单位】县直有关部门",
            ["责任单位 县市场监管局", "配合单位 县直有关部门"],
        ),
        ("[牵头单位] 县教育局 [配合单位] 县民政局", ["牵头单位 县教育局", "配合单位 县民政局"]),
        ("〔县教育局牵头，县民政局配合〕", ["牵头 县教育局", "配合 县民政局"]),
        ("◆责任单位：县教育局", ["责任单位 县教育局"]),
        ("——责任单位：县教育局", ["责任单位 县教育局"]),
        # c12: the role as printed
        ("责任科室（单位）：财政所", ["责任科室（单位） 财政所"]),
        # c04: more bodies behind the clause of a label, but no other sentence
        ("责任单位：县卫健委；各乡镇人民政府", ["责任单位 县卫健委", "责任单位 各乡镇人民政府"]),
        ("责任单位：县卫健委；按月公布结果。", ["责任单位 县卫健委"]),
        ("责任单位为：县教育局；配合单位为：县民政局", ["责任单位 县教育局", "配合单位 县民政局"]),
        ("由县教育局牵头；县民政局配合。", ["牵头 县教育局", "配合 县民政局"]),
        ("（县教育局、县民政局依据各自职责分别负责）", [" 县教育局", " 县民政局"]),
        # g07
        ("（县人社局、县委党校按职责分工负责）", [" 县人社局", " 县委党校"]),
        # e02, f10: a sentence of its own
        ("由县发展改革局负责。", [" 县发展改革局"]),
        ("县卫健局牵头，县委宣传部、县疾控中心配合。",
            ["牵头 县卫健局", "配合 县委宣传部", "配合 县疾控中心"]),
        ("由县民政局牵头，县农业局配合，12月底前完成。", ["牵头 县民政局", "配合 县农业局"]),
        ("县政务局负责指导，各乡镇人民政府负责落实。", [" 县政务局", " 各乡镇人民政府"]),
        ("由镇农牧站牵头，镇财政所配合，每年公示面积和金额。", ["牵头 镇农牧站", "配合 镇财政所"]),
        ("此项工作由县政务服务局牵头，各部门配合。", ["牵头 县政务服务局", "配合 各部门"]),
        ("责任分工：县教育局牵头，县民政局配合。", ["牵头 县教育局", "配合 县民政局"]),
        ("（县司法局会同县委编办负责）", [" 县司法局", " 县委编办"]),
        ("（责任单位：县教育局，2022年6月底前完成）", ["责任单位 县教育局"]),
        ("（县教育局、各乡镇，9月底前完成）", [" 县教育局", " 各乡镇"]),
        ("（县教育局为牵头单位，县民政局为配合单位）", ["牵头单位 县教育局", "配合单位 县民政局"]),
        ("（县教育局负责，各乡镇人民政府参与配合）", [" 县教育局", "配合 各乡镇人民政府"]),
        ("责任领导：李某 责任单位：县教育局 完成时限：长期", ["责任单位 县教育局"]),
        ("牵头领导：李某，牵头单位：县教育局。", ["牵头单位 县教育局"]),
        # no duties
        ("县政府办公室每半年通报一次，结果纳入考核。", []),
        ("县教育局牵头制定目录，各学校及时公开。", []),
        ("各单位主要负责人要亲自落实。", []),
        ("定期公布结果；各乡镇人民政府积极配合。", []),
    ],
)  # fmt: skip
def test_who_answers(said: str, wanted: list[str]) -> None:
    assert named(TASK + said) == wanted
    [duty] = duties(TASK + said) if wanted else [None]
    assert duty is None or duty.start == len(TASK)


def test_a_clause_with_by_ends_a_sentence() -> None:
    text = "（一）政策公开。年底前公开政策文件，由县司法局负责落实。"
    [duty] = duties(text)
    assert (text[: duty.start], [unit.name for unit in duty.units]) == (
        "（一）政策公开。年底前公开政策文件，",
        ["县司法局"],
    )


def told(*lines: str) -> list[tuple[str, list[str], str]]:
    found = tasks(tuple(map(Paragraph, lines)))
    return [(one.text, [unit.name for unit in one.units], one.where) for one in found]


def test_paragraphs_that_begin_with_who_is_to_do_them_are_tasks() -> None:
    lines = (
        "各乡镇人民政府，县直各部门：",
        "二、日常任务",
        "县教育局：公布义务教育划片范围、招生计划。",
        "县环保局、县住建局：按月公布饮用水水质。",
    )
    assert told(*lines) == [
        (lines[2], ["县教育局"], "front"),
        (lines[3], ["县环保局", "县住建局"], "front"),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("县教育局：现将有关情况函复如下，请予支持。", "一、总体情况"),
        ("发布单位：某某县人民政府办公室公开股。", "主管部门：某某县政务服务管理局。"),
        ("县教育局：", "县民政局："),
    ],
)
def test_a_salutation_and_labels_are_none(lines: tuple[str, ...]) -> None:
    assert told(*lines) == []


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("县委编办县行政审批局", ["县委编办", "县行政审批局"]),
        ("市市场监管局", ["市市场监管局"]),
        ("县城市管理和综合执法局", ["县城市管理和综合执法局"]),
        ("县委县政府督查室", ["县委县政府督查室"]),
        # l04
        ("县政府办公室各有关部门", ["县政府办公室", "各有关部门"]),
        ("县直各有关单位", ["县直各有关单位"]),
        ("县政府各部门", ["县政府各部门"]),
        ("县政府办公室各股室", ["县政府办公室各股室"]),
    ],
)
def test_units_of_two_lines_of_a_cell_are_parted(cell: str, names: list[str]) -> None:
    assert [unit.name for unit in units_of(cell, "")] == names


def test_a_cell_may_point_to_the_one_above_it() -> None:
    rows = (("任务", "责任单位"), ("公开权责清单", "县委编办"), ("公开收费目录", "同上"))
    found = tasks((Table(rows),))
    assert [[unit.name for unit in one.units] for one in found] == [["县委编办"], ["县委编办"]]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        # a14: the column headed so, where each row has a task of its own
        (
            (
                ("重点工作任务", "主要措施", "责任单位"),
                ("1.权责清单公开", "调整后20日内公布", "县委编办"),
            ),
            [("1.权责清单公开", "县委编办")],
        ),
        # k08: one that spans several rows groups them
        (
            (
                ("工作任务", "具体内容", "责任单位"),
                ("主动公开", "公开权责清单", "县委编办"),
                ("", "公开收费目录", "县发改局"),
            ),
            [("公开权责清单", "县委编办"), ("公开收费目录", "县发改局")],
        ),
        # c12: a dash over two columns
        (
            (
                ("任务", "牵头领导", "责任单位"),
                ("公开权责清单", "王某", "县委编办"),
                ("公开考核结果", "/", ""),
            ),
            [("公开权责清单", "县委编办")],
        ),
        # a remark in the heading of a column
        (
            (("任务", "责任单位（列第一位的为牵头单位）"), ("公开权责清单", "县委编办")),
            [("公开权责清单", "县委编办")],
        ),
    ],
)
def test_the_tasks_of_a_table(
    rows: tuple[tuple[str, ...], ...], wanted: list[tuple[str, str]]
) -> None:
    found = tasks((Table(rows),))
    assert [(one.text, unit.name) for one in found for unit in one.units] == wanted


def test_a_cell_that_spans_rows_answers_for_them_and_an_empty_one_for_none() -> None:
    """As the markup draws it: 各镇 answers for two tasks, nobody co-operates in the last (g06)."""
    rows = (
        ("任务", "牵头单位", "配合单位"),
        ("公开招生范围", "县教体局", "各镇"),
        ("公开低保名单", "县民政局", ""),
        ("公开养老服务", "", "县卫健局"),
        ("公开减税政策", "县税务局", ""),
    )
    found = tasks((Table(rows, reach=((1, 2, 2), (2, 1, 2))),))
    assert [[unit.name for unit in one.units] for one in found] == [
        ["县教体局", "各镇"],
        ["县民政局", "各镇"],
        ["县民政局", "县卫健局"],
        ["县税务局"],
    ]


def test_what_is_looked_at_first_tells_every_label() -> None:
    roles = [word for kind in ("ahead", "share", "alone", "others") for word in DATA["roles"][kind]]
    behind = ("：", "单位：", "责任单位：", "】")
    label = re.compile(LABELLED)
    begins = {
        one
        for one in "".join(map(spellings, sorted(set(LABELLED))))
        for word in ("", *roles)
        for rest in behind
        if label.match(fold(one) + word[1:] + rest) or label.match(fold(one) + word + rest)
    }

    assert {"责", "責", "◆", "【"} <= begins
    assert all(map(LABEL_BEGINS.match, begins))


@pytest.mark.parametrize("kind", DATA["numbers"], ids=lambda kind: kind["pattern"][:12])
def test_what_is_looked_at_first_tells_every_number(kind: dict[str, str]) -> None:
    pattern = re.compile(kind["pattern"])
    first = re.compile(DATA["headings"]["begins"])
    tails = ("、甲", "）", "一章", "一节", "一）", "1）")
    begins = {
        one for one in map(chr, range(0x10000)) for t in tails if pattern.match(fold(one + t))
    }

    assert begins
    assert all(map(first.match, begins))

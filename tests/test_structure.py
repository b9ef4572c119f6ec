"""Headings as a tree and tasks with their units: of the seeds, of the gold, of anything."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.blocks import Block, Paragraph, Table, render_blocks
from crawler.catalogue import Catalogue
from crawler.export import csv_lines, jsonl
from crawler.extraction.structure.outline import outline, section_path
from crawler.extraction.structure.tasks import outline_and_tasks, tasks
from crawler.extraction.structure.units import units_of
from crawler.layout import Layout
from crawler.store import Store
from crawler.store.texts import render_text
from tests.gold.pages import GoldPage, load
from tests.one_process import scrapy_each
from tests.portals import seed_pages
from tests.sightings import sighting


def blocks_of(body: str) -> tuple[Block, ...]:
    """A body written line by line, rows of tables with tabs between the cells."""
    found: list[Block] = []
    rows: list[tuple[str, ...]] = []
    for line in [*body.strip("\n").split("\n"), ""]:
        if "\t" in line:
            rows.append(tuple(line.split("\t")))
            continue
        if rows:
            found.append(Table(tuple(rows)))
            rows = []
        if line:
            found.append(Paragraph(line))
    return tuple(found)


def seed_blocks(seed: str) -> tuple[Block, ...]:
    return blocks_of(seed_pages.gold(seed).partition("\n\n")[2])


def headings(body: str) -> list[tuple[int, str]]:
    return [(one.level, one.number + one.title) for one in outline(blocks_of(body))]


def duties(body: str) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (task.text, [(unit.role, unit.name) for unit in task.units])
        for task in tasks(blocks_of(body))
    ]


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


# -- tasks ------------------------------------------------------------------------------------


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


# -- exports ------------------------------------------------------------------------------------


def test_exports_carry_headings_and_tasks_with_places_in_the_text_file(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    store = Store(layout)
    store.record([sighting(1, blocks=seed_blocks("001"))])
    store.close()
    catalogue = Catalogue(layout)
    rows = catalogue.documents()
    (line,) = jsonl(catalogue.whole(rows))
    record = json.loads(line)
    (document,) = catalogue.whole(rows)
    body = render_text(document.latest).decode().partition("\n\n")[2]
    for one in record["outline"]:
        assert body[one["start"] :].startswith(one["number"] + one["title"])
        assert one["end"] <= len(body) - len("\n")
    assert [body[one["start"] : one["end"]] for one in record["tasks"]] == [
        one["text"] for one in record["tasks"]
    ]
    table = b"".join(csv_lines(catalogue.whole(rows))).decode()
    cells = list(csv.DictReader(io.StringIO(table, newline="")))
    assert len(cells) == sum(len(one["units"]) for one in record["tasks"])
    assert cells[0]["section"] == "一、深入推进“五公开”,促进行政依法依规 > (一)加强行政决策公开"
    assert (cells[0]["unit"], cells[0]["role"]) == ("镇党政办", "")


def test_commands_print_headings_as_a_tree_and_tasks_as_a_table(tmp_path: Path) -> None:
    store = Store(Layout(tmp_path))
    store.record([sighting(1, blocks=seed_blocks("001")), sighting(2, "/b.html", year=2018)])
    store.close()
    report, points = (row["doc_id"] for row in Catalogue(Layout(tmp_path)).documents())
    archive = ["-s", f"ARCHIVE_DIR={tmp_path}"]
    tree, table, none, both, exported = scrapy_each(
        [
            ["show", points, "--outline", *archive],
            ["show", points, "--tasks", *archive],
            ["show", report, "--tasks", *archive],
            ["show", points, "--tasks", "--raw", *archive],
            ["export", "--format", "tasks", "--output", str(tmp_path / "tasks.csv"), *archive],
        ]
    )
    assert tree.stdout.splitlines()[:2] == [
        "一、深入推进“五公开”,促进行政依法依规",
        "  (一)加强行政决策公开",
    ]
    heading, first, *_ = table.stdout.splitlines()
    assert heading.split() == ["unit", "role", "section", "task"]
    assert first.startswith("镇党政办")
    assert "认真贯彻执行" in first
    assert (none.returncode, none.stdout) == (0, "")
    assert "nobody is named for a task" in none.stderr
    assert both.returncode == 2
    assert exported.returncode == 0
    assert "2 documents exported" in exported.stderr
    assert (tmp_path / "tasks.csv").read_text("utf-8").startswith("doc_id,issuer,report_year,")

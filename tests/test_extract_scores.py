"""The judge of extractors: what counts, what does not, and when a bar is missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import bench_extract, extract_jobs
from tests.benchmarks.extract_bars import bars
from tests.benchmarks.extract_fields import score_decisions, score_headings, score_tasks
from tests.benchmarks.extract_found import Details, Found
from tests.benchmarks.extract_html import text_of_html
from tests.benchmarks.extract_jobs import OURS, found_of
from tests.benchmarks.extract_peers import PEERS
from tests.benchmarks.extract_score import Figure
from tests.benchmarks.extract_tables import score_tables
from tests.benchmarks.extract_text import score_text
from tests.gold.pages import GoldPage, GoldTask

TABLE = (("项目", "件数"), ("新收", "3"), ("结转", "0"))
BODY = "一、总体情况\n项目\t件数\n新收\t3\n结转\t0\n二、存在问题"
NOTHING = Details({}, (), "document", (), (), (), "", (), ())


def page(**changes: Any) -> GoldPage:
    plain = GoldPage(
        id="z01-sample",
        set="dev",
        url="http://www.example.gov.cn/a.html",
        file=Path("z01-sample.html"),
        content=b"",
        content_type="text/html",
        title="年报",
        published="2024-01-31",
        source="",
        body=BODY,
        tables=(TABLE,),
        optional_lines=(),
    )
    return replace(plain, **changes)


# -- text ------------------------------------------------------------------------------------------


def test_white_space_and_optional_lines_count_neither_way() -> None:
    score = score_text(
        "第一段。\n编辑：某某\n第二段。", "第 一段。第二\n段。\n编辑： 某某", ["编辑：某某"]
    )
    assert (score.precision, score.recall, score.f1) == (1.0, 1.0, 1.0)
    assert score.paragraphs == (0, 2)


def test_precision_and_recall_are_shares_of_characters() -> None:
    score = score_text("甲乙丙丁", "甲乙打印本页", [])
    assert (score.precision, score.recall) == (2 / 6, 2 / 4)
    assert score.chrome == "打印本页"
    assert score.residue == ("打印本页",)


def test_fewer_than_four_characters_in_a_row_are_no_chrome() -> None:
    assert score_text("甲乙丙丁", "甲×乙×丙丁×××", []).chrome == ""


def test_a_phrase_of_the_text_itself_is_no_residue() -> None:
    assert score_text("主办单位为县政府。", "主办单位为县政府。", []).residue == ()


def test_text_made_up_for_a_page_without_one_is_chrome_and_has_no_f1() -> None:
    score = score_text("", "政务公开 领导之窗", [])
    assert score.f1 is None
    assert score.chrome == "政务公开领导之窗"


# -- tables ----------------------------------------------------------------------------------------


def test_a_table_in_its_place_is_all_right() -> None:
    score = score_tables(page(), BODY)
    assert (score.rows, score.cells, score.exact) == ((3, 3), (6, 6, 6), (1, 1))
    assert (score.misplaced, score.extra) == (0, 0)


def test_one_row_too_many_does_not_shift_those_that_follow() -> None:
    score = score_tables(page(), BODY.replace("新收", "合计\t8\n新收"))
    assert (score.rows, score.cells, score.exact) == ((3, 3), (6, 6, 8), (0, 1))


def test_a_cell_in_the_wrong_column_is_wrong() -> None:
    score = score_tables(page(), BODY.replace("新收\t3", "新收\t\t3"))
    assert (score.rows, score.cells) == ((2, 3), (5, 6, 6))


def test_a_table_on_the_wrong_side_of_a_paragraph_is_misplaced() -> None:
    rows = "\n".join("\t".join(row) for row in TABLE)
    score = score_tables(page(), f"一、总体情况\n二、存在问题\n{rows}")
    assert (score.cells[0], score.misplaced) == (6, 1)
    assert score_tables(page(), f"{rows}\n一、总体情况\n二、存在问题").misplaced == 1


def test_two_tables_without_a_line_between_them_are_two() -> None:
    rows = "\n".join("\t".join(row) for row in TABLE)
    gold = page(body=f"前\n{rows}\n{rows}\n后\n甲\t乙\n末", tables=(TABLE, TABLE, (("甲", "乙"),)))
    score = score_tables(gold, f"前\n{rows}\n\n{rows}\n后\n甲\t乙\n末")
    assert (score.exact, score.misplaced, score.extra) == ((3, 3), 0, 0)


def test_a_layout_table_is_extra_and_a_lost_one_has_no_cells() -> None:
    score = score_tables(page(), "字号\t打印\n一、总体情况")
    assert (score.cells, score.exact, score.extra) == ((0, 6, 0), (0, 1), 1)


def test_heading_rows_do_not_count_where_the_gold_cannot_tell_tables_apart() -> None:
    gold = page(whole_tables=False)
    score = score_tables(gold, BODY.replace("新收", "（一）收到\t\n新收"))
    assert (score.cells, score.exact) == ((6, 6, 6), (0, 0))


# -- fields ----------------------------------------------------------------------------------------


def decisions(gold: GoldPage, details: Details, **fields: str) -> Mapping[str, bool]:
    return score_decisions(gold, Found("", {"title": "年报", **fields}, details))


def test_what_is_missing_and_what_is_made_up_are_both_wrong() -> None:
    gold = page(infobox={"索引号": "A/1", "有效性": "有效"}, breadcrumb=("公开", "年报"))
    details = replace(NOTHING, infobox={"索引号": "A/1", "责任部门": "办公室"})
    found = decisions(gold, details, published="2024-01-31", source="本网")
    right = {"title", "published", "索引号"}
    assert found == {
        name: name in right
        for name in ("title", "published", "source", "索引号", "有效性", "责任部门", "breadcrumb")
    }


def test_a_field_an_extractor_does_not_read_is_not_held_against_it() -> None:
    found = score_decisions(page(), Found("", {"title": "年报"}))
    assert found == {"title": True}


def test_headings_are_told_by_level_and_words() -> None:
    gold = page(headings=((1, "一、总体情况"), (2, "（一）主动公开。")))
    details = replace(NOTHING, headings=((1, "一、总体情况"), (3, "（一）主动公开")))
    assert score_headings(gold, details) == (1, 2, 2)


def test_each_unit_of_a_task_is_a_decision() -> None:
    gold = page(tasks=(GoldTask("加强主动公开工作，做到应公开", ("教育局", "各镇"), "责任单位"),))
    duties = (("加强主动公开工作，做到应公开尽公开。", "教育局", "责任单位"), ("别的", "各镇", ""))
    assert score_tasks(gold, replace(NOTHING, duties=duties)) == (1, 2, 2)
    assert score_tasks(page(tasks=()), replace(NOTHING, duties=duties)) is None


# -- peers -----------------------------------------------------------------------------------------


def test_a_peers_markdown_is_read_as_the_table_it_means() -> None:
    answer = found_of(
        {"body": "- 要点\n| 项目 | 件数 |\n|---|---|\n|  | 3 |", "published": "2024年1月5日"}
    )
    assert answer.body == "要点\n项目\t件数\n\t3"
    assert answer.fields == {"published": "2024-01-05"}


def test_a_peers_html_keeps_its_tables_with_spans_and_drops_scripts() -> None:
    head = "<tr><td rowspan=2><p>丙</p></td><td colspan=2>丁<br>戊</td></tr>"
    row = "<tr><td>1</td><td>2</td></tr>"
    inner = "<table><tr><td>庚</td><td>辛</td></tr></table>"
    layout = f"<table><tr><td>己</td><td>{inner}</td></tr></table>"
    table = f"<table>{head}{row}</table>"
    markup = f"<div><p>甲<b>乙</b></p><script>x</script>{table}{layout}</div>"
    lines = ["甲乙", "丙\t丁戊\t", "\t1\t2", "己", "庚\t辛"]
    assert text_of_html(markup).split("\n") == lines


def test_every_peer_named_is_one_the_runner_knows() -> None:
    assert tuple(PEERS) == extract_jobs.PEERS


# -- bars ------------------------------------------------------------------------------------------


def missed(ours: Mapping[str, float], peer: Mapping[str, float]) -> list[str]:
    both = {OURS: ours, "peer": peer}
    scored = {
        "dev": {name: {c: Figure(v) for c, v in values.items()} for name, values in both.items()}
    }
    return [bar.figure for bar in bars(scored) if bar.met is False]


def test_level_is_not_ahead_unless_both_are_perfect() -> None:
    assert missed({"f1": 0.99}, {"f1": 0.99}) == ["f1 0.990 against 0.990"]
    assert missed({"f1": 1.0, "title": 1.0}, {"f1": 0.99, "title": 1.0}) == []


def test_a_peer_may_be_ahead_by_little_where_nothing_is_at_stake() -> None:
    assert missed({"source": 0.980}, {"source": 0.982}) == []
    assert missed({"source": 0.980}, {"source": 0.984}) == ["source 0.984 against 0.980"]


def test_a_bar_that_was_not_measured_is_neither_met_nor_missed() -> None:
    assert {bar.met for bar in bars({})} == {None}


# -- the run ---------------------------------------------------------------------------------------

SAMPLE = """<html><head><title>东河县2023年政府信息公开工作年度报告</title></head><body>
<div class="TRS_Editor"><p>本报告由东河县人民政府办公室编制。</p></div></body></html>"""


def test_without_peers_the_rest_is_scored_and_the_missing_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = page(content=SAMPLE.encode(), body="本报告由东河县人民政府办公室编制。", tables=())
    monkeypatch.setattr(bench_extract, "load", lambda name: [replace(sample, set=name)])
    monkeypatch.setattr(extract_jobs, "PEERS_PYTHON", tmp_path / "none")
    written = tmp_path / "figures.md"
    code = bench_extract.main(["--runs", "1", "--extractors", "jusText", "--write", str(written)])
    printed = capsys.readouterr().out
    assert code == 1  # a bar is missed: the page has no such title
    assert "missing: jusText: no .venv-peers" in printed
    assert "tests/gold/holdout: pages" not in printed
    assert "tests/gold/dev: pages" in printed
    assert "| jusText | – | missing: no .venv-peers" in written.read_text(encoding="utf-8")
    assert "本报告" not in written.read_text(encoding="utf-8")

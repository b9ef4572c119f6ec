"""Tables: the grid of rows and columns a reader sees, however the markup is cut and broken."""

from __future__ import annotations

import random
from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from crawler.extraction.body.paragraphs import blocks_of
from crawler.extraction.tables.grids import grid, is_data
from crawler.extraction.tables.placed import MAX_COLUMNS
from crawler.extraction.tables.rejoined import rejoined
from crawler.extraction.tables.rows import layout_of
from crawler.items import Block, Paragraph, Table

Rows = list[tuple[str, ...]]


def grid_of(markup: str) -> Rows:
    return list(grid(layout_of(html.fragment_fromstring(markup))))


def blocks(markup: str) -> list[Block]:
    return list(blocks_of((html.fragment_fromstring(f"<div>{markup}</div>"),)))


def rows(*texts: str) -> str:
    """Rows of markup: cells parted by blanks; ``2*text`` spans two columns."""
    return "".join(f"<tr>{''.join(map(_cell, text.split()))}</tr>" for text in texts)


def _cell(text: str) -> str:
    span, star, rest = text.partition("*")
    return f"<td colspan={span}>{rest}</td>" if star else f"<td>{text.replace('_', '')}</td>"


def test_a_narrow_cell_goes_to_its_own_column_and_not_to_the_label_beside_it() -> None:
    """a11: two rows draw the line right of 自然人 a grid column further left."""
    markup = (
        "<table><tr><td rowspan=2 colspan=2>关系</td><td colspan=4>申请人</td></tr>"
        + rows("2*自然人 企业 总计", "2*新收 1 2*0 1")
        + "<tr><td rowspan=2>结果</td><td>公开</td><td colspan=2>2</td><td>3</td><td>5</td></tr>"
        + rows("不公开 2*6 7 13")
        + "</table>"
    )
    assert grid_of(markup) == [
        ("关系", "", "申请人", "", ""),
        ("", "", "自然人", "企业", "总计"),
        ("新收", "", "1", "0", "1"),
        ("结果", "公开", "2", "3", "5"),
        ("", "不公开", "6", "7", "13"),
    ]


@pytest.mark.parametrize(("line", "wanted"), [(190, ("合", "", "丙")), (110, ("合", "丙", ""))])
def test_a_line_between_two_others_is_the_nearer_one(line: int, wanted: tuple[str, ...]) -> None:
    assert grid_of(
        "<table><tr><td width=100>甲</td><td width=100 colspan=2>乙</td><td width=100>丁</td></tr>"
        f"<tr><td colspan=2 style='width:{line}px'>合</td>"
        f"<td colspan=2 style='border:0; width:{300 - line}px'>丙</td></tr></table>"
    ) == [("甲", "乙", "丁"), wanted]


def test_no_row_needs_all_columns() -> None:
    assert grid_of("<table>" + rows("甲 乙 2*丙", "2*子 丑 寅") + "</table>") == [
        ("甲", "乙", "丙", ""),
        ("子", "", "丑", "寅"),
    ]


def test_rows_cut_without_regard_to_the_grid_are_counted() -> None:
    """portals.md §5: a header without spans above cells with the spans 1, 2, 1, 1."""
    markup = rows("项目 自然人 法人 总计", "新收 2*3 4 7", "结转 2*0 1 1", "办结 2*2 5 7")
    assert grid_of(f"<table>{markup}</table>") == [
        ("项目", "自然人", "法人", "总计"),
        ("新收", "3", "4", "7"),
        ("结转", "0", "1", "1"),
        ("办结", "2", "5", "7"),
    ]


def test_rows_shorter_and_longer_than_the_header_lose_nothing() -> None:
    assert grid_of("<table>" + rows("甲 乙 丙", "1", "2 3 4", "5 6 7 8") + "</table>") == [
        ("甲", "乙", "丙", ""),
        ("1", "", "", ""),
        ("2", "3", "4", ""),
        ("5", "6", "7", "8"),
    ]


def test_a_caption_row_spans_more_columns_than_there_are() -> None:
    assert grid_of("<table>" + rows("9*一览", "甲 乙", "1 2") + "</table>") == [
        ("一览", ""),
        ("甲", "乙"),
        ("1", "2"),
    ]


def test_an_empty_column_under_a_heading_stays_and_one_without_goes() -> None:
    assert grid_of("<table>" + rows("甲 乙 _ 丙", "1 _ _ 2", "3 _ _ 4") + "</table>") == [
        ("甲", "乙", "丙"),
        ("1", "", "2"),
        ("3", "", "4"),
    ]


def test_the_empty_row_word_ends_a_table_with_draws_no_columns() -> None:
    markup = (
        rows("项目 2*自然人 总计", "新收 2*3 3", "2*结转 0 1") + "<tr>" + "<td></td>" * 4 + "</tr>"
    )
    assert grid_of(f"<table>{markup}</table>")[1:] == [("新收", "3", "3"), ("结转", "0", "1")]


def test_hidden_rows_and_cells_are_not_there_and_the_foot_is_last() -> None:
    markup = (
        "<table><thead><tr><td>甲</td><td style='display:none'>藏</td><td>乙</td></tr></thead>"
        "<tfoot><tr><td>合计</td><td>3</td></tr></tfoot><tbody><tr><td>一</td><td>1</td></tr>"
        "<tr style='display: none'><td>藏</td><td>9</td></tr><tr><td>二</td><td>2</td></tr>"
        "</tbody></table>"
    )
    assert grid_of(markup) == [("甲", "乙"), ("一", "1"), ("二", "2"), ("合计", "3")]


def test_a_span_ends_with_the_head_but_goes_on_where_the_body_is_cut_in_two() -> None:
    markup = (
        "<table><thead><tr><th rowspan=5>类</th><th>数</th></tr></thead><tbody>"
        "<tr><td rowspan=3>甲</td><td>1</td></tr><tr><td>2</td></tr></tbody>"
        "<tbody><tr><td>3</td></tr><tr><td rowspan=0>乙</td><td>4</td></tr>"
        "<tr><td>5</td></tr></tbody></table>"
    )
    wanted = [("类", "数"), ("甲", "1"), ("", "2"), ("", "3"), ("乙", "4"), ("", "5")]
    assert grid_of(markup) == wanted


def test_cells_without_a_row_make_one() -> None:
    assert grid_of("<table><td>甲<td>乙<tr><td>1<td>2</table>") == [("甲", "乙"), ("1", "2")]


@pytest.mark.parametrize("wrapper", ["form", "font", "center"])
def test_what_old_editors_put_around_rows_is_looked_through(wrapper: str) -> None:
    table = html.Element("table")
    around = html.Element(wrapper)
    for text in ("甲 乙", "1 2"):
        around.append(html.fragment_fromstring(f"<table>{rows(text)}</table>")[0])
    table.append(around)
    assert list(grid(layout_of(table))) == [("甲", "乙"), ("1", "2")]


def test_caption_and_text_between_rows_stand_above_the_table() -> None:
    markup = (
        f"<p>前</p><table><caption>表一 收支情况</caption>（单位：万元）{rows('甲 乙')}"
        f"<p>注：略。</p>{rows('1 2')}</table><p>后</p>"
    )
    assert blocks(markup) == [
        Paragraph("前"),
        Paragraph("表一 收支情况"),
        Paragraph("（单位：万元）"),
        Paragraph("注：略。"),
        Table((("甲", "乙"), ("1", "2"))),
        Paragraph("后"),
    ]


def test_two_tables_stay_two_and_a_table_in_a_cell_is_text_of_the_cell() -> None:
    inner = f"<table>{rows('子')}</table>"
    markup = (
        f"<table>{rows('甲 乙')}</table><table><tr><td>丙丙丙{inner}</td><td>丁丁</td></tr></table>"
    )
    assert blocks(markup) == [Table((("甲", "乙"),)), Table((("丙丙丙子", "丁丁"),))]


def test_a_table_goes_on_in_the_next_one_when_that_has_figures_for_headings() -> None:
    """e13: the form of 2014, cut by a page break of Word."""
    form = Table((("指标", "单位", "统计数"), ("公报", "条", "0")))
    rest = Table((("网站", "条", "305"),))
    own = Table((("指标", "单位", "数"), ("微信", "条", "1")))
    assert rejoined((form, rest, own)) == (Table(form.rows + rest.rows), own)
    apart = (form, Paragraph("续"), rest)
    assert rejoined(apart) == apart
    pairs = (Table((("指标", "数"),)), Table((("网站", "305"),)))
    assert rejoined(pairs) == pairs


def test_a_signature_laid_out_in_a_table_is_paragraphs() -> None:
    markup = f"<table>{rows('_ 某县人民政府', '_ 2020年1月9日')}</table>"
    assert blocks(markup) == [Paragraph("某县人民政府"), Paragraph("2020年1月9日")]


def test_a_table_for_presentation_is_no_data() -> None:
    assert not is_data(html.fragment_fromstring("<table role=presentation><tr><td>甲</table>"))


def test_a_table_of_too_many_columns_is_no_grid() -> None:
    assert grid_of("<table><tr>" + "<td>甲</td>" * (MAX_COLUMNS + 1) + "</tr></table>") == []


_WIDTH = 10  # between two columns of a table that is cut at random; lines move by less than half


@given(st.randoms(use_true_random=False), st.integers(2, 7), st.integers(1, 8))
def test_any_table_reads_back_however_it_was_cut(
    chance: random.Random, columns: int, body_rows: int
) -> None:
    wanted, markup = cut_table(chance, columns, body_rows)
    assert grid_of(markup) == wanted


def cut_table(chance: random.Random, columns: int, body_rows: int) -> tuple[Rows, str]:
    """A grid, and markup of it cut as Word does.

    Each row draws the lines between columns where it likes; cells span rows and columns; end
    tags are left out; text lies in paragraphs and spans.
    """
    texts = [[f"栏{column}" for column in range(columns)]]
    places = [[_WIDTH * line for line in range(columns + 1)]]
    spans = [[(1, 1)] * columns]
    for row in range(body_rows):
        texts.append([chance.choice((f"数{row}.{n}", f"{row}", "")) for n in range(columns)])
        texts[-1][0] = f"行{row}"
        moved = [place + chance.randint(-4, 4) for place in places[0][1:-1]]
        places.append([0, *moved, places[0][-1]])
        spans.append([(1, 1)] * columns)
    for row in range(1, body_rows + 1):
        if chance.random() < 0.3:
            _span_columns(chance, texts[row], places[row], spans[row], places[0])
    _span_rows(chance, texts, places, spans)
    return [tuple(row) for row in texts], _printed(chance, texts, places, spans)


def _span_columns(
    chance: random.Random,
    texts: list[str],
    places: list[int],
    spans: list[tuple[int, int]],
    straight: list[int],
) -> None:
    """Some cells of a row become one; where lines are missing the others are drawn straight."""
    start = chance.randrange(len(texts))
    end = chance.randint(start + 1, len(texts))
    places[:] = straight
    spans[start:end] = [(1, end - start), *[(0, 0)] * (end - start - 1)]
    texts[start + 1 : end] = [""] * (end - start - 1)


def _span_rows(
    chance: random.Random,
    texts: list[list[str]],
    places: list[list[int]],
    spans: list[list[tuple[int, int]]],
) -> None:
    """A cell of the first column reaches down; its right line is the same in all its rows."""
    top = chance.randrange(1, len(texts))
    bottom = chance.randint(top + 1, len(texts))
    if all(spans[row][0] == (1, 1) for row in range(top, bottom)) and len(texts[0]) > 2:
        for row in range(top, bottom):
            places[row][1] = places[0][1]
            spans[row][0] = (bottom - top, 1) if row == top else (0, 0)
            if row > top:
                texts[row][0] = ""
                texts[row][1] = texts[row][1] or "0"  # an empty row would be gone


def _printed(
    chance: random.Random,
    texts: list[list[str]],
    places: list[list[int]],
    spans: list[list[tuple[int, int]]],
) -> str:
    lines = sorted({place for row in places for place in row})
    end_tag = chance.choice(("</td>", ""))
    markup = "<table>"
    for row, (printed, drawn) in enumerate(zip(texts, places, strict=True)):
        markup += "<tr>"
        for column, text in enumerate(printed):
            tall, wide = spans[row][column]
            if tall:
                left, right = drawn[column], drawn[column + wide]
                span = bisect_left(lines, right) - bisect_left(lines, left)
                inner = chance.choice(("{}", "<p><span>{}</span></p>", "<p>{}<o:p></o:p></p>"))
                attributes = f"rowspan={tall} colspan='{span}' style='width:{right - left}pt'"
                markup += f"<td {attributes}>{inner.format(text)}{end_tag}"
        markup += chance.choice(("</tr>", ""))
    return markup + "</table>"

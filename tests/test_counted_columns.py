"""Tables whose borders shift by more than a column: full rows are counted."""

from __future__ import annotations

from lxml import html

from crawler.extraction.tables.grids import grid
from crawler.extraction.tables.rows import layout_of

LABELS = ("项目", "甲", "乙", "丙", "丁")
WIDTHS = (
    (2, 2, 2, 2, 1),
    (2, 2, 1, 2, 2),  # its third border is the fourth of the next one
    (3, 2, 1, 2, 1),
    (2, 2, 2, 2, 1),
    (3, 2, 1, 2, 1),
)


def row(texts: tuple[str, ...], widths: tuple[int, ...]) -> str:
    cells = zip(texts, widths, strict=True)
    return "".join(("<tr>", *(f"<td colspan={n}>{text}</td>" for text, n in cells), "</tr>"))


def grid_of(*rows: str) -> list[tuple[str, ...]]:
    return list(grid(layout_of(html.fragment_fromstring(f"<table>{''.join(rows)}</table>"))))


def test_a_border_that_is_another_column_s_in_other_rows_parts_no_column() -> None:
    """h01."""
    texts = [LABELS, *((f"第{n}项", "0", str(n), "0", "1") for n in range(1, 5))]
    rows = [row(text, widths) for text, widths in zip(texts, WIDTHS, strict=True)]
    assert grid_of(*rows) == texts
    head = row(("名称", "数量", "备注"), (2, 4, 3))
    assert grid_of(head, *rows) == [("名称", "数量", "", "备注", ""), *texts]


def test_cells_over_several_rows_stay_where_they_begin() -> None:
    spanning = "<tr><td rowspan=2 colspan=2>共</td><td colspan=2>1</td><td>2</td>"
    rows = [row((f"第{n}项", "0", str(n), "0", "1"), widths) for n, widths in enumerate(WIDTHS)]
    below = row(("5", "6", "7", "8"), (2, 2, 2, 1))
    last = f"{spanning}<td colspan=2>3</td><td colspan=2>4</td></tr>{below}"
    assert grid_of(*rows, last)[-2:] == [("共", "1", "2", "3", "4"), ("", "5", "6", "7", "8")]


def test_columns_that_no_row_has_all_of_stay_apart() -> None:
    """A grid of few rows may be meant as it is drawn."""
    rows = (row(("甲", "乙", "丙"), (1, 2, 1)), row(("丁", "戊", "己"), (2, 1, 1)))
    assert len(grid_of(*rows, row(("庚", "辛", "壬"), (1, 1, 2)), row(("癸",), (4,)))[0]) >= 3

"""Mutants of a body: its paragraphs and tables in other markup, words and order as they were."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from lxml.html import HtmlElement

from tests.benchmarks.extract_text import bare
from tests.benchmarks.mutants_page import (
    CLOSE,
    OPEN,
    POINT,
    Change,
    Kind,
    Marks,
    fragment,
    on_tree,
    same,
    texts,
    wrap,
)
from tests.gold.pages import GoldPage

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
#: What a paragraph can hold and still be one.
_INLINE = frozenset(("span", "b", "strong", "font", "u", "i", "em", "a", "br", "img", "o:p", "sup"))
_HEAD_CELLS = 3


def paragraphs(tree: HtmlElement, page: GoldPage) -> list[HtmlElement]:
    """The <p> that are a line of the gold's body, outside its tables."""
    lines = {bare(line) for line in page.body.split("\n") if "\t" not in line} - {""}
    return [
        one
        for one in tree.body.iter("p")
        if bare(one.text_content()) in lines and one.getparent() is not None and _is_plain(one)
    ]


def _is_plain(paragraph: HtmlElement) -> bool:
    tags = {child.tag for child in paragraph.iterdescendants() if isinstance(child.tag, str)}
    return tags <= _INLINE


def tables(tree: HtmlElement, page: GoldPage) -> list[HtmlElement]:
    """The innermost tables that begin as one of the gold's."""
    heads = [
        [bare(cell) for row in grid for cell in row if cell][:_HEAD_CELLS] for grid in page.tables
    ]
    found = []
    for table in tree.body.iter("table"):
        if table.find(".//table") is None:
            said = bare(table.text_content())
            if any(head and all(cell in said for cell in head) for head in heads):
                found.append(table)
    return found


def each(
    find: Callable[[HtmlElement, GoldPage], list[HtmlElement]],
    change_one: Callable[[HtmlElement], None],
    marks: Marks | None = None,
) -> Change:
    def change(tree: HtmlElement, page: GoldPage, random: Random) -> Marks:
        for one in find(tree, page):
            change_one(one)
        return marks or {}

    return on_tree(change)


def _renamed(tag: str) -> Callable[[HtmlElement], None]:
    def change(element: HtmlElement) -> None:
        element.tag = tag

    return change


def _dissolved(paragraph: HtmlElement) -> None:
    paragraph.tail = POINT + (paragraph.tail or "")
    paragraph.drop_tag()


def _enclosed(element: HtmlElement) -> None:
    """All an element says between two marks."""
    element.text = OPEN + (element.text or "")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + CLOSE
    else:
        element.text += CLOSE


def _from_word(paragraph: HtmlElement) -> None:
    paragraph.set("class", "MsoNormal")
    _enclosed(paragraph)


def _indented(paragraph: HtmlElement) -> None:
    paragraph.text = "\u3000\u3000" + (paragraph.text or "")


def numbers_wrapped(tree: HtmlElement, page: GoldPage, random: Random) -> Marks:
    for paragraph in paragraphs(tree, page):
        for text in list(texts(paragraph)):
            text.set(_NUMBER.sub(rf"{OPEN}\g<0>{CLOSE}", text.value))
    return {OPEN: '<span lang="EN-US" style="font-family:Times New Roman">', CLOSE: "</span>"}


def _wrapped(*wrappers: str) -> Callable[[HtmlElement], None]:
    def change(element: HtmlElement) -> None:
        for wrapper in wrappers:
            wrap(element, fragment(wrapper))

    return change


def _with_head(table: HtmlElement) -> None:
    """The first row in a <thead>, where no cell of it reaches into the next."""
    rows = list(table.iter("tr"))
    if not rows or table.find(".//thead") is not None or rows[0].xpath("*[@rowspan > 1]"):
        return
    head = fragment("<thead></thead>")
    table.insert(0, head)
    head.append(rows[0])


def _with_header_cells(table: HtmlElement) -> None:
    for row in list(table.iter("tr"))[:1]:
        for cell in row.iter("td"):
            cell.tag = "th"


def _without_bodies(table: HtmlElement) -> None:
    for part in list(table.iter("tbody")):
        part.drop_tag()


def _cells_from_word(table: HtmlElement) -> None:
    for cell in table.iter("td", "th"):
        if _is_plain(cell):
            _enclosed(cell)


KINDS = (
    Kind("p-as-div", "editors that know no paragraphs",
         each(paragraphs, _renamed("div")), same, from_tree=True),
    Kind("p-as-section", "texts pasted from WeChat",
         each(paragraphs, _renamed("section")), same, from_tree=True),
    Kind("p-as-br-br", "texts typed into a plain field",
         each(paragraphs, _dissolved, {POINT: "<br><br>"}), same, from_tree=True),
    Kind("p-as-word", "texts pasted from Word",
         each(paragraphs, _from_word,
              {OPEN: '<span style="font-family:仿宋_GB2312;font-size:16pt">',
               CLOSE: "<o:p></o:p></span>"}), same, from_tree=True),
    Kind("p-as-spans", "every paragraph in two tags of its own",
         each(paragraphs, _enclosed, {OPEN: "<font face='宋体'><span>", CLOSE: "</span></font>"}),
         same, from_tree=True),
    Kind("p-indented", "indents typed by hand", each(paragraphs, _indented), same, from_tree=True),
    Kind("numbers-wrapped", "Word sets numbers in Western type",
         on_tree(numbers_wrapped), same, from_tree=True),
    Kind("table-in-div", "wide tables scroll within a wrapper",
         each(tables, _wrapped('<div style="overflow-x:auto"></div>')), same, from_tree=True),
    Kind("table-centred", "old editors centre tables",
         each(tables, _wrapped("<center></center>", '<div align="center"></div>')), same,
         from_tree=True),
    Kind("table-in-p-div", "UEditor's tables have a paragraph and a section around them",
         each(tables, _wrapped("<section></section>", "<div><div></div></div>")), same,
         from_tree=True),
    Kind("table-thead", "editors that know header rows",
         each(tables, _with_head), same, from_tree=True),
    Kind("table-th", "the same by cells", each(tables, _with_header_cells), same, from_tree=True),
    Kind("table-no-tbody", "tables typed by hand", each(tables, _without_bodies), same,
         from_tree=True),
    Kind("table-word-cells", "every cell a paragraph of Word's",
         each(tables, _cells_from_word,
              {OPEN: '<p class="MsoNormal"><span>', CLOSE: "</span><o:p></o:p></p>"}), same,
         from_tree=True),
)  # fmt: skip

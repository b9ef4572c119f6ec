"""Mutants of the information block: its fields in every layout portals print them in.

The block is found by the gold: the smallest element with the labels of its fields, which says
nothing but pairs of a label and a value and has every value of the gold. Any other page is left
out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from random import Random

from lxml.html import HtmlElement

from tests.benchmarks.extract_text import bare
from tests.benchmarks.mutants_fields import DATE, labels
from tests.benchmarks.mutants_labels import FIELD
from tests.benchmarks.mutants_page import (
    LABEL,
    Change,
    Kind,
    Marks,
    fragment,
    more,
    moved,
    on_tree,
    same,
    texts,
)
from tests.gold.pages import GoldPage

Pair = tuple[str, str]
#: Elements that can stand where any block can.
_REPLACED = ("table", "ul", "dl", "div", "p", "section")
_PARTS = ("tr", "tbody", "thead")
_LONGEST_VALUE = 120
_EDGES = " \t\r\n\xa0\u3000\u2003：:|｜-·•【】[]；;"


def block_of(tree: HtmlElement, page: GoldPage) -> tuple[HtmlElement, list[Pair]] | None:
    holders = [
        text.holder
        for text in labels(tree, page)
        for match in LABEL.finditer(text.value)
        if _field(match) in (page.infobox or {})
    ]
    if len(holders) < 2 or holders[0] is None:
        return None
    element: HtmlElement | None = holders[0]
    while element is not None and not all(h is element or _within(h, element) for h in holders):
        element = element.getparent()
    while element is not None and element.tag in _PARTS:
        element = element.getparent()
    if element is None or element.tag not in _REPLACED or element.xpath(".//a[@href]|.//h1"):
        return None
    pairs = _pairs("\n".join(text.value for text in texts(element)))
    return (element, pairs) if pairs and _complete(pairs, page) else None


def _within(inner: HtmlElement | None, outer: HtmlElement) -> bool:
    return inner is not None and any(above is outer for above in inner.iterancestors())


def _field(match: re.Match[str]) -> str:
    return FIELD.get(bare(match["label"] or match["alone"]), "")


def _pairs(said: str) -> list[Pair]:
    """Labels and what stands between them; nothing when there is more than that."""
    found = [(match, match["label"] or match["alone"]) for match in LABEL.finditer(said)]
    if not found or bare(said[: found[0][0].start()]).strip(_EDGES):
        return []
    ends = [match.start() for match, _ in found[1:]] + [len(said)]
    pairs = []
    for (match, name), end in zip(found, ends, strict=True):
        value = re.sub(r"\s+", " ", said[match.end() : end]).strip(_EDGES)
        pairs.append((bare(name), value))
    short = all(len(value) <= _LONGEST_VALUE for _, value in pairs)
    return pairs if short else []


def _complete(pairs: Sequence[Pair], page: GoldPage) -> bool:
    got = {FIELD.get(name): bare(_iso(value)) for name, value in pairs}
    return all(got.get(field) == bare(value) for field, value in (page.infobox or {}).items())


def _iso(value: str) -> str:
    match = DATE.fullmatch(value)
    return "-".join(f"{int(part):02}" for part in match.groups()) if match else value


# -- layouts ---------------------------------------------------------------------------------------


def _each(form: str, around: str = "<div>{}</div>") -> Callable[[Sequence[Pair]], str]:
    def layout(pairs: Sequence[Pair]) -> str:
        return around.format(
            "".join(form.format(name=escape(name), value=escape(value)) for name, value in pairs)
        )

    return layout


def _two_a_row(cells: str) -> Callable[[Sequence[Pair]], str]:
    row = _each(cells, "<tr>{}</tr>")

    def layout(pairs: Sequence[Pair]) -> str:
        rows = (row(pairs[at : at + 2]) for at in range(0, len(pairs), 2))
        return f"<table>{''.join(rows)}</table>"

    return layout


def _as_they_are(pairs: list[Pair], random: Random) -> list[Pair]:
    return pairs


def _shuffled(pairs: list[Pair], random: Random) -> list[Pair]:
    return random.sample(pairs, len(pairs))


def _with_empty(pairs: list[Pair], random: Random) -> list[Pair]:
    """Fields the page does not have, printed without a value."""
    printed = {name for name, _ in pairs}
    fields = {FIELD.get(name) for name in printed}
    for name in random.sample(("主题词", "废止日期", "关键词", "有效性", "文号", "内容概述"), 3):
        if name not in printed and FIELD.get(name, name) not in fields:
            pairs.insert(random.randrange(len(pairs) + 1), (name, ""))
    return pairs


def rebuilt(
    layout: Callable[[Sequence[Pair]], str],
    order: Callable[[list[Pair], Random], list[Pair]] = _as_they_are,
) -> Change:
    def change(tree: HtmlElement, page: GoldPage, random: Random) -> Marks | None:
        found = block_of(tree, page)
        if found is None:
            return None
        element, pairs = found
        new = fragment(layout(order(pairs, random)))
        new.tail = element.tail
        parent = element.getparent()
        assert parent is not None
        parent.replace(element, new)
        return {}

    return on_tree(change)


LAYOUTS = {
    "li": ("lists are what style sheets like best",
           _each("<li><span>{name}：</span>{value}</li>", "<ul>{}</ul>")),
    "dash-li": ("安溪: - 索 引 号：QZ09059", _each("<li>- {name}：{value}</li>", "<ul>{}</ul>")),
    "p": ("a line a field", _each("<p>{name}：{value}</p>")),
    "div-pairs": ("label and value in elements of their own, the colon drawn by nobody",
                  _each("<div><div>{name}</div><div>{value}</div></div>")),
    "label-span": ("as forms are written",
                   _each("<p><label>{name}</label><span>{value}</span></p>")),
    "tr": ("a pair a row", _each("<tr><td>{name}：</td><td>{value}</td></tr>",
                                 "<table>{}</table>")),
    "th-td": ("two pairs a row, no colon", _two_a_row("<th>{name}</th><td>{value}</td>")),
    "td-bold": ("label and value in one cell", _two_a_row("<td><b>{name}：</b>{value}</td>")),
    "dl": ("definition lists", _each("<dt>{name}：</dt><dd>{value}</dd>", "<dl>{}</dl>")),
    "dl-bare": ("the same, colons left to the style sheet",
                _each("<dt>{name}</dt><dd>{value}</dd>", "<dl>{}</dl>")),
    "line": ("all in one line", _each("{name}：{value} | ", "<p>{}</p>")),
    "blanks": ("the same, parted by blanks", _each("{name}：{value}　　", "<div>{}</div>")),
    "spans": ("inline tags side by side", _each("<span>{name}：{value}</span>")),
    "br": ("lines parted by <br>", _each("<b>{name}：</b>{value}<br>")),
    "own-line": ("镇巴: the label on a line, the value on the next",
                 _each("<p>{name}：</p><p>{value}</p>")),
    "brackets": ("【发文字号】 as the provinces' catalogues print it",
                 _each("<span>【{name}】{value}</span> ")),
}  # fmt: skip
_LI, _TD = LAYOUTS["li"][1], LAYOUTS["th-td"][1]

KINDS = (
    *(
        Kind(f"block-{name}", why, rebuilt(layout), same, from_tree=True)
        for name, (why, layout) in LAYOUTS.items()
    ),
    Kind("block-shuffled-li", "the order of fields is the template's",
         rebuilt(_LI, _shuffled), moved, from_tree=True),
    Kind("block-shuffled-table", "the same in cells",
         rebuilt(_TD, _shuffled), moved, from_tree=True),
    Kind("block-empty-li", "templates print every label, values or not",
         rebuilt(_LI, _with_empty), more, from_tree=True),
    Kind("block-empty-table", "the same in cells",
         rebuilt(_TD, _with_empty), more, from_tree=True),
)  # fmt: skip

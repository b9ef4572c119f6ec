"""What editors do to single articles: no change of the portal, and no drift."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from tests.benchmarks.drift_answers import Asked, Change, body_of, is_html, on, text_of, with_text
from tests.portals.model import Answer

_SOURCE = re.compile(r"<span>来源[^<]*</span>")
_DATE = re.compile(r"<span>(?:时间|发布时间)[^<]*</span>")


def _without(pattern: re.Pattern[str]) -> Change:
    def change(answer: Answer, asked: Asked) -> Answer:
        return with_text(answer, pattern.sub("", text_of(answer))) if is_html(answer) else answer

    return change


def _tables_retyped(tree: HtmlElement, asked: Asked) -> None:
    for body in body_of(tree):
        for table in list(body.iter("table")):
            table.drop_tree()


def _shortened(tree: HtmlElement, asked: Asked) -> None:
    for body in body_of(tree):
        children = list(body)
        for child in children[max(1, len(children) // 3) :]:
            child.drop_tree()


def _pasted_over(tree: HtmlElement, asked: Asked) -> None:
    """Copied out of a word processor, container and all."""
    for body in body_of(tree):
        body.set("class", "WordSection1")


def _corrected(tree: HtmlElement, asked: Asked) -> None:
    for paragraph in tree.iter("p"):
        paragraph.text = (paragraph.text or "").replace("。", "（已更正）。")


EDITS: tuple[Change, ...] = (
    _without(_SOURCE),
    _without(_DATE),
    on("article", _tables_retyped),
    on("article", _shortened),
    on("article", _pasted_over),
    on("article", _corrected),
)

"""Mutants of what stands around a text: labels, values, dates, the path.

A page in which nothing changed is found by its bytes, so no change here says whether it did.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from random import Random

from lxml.html import HtmlElement

from tests.benchmarks.extract_text import bare
from tests.benchmarks.mutants_labels import SYNONYMS
from tests.benchmarks.mutants_page import (
    CLOSE,
    LABEL,
    OPEN,
    POINT,
    VALUE,
    Change,
    Kind,
    Marks,
    Text,
    around,
    on_tree,
    reworded,
    same,
    texts,
)
from tests.gold.pages import GoldPage

DATE = re.compile(
    r"(?<![\w/〔(（\[-])(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})(?:日|(?!\d))"
    r"(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?(?![\w-])"
)
#: What portals put between the columns of a path.
_SEPARATOR = re.compile(r"\s*(?:-+[>＞]|[>＞»›≫→]+|》|(?<=\s)[/\\|·-](?=\s)|^\s*[/\\|]\s*$)\s*")
#: A path says little more than its columns.
_PATH_EXTRA = 40
_PADDINGS = (" ", "\u00a0", "\u3000", "\u2003", "\u00a0\u00a0")
#: Labels of up to so many characters are spread to the width of the others.
_PADDED = 3
_WRAPPERS = (
    ("<span>", "</span>"),
    ('<font color="#333333">', "</font>"),
    ("<b>", "</b>"),
    ("<strong><span>", "</span></strong>"),
)

#: A label's name and what follows up to its value, made anew.
Rename = Callable[[str, str, Random], tuple[str, str]]


def labels(tree: HtmlElement, page: GoldPage) -> Iterator[Text]:
    """Texts around the body in which a label stands; links are menus, whatever they say."""
    for text in around(tree, page):
        holder = text.holder
        if holder is not None and holder.tag != "a" and LABEL.search(text.value):
            yield text


def relabelled(rename: Rename) -> Change:
    """One page has one way to print its labels: ``rename`` gets the same state for each."""

    def change(tree: HtmlElement, page: GoldPage, random: Random) -> Marks:
        seed = random.random()

        def again(match: re.Match[str]) -> str:
            if match["label"]:
                return "".join(rename(match["label"], match["end"], Random(seed)))
            name, end = rename(match["alone"], match["tail"], Random(seed))
            return f"{match['lead']}{name}{end}"

        for text in labels(tree, page):
            text.set(LABEL.sub(again, text.value))
        return _wrapper(random)

    return on_tree(change)


def _wrapper(random: Random) -> Marks:
    return dict(zip((OPEN, CLOSE), random.choice(_WRAPPERS), strict=True))


def padded(name: str, end: str, random: Random) -> tuple[str, str]:
    said = bare(name)
    if len(said) > _PADDED or said not in SYNONYMS:
        return name, end
    return random.choice(_PADDINGS).join(said), end


def colon_swapped(name: str, end: str, random: Random) -> tuple[str, str]:
    return name, end.translate(str.maketrans("：:", ":："))


def colon_spaced(name: str, end: str, random: Random) -> tuple[str, str]:
    blank = random.choice((" ", "\u00a0", "\u3000"))
    return name, re.sub(r"\s*([：:])\s*", rf"{blank}\1{blank}", end)


def label_wrapped(name: str, end: str, random: Random) -> tuple[str, str]:
    """The colon within the tag or behind it."""
    inside = random.random() < 0.5
    return (OPEN + name, end + CLOSE) if inside else (f"{OPEN}{name}{CLOSE}", end)


def synonymous(tree: HtmlElement, page: GoldPage, random: Random) -> Marks:
    """Other names of the same field; those that say when a text went out keep their meaning."""

    def again(match: re.Match[str]) -> str:
        printed = match["label"] or match["alone"]
        others = SYNONYMS.get(bare(printed))
        return match.group().replace(printed, random.choice(others)) if others else match.group()

    for text in labels(tree, page):
        text.set(LABEL.sub(again, text.value))
    return {}


def values_wrapped(tree: HtmlElement, page: GoldPage, random: Random) -> Marks:
    """What follows a label in the same run of text, up to the next blank or label."""
    for text in labels(tree, page):
        text.set(VALUE.sub(rf"\1{OPEN}\2{CLOSE}", text.value))
    return _wrapper(random)


def dated(form: str, only_published: bool = False) -> Change:
    """The dates of the head and the block, where the gold has them, in another form."""

    def change(tree: HtmlElement, page: GoldPage, random: Random) -> Marks:
        signed = (page.infobox or {}).get("成文日期", "")
        wanted = {page.published} if only_published else {page.published, signed}

        def again(match: re.Match[str]) -> str:
            year, month, day = map(int, match.groups())
            if f"{year:04}-{month:02}-{day:02}" not in wanted:
                return match.group()
            return date(year, month, day).strftime(form)

        for text in around(tree, page):
            holder = text.holder
            if holder is not None and holder.tag != "a":
                text.set(DATE.sub(again, text.value))
        return {}

    return on_tree(change)


def path_of(tree: HtmlElement, page: GoldPage) -> HtmlElement | None:
    """The smallest element that holds all columns of the gold's path and little else."""
    columns = [bare(column) for column in page.breadcrumb or ()]
    if not columns:
        return None
    most = sum(map(len, columns)) + _PATH_EXTRA
    ordered = re.compile(".*?".join(map(re.escape, columns)))
    for text in texts(tree.body):
        element = text.holder if columns[-1] in bare(text.value) else None
        while element is not None and len(said := bare(element.text_content())) <= most:
            if ordered.search(said):
                return element
            element = element.getparent()
    return None


def separated(by: str) -> Change:
    def change(tree: HtmlElement, page: GoldPage, random: Random) -> Marks | None:
        path = path_of(tree, page)
        if path is None:
            return None
        for text in texts(path):
            text.set(_SEPARATOR.sub(POINT, text.value))
        return {POINT: by}

    return on_tree(change)


KINDS = (
    Kind("labels-padded", "short labels are spread to the width of the long ones",
         relabelled(padded), same, from_tree=True),
    Kind("labels-wrapped", "labels are set in bold or grey, with their colon or without",
         relabelled(label_wrapped), same, from_tree=True),
    Kind("labels-synonyms", "every province's catalogue names the fields otherwise",
         on_tree(synonymous), reworded, from_tree=True),
    Kind("colons-swapped", "full and half width, as the template's author typed",
         relabelled(colon_swapped), same, from_tree=True),
    Kind("colons-spaced", "blanks around colons to line up columns",
         relabelled(colon_spaced), same, from_tree=True),
    Kind("values-wrapped", "scripts and style sheets want a tag around the value",
         on_tree(values_wrapped), same, from_tree=True),
    Kind("dates-iso", "the form of most families", dated("%Y-%m-%d"), reworded, from_tree=True),
    Kind("dates-han", "the form of red-headed papers", dated("%Y年%-m月%-d日"), reworded,
         from_tree=True),
    Kind("dates-slashes-time", "ASP.NET prints the server's own form",
         dated("%Y/%-m/%-d 10:20:00", only_published=True), reworded, from_tree=True),
    Kind("dates-bracketed", "Hanweb lists and heads print [2024-01-31]",
         dated("[%Y-%m-%d]", only_published=True), reworded, from_tree=True),
    Kind("path-gt", "the plainest separator", separated("&gt;"), same, from_tree=True),
    Kind("path-spaced-gt", "blanks around it", separated("&nbsp;&gt;&nbsp;"), same, from_tree=True),
    Kind("path-raquo", "JPaaS and VSB", separated(" » "), same, from_tree=True),
    Kind("path-slash", "bootstrap templates", separated(" / "), same, from_tree=True),
    Kind("path-arrow", "old ASP", separated("-&gt;"), same, from_tree=True),
    Kind("path-em", "the separator in a tag of its own", separated("<em>&gt;</em>"), same,
         from_tree=True),
    Kind("path-image", "an arrow as a picture", separated('<img src="/images/jt.gif">'), same,
         from_tree=True),
)  # fmt: skip

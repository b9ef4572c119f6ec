"""Mutants of a page's bytes: encodings, what is declared of them, a base address."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.benchmarks.mutants_page import Change, Kind, markup_of
from tests.gold.pages import GoldPage

_DECLARED = re.compile(
    r"<meta[^<>]*charset\s*=\s*[\"']?\s*[\w-]+[^<>]*>|encoding=[\"'][\w-]+[\"']", re.IGNORECASE
)
_HEAD = re.compile(r"<head[^<>]*>", re.IGNORECASE)


def _declaring(markup: str, charset: str) -> str:
    """The markup with this declaration as its only one; none when empty."""
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    plain = _DECLARED.sub("", markup)
    return _HEAD.sub(lambda head: head.group() + meta, plain, count=1) if charset else plain


def encoded(encoding: str, declared: str, content_type: str = "text/html") -> Change:
    def change(page: GoldPage, random: Random) -> GoldPage | None:
        markup = _declaring(markup_of(page), declared)
        if declared and declared not in markup:
            return None
        content = markup.encode(encoding, "xmlcharrefreplace")
        return replace(page, content=content, content_type=content_type)

    return change


def with_bom(page: GoldPage, random: Random) -> GoldPage | None:
    return replace(page, content=markup_of(page).encode("utf-8-sig"))


def with_base(page: GoldPage, random: Random) -> GoldPage | None:
    """The page's own folder, so that no link means another address."""
    markup = markup_of(page)
    if re.search(r"<base\b", markup, re.IGNORECASE) or not _HEAD.search(markup):
        return None
    base = f'<base href="{page.url.rpartition("/")[0]}/" target="_blank">'
    marked = _HEAD.sub(lambda head: head.group() + base, markup, count=1)
    return replace(page, content=_declaring(marked, "utf-8").encode("utf-8"))


def _kind(name: str, why: str, change: Callable[[GoldPage, Random], GoldPage | None]) -> Kind:
    """Nothing of the markup is touched, and a decoder that fails is what is looked for."""
    return Kind(name, why, change, words=None)


KINDS = (
    _kind("bom", "Windows editors save templates with a byte order mark", with_bom),
    _kind("base", "columns served below another folder name it once", with_base),
    _kind("gbk-declared", "sites of before 2012", encoded("gb18030", "gb2312")),
    _kind("gbk-undeclared", "includes that lost their head", encoded("gb18030", "")),
    _kind("gbk-as-utf8", "servers that say utf-8 for everything",
          encoded("gb18030", "utf-8", "text/html; charset=utf-8")),
    _kind("utf8-as-gbk", "moved sites whose templates still say gb2312",
          encoded("utf-8", "gb2312", "text/html; charset=GBK")),
    _kind("utf8-undeclared", "the header says it, or nobody does", encoded("utf-8", "", "")),
)  # fmt: skip

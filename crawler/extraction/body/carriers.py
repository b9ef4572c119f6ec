"""Texts that a page carries where no reader sees them, until its script shows them.

In <textarea> (d03), <xmp> (d04), <template> and <noscript>, in attributes (f15), in string
literals (d05) and typed <script> blocks, in comments (d07). What is met here is only offered:
`unveil` decides.
"""

from __future__ import annotations

import html
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from crawler.extraction.walk.flow import BOXES, Element
from crawler.extraction.whitespace import han

#: A text of fewer Han characters is a notice (请开启JavaScript …), not a body...
LEAST_HAN = 60
# ...unless it speaks of what this project is about: a township without news needs no more.
_LEAST_OF_GENRE = 25
_GENRE = "公开"
# Text without any markup is a body only when it is this long: boxes hold hints and statements.
_LEAST_PLAIN_HAN = 200
_MARKUP = re.compile(r"<(?:p|br|div|span|table|td|section|font|li|h\d)\b", re.IGNORECASE)
_ESCAPED_MARKUP = re.compile(r"&lt;(?:p|br|div|span|table|section|font)\b", re.IGNORECASE)
# Markup as a script may write it; it tells most scripts from those that are looked into.
_ANY_MARKUP = re.compile(
    r"(?:<|&lt;|%3c|\\+u003c|\\+x3c)(?:p|br|div|span|table|td|section|font|li|h\d)\b", re.IGNORECASE
)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{160,}={0,2}\s*")
# What an attribute of an element begins with that holds markup, or JSON with markup in it:
# data-html="&lt;p&gt;…", :article="{&quot;body…". Most pages have no such value.
_GIVEN = r"""=\s*["']\s*(?:<|&lt;|&quot;|[{\[])"""
_MARKUP_GIVEN = re.compile(_GIVEN, re.IGNORECASE)
_IN_ATTRIBUTE = re.compile(rf"\s(?:srcdoc|(?:data-|v-|:)[\w-]+)\s*{_GIVEN}", re.IGNORECASE)
_JSON_START = ("{", "[", '"', "'")
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_CARRYING = ("srcdoc", "data-", "v-", ":")
# What a comment for old browsers begins with.
_CONDITION = re.compile(r"\s*\[if\b", re.IGNORECASE)
# A word may stand at both ends of a comment, for the script to know it by (d07).
_FIRST_WORD, _LAST_WORD = re.compile(r"\s*\w{1,20}\s*(?=<)"), re.compile(r">\s*\w{1,20}\s*\Z")
# Only after these may a string begin; each is looked at once, and none but `…` spans lines.
_LITERAL = re.compile(
    r"""[=:(,+\[{]\s*+(?:"([^"\\\n]*+(?:\\.[^"\\\n]*+)*+)"|'([^'\\\n]*+(?:\\.[^'\\\n]*+)*+)'"""
    r"""|`([^`\\]*+(?:\\.[^`\\]*+)*+)`)""",
    re.DOTALL,
)
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL
)
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "", "f": "", "v": "", "\n": ""}
# A script without any of these holds no text, nor base64 of one.
_SENTENCE_END = ("。", "\\u3002", "atob")
# Han characters that are not written as themselves.
_WRITTEN_HAN = ("\\u4", "\\u5", "\\u6", "%u", "%E4", "%E5", "%E6", "%e5", "atob")
# What escape() made of a Han character (f16).
_PERCENT_U = re.compile(r"%u([0-9a-fA-F]{4})")
# What a literal is given to, read backwards: `var content =`, `"body":`, `document.write(`.
_NAME = re.compile(r"(?:=\+?|[:(])\s*+([\w$.]++(?:\s+(?:rav|tel|tsnoc)(?![\w$.]))?)")
_GIVING = ("=", ":", "(")
_NAME_REACH = 60
_TARGET = re.compile(
    r"""(?:getElementById\(\s*|\$\(\s*)["']#?([\w-]+)["']\s*\)\s*\.\s*(?:innerHTML|html|append)"""
)
# How a script writes a character that is not itself in it.
_ESCAPED = re.compile(r"\\[ux]|%3|&#|[A-Za-z0-9+/]{80}")
# How a script writes markup: whole, escaped, or broken off between two strings.
_MAY_MARK = re.compile(rf"{_MARKUP.pattern}|<\\[a-z]|<[\"'`]|&lt;", re.IGNORECASE)
# A script of any of these types is run; of another it holds data or a template.
_RUN = re.compile(r"(?:text|application)/(?:x-)?(?:java|ecma)script|module|\s*\Z", re.IGNORECASE)


@dataclass(slots=True)
class Carrier:
    """Markup that is not shown, the way it is carried, and where it would be shown.

    ``holder`` is the element that carries it; a comment has none, but a span of the page.
    """

    markup: str
    way: str
    holder: Element | None = None
    target: str = ""  # the id of the element that a script fills with it
    span: tuple[int, int] = (0, 0)


def carriers(
    tree: Element, markup: str, boxes: Iterable[Element] | None = None
) -> Iterator[Carrier]:
    """What a page carries besides its visible text, wherever that could be a body.

    ``boxes`` are its `BOXES` and scripts in their order, where they are known.
    """
    for element in tree.iter(*BOXES, "script") if boxes is None else boxes:
        if next(element.iterancestors(*BOXES), None) is not None:
            continue  # the one around it has the text
        found = _scripted(element) if element.tag == "script" else _boxed(element)
        yield from (one for one in found if _may_be_text(one.markup))
    if _MARKUP_GIVEN.search(markup) and _IN_ATTRIBUTE.search(markup):
        yield from (one for one in _attributes(tree) if _may_be_text(one.markup))
    for start, end in _comments(markup):
        text = markup[start + 4 : end - 3]
        if _may_be_text(text) and _MARKUP.search(text) and not _CONDITION.match(text):
            first = _FIRST_WORD.match(text)
            inner = _LAST_WORD.sub(">", text[first.end() :] if first else text)
            yield Carrier(inner, "comment", span=(start, end))


def _attributes(tree: Element) -> Iterator[Carrier]:
    """What elements have in their own attributes, for a script or a frame to show (f15)."""
    for element in tree.iter():
        for name, value in element.items():
            if not name.startswith(_CARRYING):
                continue
            texts = [value]
            if value.lstrip().startswith(_JSON_START):
                texts = [text for _, text in literals(f"={value}", _LEAST_OF_GENRE)]
            for text in texts:
                if _MARKUP.search(text):
                    yield Carrier(text, f"attribute:{name}", element)


def _comments(markup: str) -> Iterator[tuple[int, int]]:
    """From where to where each comment goes; one that is never closed is none."""
    end = 0
    while (start := markup.find("<!--", end)) >= 0:
        closed = markup.find("-->", start + 4)
        if closed < 0:
            return
        end = closed + 3
        yield start, end


def _may_be_text(markup: str) -> bool:
    return len(markup) >= _LEAST_OF_GENRE and is_enough(han(markup), markup)


def is_enough(size: int, text: str) -> bool:
    """Whether so many Han characters of a text can be a body."""
    return size >= LEAST_HAN or (size >= _LEAST_OF_GENRE and _GENRE in text)


def _boxed(element: Element) -> Iterator[Carrier]:
    """The content of a <textarea> or the like: text with markup in it, or elements."""
    name = element.get("id")
    way = f"{element.tag}:#{name}" if name else str(element.tag)
    # An <input> has it in its value (e10, f09).
    raw = element.get("value") or "" if element.tag == "input" else "".join(element.itertext())
    text = unescaped(raw)
    if _MARKUP.search(text):
        yield Carrier(text, way, element)
    elif len(element):
        inner = (etree.tostring(child, encoding="unicode", method="html") for child in element)
        yield Carrier(html.escape(element.text or "") + "".join(inner), way, element)
    elif shown := _as_lines(text):
        yield Carrier(shown, way, element)


def _as_markup(text: str) -> str:
    return text if _MARKUP.search(text) else _as_lines(text)


def _as_lines(text: str) -> str:
    """A text without markup (``articleBody`` of JSON-LD) as markup; none where it is a hint."""
    has_paragraphs = "。\n" in text and han(text) >= LEAST_HAN
    long_enough = has_paragraphs or han(text) >= _LEAST_PLAIN_HAN
    return f"<pre>{html.escape(text)}</pre>" if long_enough else ""


def _scripted(script: Element) -> Iterator[Carrier]:
    """What a script holds: markup where it is not run, else string literals with markup."""
    text = script.text or ""
    if not (_may_be_text(text) or any(mark in text for mark in _WRITTEN_HAN)):
        return  # most scripts are ASCII, which is told at once
    if not (any(mark in text for mark in _SENTENCE_END) or _ANY_MARKUP.search(text)):
        return
    kind = script.get("type") or ""
    if not _RUN.match(kind) and "json" not in kind.lower():
        if _MARKUP.search(text):
            yield Carrier(_CDATA.sub("", text), f"script:{kind}", script)
        return
    # A list of paragraphs has no markup, but sentences (e04).
    may_be = is_enough(han(text), text) and ("。" in text or _MAY_MARK.search(text))
    if not may_be and not _ESCAPED.search(text):
        return  # most scripts, told before their strings are looked for
    named = ((name, _as_markup(value)) for name, value in literals(text, _LEAST_OF_GENRE))
    shown = [(name, markup) for name, markup in named if markup]
    target = _TARGET.search(text) if shown else None
    for name, markup in shown:
        yield Carrier(markup, f"script:{name}", script, target[1] if target else "")


def literals(script: str, least: int = 1, nested: bool = False) -> Iterator[tuple[str, str]]:
    """The strings of a script, each with what it is given to (`var content`, a key of JSON).

    The pieces of one text are joined: "…" + "…", html += "…", document.write("…"). Texts of fewer
    characters than ``least`` are left out before it is worked out what they write: no writing of
    a character is shorter than itself.
    """
    name, pieces, size, end, in_list = "", list[str](), 0, 0, False
    for literal in _LITERAL.finditer(script):
        value = decoded(literal[literal.lastindex or 0])
        lead = script[end : literal.start() + 1].strip()
        end = literal.end()
        if not (lead == "+" or (in_list and lead == ",")):
            following = pieces[-1] if lead == ":" and pieces else _name(lead)
            if in_list or not _is_same(name, following):
                if size >= least:
                    yield from _whole(name, pieces, in_list, least, nested)
                name, pieces, size, in_list = following, [], 0, lead.endswith("[")
        pieces.append(value)
        size += len(value)
    if size >= least:
        yield from _whole(name, pieces, in_list, least, nested)


def _is_same(name: str, following: str) -> bool:
    """Whether a string is given to what the one before it was: var html = "…"; html += "…"."""
    return bool(name and following) and following.split()[-1:] == name.split()[-1:]


def _name(lead: str) -> str:
    lead = lead.removesuffix("[").rstrip()
    if not lead.endswith(_GIVING):
        return ""  # of a list, of what is joined: most of a script with many strings
    found = _NAME.match(lead[: -_NAME_REACH - 1 : -1])
    return found[1][::-1] if found else ""


def _whole(
    name: str, pieces: Sequence[str], in_list: bool, least: int, nested: bool
) -> Iterator[tuple[str, str]]:
    if in_list and len(pieces) > 1:  # a list of paragraphs (e04, f04)
        pieces = [one if _MARKUP.search(one) else f"<p>{html.escape(one)}</p>" for one in pieces]
    value = "".join(pieces)
    if not nested and value.startswith(("{", "[")):  # JSON in a string
        yield from literals(value, least, nested=True)
    else:
        yield name, unescaped(from_base64(value))


def from_base64(value: str) -> str:
    """What atob() makes of a long string (f05); another one as it is."""
    if not _BASE64.fullmatch(value):
        return value
    try:
        return b64decode(value).decode()
    except ValueError:
        return value


def from_percents(value: str) -> str:
    """What decodeURIComponent() and unescape() make of a string (e11, f16)."""
    return unquote(_PERCENT_U.sub(lambda code: chr(int(code[1], 16)), value))


def decoded(literal: str) -> str:
    """A string literal's text: \\u003c, \\x3c, \\/, \\n."""
    if "\\" not in literal:
        return literal
    text = _ESCAPE.sub(_character, literal)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code:
        return chr(min(int(code, 16), 0x10FFFF))
    return _PLAIN_ESCAPES.get(escape[4], escape[4])


def unescaped(text: str) -> str:
    """Markup that was written as text: &lt;p&gt;, %3Cp%3E, %u5E74."""
    if _MARKUP.search(text):
        return text
    if "%3C" in text or "%3c" in text:
        text = from_percents(text)
    return html.unescape(text) if _ESCAPED_MARKUP.search(text) else text

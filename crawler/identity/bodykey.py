"""The body key: equal for two printings of the same body, different for different bodies.

Printings differ in script, readings printed behind characters, white space, punctuation width,
host names, release marks and repeated blocks; statements differ in words and numbers. What is
left after dropping the first is hashed. Numbers keep sign, decimal point and percent and never
run together; the borders of cells stay, and so does a cell that holds a mere dash, because in a
form that is an answer.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from importlib.resources import files

from crawler.hanzi import annotation, count_han, fold, without_annotation
from crawler.items import Block, Paragraph, render_blocks

#: Stands for the border of a cell and between two numbers; no page can contain it (NFKC keeps
#: it, but `_statement` drops it from text).
BORDER = "\x1f"
#: Stands for any URL or host name: republications name the new host.
URL_MARK = "\x1a"
#: Bodies with fewer Han characters ("详见附件", "无") say too little to identify a Document.
MIN_HAN = 200
#: Shorter paragraphs ("一、概述") may honestly occur twice.
_REPEAT_MIN = 20

_DATA = json.loads(
    files("crawler").joinpath("data/key_boilerplate.json").read_text(encoding="utf-8")
)
_BOILERPLATE = re.compile("|".join(f"(?:{row['pattern']})" for row in _DATA["lines"]))
_URL = re.compile(
    r"(?:https?|ftp)://[!-~]+"
    r"|(?<![a-z0-9@.-])(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:/[!-~]*)?",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
#: A dash is a sign unless it stands between the two ends of a range ("2018年-2019年").
_NUMBER = r"(?:(?<![\d%‰年月日])[-+−])?\d+(?:\.\d+)*[%‰]?"
_TOKEN = re.compile(rf"{_NUMBER}|{URL_MARK}|[^\W\d_]+")
_DASHES = re.compile(r"[-‐‑‒–—―−─━_]+")


def body_key(blocks: tuple[Block, ...], rules_version: str) -> str:
    """``<rules version>:<SHA-256>``; keys of different rule versions are never compared."""
    digest = hashlib.sha256(normal_body(blocks).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{rules_version}:{digest}"


def body_han(blocks: tuple[Block, ...]) -> int:
    """How many Han characters a body has (`MIN_HAN` of them let it merge across URLs)."""
    return count_han(render_blocks(blocks))


def normal_body(blocks: tuple[Block, ...]) -> str:
    """What the key hashes; similarity of bodies is measured on it, too."""
    readable = _annotated if annotation(_width(render_blocks(blocks))) else _plain
    seen: set[str] = set()
    pieces: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            pieces.extend(_lines(readable(block.text), seen))
        else:
            for row in block.rows:
                pieces.append(BORDER + BORDER.join(_cell(readable(cell)) for cell in row) + BORDER)
    return _join(pieces)


def _lines(text: str, seen: set[str]) -> Iterator[str]:
    """The statements of a paragraph's lines, without boilerplate and what was said before."""
    for line in text.splitlines():
        if _BOILERPLATE.fullmatch(re.sub(r"\s+", "", line)):
            continue
        statement = _statement(line)
        if len(statement) >= _REPEAT_MIN and statement in seen:
            continue
        seen.add(statement)
        yield statement


def _plain(text: str) -> str:
    return fold(_width(text))


def _annotated(text: str) -> str:
    """A text of a mirror that prints readings: 報(bào)告 is 报告."""
    return fold(without_annotation(_width(text)))


def _width(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _statement(text: str) -> str:
    """Words and numbers without white space and punctuation."""
    text = _THOUSANDS.sub("", _URL.sub(URL_MARK, text.replace(URL_MARK, "")))
    return _join(match.group().replace("−", "-") for match in _TOKEN.finditer(text))


def _cell(text: str) -> str:
    return _statement(text) or _DASHES.sub("-", re.sub(r"\s+", "", text))


def _join(pieces: Iterable[str]) -> str:
    """Pieces one after the other; two numbers that would touch are kept apart."""
    joined: list[str] = []
    last = ""
    for piece in pieces:
        if not piece:
            continue
        if last.isdigit() and piece[0].isdigit():
            joined.append(BORDER)
        joined.append(piece)
        last = piece[-1]
    return "".join(joined)

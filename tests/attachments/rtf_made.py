"""RTF by hand, as Word and older programs of portals write it: every letter an escape."""

from __future__ import annotations

from collections.abc import Callable

from tests.attachments.truth import Cell, SpanTable, Truth

Escape = Callable[[str], str]
_HEAD = (
    r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 \'cb\'ce\'cc\'e5;}}"
    r"{\info{\title \'b1\'a8\'b8\'e6}}\viewkind4\uc2\f0\fs32" + "\n"
)
_COLUMN = 1200  # twentieths of a point


def gbk(text: str) -> str:
    """Two bytes a letter, both escaped: the second may be a backslash or a brace."""
    return "".join(one if one.isascii() else _hex(one.encode("gbk")) for one in text)


def unicode(text: str) -> str:
    """A signed number a letter, and after it the two bytes for programs that know no Unicode."""
    return "".join(one if one.isascii() else _number(one) for one in text)


def rtf_of(truth: Truth, escape: Escape) -> bytes:
    parts = [_HEAD, rf"\pard\qc\fs44 {escape(truth.title)}\par", "\n"]
    for block in truth.blocks:
        if isinstance(block, SpanTable):
            parts.append(_table(block, escape))
        else:
            parts.append(rf"\pard\fi640\fs32 {escape(block)}\par" + "\n")
    return "".join([*parts, "}\n\0"]).encode("ascii")  # the zero is Word's


def _hex(coded: bytes) -> str:
    return "".join(rf"\'{byte:02x}" for byte in coded)


def _number(letter: str) -> str:
    code = ord(letter)
    return rf"\u{code - 65536 if code > 32767 else code}" + _hex(letter.encode("gbk"))


def _table(table: SpanTable, escape: Escape) -> str:
    """A cell in every place; those that are merged say with which side."""
    places: dict[tuple[int, int], tuple[Cell, int, int]] = {}
    for y, x, cell in table.placed():
        for down in range(cell.rows):
            for across in range(cell.columns):
                places[y + down, x + across] = cell, down, across
    rows = []
    for y in range(len(table.rows)):
        row = [places[y, x] for x in range(table.width)]
        heads = (_merged(*one) + rf"\cellx{(x + 1) * _COLUMN}" for x, one in enumerate(row))
        texts = (
            rf"\pard\intbl {'' if down or across else escape(cell.text)}\cell"
            for cell, down, across in row
        )
        rows.append(r"\trowd\trgaph108 " + "".join(heads) + "".join(texts) + r"\row" + "\n")
    return "".join(rows)


def _merged(cell: Cell, down: int, across: int) -> str:
    sideways = (r"\clmrg" if across else r"\clmgf") if cell.columns > 1 else ""
    upright = (r"\clvmrg" if down else r"\clvmgf") if cell.rows > 1 else ""
    return sideways + upright

"""Bytes to text, once (design §10): strictly valid UTF-8 wins over anything a server declares."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What a page calls its encoding -> what its bytes really are. GB18030 contains GB2312 and GBK.
_DECLARED = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEAD_BYTES = 4096  # where a page declares its charset
_WIDE_SAMPLE = 1024  # enough to see the zero bytes of UTF-16 without a BOM


def decode(content: bytes, content_type: str = "") -> tuple[str, str]:
    """The text of a page and the encoding it was read by.

    ``content_type`` is the HTTP header, trusted least: ISO-8859-1 there means "unknown".
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(encoding, "replace").replace("\x00", ""), encoding
    wide = _utf16_without_bom(content)
    if wide:
        return content.decode(wide, "replace").replace("\x00", ""), wide
    try:
        # Not final: a page cut inside a character is still UTF-8.
        text, encoding = codecs.utf_8_decode(content, "strict", False)[0], "utf-8"
    except UnicodeDecodeError:
        text, encoding = _best_guess(content, content_type)
    # In these encodings only a zero is one; in bytes they are looked for much faster.
    return text.replace("\x00", "") if b"\x00" in content else text, encoding


def encoded(text: str, encoding: str, content: bytes) -> bytes:
    """A decoded text in UTF-8: mostly the bytes it was decoded from, of which nothing was lost."""
    is_whole = encoding == "utf-8" and text and content.endswith(text[-1].encode())
    if is_whole and b"\x00" not in content and not content.startswith(codecs.BOM_UTF8):
        return content
    return text.encode("utf-8", "replace")


def _utf16_without_bom(content: bytes) -> str | None:
    """ASCII markup in UTF-16 has a zero in every other byte; nothing else looks like that."""
    sample = content[:_WIDE_SAMPLE]
    if len(sample) < 4 or 0 not in sample:
        return None
    half = len(sample) // 2
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if (
            sample[offset::2].count(0) > half * 0.6
            and sample[1 - offset :: 2].count(0) < half * 0.1
        ):
            return encoding
    return None


def _best_guess(content: bytes, content_type: str) -> tuple[str, str]:
    """The text by the declared encoding, unless another one reads the bytes with fewer errors."""
    names = [m.group(1) for m in (_CHARSET.search(content[:_HEAD_BYTES]),) if m]
    names += [
        m.group(1) for m in (_CHARSET.search(content_type.encode("latin-1", "replace")),) if m
    ]
    declared = [_DECLARED.get(name.decode("ascii", "replace").lower()) for name in names]
    candidates = [encoding for encoding in declared if encoding and "16" not in encoding]
    candidates += ["gb18030", "utf-8"]
    texts = ((content.decode(one, "replace"), one) for one in dict.fromkeys(candidates))
    # min() keeps the first of equals: the declaration decides a tie.
    return min(texts, key=lambda read: read[0].count("�"))

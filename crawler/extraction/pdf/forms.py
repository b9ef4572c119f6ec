"""Forms that draw forms, counted before PDFium draws them all: 26 objects can draw 2^25.

Read from the bytes as they lie there, without a parser: forms whose resources are compressed or
encrypted are not seen. Those are left to whoever runs `read` within limits.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

# A map with a form for every symbol draws some thousand; these take PDFium three seconds.
MAX_DRAWINGS = 500_000
_DEPTH = 40  # PDFium goes no deeper
# Bounds of this search; what it is for is small.
_MAX_CONTENT = 4 << 20  # of all forms, unpacked
_MAX_FORMS = 20_000
_MAX_HEAD = 8_000

_FORM = re.compile(rb"/Subtype\s*/Form\b")
_OBJECT = re.compile(rb"\b(\d{1,10})\s{1,9}\d{1,5}\s{1,9}obj\b")
_RESOURCES = re.compile(rb"/Resources\s+(\d{1,10})\s+\d{1,5}\s+R\b")
_NAMED = re.compile(rb"/([^\s/<>\[\]()]{1,127})\s+(\d{1,10})\s+\d{1,5}\s+R\b")
_DRAWN = re.compile(rb"/([^\s/<>\[\]()]{1,127})\s+Do\b")

Drawings = Mapping[int, Counter[int]]


def draws_too_much(content: bytes) -> bool:
    """Whether one form of a PDF draws more than ``MAX_DRAWINGS``, itself and others."""
    if len(_FORM.findall(content)) < 2:
        return False
    drawings = _drawings(content)
    return any(count > MAX_DRAWINGS for count in _totals(drawings).values())


def _totals(drawings: Drawings) -> Mapping[int, int]:
    """How many forms are drawn when one is; no further than it takes to know that it is a lot."""
    totals = dict.fromkeys(drawings, 1)
    for _ in range(_DEPTH):
        deeper = {
            form: 1 + sum(times * totals[inner] for inner, times in inners.items())
            for form, inners in drawings.items()
        }
        if deeper == totals or max(deeper.values()) > MAX_DRAWINGS:
            return deeper
        totals = deeper
    return totals


def _drawings(content: bytes) -> Drawings:
    """Form → the other forms that it draws, and how often."""
    objects = [(match.end(), int(match[1])) for match in _OBJECT.finditer(content)]
    places = {number: place for place, number in objects}
    forms = dict(_forms(content, objects))
    left = _MAX_CONTENT
    drawings: dict[int, Counter[int]] = {}
    for form, (head, start) in forms.items():
        named = {name: int(number) for name, number in _NAMED.findall(head)}
        resources = _RESOURCES.search(head)
        if resources and (place := places.get(int(resources[1]))):
            elsewhere = content[place : place + _MAX_HEAD].partition(b"endobj")[0]
            named |= {name: int(number) for name, number in _NAMED.findall(elsewhere)}
        drawn = _unpacked(content, head, start, left) if named else b""
        left -= len(drawn)
        tally = Counter(named.get(name, form) for name in _DRAWN.findall(drawn))
        drawings[form] = Counter({n: k for n, k in tally.items() if n in forms and n != form})
    return drawings


def _forms(
    content: bytes, objects: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, tuple[bytes, int]]]:
    """(object number, (dictionary, where its stream starts))."""
    for match in islice(_FORM.finditer(content), _MAX_FORMS):
        at = bisect_right(objects, (match.start(), 0)) - 1
        end = content.find(b"stream", match.end(), match.end() + _MAX_HEAD)
        if at >= 0 and end >= 0 and end - objects[at][0] <= _MAX_HEAD:
            yield objects[at][1], (content[objects[at][0] : end], end + len(b"stream"))


def _unpacked(content: bytes, head: bytes, start: int, most: int) -> bytes:
    """What a form draws, as far as ``most`` goes and as its bytes can be unpacked."""
    if most <= 0:
        return b""
    end = content.find(b"endstream", start, start + most)
    packed = content[start : end if end >= 0 else start + most].lstrip(b"\r\n")
    if b"/Filter" not in head:
        return packed[:most]
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""

"""What the conversion record of a scan holds, `xianzhi-ocr/1`: written by the tool, read by `read`.

JSON in UTF-8. Lengths are pixels of the page as it was read: turned upright, straightened; x runs
to the right, y downwards::

    {"schema": "xianzhi-ocr/1",
     "count": 3,                      pages in the file
     "pages": [                       in order; those that have a text layer are left out
       {"number": 1,
        "width": 1654, "height": 2339, "dpi": 200,
        "turned": 0,                  degrees, clockwise, by quarters, until it stood upright
        "angle": -1.5,                degrees, counter-clockwise, by which it was straightened then
        "lines": [{"text": "规章", "confidence": 0.998, "box": [207, 505, 271, 546]}],
        "rulings": {"horizontal": [[400, 190, 1460]], "vertical": [[190, 400, 1100]]}},
       {"number": 2, "failed": "killed: 60 s of CPU"}]}

A box is left, top, right, bottom; its sides fit the ink, its top and bottom leave some room. A
ruling line is where it runs, start, end. What of this stands in the archive was written by some
version of the tool, or by somebody else: it is checked as any bytes from outside are.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from crawler.extraction.pdf.file import MAX_CHARS, MAX_PAGES
from crawler.extraction.pdf.grid import MAX_RULES

SCHEMA: Final = "xianzhi-ocr/1"
CONTENT_TYPE: Final = "application/json"
_MAX_BYTES: Final = 64 << 20
_MAX_SIDE: Final = 100_000
_MAX_LINES: Final = 20_000  # of one page
_MAX_TEXT: Final = 2_000  # of one line
_DPI: Final = (20, 2_400)


class RecordError(ValueError):
    """Bytes that are no record of this schema; the message has expected and found."""


@dataclass(frozen=True, slots=True)
class OcrLine:
    text: str
    confidence: float
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class OcrPage:
    """One page; where it ``failed`` there is the reason and nothing else."""

    number: int
    width: float = 0.0
    height: float = 0.0
    dpi: float = 72.0
    turned: int = 0
    angle: float = 0.0
    lines: tuple[OcrLine, ...] = ()
    horizontal: tuple[tuple[float, float, float], ...] = ()
    vertical: tuple[tuple[float, float, float], ...] = ()
    failed: str = ""


@dataclass(frozen=True, slots=True)
class OcrRecord:
    """``count`` is the number of pages in the file."""

    count: int
    pages: tuple[OcrPage, ...]


def dump_page(page: OcrPage) -> dict[str, Any]:
    """A page as it stands in the record."""
    if page.failed:
        return {"number": page.number, "failed": page.failed}
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "dpi": page.dpi,
        "turned": page.turned,
        "angle": page.angle,
        "lines": [
            {"text": line.text, "confidence": line.confidence, "box": list(line.box)}
            for line in page.lines
        ],
        "rulings": {"horizontal": page.horizontal, "vertical": page.vertical},
    }


def dump_record(count: int, pages: Sequence[Mapping[str, Any]]) -> bytes:
    record = {"schema": SCHEMA, "count": count, "pages": pages}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def load_record(content: bytes) -> OcrRecord:
    """The record in ``content``; RecordError where it is none, or larger than any honest one."""
    if len(content) > _MAX_BYTES:
        raise RecordError(f"expected at most {_MAX_BYTES} bytes, found {len(content)}")
    try:
        raw = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"expected JSON, found {str(error)[:100]}") from None
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        stated = raw.get("schema") if isinstance(raw, dict) else type(raw).__name__
        raise RecordError(f"expected schema {SCHEMA}, found {str(stated)[:100]!r}")
    pages = tuple(map(load_page, _list(raw, "pages", MAX_PAGES)))
    numbers = [page.number for page in pages]
    count = _whole(raw, "count", 1, 10**6)
    if numbers != sorted(set(numbers)) or (numbers and numbers[-1] > count):
        raise RecordError(f"expected page numbers rising to {count}, found {numbers[:20]}")
    if sum(len(line.text) for page in pages for line in page.lines) > MAX_CHARS:
        raise RecordError(f"expected at most {MAX_CHARS} characters, found more")
    return OcrRecord(count, pages)


def load_page(raw: object) -> OcrPage:
    """A page as the tool states it; RecordError where it cannot be one."""
    if not isinstance(raw, dict):
        raise RecordError(f"expected a page, found {type(raw).__name__}")
    number = _whole(raw, "number", 1, 10**6)
    if "failed" in raw:
        return OcrPage(number, failed=_text(raw, "failed") or "unknown")
    width, height = (_number(raw.get(side), 1, _MAX_SIDE) for side in ("width", "height"))
    rulings = raw.get("rulings")
    if not isinstance(rulings, dict):
        raise RecordError("expected rulings, found none")
    return OcrPage(
        number,
        width,
        height,
        dpi=_number(raw.get("dpi"), *_DPI),
        turned=_whole(raw, "turned", 0, 270),
        angle=_number(raw.get("angle"), -90, 90),
        lines=tuple(_line(one, width, height) for one in _list(raw, "lines", _MAX_LINES)),
        horizontal=_rules(rulings, "horizontal", height, width),
        vertical=_rules(rulings, "vertical", width, height),
    )


def _line(raw: object, width: float, height: float) -> OcrLine:
    if not isinstance(raw, dict):
        raise RecordError(f"expected a line, found {type(raw).__name__}")
    box = _numbers(raw.get("box"), (width, height, width, height))
    left, top, right, bottom = box
    if left > right or top > bottom:
        raise RecordError(f"expected left, top, right, bottom, found {box}")
    confidence = _number(raw.get("confidence"), 0, 1)
    return OcrLine(_text(raw, "text"), confidence, (left, top, right, bottom))


def _rules(
    raw: Mapping[str, object], name: str, across: float, along: float
) -> tuple[tuple[float, float, float], ...]:
    rules = []
    for one in _list(raw, name, MAX_RULES):
        at, start, end = _numbers(one, (across, along, along))
        if start > end:
            raise RecordError(f"expected a ruling line from start to end, found {start} to {end}")
        rules.append((at, start, end))
    return tuple(rules)


def _numbers(raw: object, most: Sequence[float]) -> list[float]:
    if not isinstance(raw, list) or len(raw) != len(most):
        raise RecordError(f"expected {len(most)} numbers, found {str(raw)[:100]}")
    return [_number(one, 0, limit) for one, limit in zip(raw, most, strict=True)]


def _number(raw: object, least: float, most: float) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise RecordError(f"expected a number, found {type(raw).__name__}")
    if not (math.isfinite(raw) and least <= raw <= most):
        raise RecordError(f"expected a number from {least} to {most}, found {raw!s:.50}")
    return float(raw)


def _whole(raw: Mapping[str, object], name: str, least: int, most: int) -> int:
    value = raw.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise RecordError(f"expected {name} from {least} to {most}, found {value!s:.50}")
    return value


def _text(raw: Mapping[str, object], name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or len(value) > _MAX_TEXT:
        raise RecordError(f"expected {name} of at most {_MAX_TEXT} characters, found other")
    return value


def _list(raw: Mapping[str, object], name: str, most: int) -> list[Any]:
    value = raw.get(name)
    if not isinstance(value, list) or len(value) > most:
        found = len(value) if isinstance(value, list) else type(value).__name__
        raise RecordError(f"expected {name}, a list of at most {most}, found {found}")
    return value

"""Records of OCR as a tool would write them, from lines set on a page by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from crawler.extraction.ocr.record import CONTENT_TYPE, OcrLine, OcrPage, dump_page, dump_record
from crawler.extraction.pdf.lines import wide
from crawler.items import RAPIDOCR, Capture, Conversion

#: A4 at 200 dpi, and letters of 14 points.
WIDTH, HEIGHT, DPI, EM = 1654, 2339, 200, 39
LEFT, RIGHT, PITCH = 200, 1454, 68
_WHITE = 0.05  # of an em, before the next letter


def line(text: str, x: float, y: float, confidence: float = 0.99, em: float = EM) -> OcrLine:
    """A line that begins at ``x``, its middle at ``y``."""
    width = sum(em if wide(char) else em / 2 for char in text)
    return OcrLine(text, confidence, (x, y - 0.6 * em, x + width - _WHITE * em, y + 0.6 * em))


def set_text(paragraphs: Sequence[str], top: float = 300) -> list[OcrLine]:
    """Paragraphs as official documents set them: indented by two letters, full lines."""
    lines, y = [], top
    for text in paragraphs:
        x = LEFT + 2 * EM
        while text:
            room = int((RIGHT - x) // EM)
            lines.append(line(text[:room], x, y))
            text, x, y = text[room:], LEFT, y + PITCH
    return lines


def page_of(
    number: int,
    lines: Sequence[OcrLine],
    horizontal: Sequence[tuple[float, float, float]] = (),
    vertical: Sequence[tuple[float, float, float]] = (),
) -> OcrPage:
    return OcrPage(
        number, WIDTH, HEIGHT, DPI, lines=tuple(lines), horizontal=tuple(horizontal),
        vertical=tuple(vertical),
    )  # fmt: skip


def ruled(
    xs: Sequence[float], ys: Sequence[float]
) -> tuple[list[tuple[float, float, float]], list[tuple[float, float, float]]]:
    """The ruling lines of a table without spans."""
    return [(y, xs[0], xs[-1]) for y in ys], [(x, ys[0], ys[-1]) for x in xs]


def record_of(*pages: OcrPage, count: int | None = None) -> bytes:
    return dump_record(count or len(pages), [dump_page(page) for page in pages])


def conversion_of(content: bytes) -> Conversion:
    return Conversion("urn:conversion", RAPIDOCR, "3.10.0", (), CONTENT_TYPE, content)


def capture_of(content: bytes, **named: Any) -> Capture:
    url, date = "http://www.mou.gov.cn/f/1.pdf", datetime(2023, 2, 1, tzinfo=UTC)
    return Capture("urn:r", url, date, 200, (), content, **named)

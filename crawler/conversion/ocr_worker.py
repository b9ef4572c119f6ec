"""What a worker process runs for OCR: one page of one file, as JSON.

Only a worker imports this: the models are loaded with it.
"""

from __future__ import annotations

import json
from typing import Any, Final

from crawler.conversion.ocr_engine import Engine
from crawler.conversion.ocr_images import Raster, raster_of
from crawler.conversion.ocr_page import read_page
from crawler.extraction.filed import UnreadableError
from crawler.extraction.ocr.record import dump_page

_ENGINE: Final = Engine()


def recognise(content: bytes, number: int) -> bytes:
    """Page ``number`` of a file: ``count``, its pages; ``page``, None where it has a text layer.

    Or ``outcome`` and ``reason`` where there is no such page to be had.
    """
    return json.dumps(_answer(content, number), ensure_ascii=False).encode()


def _answer(content: bytes, number: int) -> dict[str, Any]:
    try:
        raster = raster_of(content, number)
    except UnreadableError as error:
        return {"outcome": error.outcome, "reason": error.warning}
    if not isinstance(raster, Raster):
        return {"count": raster, "page": None}
    return {"count": raster.count, "page": dump_page(read_page(raster, number, _ENGINE))}

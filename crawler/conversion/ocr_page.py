"""One page of a scan: from pixels to lines of text and ruling lines."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from crawler.conversion.ocr_clean import ink_of
from crawler.conversion.ocr_engine import Box, Engine, Reading
from crawler.conversion.ocr_images import Raster
from crawler.conversion.ocr_marks import dashes
from crawler.conversion.ocr_pieces import cells_of, pieces_of
from crawler.conversion.ocr_rulings import erased, rulings_of, without_strokes
from crawler.conversion.ocr_upright import upright
from crawler.extraction.ocr.record import OcrLine, OcrPage

Pixels = npt.NDArray[np.uint8]

_UNSURE: Final = 0.9  # read again, with other room around it
_BY_SHAPE: Final = 0.95
_NO_TEXT: Final = 0.3  # less is what a rim, a stain or a seal gives
_LEFT_TEXT: Final = 0.6  # what the detector did not take for text must be surer
# White beside a line, as shares of its height.
_ROOM: Final = 0.15
_OTHER_ROOM: Final = 0.4
_PAPER: Final = 255


def read_page(raster: Raster, number: int, engine: Engine) -> OcrPage:
    """What stands on page ``number``."""
    page = upright(raster, engine)
    height, width = page.grey.shape
    ink = ink_of(page.grey)
    horizontal, vertical = rulings_of(ink, raster.dpi)
    horizontal = without_strokes(horizontal, page.boxes, horizontal=True)
    vertical = without_strokes(vertical, page.boxes, horizontal=False)
    bare = erased(page.grey, horizontal, vertical, raster.dpi)
    bare_ink = ~erased(~ink, horizontal, vertical, raster.dpi)
    cells = cells_of(horizontal, vertical, height, raster.dpi)
    pieces = pieces_of(page.boxes, cells, bare_ink)
    lines = []
    for boxes, least in ((pieces.found, _NO_TEXT), (pieces.left, _LEFT_TEXT)):
        for box in boxes:
            shape = dashes(box, bare_ink, pieces.usual)
            found = Reading(shape, _BY_SHAPE) if shape else _read(box, bare, engine)
            if found.text and found.confidence >= least:
                lines.append(OcrLine(found.text, found.confidence, box))
    return OcrPage(
        number,
        width,
        height,
        dpi=raster.dpi,
        turned=page.turned,
        angle=page.angle,
        lines=tuple(sorted(lines, key=lambda line: (line.box[1], line.box[0], line.box))),
        horizontal=tuple(horizontal),
        vertical=tuple(vertical),
    )


def _read(box: Box, grey: Pixels, engine: Engine) -> Reading:
    """The line in a box, read again where the first reading is unsure."""
    found = engine.read(_crop(box, grey, _ROOM))
    if found.confidence >= _UNSURE:
        return found
    return max(found, engine.read(_crop(box, grey, _OTHER_ROOM)), key=_confidence)


def _confidence(found: Reading) -> float:
    return found.confidence


def _crop(box: Box, grey: Pixels, room: float) -> Pixels:
    """The line and white paper on both sides: the recogniser knows no letter at the very rim."""
    left, top, right, bottom = box
    side = max(1, round(room * (bottom - top)))
    crop = cv2.copyMakeBorder(
        grey[top:bottom, left:right], 0, 0, side, side, cv2.BORDER_CONSTANT, value=_PAPER
    )
    return np.asarray(crop, np.uint8)

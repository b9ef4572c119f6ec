"""A page the right way up: turned, straightened, its seals bleached, its lines found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from crawler.conversion.ocr_clean import straightened, without_seals
from crawler.conversion.ocr_engine import Box, Engine
from crawler.conversion.ocr_images import Raster

Pixels = npt.NDArray[np.uint8]

_ASKED: Final = 9  # lines that are asked which side of them is up
_LONG: Final = 1.5  # times as long as high
_QUARTERS: Final = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


@dataclass(frozen=True, slots=True)
class Upright:
    """``turned`` clockwise in degrees, then by ``angle`` counter-clockwise."""

    grey: Pixels
    boxes: tuple[Box, ...]
    turned: int
    angle: float


def upright(raster: Raster, engine: Engine) -> Upright:
    """The page as a reader would hold it."""
    page = _held(raster, engine, 0)
    if _is_sideways(page.boxes):
        page = _held(raster, engine, 90)
    if _is_over(page, engine):
        page = _held(raster, engine, (page.turned + 180) % 360)
    return page


def _held(raster: Raster, engine: Engine, turned: int) -> Upright:
    pixels = raster.pixels
    if turned:
        pixels = np.asarray(cv2.rotate(pixels, _QUARTERS[turned]), np.uint8)
    level, angle = straightened(pixels)
    grey = without_seals(level, raster.dpi)
    return Upright(grey, tuple(engine.find(grey)), turned, angle)


def _is_sideways(boxes: Sequence[Box]) -> bool:
    """Whether more of the text runs downwards than to the right; single characters do neither."""
    lying = sum(r - x for x, y, r, b in boxes if r - x > _LONG * (b - y))
    standing = sum(b - y for x, y, r, b in boxes if b - y > _LONG * (r - x))
    return standing > lying


def _is_over(page: Upright, engine: Engine) -> bool:
    """Whether most of the longest lines stand on their heads."""
    longest = sorted(page.boxes, key=lambda box: (box[0] - box[2], box))[:_ASKED]
    over = sum(engine.is_over(page.grey[y:b, x:r]) for x, y, r, b in longest)
    return 2 * over > len(longest)

"""A page made readable: straightened, its seals out of the way."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.uint8]  # 255 where there is ink

_MM: Final = 25.4
# Degrees. A page that lies farther askew was put there.
_MOST_ANGLE: Final = 5.0
_COARSE: Final = 0.5
_FINE: Final = 0.05
_WORTH: Final = 0.04  # less moves the end of a line by less than its thickness
_LOOKED_AT: Final = 1_000  # pixels of the longer side, where the angle is looked for
# Seals are 38 to 50 mm wide, those of small offices 30; letters of a red letterhead are below 25.
_SEAL: Final = (26.0, 60.0)
_ROUND: Final = 1.35
_REDDER: Final = 45
_NEIGHBOURS: Final = 2.5  # mm between strokes of one seal
_PALE: Final = 170  # red of a pale seal, and of what shines through


def straightened(pixels: Pixels) -> tuple[Pixels, float]:
    """The page turned so that its lines run level, and by how much, counter-clockwise."""
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    angle = _angle(ink_of(grey))
    if abs(angle) < _WORTH:
        return pixels, 0.0
    return _turned(pixels, angle, cv2.INTER_CUBIC, (255, 255, 255)), angle


def _angle(ink: Mask) -> float:
    """Lines are level when the rows of pixels differ most: full of ink, or empty."""
    height, width = ink.shape
    scale = min(1.0, _LOOKED_AT / max(height, width))
    size = (max(int(width * scale), 1), max(int(height * scale), 1))
    small = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.uint8)
    best = 0.0
    for step, reach in ((_COARSE, _MOST_ANGLE), (_FINE, _COARSE)):
        count = round(reach / step)
        tried = [round(best + step * number, 2) for number in range(-count, count + 1)]
        best = max(tried, key=lambda angle: (_levelness(small, angle), -abs(angle)))
    return best


def _levelness(ink: Mask, angle: float) -> float:
    rows = _turned(ink, angle, cv2.INTER_LINEAR, 0).sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum())


def _turned(pixels: Pixels, angle: float, how: int, paper: Any) -> Pixels:
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1.0)
    turned = cv2.warpAffine(pixels, matrix, (width, height), flags=how, borderValue=paper)
    return np.asarray(turned, np.uint8)


def ink_of(grey: Pixels) -> Mask:
    """Where a page is darker than the paper around."""
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    ink = cv2.adaptiveThreshold(
        smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 51, 18
    )
    return np.asarray(ink, np.uint8)


def without_seals(pixels: Pixels, dpi: int) -> Pixels:
    """The page in grey, round red seals bleached: black print below them stays.

    Where a seal is, the red channel is looked at, in which red is as bright as paper. A red
    letterhead is text, and no seal: its letters are smaller, its line is no circle.
    """
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    red, other = pixels[:, :, 0].astype(np.int16), pixels[:, :, 1:].max(axis=2).astype(np.int16)
    mask = (red - other > _REDDER).astype(np.uint8)
    if not mask.any():
        return grey
    reach = max(1, round(_NEIGHBOURS / _MM * dpi))
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for left, top, width, height, _ in stats[1:count].tolist():
        if _is_seal(width, height, dpi):
            place = (slice(top, top + height), slice(left, left + width))
            bright = pixels[:, :, 0][place].astype(np.float32) * (255.0 / _PALE)
            grey[place] = np.clip(bright, 0, 255).astype(np.uint8)
    return grey


def _is_seal(width: int, height: int, dpi: int) -> bool:
    least, most = (side / _MM * dpi for side in _SEAL)
    larger, smaller = max(width, height), min(width, height)
    return least <= smaller and larger <= most and larger <= _ROUND * smaller

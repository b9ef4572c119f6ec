"""A page of a scan as pixels: of an image file, or of a PDF where it has no text layer."""

# mypy: disable-error-code="no-untyped-call"
# PDFium's bindings are generated at run time and carry no types.

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
from PIL import Image, ImageOps

from crawler.extraction.filed import UnreadableError
from crawler.extraction.ocr.ink import is_scan
from crawler.extraction.pdf.file import MAX_CHARS, load_failure
from crawler.extraction.pdf.page import read_ink
from crawler.extraction.sniff import true_type
from crawler.items import PageOutcome

Pixels = npt.NDArray[np.uint8]

DPI: Final = 200
_POINTS: Final = 72
# A4 at 200 dpi has 3.9 million pixels, A3 7.7; what is larger is read more coarsely.
_MOST_PIXELS: Final = 8_000_000
# What a decoder may be asked for; 150 million would be A0 at 300 dpi.
_MOST_DECODED: Final = 60_000_000
_FORMATS: Final = ("JPEG", "PNG", "TIFF", "BMP", "GIF", "WEBP")
#: The other formats' frames are an animation.
_WITH_PAGES: Final = ("TIFF",)
_PAGE_INCHES: Final = (5.0, 17.0)  # the widths of honest pages
_A4_INCHES: Final = 8.27
_MOST_ENLARGED: Final = 2.0
_RESIZED: Final = 1.15  # nearer to 200 dpi nothing is gained


@dataclass(frozen=True, slots=True)
class Raster:
    """A page in RGB. ``count`` is the number of pages in its file."""

    pixels: Pixels
    dpi: int
    count: int


def raster_of(content: bytes, number: int) -> Raster | int:
    """Page ``number``, from 1; of a PDF's page with a text layer only the number of pages.

    UnreadableError where there is no such page to be had.
    """
    if true_type(content) == "pdf":
        return _of_pdf(content, number)
    return _of_image(content, number)


def _of_pdf(content: bytes, number: int) -> Raster | int:
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise UnreadableError(*load_failure(error)) from None
    try:
        count = len(document)
        page = document[number - 1]
        if not is_scan(read_ink(page, MAX_CHARS)):
            return count
        width, height = page.get_size()
        scale = min(DPI / _POINTS, math.sqrt(_MOST_PIXELS / max(width * height, 1)))
        drawn = page.render(scale=scale, rev_byteorder=True, no_smoothpath=False).to_numpy()
        return Raster(_rgb(drawn), max(round(scale * _POINTS), 20), count)
    except pdfium.PdfiumError as error:
        told = f"page {number}: expected a page that can be drawn, found {error}"
        raise UnreadableError(PageOutcome.ERROR, told) from None
    finally:
        document.close()


def _rgb(drawn: npt.NDArray[Any]) -> Pixels:
    """PDFium draws grey pages in one channel, and others in three or four."""
    if drawn.ndim == 2 or drawn.shape[2] == 1:
        return np.repeat(drawn.reshape(*drawn.shape[:2], 1), 3, axis=2)
    return np.ascontiguousarray(drawn[:, :, :3])


def _of_image(content: bytes, number: int) -> Raster:
    Image.MAX_IMAGE_PIXELS = None  # its warning comes late; the size is looked at here
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            count = getattr(image, "n_frames", 1) if image.format in _WITH_PAGES else 1
            if number > count:
                told = f"page {number}: expected no more than {count}"
                raise UnreadableError(PageOutcome.ERROR, told)
            if number > 1:
                image.seek(number - 1)
            width, height = image.size
            if width * height > _MOST_DECODED:
                raise UnreadableError(
                    PageOutcome.KILLED,
                    f"page {number}: expected at most {_MOST_DECODED} pixels,"
                    f" found {width} × {height}",
                )
            stated = image.info.get("dpi", (0, 0))[0]
            upright = ImageOps.exif_transpose(image)
            pixels = np.asarray(_on_white(upright))
    except (OSError, ValueError, EOFError, SyntaxError, TypeError, KeyError) as error:
        told = f"page {number}: expected an image that can be decoded, found {error!s:.200}"
        raise UnreadableError(PageOutcome.ERROR, told) from None
    return _resized(pixels, float(stated), count)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    return image.convert("RGB")


def _resized(pixels: Pixels, stated: float, count: int) -> Raster:
    """At about 200 dpi; where no honest resolution is stated the page is taken to be as wide as A4.

    Screenshots and pictures of pages in HTML state 72 or 96 or nothing.
    """
    height, width = pixels.shape[:2]
    least, most = _PAGE_INCHES
    dpi = stated if stated > 0 and least <= width / stated <= most else width / _A4_INCHES
    factor = min(DPI / dpi, _MOST_ENLARGED, math.sqrt(_MOST_PIXELS / (width * height)))
    if 1 / _RESIZED < factor < _RESIZED:
        return Raster(pixels, _whole(dpi), count)
    size = (max(round(width * factor), 1), max(round(height * factor), 1))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return Raster(np.asarray(cv2.resize(pixels, size, interpolation=method), np.uint8),
                  _whole(dpi * factor), count)  # fmt: skip


def _whole(dpi: float) -> int:
    return min(max(round(dpi), 20), 2_400)

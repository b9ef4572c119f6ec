"""Scans: pages of a PDF as images, clean or marred; PDF, TIFF, PNG, JPEG and WEBP."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from time import gmtime

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from tests.attachments.fonts import font_file

DPI = 200
_RED = (214, 32, 40)
_GRAIN = 0.14  # of what is seen is noise
_WORST_QUALITY = 35


@dataclass(frozen=True, slots=True)
class Look:
    """``skew`` in degrees; ``stamp`` is where its middle lies, as shares of width and height;
    ``most`` is how many pages are scanned; ``turned`` by how many degrees, clockwise, the sheets
    lay in the scanner; ``noisy`` ones are grey, blurred and squeezed by JPEG; the first
    ``layered`` pages of a PDF stay text. ``columns`` is how the pages were set before."""

    kind: str = "PDF"
    skew: float = 0.0
    stamp: tuple[float, float] | None = None
    most: int = 99
    turned: int = 0
    noisy: bool = False
    dpi: int = DPI
    layered: int = 0
    columns: int = 1


def scan(pdf: bytes, look: Look) -> bytes:
    document = pdfium.PdfDocument(pdf)
    try:
        pages = [
            document[number].render(scale=look.dpi / 72).to_pil().convert("RGB")
            for number in range(look.layered, min(len(document), look.most))
        ]
        saved = _saved([_marred(page, look) for page in pages], look)
        return _behind(document, look.layered, saved) if look.layered else saved
    finally:
        document.close()


def _behind(document: pdfium.PdfDocument, pages: int, scanned: bytes) -> bytes:
    """The first ``pages`` as they are, and the scanned ones behind them."""
    both, scans, buffer = pdfium.PdfDocument.new(), pdfium.PdfDocument(scanned), io.BytesIO()
    both.import_pages(document, list(range(pages)))
    both.import_pages(scans)
    both.save(buffer)
    return buffer.getvalue()


def _marred(page: Image.Image, look: Look) -> Image.Image:
    if look.stamp:
        page = ImageChops.multiply(page, _stamp(page.size, look.stamp))
    if look.skew:
        page = page.rotate(look.skew, Image.Resampling.BICUBIC, fillcolor="white")
    if look.turned:
        page = page.rotate(-look.turned, expand=True)
    return _grainy(page) if look.noisy else page


def _grainy(page: Image.Image) -> Image.Image:
    """Noise by seed, so that a file is the same every time."""
    width, height = page.size
    grain = Image.frombytes("L", page.size, random.Random(width).randbytes(width * height))
    mixed = Image.blend(page.convert("L"), grain, _GRAIN).filter(ImageFilter.GaussianBlur(0.8))
    squeezed = io.BytesIO()
    mixed.save(squeezed, "JPEG", quality=_WORST_QUALITY)
    return Image.open(squeezed).convert("RGB")


def _stamp(size: tuple[int, int], middle: tuple[float, float]) -> Image.Image:
    """A round red seal as wide as a fifth of the page; ink shines through ink."""
    layer = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(layer)
    x, y, radius = middle[0] * size[0], middle[1] * size[1], size[0] * 0.1
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=_RED, width=9)
    path, face = font_file()
    font = ImageFont.truetype(str(path), round(radius * 0.3), index=face)
    draw.text((x, y - radius * 0.55), "云岭镇人民政府", _RED, font, anchor="mm")
    draw.text((x, y), "★", _RED, font, anchor="mm")
    return layer


def _saved(pages: Sequence[Image.Image], look: Look) -> bytes:
    kind, dpi = look.kind, look.dpi
    buffer = io.BytesIO()
    first, *rest = pages
    if kind == "PDF":
        # Without a date Pillow takes the clock's.
        then = gmtime(1_700_000_000)
        first.save(
            buffer, kind, save_all=True, append_images=rest, resolution=dpi,
            creationDate=then, modDate=then,
        )  # fmt: skip
    elif kind == "TIFF":
        grey = [page.convert("L") for page in pages]
        grey[0].save(
            buffer, kind, save_all=True, append_images=grey[1:], dpi=(dpi, dpi),
            compression="tiff_deflate",
        )  # fmt: skip
    else:
        first.save(buffer, kind, dpi=(dpi, dpi))
    return buffer.getvalue()

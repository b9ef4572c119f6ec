"""Scans: pages of a PDF as images of 200 dpi; clean, skewed, stamped; PDF, TIFF, PNG and JPEG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from time import gmtime

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw, ImageFont

from tests.attachments.fonts import font_file

DPI = 200
_RED = (214, 32, 40)


@dataclass(frozen=True, slots=True)
class Look:
    """``skew`` in degrees; ``stamp`` is where its middle lies, as shares of width and height;
    ``most`` is how many pages are scanned."""

    kind: str = "PDF"
    skew: float = 0.0
    stamp: tuple[float, float] | None = None
    most: int = 99


def scan(pdf: bytes, look: Look) -> bytes:
    document = pdfium.PdfDocument(pdf)
    try:
        pages = [
            document[number].render(scale=DPI / 72).to_pil().convert("RGB")
            for number in range(min(len(document), look.most))
        ]
    finally:
        document.close()
    return _saved([_marred(page, look) for page in pages], look.kind)


def _marred(page: Image.Image, look: Look) -> Image.Image:
    if look.stamp:
        page = ImageChops.multiply(page, _stamp(page.size, look.stamp))
    if look.skew:
        page = page.rotate(look.skew, Image.Resampling.BICUBIC, fillcolor="white")
    return page


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


def _saved(pages: Sequence[Image.Image], kind: str) -> bytes:
    buffer = io.BytesIO()
    first, *rest = pages
    if kind == "PDF":
        # Without a date Pillow takes the clock's.
        then = gmtime(1_700_000_000)
        first.save(
            buffer, kind, save_all=True, append_images=rest, resolution=DPI,
            creationDate=then, modDate=then,
        )  # fmt: skip
    elif kind == "TIFF":
        grey = [page.convert("L") for page in pages]
        grey[0].save(
            buffer, kind, save_all=True, append_images=grey[1:], dpi=(DPI, DPI),
            compression="tiff_deflate",
        )  # fmt: skip
    else:
        first.save(buffer, kind, dpi=(DPI, DPI))
    return buffer.getvalue()

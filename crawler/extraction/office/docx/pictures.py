"""How large Word shows a picture: one of some size between paragraphs may be a scan."""

from __future__ import annotations

import re

from crawler.extraction.office.docx.names import PICTURE, number
from crawler.extraction.office.package import Element

# A table or a page scanned into the text takes more room; a seal, a logo or a QR code less.
_LEAST_WIDE, _LEAST_HIGH = 6.0, 4.0  # cm
_EMU = 360_000  # to a centimetre
_MAIN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_STYLED = re.compile(r"(?<![\w-])(width|height)\s*:\s*(\d{1,5}(?:\.\d+)?)(pt|in|cm|mm)")
_IN_CM = {"pt": 2.54 / 72, "in": 2.54, "cm": 1.0, "mm": 0.1}


def is_large(picture: Element) -> bool:
    """Whether a picture, of either kind that Word writes, may hold text worth reading."""
    wide, high = _drawn(picture) if picture.tag == PICTURE else _styled(picture)
    return wide >= _LEAST_WIDE and high >= _LEAST_HIGH


def _drawn(picture: Element) -> tuple[float, float]:
    # Extensions of the format have the same name.
    size = next((one for one in picture.iter(f"{_MAIN}ext") if one.get("cx")), None)
    if size is None:
        return 0, 0
    wide, high = (number(size.get(name), 0, 10**9) for name in ("cx", "cy"))
    return wide / _EMU, high / _EMU


def _styled(picture: Element) -> tuple[float, float]:
    shape = picture.getparent()
    style = "" if shape is None else shape.get("style") or ""
    sizes = {name: float(size) * _IN_CM[unit] for name, size, unit in _STYLED.findall(style)}
    return sizes.get("width", 0), sizes.get("height", 0)

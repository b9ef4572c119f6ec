"""A free TrueType font with Chinese glyphs, of the system: none is committed.

Debian: fonts-arphic-uming (a Song face, Arphic licence) or fonts-wqy-zenhei.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

#: File and the face in its collection.
_FACES = (
    ("/usr/share/fonts/truetype/arphic/uming.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
)
_NAME = "attachments-face"


class MissingToolError(Exception):
    """What a carrier is made with is not on this machine; the message says what to install."""


@cache
def font_file() -> tuple[Path, int]:
    for name, face in _FACES:
        if Path(name).exists():
            return Path(name), face
    raise MissingToolError(
        "no Chinese TrueType font; on Debian: apt-get install fonts-arphic-uming"
    )


@cache
def embedded_font() -> str:
    """The name under which reportlab knows the font."""
    path, face = font_file()
    pdfmetrics.registerFont(TTFont(_NAME, str(path), subfontIndex=face))
    return _NAME

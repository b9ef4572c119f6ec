"""A small page with a title, a paragraph and a ruled table, scanned, and what it says."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache

from PIL import Image

from tests.attachments.drawn import Look, pdf
from tests.attachments.scans import Look as ScanLook
from tests.attachments.scans import scan
from tests.attachments.truth import Cell, SpanTable, Truth

TITLE = "云岭镇2023年政府信息公开年度报告"
PARAGRAPH = (
    "全年主动公开政府信息426条，收到申请7件，均在法定期限内答复，未发生因答复不当引起的投诉。"
)
ROWS = (("信息内容", "制发件数", "废止件数"), ("规章", "0", "7811"), ("规范性文件", "——", "12"))
_PAGE = (420.0, 320.0)  # points


@cache
def printed() -> bytes:
    """The page as a PDF with a text layer."""
    table = SpanTable(tuple(tuple(map(Cell, row)) for row in ROWS))
    look = Look(embedded=True, size=12, table_size=10, page=_PAGE, numbers="")
    return pdf(Truth("small page", TITLE, (PARAGRAPH, table)), look)


def scanned(look: ScanLook) -> bytes:
    return scan(printed(), look)


def saved(kind: str, *pages: Image.Image) -> bytes:
    buffer = io.BytesIO()
    pages[0].save(buffer, kind, dpi=(200, 200), save_all=True, append_images=pages[1:])
    return buffer.getvalue()


def claims(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes that says it is that large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + crc

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 99)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)

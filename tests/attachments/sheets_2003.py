"""Workbooks that nothing writes any more: Excel 95, and Excel's XML of 2003."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from html import escape

from tests.attachments.compound import compound, record
from tests.attachments.truth import Truth

_BOF, _EOF, _CODEPAGE, _BOUNDSHEET, _LABEL, _NUMBER = 0x0809, 0x0A, 0x42, 0x85, 0x0204, 0x0203
_GBK = 936
_XML = """<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Sheet1"><Table>{rows}</Table></Worksheet></Workbook>
"""


def excel_95(truth: Truth) -> bytes:
    """Letters are GBK and say so nowhere but in one record."""
    (table,) = truth.tables
    cells = b"".join(
        _cell(y, x, text)
        for y, row in enumerate(((truth.title,), *table.grid))
        for x, text in enumerate(row)
        if text
    )
    sheet = record(_BOF, struct.pack("<HHHH", 0x0500, 0x10, 0, 0)) + cells + record(_EOF)
    name = b"Sheet1"
    head = record(_BOF, struct.pack("<HHHH", 0x0500, 5, 0, 0))
    head += record(_CODEPAGE, struct.pack("<H", _GBK))
    start = len(head) + 4 + 7 + len(name) + 4  # behind the list of sheets and its end
    bound = record(_BOUNDSHEET, struct.pack("<IHB", start, 0, len(name)) + name)
    return compound({"Book": head + bound + record(_EOF) + sheet})


def _cell(row: int, column: int, text: str) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if text.isdigit():
        return record(_NUMBER, place + struct.pack("<d", float(text)))
    coded = text.encode("gbk")
    return record(_LABEL, place + struct.pack("<H", len(coded)) + coded)


def excel_xml(truth: Truth) -> bytes:
    (table,) = truth.tables
    rows = ((truth.title,), *table.grid)
    return _XML.format(rows="".join(map(_row, rows))).encode()


def _row(cells: Sequence[str]) -> str:
    return f"<Row>{''.join(map(_data, cells))}</Row>"


def _data(text: str) -> str:
    kind = "Number" if text.isdigit() else "String"
    return f'<Cell><Data ss:Type="{kind}">{escape(text)}</Data></Cell>'

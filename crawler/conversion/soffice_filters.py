"""Which of LibreOffice's filters a file goes through, told from its bytes.

The filter is always named: left to choose, LibreOffice reads whatever it does not know as plain
text, and the half of a Word file becomes a document of signs that nobody wrote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crawler.extraction.oldoffice import OldOffice, old_office
from crawler.extraction.sniff import true_type

_WORDS: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEETS: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Target:
    """What `read` reads: the ending of the name, LibreOffice's filter, the type."""

    ending: str
    writes: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Filter:
    """How a kind of file is read, in LibreOffice's words, and what becomes of it."""

    reads: str
    ending: str
    target: Target


_DOCX = Target("docx", "MS Word 2007 XML", _WORDS)
_XLSX = Target("xlsx", "Calc MS Excel 2007 XML", _SHEETS)
_OLD = {
    OldOffice.WORD_97: Filter("MS Word 97", "doc", _DOCX),
    OldOffice.WORD_95: Filter("MS Word 95", "doc", _DOCX),
    OldOffice.WORD_6: Filter("MS WinWord 6.0", "doc", _DOCX),
    OldOffice.EXCEL_97: Filter("MS Excel 97", "xls", _XLSX),
    OldOffice.EXCEL_95: Filter("MS Excel 95", "xls", _XLSX),
}
_RTF = Filter("Rich Text Format", "rtf", _DOCX)
#: By what the bytes say of themselves near their beginning.
_BY_HEAD = {
    "odf": (
        (re.compile(rb"opendocument\.text"), Filter("writer8", "odt", _DOCX)),
        (re.compile(rb"opendocument\.spreadsheet"), Filter("calc8", "ods", _XLSX)),
    ),
    "office": (  # of 2003, in XML
        (re.compile(rb"progid=.Word", re.I), Filter("MS Word 2003 XML", "xml", _DOCX)),
        (re.compile(rb"progid=.Excel", re.I), Filter("MS Excel 2003 XML Orcus", "xml", _XLSX)),
    ),
}
_HEAD: Final = 4096


def filter_of(content: bytes) -> Filter | None:
    """The filter for a file; None for what LibreOffice is not asked to read."""
    kind = true_type(content)
    if kind == "rtf":
        return _RTF
    if found := (_OLD.get(old_office(content)) if kind == "office" else None):
        return found
    head = content[:_HEAD].replace(b"\0", b"")  # of UTF-16
    return next((one for mark, one in _BY_HEAD.get(kind, ()) if mark.search(head)), None)

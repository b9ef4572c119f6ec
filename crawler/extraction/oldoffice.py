"""What a compound file is: by the streams in it, and by what the first bytes of these say."""

from __future__ import annotations

import struct
from enum import StrEnum

from crawler.extraction.compound import BrokenCompoundError, Compound, CutCompoundError


class OldOffice(StrEnum):
    """What programs wrote before 2007, and WPS until today."""

    WORD_97 = "word 97"
    WORD_95 = "word 95"
    WORD_6 = "word 6"
    EXCEL_97 = "excel 97"
    EXCEL_95 = "excel 95"
    ENCRYPTED = "encrypted"
    CUT = "cut"
    BROKEN = "broken"
    OTHER = "other"  # slides, mails, installers, thumbnails; MS Works, whose files are .wps too


_PACKAGE = "EncryptedPackage"  # a DOCX or XLSX with a password
_WORD = "WordDocument"  # of Word and of WPS
#: WPS calls the workbooks of its own suite .et; the stream's name is Excel's.
_WORKBOOKS = {"Workbook": OldOffice.EXCEL_97, "Book": OldOffice.EXCEL_95}
_FIRST_OF_97, _FIRST_OF_95 = 0x6A, 0x68  # versions in the head of a Word file (nFib)
_WORD_PASSWORD = 0x0100  # fEncrypted
_RECORD = struct.Struct("<HH")
_FILE_PASS = 0x2F


def old_office(content: bytes) -> OldOffice:
    """What the compound file ``content`` holds."""
    try:
        compound = Compound(content)
        if compound.is_cut:
            return OldOffice.CUT
        if _PACKAGE in compound.streams:
            return OldOffice.ENCRYPTED
        if _WORD in compound.streams:
            return _word(compound.head(_WORD))
        books = (name for name in _WORKBOOKS if name in compound.streams)
        if book := next(books, None):
            return _workbook(compound.head(book), _WORKBOOKS[book])
    except CutCompoundError:
        return OldOffice.CUT
    except BrokenCompoundError:
        return OldOffice.BROKEN
    return OldOffice.OTHER


def _word(head: bytes) -> OldOffice:
    if len(head) < 12:
        return OldOffice.OTHER
    (version,) = struct.unpack_from("<H", head, 2)
    (flags,) = struct.unpack_from("<H", head, 10)
    if flags & _WORD_PASSWORD:
        return OldOffice.ENCRYPTED
    if version >= _FIRST_OF_97:
        return OldOffice.WORD_97
    return OldOffice.WORD_95 if version >= _FIRST_OF_95 else OldOffice.WORD_6


def _workbook(head: bytes, version: OldOffice) -> OldOffice:
    """Encrypted when the record that says so stands among the first, where it must."""
    start = 0
    while start + _RECORD.size <= len(head):
        kind, length = _RECORD.unpack_from(head, start)
        if kind == _FILE_PASS:
            return OldOffice.ENCRYPTED
        start += _RECORD.size + length
    return version

"""The true type of a body from its bytes, never from a name or a header (design §10)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from crawler.extraction.compound import MAGIC as _COMPOUND
from crawler.extraction.oldoffice import OldOffice, old_office

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),  # without a member
    (b"PK\x07\x08", "zip"),  # the first of several volumes
    (_COMPOUND, "compound"),  # OLE2: .doc, .xls, .wps, .ppt
    (b"{\\rtf", "rtf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
)
_ARCHIVES = tuple(magic for magic, name in _MAGIC if name in ("zip", "rar", "7z"))
# The members of a zip name the format; a member called report/word/a.doc names none.
_ZIP_MEMBERS: tuple[tuple[bytes, str], ...] = (
    (b"word/", "docx"),
    (b"xl/", "xlsx"),
    (b"ppt/", "pptx"),
    (b"ofd.xml", "ofd"),
    (b"content.xml", "odf"),
)
# What parts of a package are about stands in one of these; plain archives have neither.
_PACKAGE_MEMBERS = (b"[content_types].xml", b"_rels/.rels", b"ofd.xml", b"mimetype")
_LOCAL_HEADER = re.compile(rb"PK\x03\x04.{22}(.)(.)..", re.DOTALL)
_DIRECTORY_ENTRY = re.compile(rb"PK\x01\x02.{24}(.)(.).{16}", re.DOTALL)
_ZIP_HEAD = 64 * 1024
_ZIP_TAIL = 1024 * 1024  # the directory of a package with a thousand pictures
# The first member of an OpenDocument file, which is never compressed, says what the file is.
_OPEN_DOCUMENT = re.compile(
    rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.(text|spreadsheet)?", re.DOTALL
)
# Types of compound files by what is in them.
_COMPOUND_TYPES = {
    OldOffice.ENCRYPTED: "encrypted",
    OldOffice.CUT: "cut_compound",
    OldOffice.BROKEN: "broken_compound",
    OldOffice.OTHER: "compound",
}
# A text may begin with BM: a picture goes on with two reserved numbers and the size of its header.
_PICTURE = re.compile(
    rb"RIFF.{4}WEBP|BM.{4}\0\0\0\0.{4}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\0\0\0", re.DOTALL
)
_PDF_HEAD = 1024  # the header may stand anywhere in the first KiB
_TEXT_SAMPLE = 4096
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARKUP = re.compile(rb"<\s*(?:!doctype|!--|/?[a-z][a-z0-9]*[\s/>])", re.IGNORECASE)
_XML = re.compile(
    rb"\s*<\?xml(?![^>]*\?>\s*(?:<!--(?>.*?-->)\s*)*+<(?:!doctype\s+html|html))", re.I | re.S
)
# A page saved as a mail: what Word and Excel call .doc and .xls.
_MAIL = re.compile(
    rb"\s*(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?content-type:\s*multipart/", re.IGNORECASE
)
_OFFICE_XML = re.compile(rb"<\?mso-application\s+progid=.(?:Word|Excel)", re.IGNORECASE)
_JSON = re.compile(rb"\s*(?:[\w.$]+\()?\s*(?:\{\s*[\"}]|\[\s*[\[{\"\d\]])")
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\x0c\x1b\x00"))


def true_type(content: bytes) -> str:
    """``html``, ``pdf``, ``docx``, ``office``, ``image``, ``json``, ``empty``, ``binary`` …"""
    if not content.strip(b" \t\r\n\x00"):
        return "empty"
    # An archive may begin with a PDF that is stored as it is: the archive is told first.
    if b"%PDF-" in content[:_PDF_HEAD] and not content.startswith(_ARCHIVES):
        return "pdf"
    for magic, name in _MAGIC:
        if content.startswith(magic):
            return _CONTAINERS[name](content) if name in _CONTAINERS else name
    return "image" if _PICTURE.match(content) else _text_type(content)


def _zip_type(content: bytes) -> str:
    """By the names of the first and the last members: most of a file cut short names it too."""
    if document := _OPEN_DOCUMENT.match(content):
        return "odf" if document[1] else "odg"
    heads = _names(_LOCAL_HEADER, content[:_ZIP_HEAD])
    names = heads | _names(_DIRECTORY_ENTRY, content[-_ZIP_TAIL:])
    if names.isdisjoint(_PACKAGE_MEMBERS):
        return "zip"
    found = (kind for start, kind in _ZIP_MEMBERS if any(map(_begins(start), names)))
    return next(found, "zip")


def _names(header: re.Pattern[bytes], content: bytes) -> set[bytes]:
    names = set()
    for match in header.finditer(content):
        length = match[1][0] + 256 * match[2][0]
        name = content[match.end() : match.end() + length]
        names.add(name.replace(b"\\", b"/").lstrip(b"/").lower())
    return names


def _begins(start: bytes) -> Callable[[bytes], bool]:
    """Whether a name is a member, or stands in a folder, of that name."""
    return lambda name: name.startswith(start) if start.endswith(b"/") else name == start


def _compound_type(content: bytes) -> str:
    return _COMPOUND_TYPES.get(old_office(content), "office")


_CONTAINERS: dict[str, Callable[[bytes], str]] = {"zip": _zip_type, "compound": _compound_type}


def _text_type(content: bytes) -> str:
    # Zero bytes are dropped first: they are normal in UTF-16 and in old, sloppy pages.
    sample = content[:_TEXT_SAMPLE]
    if sample.startswith(_WIDE_MARKS):
        sample = sample.decode("utf-16", "ignore").encode("utf-8", "ignore")
    sample = sample.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if len(sample.translate(None, _CONTROL)) < len(sample) * 0.95:
        return "binary"
    if _JSON.match(sample):
        return "json"
    if _MAIL.match(sample):
        return "mhtml"
    if _XML.match(sample):
        return "office" if _OFFICE_XML.search(sample) else "xml"
    if _MARKUP.search(sample) or _MARKUP.search(content.replace(b"\x00", b"")):
        return "html"
    return "text"

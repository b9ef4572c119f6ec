"""The true type of a body from its bytes, never from a name or a header (design §10)."""

from __future__ import annotations

import re

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),  # OLE2: .doc, .xls, .wps, .ppt
    (b"{\\rtf", "rtf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
)
# Inside a zip the first local file headers name the format.
_ZIP_MEMBERS: tuple[tuple[bytes, str], ...] = (
    (b"word/", "docx"),
    (b"xl/", "xlsx"),
    (b"ppt/", "pptx"),
    (b"OFD.xml", "ofd"),
)
_ZIP_HEAD = 64 * 1024
_PDF_HEAD = 1024  # the header may stand anywhere in the first KiB
_TEXT_SAMPLE = 4096
_MARKUP = re.compile(rb"<\s*(?:!doctype|!--|/?[a-z][a-z0-9]*[\s/>])", re.IGNORECASE)
_XML = re.compile(
    rb"\s*<\?xml(?![^>]*\?>\s*(?:<!--(?>.*?-->)\s*)*+<(?:!doctype\s+html|html))", re.I | re.S
)
_JSON = re.compile(rb"\s*(?:[\w.$]+\()?\s*(?:\{\s*[\"}]|\[\s*[\[{\"\d\]])")
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\x0c\x1b\x00"))


def true_type(content: bytes) -> str:
    """``html``, ``pdf``, ``docx``, ``office``, ``image``, ``json``, ``empty``, ``binary`` …"""
    if not content.strip(b" \t\r\n\x00"):
        return "empty"
    if b"%PDF-" in content[:_PDF_HEAD]:
        return "pdf"
    for magic, name in _MAGIC:
        if content.startswith(magic):
            return _zip_type(content) if name == "zip" else name
    return _text_type(content)


def _zip_type(content: bytes) -> str:
    head = content[:_ZIP_HEAD] + content[-_ZIP_HEAD:]
    return next((name for member, name in _ZIP_MEMBERS if member in head), "zip")


def _text_type(content: bytes) -> str:
    # Zero bytes are dropped first: they are normal in UTF-16 and in old, sloppy pages.
    sample = content[:_TEXT_SAMPLE].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if len(sample.translate(None, _CONTROL)) < len(sample) * 0.95:
        return "binary"
    if _JSON.match(sample):
        return "json"
    if _XML.match(sample):
        return "xml"
    if _MARKUP.search(sample) or _MARKUP.search(content.replace(b"\x00", b"")):
        return "html"
    return "text"

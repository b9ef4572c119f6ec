"""MHTML: a page saved as a mail, which Word and Excel call .doc and .xls. Pictures are ignored."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message

from crawler.extraction.page import PageLimitError
from crawler.extraction.sniff import true_type

MAX_PARTS = 200
# A saved page has one. Mails within mails cost the library the square of their depth.
_MAX_BOUNDARIES = 40
_MAX_BYTES = 64 * 1024 * 1024
_HEADERS = 4_096
_BOUNDARY = re.compile(rb"boundary[*\d]*\s*=", re.IGNORECASE)
_CHARSET_BYTES = re.compile(rb"charset\s*=", re.IGNORECASE)


def html_parts(content: bytes) -> list[bytes]:
    """The HTML of a mail, part by part; none where the bytes are no mail.

    Raise PageLimitError for a mail of mails.
    """
    if len(content) > _MAX_BYTES or true_type(content) != "mhtml":
        return []
    boundaries = len(_BOUNDARY.findall(content))
    if boundaries > _MAX_BOUNDARIES:
        raise PageLimitError(f"boundaries {boundaries}, limit {_MAX_BOUNDARIES}")
    parts = []
    for number, part in enumerate(message_from_bytes(content).walk()):
        if number >= MAX_PARTS:
            break
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            parts.append(_declared(part))
    return parts


def _declared(part: Message) -> bytes:
    """A part's bytes, its charset written into it where only the mail's header knew it."""
    payload = part.get_payload(decode=True)
    markup = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset()
    if not charset or _CHARSET_BYTES.search(markup[:_HEADERS]):
        return markup
    return f'<meta charset="{charset}">'.encode("ascii", "ignore") + markup

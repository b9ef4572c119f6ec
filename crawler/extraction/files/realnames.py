"""What a file is really called: by its address, by the server that gave it, or by the link to it.

Names come as servers of thirty years send them: RFC 5987 and RFC 2047, percent-encoded, and as
bytes of UTF-8 or GBK that HTTP shows as latin-1. A name is text for readers, never a path.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit

from crawler.hanzi import count_han
from crawler.items import Capture, PageResult

#: The evidence in ``field_sources`` of what a server calls a file.
FILE_NAME = "file_name"

_DATA = tomllib.loads(files("crawler").joinpath("data/parts.toml").read_text("utf-8"))
_PARAMETERS: tuple[str, ...] = tuple(_DATA["names"])
_SERIAL = re.compile(_DATA["serial"], re.IGNORECASE)
_SAYS_NOTHING = re.compile(_DATA["says_nothing"], re.IGNORECASE)
_ENDING = re.compile(rf"\.(?:{_DATA['extensions']})$", re.IGNORECASE)
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
_BLANKS = re.compile(r"[ \t\r\n]+")  # of ASCII: other blanks are bytes of some character
_SEPARATORS = re.compile(r"[/\\]+")
#: A file system takes 255 bytes, so no file ever had a longer name than this.
LONGEST = 200
# What is longer is hostile; a server's header of this length names several files.
_LONGEST_HEADER = 4096
_ENCODINGS = ("utf-8", "gb18030")
_DISPOSITION = "Content-Disposition"
# Separators of lines are blanks; other controls, marks of direction and halves of pairs are none.
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def real_name(linked: str, url: str, disposition: str = "") -> str:
    """The name a file has in its address, else with its server, else in the link to it.

    ``disposition`` is what `disposition_name` gave. A name that says nothing (a serial, a hash,
    下载) stands back behind one that does.
    """
    words = _clean(_SEPARATORS.sub("／", linked))
    names = [*address_names(url), disposition, words]
    told = (name for name in names if _tells(name))
    return next(told, "") or next(filter(None, (words, disposition, *names)), "")


def with_file_name(capture: Capture, result: PageResult) -> PageResult:
    """The result with what the server called the file, where it did."""
    header = capture.header(_DISPOSITION)
    name = disposition_name(header) if header else ""
    if not header or not name:
        return result
    evidence = {"where": _DISPOSITION, "value": name, "raw": header[:LONGEST]}
    return replace(result, field_sources={**result.field_sources, FILE_NAME: evidence})


def disposition_name(header: str) -> str:
    """The file name of a Content-Disposition header, or an empty string."""
    message = Message()
    # The first word is taken for the disposition, which some servers leave out.
    message[_DISPOSITION] = "attachment; " + _BLANKS.sub(" ", header[:_LONGEST_HEADER])
    plain = ""
    for key, value in _parameters(message):
        if key.lower() == "filename" and isinstance(value, tuple):  # RFC 5987 goes first
            charset, _, text = value
            return _last(_decoded(_as_bytes(text), charset or ""))
        if key.lower() == "filename":
            plain = plain or value
    return _last(_plain(plain))


def _parameters(message: Message) -> list[tuple[str, Any]]:
    try:
        return message.get_params([], _DISPOSITION)
    except (TypeError, ValueError):  # a name whole and in pieces: the library compares None with 0
        return []


def address_names(url: str) -> Iterator[str]:
    """The names that the query of an address gives a file: showname before filename."""
    try:
        query = urlsplit(url).query
    except ValueError:
        return
    named = dict(parse_qsl(query, encoding="latin-1"))
    for parameter in _PARAMETERS:
        if name := _last(_decoded(_as_bytes(named.get(parameter, "")))):
            yield name


def _tells(name: str) -> bool:
    stem = _ENDING.sub("", name)
    if not stem or "\ufffd" in stem or _SAYS_NOTHING.fullmatch("".join(stem.split())):
        return False
    return count_han(stem) > 0 or not _SERIAL.fullmatch(stem)


def _plain(value: str) -> str:
    """A name in quotes: encoded as in mail, as in an address, or not at all."""
    if "=?" in value:
        return _of_mail(value)
    if _ESCAPED.search(value):
        return _decoded(unquote_to_bytes(value.encode("latin-1", "replace")))
    return _decoded(_as_bytes(value))


def _of_mail(value: str) -> str:
    try:
        pieces = decode_header(value)
    except HeaderParseError:
        return value
    return "".join(
        _decoded(piece, charset or "") if isinstance(piece, bytes) else piece
        for piece, charset in pieces
    )


def _as_bytes(text: str) -> bytes:
    """What went over the wire: HTTP's headers are shown as latin-1."""
    return text.encode("latin-1") if _is_latin(text) else text.encode("utf-8", "replace")


def _is_latin(text: str) -> bool:
    return max(text, default="") <= "\xff"


def _decoded(raw: bytes, charset: str = "") -> str:
    for encoding in (charset, *_ENCODINGS):
        try:
            return raw.decode(encoding)
        except (ValueError, LookupError):  # a charset may be anything: one with a zero, "undefined"
            continue
    return raw.decode("latin-1")


def _last(name: str) -> str:
    """The last piece of a path: browsers of old sent where a file lay on somebody's disk."""
    pieces = [piece for piece in map(_clean, _SEPARATORS.split(name)) if piece]
    return pieces[-1] if pieces else ""


def _clean(name: str) -> str:
    """A name as one line of visible characters, not longer than a file's can be."""
    name = " ".join(name[: 4 * LONGEST].split()) if len(name) <= 4 * LONGEST else _cut(name)
    shown = "".join(char for char in name if unicodedata.category(char) not in _DROPPED)
    shown = shown.strip(" \"'.")
    return shown if len(shown) <= LONGEST else _cut(shown)


def _cut(name: str) -> str:
    ending = _ENDING.search(name)
    kept = ending[0] if ending else ""
    return name[: LONGEST - len(kept)].rstrip() + kept

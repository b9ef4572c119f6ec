"""What the members of archives are called. A name is shown and compared, never used as a path."""

from __future__ import annotations

import re
import struct
import tomllib
from importlib.resources import files
from zipfile import ZipInfo
from zlib import crc32

_DATA = tomllib.loads(files("crawler").joinpath("data/archives.toml").read_text("utf-8"))
_FURNITURE = re.compile("|".join(_DATA["furniture"]), re.IGNORECASE)
_IS_UTF8 = 0x800
_UNICODE_PATH = 0x7075
_FIELD = struct.Struct("<HH")  # of an extra field: what it is, how long it is
_PATH_HEAD = struct.Struct("<BI")  # version, checksum of the name it stands for
# Control characters, marks that turn the direction of a line, halves of characters.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_LONGEST = 120
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def zip_name(info: ZipInfo) -> str:
    """A zip's name for a member: Windows writes GBK and no word that it does."""
    if info.flag_bits & _IS_UTF8:
        return plain(info.orig_filename)
    raw = info.orig_filename.encode("cp437", "replace")  # as zipfile decoded it
    return plain(_unicode_path(info.extra, raw) or _decoded(raw))


def plain(name: str) -> str:
    """A name in one line, its folders by ``/``, of a length that fits a warning."""
    path = _UNSEEN.sub("", name.replace("\\", "/")).lstrip("/")
    return path if len(path) <= _LONGEST else f"…{path[-_LONGEST:]}"


def is_furniture(name: str) -> bool:
    """Whether a system or a program left this beside a user's files."""
    return _FURNITURE.fullmatch(name) is not None


def path_stem(name: str) -> str:
    """A path less what says the file's type."""
    return _ENDING.sub("", name).strip()


def stem(name: str) -> str:
    """The last part of it."""
    return path_stem(name).rpartition("/")[2]


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def _unicode_path(extra: bytes, raw: bytes) -> str:
    """The name in the extra field that Info-ZIP added for it; none where it is of another name."""
    at = 0
    while at + _FIELD.size <= len(extra):
        kind, length = _FIELD.unpack_from(extra, at)
        at += _FIELD.size
        if kind == _UNICODE_PATH and _PATH_HEAD.size < length <= len(extra) - at:
            _, checksum = _PATH_HEAD.unpack_from(extra, at)
            name = extra[at + _PATH_HEAD.size : at + length]
            return name.decode("utf-8", "replace") if checksum == crc32(raw) else ""
        at += length
    return ""

"""A zip opened within limits; every way it can fail has a name.

Nothing is written anywhere, so a member's name can do no harm; sizes are counted while they are
inflated, because what a zip's directory says of them may be a lie.
"""

from __future__ import annotations

import struct
import tomllib
import zipfile
import zlib
from importlib.resources import files
from io import BytesIO
from zipfile import ZipInfo

from crawler.extraction.filed import UnreadableError
from crawler.items import PageOutcome

_DATA = tomllib.loads(files("crawler").joinpath("data/archives.toml").read_text("utf-8"))
_METHODS: dict[str, str] = _DATA["zip_methods"]
_READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_ENTRY = b"PK\x01\x02"
_END = b"PK\x05\x06"
_END_WITHIN = 66_000  # the end record and its longest comment
_DISKS = struct.Struct("<4xHH")  # of the end record: this disk, the one where the directory begins
_LIKE_ZIP64 = 0xFFFF
_SPLIT = b"PK\x07\x08"  # the first of several volumes
_IS_ENCRYPTED = 0x1
_NOT_A_ZIP = (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, struct.error)
_BROKEN_MEMBER = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError)


class Zip:
    """The members of a zip, as its directory names them."""

    def __init__(self, content: bytes, most_members: int) -> None:
        if content.count(_ENTRY) > most_members:
            raise UnreadableError(PageOutcome.KILLED, f"limit: members over {most_members}")
        end = content.rfind(_END, max(0, len(content) - _END_WITHIN))
        if _is_split(content, end):
            raise UnreadableError(
                PageOutcome.UNSUPPORTED,
                "split: expected a whole zip, found one volume of several; fetch it as one file",
            )
        if end < 0:
            raise UnreadableError(PageOutcome.TRUNCATED, "cut:no_end_of_zip")
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except _NOT_A_ZIP as error:
            raise UnreadableError(PageOutcome.ERROR, f"zip_broken: {error}") from error
        self.members: list[ZipInfo] = self._zip.infolist()
        # What lies one over the other inflates many times; where nothing does, this holds.
        claimed = sum(info.compress_size for info in self.members)
        if claimed > len(content):
            raise UnreadableError(
                PageOutcome.ERROR,
                f"zip_overlap: members claim {claimed} bytes, the file has {len(content)}",
            )

    def read(self, member: ZipInfo, most: int) -> bytes:
        """A member's bytes; more than ``most`` are a limit passed."""
        if member.flag_bits & _IS_ENCRYPTED:
            raise UnreadableError(PageOutcome.ENCRYPTED, "zip_password: the file needs a password")
        if member.compress_type not in _READ:
            method = _METHODS.get(str(member.compress_type), str(member.compress_type))
            raise UnreadableError(
                PageOutcome.UNSUPPORTED, f"zip_method: expected stored or deflate, found {method}"
            )
        try:
            with self._zip.open(member) as stream:
                content = stream.read(most + 1)
        except _BROKEN_MEMBER as error:
            raise UnreadableError(PageOutcome.ERROR, f"zip_broken: {error}") from error
        if len(content) > most:
            raise UnreadableError(PageOutcome.KILLED, f"limit: over {most} bytes inflated")
        return content


def _is_split(content: bytes, end: int) -> bool:
    """Whether this is one volume of several: by its end record, or by its beginning without one."""
    if end < 0 or len(content) < end + _DISKS.size:
        return content.startswith(_SPLIT)
    return any(disk not in (0, _LIKE_ZIP64) for disk in _DISKS.unpack_from(content, end))

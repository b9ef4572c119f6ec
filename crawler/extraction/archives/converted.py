"""What a tool made of the members of an archive: a zip, each in it named by what it is of.

A name in an archive may be anything, and there twice; the digest of a member's bytes is neither,
and is the same in the zip that a RAR became.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO

from crawler.extraction.archives.member import MAX_INFLATED
from crawler.extraction.archives.unzip import Zip
from crawler.items import Conversion

CONTENT_TYPE = "application/zip"


def digest(member: bytes) -> str:
    """The name of what was made of it."""
    return hashlib.sha256(member).hexdigest()


def dump_members(made: Mapping[str, bytes]) -> bytes:
    """The content of a conversion, from what was made by `digest`: always the same bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(made):
            archive.writestr(zipfile.ZipInfo(name), made[name])
    return buffer.getvalue()


class ConvertedMembers:
    """An archive's conversion as those of its members (UnreadableError: it is no such thing)."""

    def __init__(self, conversion: Conversion) -> None:
        self._conversion = conversion
        # Files in it are zips too, and stored: their entries are no members of this one.
        self._zip = Zip(conversion.content, len(conversion.content))
        self._members = {info.filename: info for info in self._zip.members}

    def of(self, member: bytes) -> tuple[Conversion, ...]:
        """What `Capture.conversions` would be, had the member been fetched by itself."""
        info = self._members.get(digest(member))
        if info is None:
            return ()
        return (replace(self._conversion, content=self._zip.read(info, MAX_INFLATED)),)

"""Zip files whose bytes do not depend on the clock, with member names as Windows writes them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

_CLOCK = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_WHEN = rb"\g<1>2024-01-12T08:00:00Z"


class _GbkName(zipfile.ZipInfo):
    """Names as Chinese Windows writes them: GBK bytes, and no flag that would say so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the name zipfile calls
        return self.filename.encode("gbk"), self.flag_bits


def zipped(members: Mapping[str, bytes], *, gbk: bool = False, stored: bool = False) -> bytes:
    buffer = io.BytesIO()
    kind = _GbkName if gbk else zipfile.ZipInfo
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(kind(name), content, method)
    return buffer.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def settled(content: bytes) -> bytes:
    """The same package without the times at which a library wrote it."""
    return zipped({name: _CLOCK.sub(_WHEN, data) for name, data in unzipped(content).items()})


def locked(members: Mapping[str, bytes]) -> bytes:
    """A zip that says of every member that it is encrypted; its bytes are as good as noise."""
    content = bytearray(zipped({n: data[::-1] for n, data in members.items()}, stored=True))
    for signature, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(signature)
        while start >= 0:
            content[start + flags_at] |= 1
            start = content.find(signature, start + 4)
    return bytes(content)

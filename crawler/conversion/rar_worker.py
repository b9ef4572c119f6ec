"""What a worker process runs before a RAR is taken apart: its headers, by rarfile.

A worker, because rarfile keeps an object for every header, and 64 MiB hold nine million of them.
"""

from __future__ import annotations

import json
from io import BytesIO

import rarfile

from crawler.items import PageOutcome

_SPLIT = rarfile.RAR_FILE_SPLIT_BEFORE | rarfile.RAR_FILE_SPLIT_AFTER


def fault(content: bytes) -> bytes:
    """As JSON: outcome and reason why a RAR cannot be taken apart; null where none is seen."""
    return json.dumps(_fault(content)).encode()


def _fault(content: bytes) -> tuple[PageOutcome, str] | None:
    try:
        archive = rarfile.RarFile(BytesIO(content), part_only=True)
        members = archive.infolist()
    except rarfile.Error as error:
        return PageOutcome.ERROR, f"rar_broken: {type(error).__name__}: {error}"
    if archive.needs_password():
        return PageOutcome.ENCRYPTED, "rar_password: the file needs a password"
    if any(member.flags & _SPLIT for member in members):
        return (
            PageOutcome.UNSUPPORTED,
            "split: expected a whole archive, found one volume of several; fetch it as one file",
        )
    return None

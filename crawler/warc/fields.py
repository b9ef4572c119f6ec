"""Small values of WARC header fields: dates, digests, record ids, target URIs."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

# Evidence should outlive SHA-1. Hexadecimal, since the padding that base32 needs for SHA-256 is
# no character of WARC's grammar for digests, and warcio and fastwarc reject base32 without it.
_ALGORITHM = "sha256"

_UNSAFE_IN_URI = re.compile(r"[\x00-\x20\x7f<>]")


def new_record_id() -> str:
    return f"urn:uuid:{uuid.uuid4()}"


def warc_date(moment: datetime) -> str:
    """``2026-01-15T02:15:00.123456Z``; whole seconds are written without a fraction."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def parse_warc_date(text: str) -> datetime:
    """Any precision WARC 1.1 allows, from a year to nanoseconds. ValueError if it is no date."""
    match = re.fullmatch(
        r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?Z)?",
        text.strip(),
    )
    if match is None:
        raise ValueError(f"WARC-Date {text!r} is not of the form 2026-01-15T02:15:00Z")
    year, month, day, hour, minute, second, fraction = match.groups()
    micro = int((fraction or "0").ljust(6, "0")[:6])
    return datetime(
        int(year),
        int(month or 1),
        int(day or 1),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        micro,
        UTC,
    )


def digest(*parts: bytes) -> str:
    """``sha256:<hex>`` of the parts joined, without joining them."""
    hasher = hashlib.new(_ALGORITHM, usedforsecurity=False)
    for part in parts:
        hasher.update(part)
    return f"{_ALGORITHM}:{hasher.hexdigest()}"


def is_digest_of(labelled: str, data: bytes) -> bool:
    """Whether ``algorithm:value`` (hexadecimal, base32 or base64) is the digest of the data."""
    algorithm, _, value = labelled.partition(":")
    try:
        found = hashlib.new(algorithm.lower().replace("sha-", "sha"), data, usedforsecurity=False)
    except ValueError:
        return False
    return found.digest() in _decodings(value)


def _decodings(value: str) -> Iterator[bytes]:
    for decode in (bytes.fromhex, base64.b32decode, base64.b64decode):
        padded = value if decode is bytes.fromhex else value + "=" * (-len(value) % 8)
        try:
            yield decode(padded)
        except (binascii.Error, ValueError):
            continue


def target_uri(url: str) -> str:
    """A URL as a header value: what could break out of the line is percent-encoded."""
    return _UNSAFE_IN_URI.sub(lambda match: f"%{ord(match.group()):02X}", url)

"""A response of the wire handler as the `Capture` that `read` takes."""

from __future__ import annotations

from collections.abc import Iterable

from scrapy.http import Response

from crawler.items import Capture
from crawler.warc.entity import parse_head
from crawler.warc.records import Stored

# Flags of responses that Scrapy hands on although their body is cut: what it was cut by.
_CUT = {"dataloss": "disconnect", "download_stopped": "length"}


def truncated_by(flags: Iterable[str]) -> str | None:
    """The WARC-Truncated reason of a response, by its flags."""
    return next((_CUT[flag] for flag in flags if flag in _CUT), None)


def capture_of(response: Response) -> Capture:
    """The capture the archive has of ``response``, which must come from the wire handler."""
    meta = response.meta
    stored: Stored = meta["stored"]
    original = stored.original.record_id if stored.original else ""
    status, _, headers = parse_head(meta["wire_head"])
    return Capture(
        record_id=stored.record_id,
        url=response.url,
        date=stored.date,
        status=status,
        headers=headers,
        content=response.body,
        truncated=truncated_by(response.flags),
        note=meta["note"],
        conversions=meta.get("conversions", ()),  # of an answer from the archive
        original="" if original == stored.record_id else original,
    )

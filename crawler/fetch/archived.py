"""A stored capture as the response that the spider got, or would have got, from the wire."""

from __future__ import annotations

from scrapy import responsetypes
from scrapy.http import Headers, Request, Response

from crawler.items import Capture
from crawler.warc.entity import unknown_encodings
from crawler.warc.records import Original, Stored


def archived_response(
    request: Request, capture: Capture, original: Original | None = None
) -> Response:
    """The response to ``request``; ``request.meta`` says what is stored, as the handler would.

    ``original`` is the record that has the capture's body, where the caller knows it.
    """
    headers = Headers()
    encoded = unknown_encodings(capture.headers)
    for name, value in capture.headers:
        if encoded or name.lower() != "content-encoding":
            headers.appendlist(name, value.encode("latin-1"))
    request.meta.update(
        stored=Stored(capture.record_id, capture.date, original),
        note=capture.note,
        wire_head=_wire_head(capture),
        conversions=capture.conversions,
    )
    kind = responsetypes.responsetypes.from_args(
        headers=headers, url=request.url, body=capture.content
    )
    return kind(
        request.url, status=capture.status, headers=headers, body=capture.content, request=request
    )


def _wire_head(capture: Capture) -> bytes:
    """A header block that parses to the capture's status and headers."""
    lines = [f"HTTP/1.1 {capture.status} "]
    lines += [f"{name}: {value}" for name, value in capture.headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")

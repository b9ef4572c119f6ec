"""What a tool made becomes a WARC record; what it could not make, a sentence for the log."""

from __future__ import annotations

from crawler.conversion.tool import Made, NotMade, Tool
from crawler.items import Capture, Conversion, Note
from crawler.warc.records import Reference, Stored
from crawler.warc.writer import WarcWriter


def keep(
    writer: WarcWriter, of: Reference, made: Made, note: Note, engine: str, version: str
) -> Stored:
    """Write what an engine made of the body of ``of``."""
    return writer.write_conversion(
        of,
        made.content_type,
        made.content,
        note,
        engine=engine,
        version=version,
        settings=dict(made.settings),
    )


def holder_of(capture: Capture) -> Reference:
    """The record that has the bytes which were converted."""
    return Reference(capture.holder, capture.url, capture.date)


def conversion(stored: Stored, engine: str, version: str, made: Made) -> Conversion:
    """As a reader of the WARC file will have it."""
    return Conversion(
        stored.record_id,
        engine,
        version,
        tuple(sorted(made.settings)),
        made.content_type,
        made.content,
    )


def failure(capture: Capture, tool: Tool, found: NotMade) -> str:
    return (
        f"{capture.note.portal}: {capture.url}: expected {tool.engine} to make something that can"
        f" be read, found {found.outcome}: {found.reason}; its bytes are kept, and the next"
        " `scrapy reextract` that is told to convert tries it again"
    )

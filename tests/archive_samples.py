"""Reports packed as their bureaux pack them, and read."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import BytesIO

from crawler.extraction.archives.opening import Opening
from crawler.extraction.extract import read
from crawler.items import Capture, Context, PageResult
from tests.office_samples import docx, p

Write = Callable[[Mapping[str, bytes]], bytes]
Make = Callable[[], bytes]
PROSE = "一年来，我镇主动公开各类政府信息1448条，办结率100%，群众满意度进一步增强。"
TITLE = "云岭镇2023年政府信息公开工作年度报告"
CENTRED = '<w:jc w:val="center"/>'
SHEET = '<sheetData><row><c t="inlineStr"><is><t>规章</t></is></c><c><v>3</v></c></row></sheetData>'


def report(title: str = TITLE, text: str = PROSE) -> bytes:
    return docx(p(title, properties=CENTRED) + p(text))


def captured(content: bytes) -> Capture:
    return Capture(
        "urn:r", "http://a.gov.cn/f/1", datetime(2024, 3, 1, tzinfo=UTC), 200, (), content
    )


def read_archive(content: bytes, link_text: str = "") -> PageResult:
    return read(captured(content), Context(link_text=link_text))


def names_of(content: bytes) -> list[str]:
    """What the members are called, of an archive of texts."""
    kind = "7z" if content.startswith(b"7z") else "zip"
    return [one.name for one in Opening(captured(content), read).members(kind, content)]


def packed(*members: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    """A zip of these members, however odd their names are."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()

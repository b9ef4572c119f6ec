"""Reading a PDF in a test, and the parts of what was read."""

from __future__ import annotations

from datetime import UTC, datetime

import pypdfium2

from crawler.extraction.pdf.read import read_pdf
from crawler.items import Capture, PageResult, Paragraph, Table

PROSE = (
    "根据《中华人民共和国政府信息公开条例》要求，现将我镇政府信息公开工作情况报告如下。"
    "一年来，我镇坚持以公开为常态、不公开为例外，主动公开各类政府信息1448条，办结率100%。"
    "群众通过政务公开栏、微信公众号等渠道了解政务信息，满意度进一步增强。"
)


def read(content: bytes, truncated: str | None = None) -> PageResult:
    return read_pdf(
        Capture(
            record_id="urn:uuid:1",
            url="http://www.example.gov.cn/P020190319608215495483.pdf",
            date=datetime(2019, 3, 19, tzinfo=UTC),
            status=200,
            headers=(),
            content=content,
            truncated=truncated,
        )
    )


def printed_lines(content: bytes) -> list[list[str]]:
    """The lines of each page as PDFium's own text has them."""
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_textpage().get_text_range().split("\r\n") for page in document]


def texts(result: PageResult) -> list[str]:
    return [block.text for block in result.blocks if isinstance(block, Paragraph)]


def tables(result: PageResult) -> list[Table]:
    return [block for block in result.blocks if isinstance(block, Table)]

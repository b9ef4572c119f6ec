"""Texts in other clothes: plain text, HTML and MHTML under the names of office documents."""

from __future__ import annotations

import base64
import quopri
from html import escape

from tests.attachments.truth import SpanTable, Truth

_HTML = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:{ns}\
="urn:schemas-microsoft-com:office:{app}" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv=Content-Type content="text/html; charset={charset}">
<meta name=Generator content="Microsoft {maker} 11"><title>{title}</title>
<style><!-- p.MsoNormal {{margin:0cm;text-indent:24pt;font-size:16.0pt}} --></style></head>
<body lang=ZH-CN><div class=Section1>
{body}
</div></body></html>
"""


def text_of(truth: Truth, encoding: str) -> bytes:
    """A paragraph a line, indented by two ideographic blanks as a typist does."""
    lines = [truth.title, *(f"\u3000\u3000{one}" for one in truth.paragraphs)]
    return "\r\n".join(lines).encode(encoding)


def word_html(truth: Truth, charset: str = "gb2312") -> bytes:
    """What Word saves as a web page; portals serve it as ``.doc``."""
    title = f"<p class=MsoNormal align=center><b><span lang=EN-US>{truth.title}</span></b></p>"
    body = "\n".join([title, *(_element(block) for block in truth.blocks)])
    page = _HTML.format(
        ns="w", app="word", maker="Word", charset=charset, title=truth.title, body=body
    )
    return page.encode("gb18030" if charset == "gb2312" else charset)


def excel_html(truth: Truth) -> bytes:
    """What export buttons of portals send as ``.xls``: a table and nothing else."""
    rows = [f"<tr><td colspan={truth.tables[0].width}>{truth.title}</td></tr>"]
    body = "\n".join(_table(table, head=rows) for table in truth.tables)
    page = _HTML.format(
        ns="x", app="excel", maker="Excel", charset="utf-8", title=truth.title, body=body
    )
    return page.encode()


def mhtml(truth: Truth, *, quoted: bool = True) -> bytes:
    """Word's single-file web page: a mail with the page and a picture as its parts."""
    page = word_html(truth)
    coded = quopri.encodestring(page) if quoted else base64.encodebytes(page)
    coding = b"quoted-printable" if quoted else b"base64"
    picture = base64.encodebytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    edge = b"----=_NextPart_01DA4512.8F3B2C10"
    parts = (
        b"Content-Location: file:///C:/AB12/report.htm\r\nContent-Transfer-Encoding: " + coding
        + b'\r\nContent-Type: text/html; charset="gb2312"\r\n\r\n' + coded,
        b"Content-Location: file:///C:/AB12/report.files/image001.png\r\n"
        b"Content-Transfer-Encoding: base64\r\nContent-Type: image/png\r\n\r\n" + picture,
    )  # fmt: skip
    head = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="' + edge + b'"\r\n\r\n'
        b"This document is a single-file web page.\r\n"
    )
    body = b"".join(b"\r\n--" + edge + b"\r\n" + part for part in parts)
    return head + body + b"\r\n--" + edge + b"--\r\n"


def _element(block: str | SpanTable) -> str:
    if isinstance(block, SpanTable):
        return _table(block)
    return (
        f"<p class=MsoNormal><span style='font-family:仿宋_GB2312'>{escape(block)}"
        "<span lang=EN-US><o:p></o:p></span></span></p>"
    )


def _table(table: SpanTable, head: list[str] | None = None) -> str:
    rows = list(head or [])
    for row in table.rows:
        cells = "".join(
            f"<td rowspan={cell.rows} colspan={cell.columns}><p class=MsoNormal>"
            f"{escape(cell.text)}<o:p></o:p></p></td>"
            for cell in row
        )
        rows.append(f"<tr>{cells}</tr>")
    return "<table border=1 cellspacing=0>" + "\n".join(rows) + "</table>"

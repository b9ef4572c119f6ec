"""Whatever bytes come, `read` ends in a named outcome: encodings, types, limits, hostile pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extraction.decode import decode, encoded
from crawler.extraction.extract import read
from crawler.extraction.page import MAX_BYTES, MAX_NODES, Page
from crawler.extraction.sniff import true_type
from crawler.items import Capture, PageOutcome, PageResult
from tests.attachments.compound import LOCKED_BOOK, LOCKED_WORD, SLIDES, compound, word
from tests.attachments.odf_made import open_document
from tests.office_samples import zipped

TEXT = "<html><head><title>镕镇年报</title></head><body><p>主动公开“信息”279条。</p></body></html>"


def capture(
    content: bytes, content_type: str = "text/html", url: str = "http://a.gov.cn/b/c.html"
) -> Capture:
    return Capture(
        "r", url, datetime(2026, 1, 1, tzinfo=UTC), 200, (("Content-Type", content_type),), content
    )


def read_bytes(content: bytes, content_type: str = "text/html") -> PageResult:
    return read(capture(content, content_type))


def declared(charset: str) -> str:
    return TEXT.replace("<head>", f'<head><meta charset="{charset}">')


@pytest.mark.parametrize(
    ("content", "content_type", "encoding"),
    [
        (TEXT.encode(), "text/html", "utf-8"),
        (declared("gb2312").encode(), "text/html; charset=gb2312", "utf-8"),
        (declared("gb2312").encode("gb18030"), "text/html; charset=utf-8", "gb18030"),
        (TEXT.encode("gb18030"), "text/html; charset=ISO-8859-1", "gb18030"),
        (TEXT.encode("gbk"), "text/html; charset=gbk", "gb18030"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "text/html; charset=gbk", "utf-8"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "text/html", "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "text/html", "utf-16-be"),
        (TEXT.encode("utf-16-le"), "text/html; charset=utf-8", "utf-16-le"),
        (TEXT.encode().replace(b"2", b"2\x00"), "text/html", "utf-8"),
        (TEXT.encode("gb18030"), "text/html; charset=no-such-charset", "gb18030"),
    ],
)
def test_text_is_read_whatever_is_declared(
    content: bytes, content_type: str, encoding: str
) -> None:
    text, found = decode(content, content_type)
    assert found == encoding
    assert encoded(text, found, content) == text.encode()
    assert "镕镇年报" in text
    assert "主动公开“信息”279条。" in text


def test_big5_is_read_where_it_is_declared() -> None:
    traditional = '<meta charset="big5"><p>城月鎮政府信息公開</p>'
    assert "城月鎮政府信息公開" in decode(traditional.encode("big5hkscs"))[0]


def test_one_broken_byte_does_not_turn_utf8_into_gbk() -> None:
    text, encoding = decode(declared("utf-8").encode().replace("“".encode(), b"\xff"))
    assert encoding == "utf-8"
    assert "镕镇年报" in text


def test_a_page_cut_inside_a_character_is_still_utf8() -> None:
    content = ("<p>" + "公开" * 50).encode()[:-1]
    assert decode(content) == ("<p>" + "公开" * 49 + "公", "utf-8")
    for length in range(len(content)):
        text, encoding = decode(content[:length])
        assert encoded(text, encoding, content[:length]) == text.encode()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (b" \r\n\x00 ", "empty"),
        (b"\n%PDF-1.4 ...", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "cut_compound"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 9, "broken_compound"),
        (compound(word()), "office"),
        (compound({"Workbook": b"\x09\x08\x04\x00" + bytes(4)}), "office"),
        (compound({"\x01CompObj": b"x", "CONTENTS": b"MS Works"}), "compound"),
        (compound({"EncryptedPackage": b"x"}), "encrypted"),
        (compound(LOCKED_WORD), "encrypted"),
        (compound(LOCKED_BOOK), "encrypted"),
        (compound(SLIDES), "compound"),
        (zipped("[Content_Types].xml", "word/document.xml"), "docx"),
        (zipped("word/document.xml", "_rels/.rels")[:60], "zip"),
        (zipped("_rels/.rels", "word/document.xml")[:120], "docx"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (zipped("[Content_Types].xml", "ppt/presentation.xml"), "pptx"),
        (zipped("OFD.xml"), "ofd"),
        (zipped("mimetype", "content.xml"), "odf"),
        (open_document("text")[:80], "odf"),
        (open_document("spreadsheet-template"), "odf"),
        (open_document("presentation"), "odg"),
        (zipped("photo.jpg"), "zip"),
        (zipped("%PDF-1.4.pdf"), "zip"),  # an archive of a PDF that is stored as it is
        (zipped("word/年报.doc"), "zip"),
        (zipped("附件.docx"), "zip"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n boundary=x\r\n", "mhtml"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Word.Document"?><w/>', "office"),
        (b"Rar!\x1a\x07\x01", "rar"),
        (b"\x89PNG\r\n\x1a\n....", "image"),
        (b"BM" + bytes(12) + b"\x28\0\0\0", "image"),
        ("BMI筛查工作情况。".encode(), "text"),
        (b'{"articles": []}', "json"),
        (b'callback({"a": 1})', "json"),
        (b"<?xml version='1.0'?><datastore/>", "xml"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html><p>a</p></html>", "html"),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>x", "html"),
        ("年报<br>正文".encode(), "html"),
        ("只有文字".encode(), "text"),
        (bytes(range(256)) * 20, "binary"),
    ],
    ids=lambda given: given if isinstance(given, str) else "bytes",  # times lie in those of a ZIP
)
def test_the_type_is_told_from_the_bytes(content: bytes, kind: str) -> None:
    assert true_type(content) == kind


@pytest.mark.parametrize(
    ("content", "outcome", "warning"),
    [
        (b"", PageOutcome.ERROR, "type:empty"),
        (bytes(range(256)) * 20, PageOutcome.UNSUPPORTED, "type:binary"),
        (b'{"a": 1}', PageOutcome.UNSUPPORTED, "type:json"),
        (zipped("_rels/.rels", "ppt/a.xml"), PageOutcome.UNSUPPORTED, "type:pptx"),
        (b"\xff\xd8\xff\xe0....", PageOutcome.NEEDS_TOOL, "type:image"),
        (b"{\\rtf1 ", PageOutcome.NEEDS_TOOL, "type:rtf"),
    ],
)
def test_what_is_no_page_says_what_it_is(
    content: bytes, outcome: PageOutcome, warning: str
) -> None:
    result = read_bytes(content)
    assert (result.outcome, result.warnings[:1]) == (outcome, (warning,))


def test_a_page_of_20_mb_ends_at_once_in_a_named_outcome() -> None:
    result = read_bytes(b"<p>" + b"x" * (20 * 1024 * 1024))
    assert result.outcome is PageOutcome.KILLED
    assert result.warnings == (f"limit: bytes {20 * 1024 * 1024 + 3}, limit {MAX_BYTES}",)


def test_a_page_of_too_many_nodes_is_killed() -> None:
    assert read_bytes(b"<b>" + b"<i></i>" * (MAX_NODES + 1)).outcome is PageOutcome.KILLED


@pytest.mark.parametrize("depth", [300, 1500, 5000, 100_000])
def test_deep_nesting_neither_crashes_nor_recurses(depth: int) -> None:
    content = "<div>" * depth + "<p>主动公开政府信息279条。</p>"
    result = read_bytes(content.encode())
    if depth <= 1500:
        assert "主动公开政府信息279条。" in result.body
    else:
        assert result.outcome is PageOutcome.KILLED


@pytest.mark.parametrize(
    "content",
    [
        b"<html></html>",
        b"<",
        b"<html><frameset><frame src='a.htm'></frameset></html>",
        b"<body>" + b"<table>" * 500 + b"<tr><td>x",
        b"<table>" + b"<tr><td rowspan=99999 colspan=99999>x</td></tr>" * 60 + b"</table>",
        "<p>时间：</p><p>来源：</p><p>索引号：</p>".encode(),
        "<title>关于".encode() + "的".encode() * 5000 + b"</title><h1></h1>",
        b"<base href='http://[broken'><a href='http://[x.pdf'>a</a>",
        "<p>\ud800</p>".encode("utf-8", "surrogatepass"),
        b"<p>&#xFFFF;&#0;&#x1e;&#x110000;</p>",
        "<div id=zoom style='display:none'><p>藏起来的正文也是正文。</p></div>".encode(),
        ("索" + " " * 20000 + "引号：").encode() + b"<p>",
        ("<p>" + "字号大中小" * 3000 + "</p>").encode(),
        ("<p>" + "【" * 20000 + "</p>").encode(),
    ],
)
def test_hostile_markup_ends_in_an_outcome_without_hanging(content: bytes) -> None:
    assert read_bytes(content).outcome


def test_a_cut_capture_says_so() -> None:
    cut = Capture(
        "r", "http://a.gov.cn/", datetime(2026, 1, 1, tzinfo=UTC), 200, (), TEXT.encode(), "length"
    )
    assert "cut:length" in read(cut).warnings


def test_base_and_meta_of_a_page() -> None:
    page = Page(
        capture(
            b'<base href="/other/"><meta name="articletitle" content="">'
            b'<meta name="ArticleTitle" content=" T "><body>'
        )
    )
    assert page.base_url == "http://a.gov.cn/other/"
    assert page.absolute("x.pdf#p") == "http://a.gov.cn/other/x.pdf"
    assert page.meta("ARTICLETITLE") == "T"
    assert page.meta("nothing") == ""
    assert page.tree is page.tree

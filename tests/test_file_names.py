"""What a file is really called, told by servers of thirty years."""

from __future__ import annotations

import unicodedata
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction.extract import read
from crawler.extraction.files.realnames import LONGEST, disposition_name, real_name
from crawler.items import Capture

NAME = "2023年政府信息公开年报.pdf"
TURNED = "年报\u202efdp.exe"
UTF8, GBK = NAME.encode(), NAME.encode("gbk")


def wire(raw: bytes) -> str:
    """Bytes as a header shows them."""
    return raw.decode("latin-1")


@pytest.mark.parametrize(
    "value",
    [
        f"filename*=UTF-8''{quote(UTF8)}",
        f"filename=\"down.pdf\"; filename*=utf-8'zh'{quote(UTF8)}",
        f"filename*=GBK''{quote(GBK)}",
        f"filename*=gb2312''{quote(UTF8)}",  # not what it says
        f"filename*=klingon''{quote(UTF8)}",
        f"filename*0*=UTF-8''{quote(NAME[:8])}; filename*1*={quote(NAME[8:])}",
        f'filename="{wire(GBK)}"',
        f"filename={wire(GBK)}",
        f'filename="{wire(UTF8)}"',
        f'filename="{quote(UTF8)}"',
        f"filename={quote(GBK)}",
        f'filename="=?UTF-8?B?{b64encode(UTF8).decode()}?="',
        f'filename="=?GBK?B?{b64encode(GBK).decode()}?="',
        f'FileName = "{wire(GBK)}" ; size=3',
        f'filename="C:\\\\年报\\\\{wire(GBK)}"'.replace("年报", wire("年报".encode("gbk"))),
        f'filename="../../{wire(GBK)}"',
    ],
)
@pytest.mark.parametrize("disposition", ["attachment; ", "inline;", ""])
def test_a_name_is_read_in_every_spelling(disposition: str, value: str) -> None:
    assert disposition_name(disposition + value) == NAME


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment", ""),
        ("", ""),
        ('attachment; filename=""', ""),
        ('attachment; filename=".."', ""),
        ('attachment; filename="/"', ""),
        (";;;=;filename=;", ""),
        ('attachment; filename="a;b=c.pdf"', "a;b=c.pdf"),
        ('attachment; filename="a\\"b.pdf"', 'a"b.pdf'),
        ('attachment; filename="caf\xe9.pdf"', "café.pdf"),
        ('attachment; filename="100%.pdf"', "100%.pdf"),
        ('attachment; filename="a\x00b\x1b.pdf"', "ab.pdf"),
        (f'attachment; filename="{wire(TURNED.encode())}"', "年报fdp.exe"),
        ('attachment; filename="=?UTF-8?Q?=E5=B9=B4.pdf?="', "年.pdf"),
    ],
)
def test_names_that_lie_or_are_none(header: str, name: str) -> None:
    assert disposition_name(header) == name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        # the library fails at a name that is given whole and in pieces
        ("attachment; filename*=a; filename*0=b", ""),
        # charsets that are none, or that Python has and that decode nothing
        ("attachment; filename*=undefined''abc", "abc"),
        ("attachment; filename*=\x00''abc", "abc"),
        ("attachment; filename==?undefined?B?YWJj?=", "abc"),
    ],
)
def test_no_header_breaks_the_reader(header: str, name: str) -> None:
    assert disposition_name(header) == name


@settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["filename", "*", "0", "=", "'", '"', ";", "%e5", "idna", "=?", "?B?", "\x00", "?="]
        )
    )
)
def test_any_header_has_a_name_or_none(pieces: list[str]) -> None:
    assert len(disposition_name("".join(pieces))) <= LONGEST


@pytest.mark.parametrize(
    ("linked", "url", "served", "name"),
    [
        ("点击下载", "/d.jsp?showname=%C4%EA%B1%A8.doc&filename=4c7e.doc", "", "年报.doc"),
        ("附件", "/d.jsp?showname=年报.doc", "报告.doc", "年报.doc"),
        ("附件", "/1.doc", "报告.doc", "报告.doc"),
        # a serial, a hash, a word of every system: the page knows better
        ("附件1：年报", "/1.pdf", "P020230120300000000000.pdf", "附件1：年报"),
        ("附件1：年报", "/1.pdf", "3f2504e0-4f89-41d3-9a0c-0305e82c3301.pdf", "附件1：年报"),
        ("附件1：年报", "/1.pdf", "download.pdf", "附件1：年报"),
        ("附件1：年报", "/d.jsp?filename=0123abcd0123abcd.pdf", "", "附件1：年报"),
        # nobody knows better
        ("下载", "/1.pdf", "P020230120300000000000.pdf", "下载"),
        ("", "/1.pdf", "P020230120300000000000.pdf", "P020230120300000000000.pdf"),
        ("", "/1.pdf", "", ""),
        ("年/报\\表.xls", "/1.xls", "", "年／报／表.xls"),
        ("x", "/d.jsp?showname=..%2F..%2Fetc%2Fpasswd", "", "passwd"),
    ],
)
def test_the_best_of_what_address_server_and_page_say(
    linked: str, url: str, served: str, name: str
) -> None:
    assert real_name(linked, f"http://www.mou.gov.cn{url}", served) == name


def test_an_endless_name_keeps_its_ending() -> None:
    name = real_name("年" * 10_000 + ".docx", "http://www.mou.gov.cn/1")
    assert len(name) == LONGEST and name.endswith("年.docx")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300), st.text(max_size=100), st.text(st.characters(max_codepoint=255)))
def test_no_name_is_a_path_or_more_than_a_line(linked: str, address: str, header: str) -> None:
    served = disposition_name(f"attachment; filename={header}")
    name = real_name(linked, f"http://www.mou.gov.cn/d?showname={address}", served)
    for one in (name, served):
        assert len(one) <= LONGEST
        assert not {"/", "\\", "\n", "\u202e"} & set(one)
        assert not [char for char in one if unicodedata.category(char) in ("Cc", "Cf", "Cs")]


def test_reading_keeps_what_the_server_called_a_file() -> None:
    header = f'attachment; filename="{wire(GBK)}"'
    date = datetime(2023, 2, 1, tzinfo=UTC)
    capture = Capture("r", "http://www.mou.gov.cn/1", date, 200, (), b"\xd0\xcf\x11\xe0" + bytes(9))
    named = replace(capture, headers=(("content-disposition", header),))
    assert read(named).field_sources["file_name"] == {
        "where": "Content-Disposition", "value": NAME, "raw": header,
    }  # fmt: skip
    assert "file_name" not in read(capture).field_sources

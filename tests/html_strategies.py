"""Pages nobody would write on purpose, as hypothesis strategies: soup, trees of the genre, and
real-like pages with pieces cut, moved and broken. Everything is a `Capture` for `read`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from crawler.extraction.sniff import true_type
from crawler.items import Capture
from crawler.warc.reader import CaptureReader
from tests.gold import pages as gold
from tests.portals import seed_pages

FIXTURES = Path(__file__).parent / "fixtures"
URL = "http://www.shili.gov.cn/zwgk/201903/t20190315_1.html"
#: A page longer than this adds time and no shapes.
LONGEST_SAMPLE = 40_000

# -- words ------------------------------------------------------------------------------------

_TEXTS = (
    "某某镇2022年政府信息公开工作年度报告",
    "根据《中华人民共和国政府信息公开条例》，现公布2022年度报告。",
    "主动公开政府信息279条，依申请公开0件。",
    "一、总体情况",
    "（一）主动公开。",
    "当前位置：首页 > 政务公开 > 年度报告",
    "发布时间：2023-01-12 来源：某某镇 浏览次数：",
    "索 引 号：640303-105/2023-00001",
    "发布机构：某某镇人民政府",
    "某府发〔2022〕5号",
    "2023年1月12日",
    "二〇二三年一月十二日",
    "某某镇人民政府",
    "【打印本页】【关闭窗口】",
    "上一篇：没有了",
    "　　",
    " ",
    "\n",
    "0",
    "&nbsp;&nbsp;",
    "&lt;p&gt;",
    "&#x4e00;&#20108;",
    "&#xD800;",
    "&#0;&#x110000;&#x1e;&bogus;&",
    "\x00",
    "\x1e",
    "\x0b\x0c\x85\u2028",
    "\u202e倒\u202c",
    "\u200b零\ufeff宽\u00ad",
    "𠮷\U0010ffff",
    "é\u0301",
    "İıſ",
)
TEXTS = st.one_of(st.sampled_from(_TEXTS), st.text(max_size=12))
_SPANS = st.sampled_from(
    ("0", "1", "2", "3", "-1", "1.5", "100", "65534", str(10**9), "9" * 40, "", "二", "²", "x")
)
_NAMES = (
    "TRS_Editor",
    "zoom",
    "vsb_content_2",
    "article-content",
    "content",
    "title",
    "bt",
    "nav",
    "source",
)
_LINKS = (
    "a.pdf",
    "/f/2022.docx?v=1#p",
    "javascript:void(0)",
    "data:text/html,<p>x</p>",
    "http://[broken",
    "//other.cn/x.xls",
    "../../../../..",
    "/download.jsp?wbfileid=1&filename=年报.pdf",
    "viewer.html?file=%2Ff%2Fa.pdf",
    "mailto:a@b",
    "http://www.shili.gov.cn:99999/a.pdf",
    "",
)
_STYLES = (
    "display:none",
    "DISPLAY : NONE",
    "visibility:hidden",
    "display:block",
    "display:table-cell",
    "text-align:center;mso-x:'",
)
_TAGS = re.findall(
    r"\S+",
    """a b br button center dd div dl dt font form frame frameset h1 h2 head html i iframe img
    input ins label li math noscript object ol option p pre rt ruby script section select span
    strong style sub svg table tbody td textarea th title tr ucapcontent ucaptitle ul unknown-tag
    wbr""",
)


def _quoted(value: str) -> str:
    return '"' + value.replace('"', "&quot;") + '"'


_ATTRIBUTES = st.one_of(
    st.sampled_from(_NAMES).map(lambda name: f"class={_quoted(name)}"),
    st.sampled_from(_NAMES).map(lambda name: f"id={name}"),
    st.sampled_from(_LINKS).map(lambda link: f"href={_quoted(link)} src={_quoted(link)}"),
    st.sampled_from(_STYLES).map(lambda style: f"style={_quoted(style)}"),
    st.tuples(_SPANS, _SPANS).map(lambda spans: f"rowspan={spans[0]} colspan={_quoted(spans[1])}"),
    st.sampled_from(
        ("hidden", "role=presentation", "title='附件'", "=", '"', "a\x00b=1", "data-x")
    ),
)

# -- trees of the genre: a flat run of pieces, so that tags cross and stay open ---------------


def _opened(tag: str, attributes: list[str]) -> str:
    return f"<{' '.join([tag, *attributes])}>"


_OPEN = st.builds(_opened, st.sampled_from(_TAGS), st.lists(_ATTRIBUTES, max_size=2))
_CLOSE = st.sampled_from(_TAGS).map(lambda tag: f"</{tag}>")
_ELEMENT = st.builds(
    lambda tag, attributes, text: f"{_opened(tag, attributes)}{text}</{tag}>",
    st.sampled_from(_TAGS),
    st.lists(_ATTRIBUTES, max_size=2),
    TEXTS,
)
_CELL = st.builds(
    lambda tag, rows, columns, text: f"<{tag} rowspan='{rows}' colspan='{columns}'>{text}",
    st.sampled_from(("td", "th")),
    _SPANS,
    _SPANS,
    TEXTS,
)
_TABLE = st.lists(st.lists(_CELL, max_size=4).map("".join), max_size=5).map(
    lambda rows: "<table>" + "".join(f"<tr>{row}" for row in rows) + "</table>"
)
_ODD = st.sampled_from(
    (
        "<!-- <p>注释</p> -->",
        "<!--",
        "-->",
        "<![CDATA[正文]]>",
        "<?php echo 1 ?>",
        "<script>document.write('<p>写出</p>')</script>",
        '<script>var a = {"content": "<p>正文\\u516c开</p>"};',
        "<style>p:before{content:'x'}</style>",
        "<textarea><p>藏在文本框里的正文，公开。</p></textarea>",
        "<base href='http://[x'>",
        "<base href='/b/'>",
        "<meta charset=gb2312>",
        "<meta http-equiv=Content-Type content='text/html; charset=big5'>",
        "<meta name=ArticleTitle content='某某镇2022年政府信息公开工作年度报告&amp;'>",
        "<meta name=PubDate content='2023-01-12 10:00'>",
        "<meta name=ContentSource content='某某镇'>",
        "<title>某某镇2022年政府信息公开的_某某县人民政府门户网站</title>",
        "<iframe src=/body.html></iframe>",
        "<frameset><frame src=a.html></frameset>",
        "<embed src=/a.pdf>",
        "<p",
        "<",
        "</",
        "<td><tr></table>",
        "<tr><td>索引号<td>640303-105/2023-00001<tr><td>发布机构<td>某某镇",
        "<ul><li>640303-105/2023-00001<li>某某镇<li>2023-01-12<li>有效</ul>",
        "<tr><td>索引号</td><td>文号</td></tr><tr><td>A1234567-8/2023-1</td><td>无</td></tr>",
    )
)
_PIECE = st.one_of(_ELEMENT, TEXTS, _OPEN, _CLOSE, _TABLE, _ODD)


def _tree(pieces: list[str], twice: bool, wrap: str) -> str:
    inner = "".join(pieces)
    return wrap.format(inner * 2 if twice else inner)


TREES = st.builds(
    _tree,
    st.lists(_PIECE, max_size=25),
    st.booleans(),
    st.sampled_from(
        (
            "{}",
            "<html><head></head><body>{}</body></html>",
            "<div class=TRS_Editor>{}</div><div class=TRS_Editor>手机版</div>",
            "<table><tr><td id=zoom>{}",
            "<title>某某镇2022年政府信息公开工作年度报告</title><div style='display:none'>{}",
        )
    ),
)

# -- bytes ------------------------------------------------------------------------------------

_CHARSETS = ("utf-8", "gb18030", "gbk", "big5", "utf-16-le", "utf-16", "utf-8-sig", "latin-1")
_DECLARED = ("", "utf-8", "gb2312", "GBK", "big5", "utf-16", "iso-8859-1", "x-no-such", "\xff;=")


def page_of(content: bytes, declared: str = "", url: str = URL) -> Capture:
    headers = (("Content-Type", f"text/html; charset={declared}"),) if declared else ()
    when = datetime(2026, 1, 1, tzinfo=UTC)
    return Capture("urn:uuid:1", url, when, 200, headers, content)


def _encoded(text: str, charset: str, declared: str) -> Capture:
    # "replace" knows no surrogates, which the strategies of text never make.
    return page_of(text.encode(charset, "replace"), declared)


SOUPS = st.one_of(
    st.builds(page_of, st.binary(max_size=300), st.sampled_from(_DECLARED)),
    st.builds(
        lambda head, tail: page_of(head + tail),
        st.sampled_from((b"<p>", b"<html>", b"\xff\xfe<", b"%PDF-", b"PK\x03\x04", b"<?xml ?>")),
        st.binary(max_size=200),
    ),
    st.builds(
        _encoded,
        st.lists(st.one_of(st.text(max_size=40), st.sampled_from("<>&\"'=/!-")), max_size=12).map(
            lambda parts: "<p>" + "".join(parts)
        ),
        st.sampled_from(_CHARSETS),
        st.sampled_from(_DECLARED),
    ),
)
GENRE = st.builds(_encoded, TREES, st.sampled_from(_CHARSETS), st.sampled_from(_DECLARED))

# -- real-like pages, broken ------------------------------------------------------------------


@cache
def samples() -> tuple[Capture, ...]:
    """Pages of the gold set, the seeds and the portals' fixtures, in a fixed order."""
    found = [page_of(page.content, url=page.url) for page in gold.load("dev")]
    found += [
        page_of(seed_pages.seed_page(seed)[1], url=url) for seed, url in seed_pages.URLS.items()
    ]
    for folder in sorted(path.parent for path in FIXTURES.glob("*/pages.warc.gz")):
        found += CaptureReader(folder).captures()
    return tuple(one for one in found if true_type(one.content) == "html")


Mutation = Callable[[bytes, int, int], bytes]
_INSERTED = (
    b"</div>",
    b"<table>",
    b"</table>",
    b"<div style='display:none'>",
    b"<!--",
    b"<p>",
    b'"',
)
_RENAMED = (
    (b"class=", b"id="),
    (b"<td", b"<th"),
    (b"</p>", b""),
    (b"<div", b"<span"),
    (b">", b" >"),
)


def _cut(page: bytes, start: int, size: int) -> bytes:
    return page[:start]


def _delete(page: bytes, start: int, size: int) -> bytes:
    return page[:start] + page[start + size :]


def _double(page: bytes, start: int, size: int) -> bytes:
    return page[: start + size] + page[start:]


def _swap(page: bytes, start: int, size: int) -> bytes:
    one, other = page[start : start + size], page[start + size : start + 2 * size]
    return page[:start] + other + one + page[start + 2 * size :]


def _flip(page: bytes, start: int, size: int) -> bytes:
    return (
        page[:start]
        + bytes(byte ^ (1 << size % 8) for byte in page[start : start + 3])
        + page[start + 3 :]
    )


def _insert(page: bytes, start: int, size: int) -> bytes:
    return page[:start] + _INSERTED[size % len(_INSERTED)] + page[start:]


def _rename(page: bytes, start: int, size: int) -> bytes:
    old, new = _RENAMED[size % len(_RENAMED)]
    return page[:start] + page[start:].replace(old, new)


_MUTATIONS: tuple[Mutation, ...] = (_delete, _double, _swap, _flip, _insert, _rename, _cut)
_STEPS = st.lists(
    st.tuples(st.sampled_from(_MUTATIONS), st.integers(0, 9999), st.integers(1, 3000)),
    min_size=1,
    max_size=4,
)


def _mutated(number: int, steps: list[tuple[Mutation, int, int]]) -> Capture:
    known = [one for one in samples() if len(one.content) <= LONGEST_SAMPLE]
    page = known[number % len(known)]
    content = page.content
    for mutate, share, size in steps:
        content = mutate(content, share * len(content) // 10_000, size)
    declared = page.header("Content-Type") or ""
    return page_of(content, declared.rpartition("charset=")[2], page.url)


MUTATED = st.builds(_mutated, st.integers(0, 999), _STEPS)

#: Every kind of page by its name.
KINDS = {"soup": SOUPS, "genre": GENRE, "mutated": MUTATED}

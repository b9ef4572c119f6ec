"""Bodies that a page shows only by script: found where they are carried, and only then."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote

import pytest

from crawler.extraction.body.carriers import carriers, literals
from crawler.extraction.extract import read
from crawler.extraction.page import Page
from crawler.items import Capture, PageOutcome, PageResult

TITLE = "某某镇2022年政府信息公开工作年度报告"
LINES = (
    "根据《中华人民共和国政府信息公开条例》规定，现公布某某镇2022年政府信息公开工作年度报告。",
    "一、总体情况",
    "2022年，某某镇坚持以公开为常态、不公开为例外，主动公开政府信息279条，其中政策文件3条。",
    "某某镇人民政府",
    "2023年1月12日",
)
BODY = "".join(f'<p style="text-indent: 2em">{line}</p>' for line in LINES)
SCRIPTED = json.dumps(BODY, ensure_ascii=False).replace("<", "\\u003c").replace("/", "\\/")
NOTICE = "<p>您的浏览器不支持脚本，请开启后访问本网站，或者换用其他浏览器。</p>"
FILL = "document.getElementById('zw').innerHTML"


def page(inner: str) -> bytes:
    return (
        f"<html><head><meta charset=utf-8><title>{TITLE}</title></head><body>"
        "<ul><li><a href=/a/>走进本县的各项工作</a></li><li><a href=/b/>政务公开</a></li></ul>"
        f"<h1>{TITLE}</h1><p>发布时间：2023-01-20 来源：某某镇</p>{inner}"
        "<div>主办单位：某县人民政府办公室，技术支持：某公司</div></body></html>"
    ).encode()


def capture(content: bytes) -> Capture:
    url = "http://www.mou.gov.cn/a/t20230120_1.html"
    return Capture("r", url, datetime(2023, 2, 1, tzinfo=UTC), 200, (), content)


def read_html(inner: str) -> PageResult:
    return read(capture(page(inner)))


def split(text: str) -> str:
    """A string literal in two pieces."""
    middle = text.index("一、总体")
    return f'{text[:middle]}" +\n "{text[middle:]}'


def escaped(text: str) -> str:
    """As JavaScript's escape() has it."""
    return "".join(f"%u{ord(one):04X}" if ord(one) > 255 else quote(one) for one in text)


PLACE = "<div id=zw class=nr></div>"
CARRIED: dict[str, tuple[str, str]] = {
    "textarea, escaped": (
        "textarea:#src",
        f"{PLACE}<textarea id=src style='display:none'>{escape(BODY)}</textarea>",
    ),
    "textarea, raw": ("textarea", f"{PLACE}<textarea>{BODY}</textarea>"),
    "xmp": ("xmp:#src", f"{PLACE}<xmp id=src style='display:none'>{BODY}</xmp>"),
    "hidden input": (
        "input:#h",
        f'{PLACE}<input type=hidden id=h value="{escape(BODY)}">',
    ),
    "template": ("template:#t", f"{PLACE}<template id=t>{BODY}</template>"),
    "noscript": ("noscript", f"{PLACE}<noscript>{BODY}</noscript>"),
    "JSON in an attribute": (
        "attribute:data-article",
        f'<div id=zw data-article="{escape(json.dumps({"id": 3, "body": BODY}))}"></div>',
    ),
    "property of a component": (
        "attribute::content",
        f'<article-view :content="{escape(json.dumps(BODY))}"></article-view>',
    ),
    "JSON-LD, no markup": (
        "script:articleBody",
        f"{PLACE}<script type=application/ld+json>"
        f"{json.dumps({'@type': 'Article', 'articleBody': chr(10).join(LINES)})}</script>",
    ),
    "XML in a script": (
        "script:text/xml",
        f"{PLACE}<script type=text/xml><nr><![CDATA[{BODY}]]></nr></script>",
    ),
    "comment": ("comment", f"<div id=zoom><!--{BODY}--></div>"),
    "comment with words": ("comment", f"<div id=zoom><!--NR\n{BODY}\nNR--></div>"),
    "variable": (
        "script:var content",
        f"{PLACE}<script>var id = 3;\nvar content = {SCRIPTED};{FILL}=content</script>",
    ),
    "single quotes": ("script:s", f"{PLACE}<script>s='{BODY}';{FILL}=s</script>"),
    "back quotes": ("script:const s", f"{PLACE}<script>const s = `{BODY}`;</script>"),
    "joined by +": ("script:var h", f"{PLACE}<script>var h = {split(SCRIPTED)};</script>"),
    "joined by +=": (
        "script:var h",
        f"{PLACE}<script>var h = '';" + "".join(f"h += '<p>{x}</p>';" for x in LINES) + "</script>",
    ),
    "document.write": (
        "script:document.write",
        "<script>" + "".join(f"document.write('<p>{x}</p>');" for x in LINES) + "</script>",
    ),
    "a key of JSON": (
        "script:content",
        f'{PLACE}<script type="application/json">{{"id": 3, "content": {SCRIPTED}}}</script>',
    ),
    "JSON in a string": (
        "script:content",
        f"<script>var d = JSON.parse({json.dumps(json.dumps({'content': BODY}))})</script>",
    ),
    "a list of paragraphs": (
        "script:var ps",
        f"{PLACE}<script>var ps = [\n" + ",\n".join(f"'{x}'" for x in LINES) + "];</script>",
    ),
    "base64": (
        "script:window.atob",
        f'<script>show(window.atob("{b64encode(BODY.encode()).decode()}"))</script>',
    ),
    "percent signs": (
        "script:decodeURIComponent",
        f'<script>x(decodeURIComponent("{quote(BODY)}"))</script>',
    ),
    "what escape() writes": (
        "script:unescape",
        f'<script>document.write(unescape("{escaped(BODY)}"))</script>',
    ),
    "an attribute": ("attribute:data-html", f'{PLACE}<div data-html="{escape(BODY)}"></div>'),
    "a frame's own page": ("attribute:srcdoc", f'<iframe srcdoc="{escape(BODY)}"></iframe>'),
    "entities in a string": ("script:var s", f'<script>var s = "{escape(BODY)}"</script>'),
    "a script that is not run": (
        "script:text/html",
        f"{PLACE}<script type='text/html'>{BODY}</script>",
    ),
}


@pytest.mark.parametrize("way", CARRIED)
def test_a_carried_body_is_read_and_its_way_is_named(way: str) -> None:
    path, inner = CARRIED[way]
    result = read_html(inner)
    assert (result.path, result.body) == (path, "\n\n".join(LINES))
    assert (result.outcome, result.title) == (PageOutcome.DOCUMENT, TITLE)
    assert (result.published, result.source) == ("2023-01-20", "某某镇")


def test_a_script_fills_the_element_it_names_else_an_empty_container() -> None:
    def outside(fill: str, inner: str) -> list[str]:
        link = "<p><a href=/f/1.doc>附件：统计表</a></p>"
        script = f"<script>var c = {SCRIPTED};{fill}</script>"
        result = read_html(
            f"<div>{inner}{link}</div>{'<div><a href=/x/>另一页</a></div>' * 70}{script}"
        )
        assert result.body == "\n\n".join(LINES)
        return [part.name for part in result.parts]

    # What is linked beside the place is the document's, however far away the script stands.
    assert outside(f"{FILL} = c", PLACE) == ["附件：统计表"]
    assert outside("$('#zw').html(c)", PLACE) == ["附件：统计表"]
    assert outside("show(c)", "<div class=TRS_Editor></div>") == ["附件：统计表"]
    assert outside("show(c)", PLACE) == []


@pytest.mark.parametrize("carry", [f"<!--{BODY}-->", f"<textarea>{escape(BODY)}</textarea>"])
def test_a_page_that_shows_its_body_is_read_as_it_is_shown(carry: str) -> None:
    shown = "2023年，某某镇主动公开政府信息12条，未收到申请，未收取费用，没有行政复议和行政诉讼。"
    result = read_html(
        f"<div class=TRS_Editor>{f'<p>{shown}</p>' * 1}<p>{LINES[0]}</p></div>{carry}"
    )
    assert result.path == "container:.TRS_Editor"
    assert result.body == f"{shown}\n\n{LINES[0]}"


@pytest.mark.parametrize(
    "inner",
    [
        f"<noscript>{NOTICE}</noscript>",
        f"<!--[if lt IE 9]>{NOTICE * 3}<![endif]-->",
        f"<script>alert('{LINES[0]}{LINES[2]}')</script>",
        f"<!-- {LINES[0]}{LINES[2]} -->",
        "<textarea>请输入您的意见，我们会认真阅读。</textarea>",
        f'<script type="application/ld+json">{{"description": "{LINES[0]}{LINES[2]}"}}</script>',
    ],
)
def test_notices_and_plain_strings_are_no_bodies(inner: str) -> None:
    link = "<div class=TRS_Editor><p><a href=/f/1.pdf>2022年年报.pdf</a></p></div>"
    result = read_html(link + inner)
    assert result.path == "container:.TRS_Editor"
    assert result.outcome is PageOutcome.ATTACHMENT_ONLY


def test_a_short_text_in_its_container_is_not_replaced_by_a_longer_comment() -> None:
    shown = "2022年，我局主动公开政府信息36条，未收到申请，未收取费用。"
    result = read_html(f"<div class=TRS_Editor><p>{shown}</p></div><!--{BODY}-->")
    assert result.body == shown


def test_a_hidden_element_without_a_known_name_is_the_body_of_a_page_that_shows_none() -> None:
    result = read_html(f"<div id=nr style='display:none'><div>{BODY}</div></div>")
    assert (result.path, result.body) == ("hidden:#nr", "\n\n".join(LINES))


def test_strings_end_where_scripts_end_them() -> None:
    script = r"""var a = "x\"y", b = 'it\'s "so"'; // don't
    c["k"] = {"n": "\u4e00\x41\/\n", 'm': "\ud83d\ude00"}; f(`two
lines`)"""
    assert list(literals(script)) == [
        ("var a", 'x"y'),
        ("b", 'it\'s "so"'),
        ("", "k"),
        ("", "n"),
        ("n", "一A/\n"),
        ("", "m"),
        ("m", "😀"),
        ("f", "two\nlines"),
    ]


#: Pages that would cost more than their size if each beginning were followed to the end.
ENDLESS: dict[str, Callable[[int], str]] = {
    "comments": lambda n: "<!-- 未完" * n,
    "quotes": lambda n: "<script>" + '="' * n + "</script>",
    "escaped quotes": lambda n: "<script>" + '="\\' * n + "</script>",
    "colons": lambda n: "<script>" + ":" * n + "</script>",
    "names": lambda n: "<script>" + "a" * n + '="字"</script>',
    "back quotes": lambda n: "<script>" + "=`\n" * n + "</script>",
    "noscripts": lambda n: "<noscript>字" * min(n, 1500),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_what_never_ends_is_looked_at_once(kind: str) -> None:
    read_page = Page(capture(page(ENDLESS[kind](100_000))))
    assert all(len(one.markup) < 2_000_000 for one in carriers(read_page.tree, read_page.html))


def test_characters_that_no_xml_has_do_not_stop_a_carried_body() -> None:
    """Found by mutation: lxml parses U+0001, and refuses it as a text that is set."""
    result = read_html(f"{PLACE}<textarea>{escape('&#1;' + BODY)}</textarea>")
    assert result.body.endswith("\n\n".join(LINES[1:]))

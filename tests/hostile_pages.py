"""Pages made to cost much: one shape repeated, at any size. What grows faster than they is found
by reading each at a size and at twice that size.

``python -m tests.hostile_pages`` does so in a process that may have `MEMORY` and prints JSON.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from crawler.extraction.extract import read
from crawler.extraction.page import MAX_BYTES
from crawler.items import Capture, PageResult

TITLE = "<title>某某镇2022年政府信息公开工作年度报告</title>"
#: Stacks of a thousand are below every limit, a page of them is not.
DEEP = 1000


def _run(before: str, unit: str, after: str = "") -> Callable[[int], str]:
    return lambda size: before + unit * max(size // len(unit.encode()), 1) + after


def _stack(opened: str, closed: str, inner: str, depth: int) -> Callable[[int], str]:
    return _run(TITLE, opened * depth + inner + closed * depth)


def _numbered(before: str, unit: str) -> Callable[[int], str]:
    """The unit with a number of its own in each."""
    return lambda size: (
        before + "".join(unit.format(number) for number in range(size // len(unit.encode())))
    )


_SENTENCE = "公开的内容是主动公开政府信息若干条，较好。"
_WRAPPED = "公开的内容是主动公开政府信息若干条"

#: What a line may repeat: every expression that reads lines meets its worst ones here.
WORDS = (
    "位置:", "索 引 号", "索引号:", "2020年", "2020-", "二〇二〇年", "（", "《", "【打印】",
    "字号:", " ", "　", "\xa0", "\t", "\n", "\x1e", "\u200b", "1", "A1-", "公", "公开政府，",
    "来源", "首页>", "〔2020〕", "。", "!", "…", "-", " - ", "_", "|", "/", "号", "一、", "十",
    "人民政府", "1月1日至", "<", "&nbsp;", "&", "&#xD800;", "“", "&lt;b", "[", "公 ", "年 ",
    "\n ", "\x1e ", "icon", "附件",
)  # fmt: skip
#: Where such a line may stand.
PLACES = {
    "paragraph": (TITLE + "<p>", "</p>"),
    "blank line": (TITLE + "<p>公\n", "公</p>"),
    "container": (TITLE + "<div id=zoom>", "</div>"),
    "title": ("<title>", "公</title><p>正文"),
    "heading": ("<h1 class=title>", "公</h1>"),
    "cell": ("<table><tr><td>索引号</td><td>", "</td></tr></table>"),
    "meta": ('<meta name=ArticleTitle content="', '公"><p>正文'),
    "style": ('<p style="display', '">正文'),
    "link": ('<a href="/download.jsp?', '/">正文</a>'),
    "picture": ('<img src="', '/">'),
    "pre": ("<pre>", "</pre>"),
}

HOSTILE: dict[str, Callable[[int], str]] = {
    "nested divs": _run(TITLE, "<div>公开"),
    "unclosed fonts": _run(TITLE, "<font>公<p>"),
    "stacks of titles": _stack("<div class=title>", "</div>", "公开信息", DEEP),
    "stacks of tables": _stack("<table><tr><td>", "</table>", _SENTENCE, 7),
    "one stack of tables": _stack("<table><tr><td>公开", "</table>", _SENTENCE, 300),
    "stacks of containers": _stack("<div class=content>", "</div>", _SENTENCE, 60),
    "stacks of spans": _stack("<span>", "</span>", "公", 60),
    "stacks of lists": _stack("<ul><li>", "</ul>", "640300-123/2018-00001", 20),
    "text": _run(TITLE + "<p>", _SENTENCE),
    "paragraphs": _numbered(TITLE, "<p>{}" + _SENTENCE),
    "one paragraph again and again": _run(TITLE, f"<p>{_SENTENCE}"),
    "two paragraphs again and again": _run(TITLE, f"<p>{_SENTENCE}<p>又{_SENTENCE}"),
    "wrapped lines": _run(TITLE + "<p>", _WRAPPED + "<br>"),
    "wrapped lines of a cell": _run(TITLE + "<table><tr><td>一<td>", _WRAPPED + "<br>"),
    "containers": _numbered(TITLE, "<div class=TRS_Editor>{}，公开内容。</div>"),
    "numbered containers": _numbered(TITLE, "<p id=vsb_content_{}>公开，内容。"),
    "hidden": _run(TITLE, f"<p style='display:none'>{_SENTENCE}"),
    "cells": _run(TITLE + "<table>", "<tr><td>公开<td>12"),
    "one row of cells": _run(TITLE + "<table><tr>", "<td>"),
    "a wide row and many": lambda size: (
        TITLE + "<table><tr>" + "<td>" * (size // 8) + "<tr><td>公" * (size // 16)
    ),
    "spans of all rows": _run(TITLE + "<table>", "<tr><td colspan=100 rowspan=65534>公"),
    "growing rows": _run(TITLE + "<table>", "<tr><td rowspan=65534>公"),
    "spans over empty rows": lambda size: (
        TITLE
        + "<table><tr>"
        + "<td colspan=99 rowspan=65534>公" * (size // 400)
        + "<tr>" * (size // 8)
    ),
    "tables": _run(TITLE, "<table><tr><td>公开<td>1</table>"),
    "rows of labels": _run(TITLE + "<table>", "<tr><td>索引号<td>发布机构"),
    "labels": _run(TITLE, "<p>索引号：</p>"),
    "labels and values": _run(TITLE, "<p>索引号：640300-123/2018-00001</p>"),
    "information blocks": _run(TITLE, "<div><p>索引号：1</p><p>发布机构：2</p></div>"),
    "unlabelled blocks": _run(TITLE, "<ul><li>640300-123/2018-00001<li>公开<li>公开</ul>"),
    "links": _numbered(TITLE, "<li><a href=/{}.pdf>某某镇信息公开</a>"),
    "frames": _numbered(TITLE, "<iframe src=/{}.html></iframe>"),
    "broken bases": _run(TITLE, "<base href='http://[x'><a href=x.pdf>a</a>"),
    "headings": _numbered(TITLE, "<h1>公开信息标题{}</h1>"),
    "entities": _run(TITLE + "<p>", "&nbsp;&#20844;&amp;&bogus;&#0;"),
    "comments": _run(TITLE, "<!-- a -->"),
    "open comments": _run(TITLE, "<!-- a "),
    "comments before a page": _run("<?xml ?>", "<!---->"),
    "attributes": _numbered(TITLE + "<p ", "a{}=b "),
    "attributes with brackets": _numbered(TITLE + "<p ", 'a{}="<>" '),
    "one attribute": _run(TITLE + '<p title="', "公", '">正文'),
    "classes": _numbered(TITLE + '<p class="', "c{} "),
    "open quotes": _run(TITLE, '<a href="'),
    "a number of a million digits": _run("<table><tr><td>公<td rowspan=", "9", ">公</table>"),
    "downloads in an address": _run("<a href='", "/download.jsp?", "'>公</a>"),
    "breadcrumbs": _run(TITLE + "<ul><li>当前位置：</li>", "<li>公开</li>"),
    "scripts": _run(TITLE, "<script>a<b</script>"),
}


def capture_of(markup: str) -> Capture:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    return Capture(
        "r", "http://a.gov.cn/b/c.html", when, 200, (), markup.encode("utf-8", "replace")
    )


def timed(markup: str) -> tuple[float, PageResult]:
    """CPU seconds of one reading, and what it found."""
    capture = capture_of(markup)
    began = time.process_time()
    result = read(capture)
    return time.process_time() - began, result


def cost(name: str) -> tuple[float, str]:
    """A shape at the size of the largest page that is read; smaller where a limit ends it."""
    size = MAX_BYTES - 100_000
    seconds, result = timed(HOSTILE[name](size))
    worst = seconds
    while result.warnings and result.warnings[0].startswith("limit:") and size > 50_000:
        size = size * 2 // 3
        seconds, result = timed(HOSTILE[name](size))
        worst = max(worst, seconds)
    return worst, f"{result.outcome} at {size} bytes {' '.join(result.warnings)}"


#: What a process that reads hostile pages may have: the bytes of a page times a hundred and more.
MEMORY = 1536 * 2**20
#: Bytes at which growth shows and a linear shape costs milliseconds.
LINE, PAGE = 12_000, 25_000
MIB = 2**20
#: Larger than any page that is read, or at a limit of its own: the outcome is ``killed`` or named.
HUGE: dict[str, Callable[[], str]] = {
    "50,000 nested tags": lambda: "<div>" * 50_000 + _SENTENCE,
    "20 MB of text": lambda: "<p>" + "公" * (7 * MIB),
    "20 MB of one attribute": lambda: '<p title="' + "a" * (20 * MIB) + '">正文',
    "20 MB of cells": lambda: "<table><tr>" + "<td>" * (5 * MIB),
    "9 MB of cells": lambda: "<table><tr>" + "<td>" * (9 * MIB // 4),
    "a table of 300,000 cells": lambda: "<table>" + ("<tr>" + "<td>1" * 10) * 30_000,
    "1,000,000 entities": lambda: TITLE + "<p>" + "&#20844;" * 1_000_000,
    "400,000 attributes": lambda: HOSTILE["attributes"](4 * MIB),
    "400,000 attributes with brackets": lambda: HOSTILE["attributes with brackets"](6 * MIB),
    "9 MB of one attribute": lambda: TITLE + '<img src="data:' + "a" * (9 * MIB) + '">',
}


def shapes() -> dict[str, tuple[Callable[[int], str], int]]:
    """Every shape with the size it is tried at: pages, and each word in each place."""
    found = {name: (make, PAGE) for name, make in HOSTILE.items()}
    for place, (before, after) in PLACES.items():
        for word in WORDS:
            found[f"{word!r} in a {place}"] = (_run(before, word, after), LINE)
    return found


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    logging.disable(logging.ERROR)
    growth = {}
    for name, (make, size) in shapes().items():
        growth[name] = (timed(make(size))[0], timed(make(2 * size))[0])
    ends = {name: timed(make()) for name, make in HUGE.items()}
    huge = {name: (took, str(end.outcome), end.warnings) for name, (took, end) in ends.items()}
    json.dump({"growth": growth, "huge": huge}, sys.stdout)


if __name__ == "__main__":
    main()

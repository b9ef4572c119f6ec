"""Lines shared by one walk are what a walk of each element finds; the fallback's short cuts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import html
from lxml.html import HtmlElement

from crawler.extraction.body import fallback
from crawler.extraction.body.carriers import carriers
from crawler.extraction.extract import read
from crawler.extraction.fields.tokens import Token, tokens
from crawler.extraction.page import Page, PageLimitError
from crawler.extraction.walk.flow import BLOCKS, Line, flow
from crawler.extraction.walk.lines import Lines, visible_lines
from crawler.extraction.whitespace import han
from crawler.items import Capture, PageOutcome, PageResult
from tests.html_strategies import TREES, page_of

AWKWARD = [
    "<body>甲<p>乙<a href=x>丙<b>丁</b><div>戊</div></a>己</p>庚<br>辛</body>",
    "<body><pre>一\r\n二<div>三\r\n四</div></pre><span style='DISPLAY: block'>五</span>六</body>",
    "<body><div hidden>藏<p>起</p></div>现<p style='visibility:hidden'>无</p>尾<i>末</i></body>",
    "<body><table><tr><td>外<table><tr><td>内</td></tr></table>后</td><td></td></tr></table>",
    "<body><a href=x><table><tr><td>表在链接里</td></tr></table></a>文<table></table>字</body>",
    "<table><tr><td><table><tr><td>前</td><td><div>文</div></td></tr></table></td><td>侧</td></table>",
    "<table><tr><td> <div>文<table><tr><td></td></tr></table></div> </td></tr><tr><td>后</table>",
    "<table><tr><td>题<div>文</div></td><td><dl><dt><p>独</p></dt></dl></td></tr></table>末",
    "<body><script>不是字</script><ul><li>甲<li>乙<textarea>丙</textarea></ul><dl><dt>丁</dl>",
]


@pytest.mark.parametrize("markup", AWKWARD)
def test_the_lines_of_any_element_are_those_of_a_walk_of_its_own(markup: str) -> None:
    root = html.document_fromstring(markup).body
    lines = Lines(root)
    for element in root.iter():
        assert list(lines.of(element)) == list(visible_lines(element)), html.tostring(element)
        unlinked = sum(line.unlinked for line in visible_lines(element))
        assert lines.unlinked(element) == unlinked
        assert lines.hides_below(element) == (
            list(visible_lines(element)) != list(flow(element, hidden=True))
        )


def _token_texts(found: Iterable[Token | object]) -> list[object]:
    return [(one.text, one.element) if isinstance(one, Token) else one for one in found]


def _hold_the_careful_walk(root: HtmlElement) -> None:
    """The lines, tokens and hidden elements of one walk are those of `flow`."""
    lines = Lines(root)
    walked = [one for one in flow(root) if isinstance(one, Line)]
    assert list(lines.all) == walked
    for element in root.iter("*"):
        assert _token_texts(tokens(element, lines=lines)) == _token_texts(tokens(element))
        whole = [one for one in element if one.tag in BLOCKS][:2]
        found = tokens(element, whole, lines)
        assert _token_texts(found) == _token_texts(tokens(element, whole))
        inline = list(element.iterdescendants("img", "b", "a", "span"))[:3]
        assert list(lines.split_at(inline, element)) == list(flow(element, whole=inline))
    for one in root.iterdescendants(*BLOCKS):  # as a body stands in the page, perhaps in cells
        found = tokens(root, (one,), lines)
        assert _token_texts(found) == _token_texts(tokens(root, (one,))), html.tostring(one)


@pytest.mark.parametrize("markup", AWKWARD)
def test_header_lines_come_from_the_one_walk_as_from_one_of_their_own(markup: str) -> None:
    _hold_the_careful_walk(html.document_fromstring(markup).body)


def test_scripts_beside_the_body_show_nothing_that_its_walk_lacks() -> None:
    tree = html.document_fromstring("<body><p>甲<span>乙</span></p><td></td>丙</body>")
    tree.insert(1, html.fragment_fromstring("<style>p {}</style>"))
    tree.append(html.fragment_fromstring("<script>不是字</script>"))
    lines = Lines(tree.body)
    assert lines.parted(tree) is not None
    assert _token_texts(tokens(tree, lines=lines)) == _token_texts(tokens(tree))
    tree.append(html.fragment_fromstring("<p>丁</p>"))
    assert lines.parted(tree) is None


def test_a_body_in_a_cell_behind_other_cells_is_told_without_a_second_walk() -> None:
    cells = "<tr><td>前</td><td></td><td><div>文</div></td></tr>"
    root = html.document_fromstring(f"<table><tr><td><table>{cells}</table></td></tr></table>").body
    lines = Lines(root)
    for body in root.iter("div", "td"):
        found = lines.parted(root, (body,))
        assert found is not None
        assert _token_texts(tokens(root, (body,), lines)) == _token_texts(tokens(root, (body,)))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(TREES)
def test_the_tight_walk_of_any_page_is_the_careful_one(markup: str) -> None:
    try:
        page = Page(page_of(markup.encode("utf-8", "replace")))
        _hold_the_careful_walk(page.root)
    except PageLimitError:
        pass


@pytest.mark.parametrize("markup", AWKWARD)
def test_tables_stand_among_the_lines_where_a_walk_would_yield_them(markup: str) -> None:
    root = html.document_fromstring(markup).body
    tables = list(root.iter("table"))
    walked = list(flow(root, whole=frozenset(tables)))
    assert [one for one in Lines(root).around(tables, root) if one not in tables] == [
        one for one in walked if one not in tables
    ]
    assert [one for one in walked if one in tables] == [
        one for one in Lines(root).around(tables, root) if one in tables and one in walked
    ]


def _read(content: bytes) -> PageResult:
    url = "http://www.hexi.example/zwgk/1.html"
    return read(Capture("one", url, datetime(2026, 1, 1, tzinfo=UTC), 200, (), content))


def test_where_there_is_prose_trafilatura_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(fallback, "_trafilatura_text", lambda tree: asked.append(tree) or "")
    prose = "<p>青石镇坚持以公开为常态、不公开为例外，主动公开政府信息二百余条。</p>"
    result = _read(
        f"<body><div>导航</div><div>{prose}{prose.replace('青', '白')}</div></body>".encode()
    )
    assert (result.path, asked) == ("prose", [])


def test_a_page_of_links_is_a_list_and_no_text_is_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = "".join(f"<li><a href='/{n}'>第{n}号政务公开栏目的信息</a></li>" for n in range(9))
    page = f"<body><ul>{rows}</ul></body>"
    with_sentence = f"<body><ul>{rows}</ul><p hidden>本栏目暂停更新，敬请谅解。</p></body>"
    asked: list[object] = []
    monkeypatch.setattr(fallback, "_trafilatura_text", lambda tree: asked.append(tree) or "")
    assert _read(page.encode()).outcome is PageOutcome.LIST
    assert not asked
    _read(with_sentence.encode())
    assert len(asked) == 1


def test_a_home_page_is_read_without_trafilatura(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"<li><a href='/{n}'>第{n}号栏目里面最新的一条信息</a></li>" for n in range(90))
    teaser = "<p>青石镇坚持以人民为中心的工作原则，为群众办成实事二百余件。</p>"
    news = f"<div>{teaser}</div><div>{teaser.replace('青', '白')}</div>"
    page = f"<body><ul>{rows}</ul>{news}</body>"
    asked: list[object] = []
    monkeypatch.setattr(fallback, "_trafilatura_text", lambda tree: asked.append(tree) or "")
    _read(page.encode())
    assert not asked


def test_comments_that_never_end_cost_no_more_than_their_length() -> None:
    page = b"<p>" + "政务公开".encode() + b"<!-- <p>" * 100_000
    assert list(carriers(html.document_fromstring(page), page.decode())) == []


# The first and the last of each range of Han, and what stands beside them.
_HAN = "\u3007\u3400\u9fff\uf900\ufaff\U00020000\U0003ffff"
_NO_HAN = "\u3006\u3008\u33ff\ua000\uf8ff\ufb00\uff21\U0001f600\U00040000"


@pytest.mark.parametrize("one", _HAN + _NO_HAN)
def test_han_are_counted_alike_in_short_and_in_long_texts(one: str) -> None:
    for text in (f"公{one}é", f"公{one}\ud800é"):
        assert han(text) == 1 + (one in _HAN)
        assert han(text * 100) == 100 * han(text)

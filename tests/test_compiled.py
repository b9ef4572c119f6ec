"""The compiled twins find what their Python functions find, object by object."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree, html

import crawler.compiled
from crawler.compiled import PLAIN, TWINS, Twin
from crawler.extraction.fields.tokens import Token
from crawler.extraction.page import Page, PageLimitError
from crawler.extraction.tables.gridlines import Cell
from crawler.extraction.walk.flow import Element, Line, is_hidden
from crawler.extraction.walk.lines import visible_lines
from crawler.extraction.walk.pagewalk import walk_page
from tests.gold.pages import GoldPage, load
from tests.html_strategies import TREES, page_of
from tests.test_lines import AWKWARD

ROOT = Path(__file__).parent.parent
REAL = ROOT.parent / "shared" / "real" / "pages"
TELLING, KEPT = frozenset(("h1", "h2")), ("title", "meta", "script", "input")

pytestmark = pytest.mark.skipif(
    any(one.compiled is None for one in TWINS.values())
    and (bool(os.environ.get(PLAIN)) or shutil.which("cc") is None),
    reason="nothing is compiled here: there is no C compiler, or it is not wanted",
)


def _twin(name: str) -> Twin:
    one = TWINS[name]
    assert one.compiled is not None, f"{name}: {one.reason}"
    return one


def _hold_the_walk(root: Element) -> None:
    one = _twin("pagewalk.walk_page")
    assert one.compiled is not None
    compiled = one.compiled(root)
    compiled.spans = dict(compiled.spans)
    assert compiled == one.plain(root), html.tostring(root)[:1000]


def _hold_what_is_seen(tree: Element) -> None:
    one = _twin("seen.seen")
    assert one.compiled is not None
    plain, compiled = (way(tree, TELLING, KEPT, 300_000) for way in (one.plain, one.compiled))
    assert (compiled.nodes, compiled.named, compiled.kept) == (
        plain.nodes,
        plain.named,
        plain.kept,
    )


def _shown(cells: list[Cell]) -> list[tuple[object, ...]]:
    return [(one.row, one.column, one.rows, one.columns, one.text, one.width()) for one in cells]


def _hold_the_tables(root: Element) -> None:
    walked, placed = _twin("rows.walked"), _twin("placed.placed")
    assert walked.compiled is not None and placed.compiled is not None
    for table in root.iter("table", "div"):  # of a <div> as well: broken pages have cells anywhere
        found = walked.plain(table, is_hidden)
        assert walked.compiled(table, is_hidden) == found, html.tostring(table)
        cells = [way(found.rows, visible_lines) for way in (placed.plain, placed.compiled)]
        assert _shown(cells[0]) == _shown(cells[1]), html.tostring(table)


def _hold_the_tokens(root: Element) -> None:
    one = _twin("tokens.of_entries")
    assert one.compiled is not None
    walked = walk_page(root)
    asked = walked.parted, tuple(walked.lines), walked.entries
    for start, end in ((0, len(walked.entries)), (1, 2), (3, 3)):
        reach = min(start, len(walked.entries)), min(end, len(walked.entries))
        found = one.compiled(*asked, *reach)
        assert found == one.plain(*asked, *reach), html.tostring(root)[:1000]
        assert {type(token) for token in found} <= {Token}


def _hold(page: Page) -> None:
    try:
        tree = page.tree
    except PageLimitError:
        return
    _hold_what_is_seen(tree)
    _hold_the_tables(tree)
    for root in [page.root, *list(page.root.iter("*"))[5::37]]:
        _hold_the_walk(root)
    _hold_the_tokens(page.root)


def test_everything_that_can_be_compiled_is() -> None:
    assert {name: one.reason for name, one in TWINS.items() if one.reason} == {}
    modules = {name.partition(".")[0] for name in TWINS}
    assert modules == {one.stem for one in (ROOT / "crawler/compiled").glob("*.pyx")}


MORE = [
    "<body><p>甲<!-- 注 -->乙<b>丙</b>丁<!-- 注 -->戊</p></body>",
    "<body><p>前\n  后</p><p>\r\n甲\r乙\n</p><p>　　缩\xa0进 </p><p>\x1e</p><p>\u200b</p></body>",
    "<body><p style='Display:NONE'>藏</p><p style=''>现</p><p style>显</p><i hidden=''>藏</i>",
    "<body><a style='display:block' href=x>甲\n乙</a><br style='display:block'>丙<a>丁<a>戊</a>",
    "<body><ol type=A><li>甲<li style='list-style:none'>乙<ol start=3 reversed><li>丙</ol></ol>",
    "<body><pre>\r甲\r\n乙\n<b>\n</b>𠮷</pre>丙<font><o:p>丁</o:p><fh-p>戊</fh-p></font></body>",
    "<body><select><option>不是字</select>是<object>不是</object>\n<script>不</script>\n字</body>",
    "<frameset><frame src=a></frameset>",
    "<table>题<caption>表</caption><tr>行<td rowspan=0>甲</td>间<td colspan=' 2 '>乙</td></tr>"
    "<font>字<tr hidden><td>丙</td></tr>后<td rowspan=９ colspan=>丁</td></font><tbody>身<th"
    " rowspan=-1 colspan=1.5>戊<td colspan=007 rowspan=99>己</tbody>尾<tfoot><tr><td>脚</table>",
    "<table><tr>" + "<td colspan=90 rowspan=12345678901>宽</td>" * 3 + "</tr></table>",
    "<table><tr><td><table><tr><td>内</td></tr></table></td></tr><td>外<style>a</style>字</table>",
]


@pytest.mark.parametrize("markup", AWKWARD + MORE)
def test_awkward_pages_are_walked_alike(markup: str) -> None:
    for tree in (html.document_fromstring(markup), page_tree(markup)):
        _hold_what_is_seen(tree)
        _hold_the_tables(tree)
        for root in tree.iter("*"):
            _hold_the_walk(root)
            _hold_the_tokens(root)


def page_tree(markup: str) -> Element:
    return Page(page_of(markup.encode())).tree


def test_a_tree_that_was_taken_apart_and_put_together_is_walked_alike() -> None:
    tree = html.document_fromstring("<body><div>甲<p>乙</p>丙</div><pre>丁</pre></body>")
    other = html.document_fromstring("<body><section class=x>戊<br>己</section>庚</body>")
    tree.body.insert(1, other.body[0])
    tree.body.append(etree.Comment("注"))
    tree.body[-1].tail = "辛"
    tree.body.append(etree.SubElement(tree.body, "{http://www.w3.org/2000/svg}svg"))
    tree.body[0].text = etree.CDATA("壬")
    tree.body[0].append(etree.Entity("nbsp"))
    _hold_the_walk(tree.body)
    _hold_what_is_seen(tree)
    _hold_the_tables(tree)


@pytest.mark.parametrize("page", load("dev"), ids=lambda page: page.id)
def test_gold_pages_are_walked_alike(page: GoldPage) -> None:
    _hold(Page(page_of(page.content)))


@pytest.mark.skipif(not REAL.exists(), reason=f"no real pages at {REAL}")
def test_real_pages_are_walked_alike() -> None:
    for path in sorted(REAL.glob("*.htm*")):
        _hold(Page(page_of(path.read_bytes())))


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(TREES)
def test_any_page_is_walked_alike(markup: str) -> None:
    _hold(Page(page_of(markup.encode("utf-8", "replace"))))


def test_a_pass_ends_at_its_most_nodes() -> None:
    tree = html.document_fromstring("<body>" + "<i></i>" * 50)
    one = _twin("seen.seen")
    assert one.compiled is not None
    assert one.compiled(tree, (), (), 20).nodes == one.plain(tree, (), (), 20).nodes == 21


@pytest.mark.parametrize(
    "line", ["", " ", "：", ":\x1e", "甲\n：", "\x1e甲\x1e \x1e乙", "甲\x1e乙 ", "\u3000甲\xa0"]
)
@given(st.text(" \n\x1e\u3000\xa0\u200b:：甲a\x00\ud800𠀀", max_size=8))
@settings(deadline=None)
def test_any_line_is_parted_alike(line: str, more: str) -> None:
    one = _twin("tokens.of_entries")
    assert one.compiled is not None
    element = html.fromstring("<p>甲</p>")
    lines = (Line("", element), Line("", element))
    asked = [line + more, more], lines, [0, element, 1], 0, 3
    assert one.compiled(*asked) == one.plain(*asked)


_ASKED = [name for name in TWINS if name.startswith("whitespace.")]
# What each question knows of, the signs beside them, and what is not Unicode at all.
_LETTERS = "".join(map(chr, range(0x30))) + (
    "\x7f\x85\xa0\xa1\xad\xaeaé年〇\u3006\u33ff\u3400\u9fff\ua000\uf900\ufaff\ufb00𠀀\U0003ffff\U00040000"
    "\u1680\u180e\u1fff\u2000\u200a\u200b\u200f\u2027\u2028\u2029\u202a\u202e\u202f\u205f\u2060\u2061"
    "\u3000\u3001\ufefe\ufeff\uff00\ud800\udfff\U0010ffff"
)


def _ask(name: str, text: str) -> None:
    one = _twin(name)
    assert one.compiled is not None
    assert one.compiled(text) == one.plain(text), ascii(text)


@pytest.mark.parametrize("name", _ASKED)
def test_every_character_is_taken_for_the_same(name: str) -> None:
    for code in range(sys.maxunicode + 1):
        _ask(name, f"年{chr(code)}")


@pytest.mark.parametrize("name", _ASKED)
@given(st.one_of(st.text(_LETTERS, max_size=30), st.text()))
@settings(deadline=None)
def test_texts_are_taken_for_the_same(name: str, text: str) -> None:
    _ask(name, text)
    _ask(name, text * 40)


@pytest.mark.parametrize("name", _ASKED)
def test_more_than_a_string_is_one_and_nothing_else_is(name: str) -> None:
    compiled: Any = _twin(name).compiled
    found = html.fromstring("<p> 年 报 </p>").xpath("string()")  # a subclass of str
    assert compiled(found) == compiled(" 年 报 ")
    assert type(compiled(found)) in (str, int, bool)
    for none in (None, b"a", 1):
        with pytest.raises(TypeError):
            compiled(none)


def _said(**environment: str) -> str:
    command = [sys.executable, "-m", "crawler.compiled"]
    environment = {**os.environ, **environment}
    return subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout


def test_it_is_told_what_runs_compiled() -> None:
    assert _said(**{PLAIN: ""}).count("compiled\n") == len(TWINS)
    told = _said(**{PLAIN: "1"})
    assert told.count(f"in Python: {PLAIN} is set") == len(TWINS)


def test_another_lxml_than_it_was_compiled_for_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lxml.etree.__version__", "99.0")
    compiled, reason = crawler.compiled._compiled("pagewalk", "walk_page")
    assert compiled is None
    assert "found 99.0: install again" in reason


def test_a_twin_of_other_lines_than_these_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As behind a pull without another set-up: what it finds may be what rules said before."""
    monkeypatch.setattr(crawler.compiled, "_digest", lambda module: "another")
    compiled, reason = crawler.compiled._compiled("whitespace", "han")
    assert (compiled, reason) == (None, "compiled from other lines than these: install again")


def test_a_twin_that_no_rule_fits_any_more_stops_nothing() -> None:
    """It is refused where it is loaded, before anything can be asked of it."""
    script = (
        "from crawler.extraction.walk import shown; shown.LINK, shown.BREAK = 2, 1\n"
        "from crawler.compiled import _compiled; print(*_compiled('pagewalk', 'walk_page'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.startswith("None cannot be used, install again")


_READ_ALL = """
import json, sys
from dataclasses import asdict
from crawler.extraction.extract import read
from tests.gold.pages import load
from tests.html_strategies import page_of
for one in load("dev"):
    print(json.dumps(asdict(read(page_of(one.content))), default=str, sort_keys=True))
"""


def test_pages_are_read_alike_compiled_and_plain() -> None:
    def lines(plain: str) -> Iterator[dict[str, Any]]:
        command = [sys.executable, "-c", _READ_ALL]
        environment = {**os.environ, PLAIN: plain}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
        )
        return map(json.loads, done.stdout.splitlines())

    count = 0
    for compiled, plain in zip(lines(""), lines("1"), strict=True):
        assert compiled == plain
        count += 1
    assert count == len(load("dev"))


def test_long_lines_and_deep_trees_are_walked_alike() -> None:
    chance = random.Random(1)
    words = ["年报", " ", "\n", "\u3000", "<b>", "</b>", "<br>", "<i hidden>", "</i>", "\x1e", "a"]
    markup = "".join(chance.choices(words, k=30_000))
    _hold_the_walk(page_tree(f"<body><p>{markup}</p></body>").find("body"))
    _hold_the_walk(html.document_fromstring("<body>" + "<div>年<p>" * 400).body)

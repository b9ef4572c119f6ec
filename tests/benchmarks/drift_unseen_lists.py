"""What happens to lists in `drift_unseen`, frozen with it on 2026-11-22."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml import html as parser
from lxml.html import HtmlElement

from tests.benchmarks.drift_answers import Asked, Change, link_of, notice, on, rows_of
from tests.portals.model import Answer

_INTRANET = "http://10.16.3.21:8080"
_NOTHING = '<p class="none">暂无数据</p>'
_CHALLENGE = Answer(
    b"<script>document.cookie=('__jsl_clearance_s=')+(1<<3)+'|-1|';"
    b"location.href=location.pathname+location.search</script>",
    status=521,
)
_NO_DATABASE = notice("提示", "数据库连接失败：Too many connections")
_UNSIGNED = json.dumps({"code": 401, "msg": "签名验证失败", "data": None}, ensure_ascii=False)


def _rows_included(tree: HtmlElement, asked: Asked) -> None:
    """The server no longer does its includes, and rows are kept in a file of their own."""
    rows = rows_of(tree, asked)
    if rows:
        rows[0].addprevious(etree.Comment('#include virtual="list.inc"'))
    for row in rows:
        row.drop_tree()


def _to_the_intranet(tree: HtmlElement, asked: Asked) -> None:
    """Lists are made where editors work, and name the host as it is called there."""
    for link in tree.iter("a"):
        url = urlsplit(urljoin(asked.url, link.get("href") or ""))
        if url.scheme.startswith("http"):
            link.set("href", f"{_INTRANET}{url.path}" + (f"?{url.query}" if url.query else ""))


def _other_base(tree: HtmlElement, asked: Asked) -> None:
    """A new template names a base address, and relative links lead nowhere."""
    links = [link_of(row).get("href") for row in rows_of(tree, asked)]
    if any(not link.startswith(("/", "http")) for link in links):
        tree.head.insert(0, parser.fragment_fromstring('<base href="/cms/web/">'))


def _offices_merged(tree: HtmlElement, asked: Asked) -> None:
    """A reform of offices: every third column is linked no longer, and nothing stands for it."""
    for item in tree.xpath("//ul[@class='tree']/li")[2::3]:
        item.drop_tree()


def _offices_to_choose(tree: HtmlElement, asked: Asked) -> None:
    """The columns of offices are to be chosen from a box, and a script goes there."""
    for hub in tree.xpath("//ul[@class='tree']"):
        box = parser.fragment_fromstring('<select onchange="location.href=this.value"></select>')
        for link in hub.iter("a"):
            option = etree.SubElement(box, "option", value=link.get("href"))
            option.text = link.text_content()
        hub.getparent().replace(hub, box)


def _nothing_beyond(tree: HtmlElement, asked: Asked) -> None:
    """Further pages are there and have no rows: the search behind them counts from elsewhere."""
    rows = rows_of(tree, asked) if asked.first else []
    if rows:
        rows[0].addprevious(parser.fragment_fromstring(_NOTHING))
    for row in rows:
        row.drop_tree()


def _unsigned(answer: Answer, asked: Asked) -> Answer:
    """The service behind lists wants its requests signed."""
    is_data = asked.role == "list" and answer.content_type.startswith("application/json")
    return replace(answer, body=_UNSIGNED.encode()) if is_data else answer


def _challenged(answer: Answer, asked: Asked) -> Answer:
    """A shield against robots stands before lists, and asks for a script to be run."""
    return _CHALLENGE if asked.role == "list" else answer


def _no_database(answer: Answer, asked: Asked) -> Answer:
    """Lists are made when asked for, and their database answers no longer."""
    return _NO_DATABASE if asked.role == "list" else answer


CHANGES: Mapping[str, Change] = {
    "includes in lists undone": on("list", _rows_included),
    "links to the intranet": on("list", _to_the_intranet),
    "a base address that is wrong": on("list", _other_base),
    "a third of the offices unlinked": on("list", _offices_merged),
    "offices to choose from a box": on("list", _offices_to_choose),
    "nothing on further pages": on("list", _nothing_beyond),
    "lists as data want a signature": _unsigned,
    "a challenge before lists": _challenged,
    "lists without their database": _no_database,
}

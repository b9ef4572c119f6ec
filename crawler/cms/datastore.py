"""Hanweb's XML: the rows of a list as ``<record>`` elements with HTML inside.

It stands inline in column pages and is what ``dataproxy.jsp`` answers. Very old servers answer a
JavaScript array instead, whose strings hold the same HTML.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final, NamedTuple

from lxml import etree

from crawler.cms.answers import MAX_ROWS, count_of

_STORE = re.compile(r"<datastore\b.*?</datastore\s*>", re.DOTALL | re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*['\"]([^'\"]{1,2000})['\"]", re.IGNORECASE)
#: A page has one list, now and then a few blocks beside it.
_MAX_STORES: Final = 20


class Datastore(NamedTuple):
    """One list, or a group of its rows. ``following`` is the address of the next group."""

    total: int
    pages: int
    following: str
    records: tuple[str, ...]

    @property
    def markup(self) -> str:
        return "\n".join(self.records)


def datastores(text: str) -> list[Datastore]:
    """Every datastore of a page or an answer, in order."""
    found = [match.group() for match in islice(_STORE.finditer(text), _MAX_STORES)]
    return [store for source in found if (store := _read(source)) is not None]


def script_strings(text: str) -> str:
    """A script's source with the quotes of its strings plain, so that HTML in them can be read."""
    return re.sub(r"\\(['\"/])", r"\1", text)


def _read(source: str) -> Datastore | None:
    # Entities stay unresolved and huge trees are refused: nothing an answer declares can grow.
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    if root is None:
        return None
    records = ["".join(map(str, element.itertext())) for element in root.iter("record")]
    href = _HREF.search(_text(root, "nextgroup"))
    return Datastore(
        count_of(_text(root, "totalrecord")),
        count_of(_text(root, "totalpage")),
        href[1].replace("&amp;", "&") if href else "",
        tuple(records[:MAX_ROWS]),
    )


def _text(root: etree._Element, name: str) -> str:
    element = root.find(f".//{name}")
    return "" if element is None else "".join(map(str, element.itertext())).strip()

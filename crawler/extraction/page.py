"""One page: decoded once, parsed once, shared by everything that reads it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from crawler.extraction.decode import decode, encoded
from crawler.extraction.walk.flow import BOXES, Element, Line
from crawler.extraction.walk.lines import Lines
from crawler.extraction.walk.seen import Named, Seen, seen
from crawler.extraction.walk.starttags import most_attributes
from crawler.items import Capture

# A Word table of a report costs 2 KB a cell and makes pages of half a megabyte; ten is no page.
MAX_BYTES = 10 * 1024 * 1024
MAX_NODES = 300_000
# libxml2 stops at 2048 levels by itself; unclosed <font> tags of old editors reach hundreds.
MAX_DEPTH = 2000
# The depths of all nodes in sum: what it costs to ask each element for what is around or below
# it. A page of MAX_NODES comes here at a mean depth of 33; articles have one of 10 to 15.
MAX_STEPS = 10_000_000
MAX_ATTRIBUTES = 10_000  # of one element
MAX_URL = 8192  # a longer one no server takes; pictures are written into their addresses

# Tags that say by themselves what they hold; others do by their names.
_TELLING_TAGS = frozenset(("h1", "h2", "h3", "h4", "ucaptitle", "ucapcontent"))
# Tags that `Page.tagged` knows: what else than text a page holds.
_KEPT_TAGS = frozenset(
    ("title", "meta", "base", "time", "iframe", "frame", "embed", "object", "script", *BOXES)
)
# A link that is absolute, or so but for its site, with nothing in it that joining would change.
_PLAIN_LINK = re.compile(
    r"(?P<site>https?://[A-Za-z0-9.-]+(?::\d+)?)?(?:/[A-Za-z0-9_-][A-Za-z0-9_.%-]*)+"
    r"(?:\?[A-Za-z0-9_.%&=-]+)?",
    re.ASCII,
)


class PageLimitError(Exception):
    """A page passed a limit and is not read: the outcome ``killed`` names it."""


class Page:
    """A capture as HTML. ``tree`` is never None; scripts stay in it, comments do not."""

    def __init__(self, capture: Capture) -> None:
        if len(capture.content) > MAX_BYTES:
            raise PageLimitError(f"bytes {len(capture.content)}, limit {MAX_BYTES}")
        self.capture = capture
        self.url = capture.url
        self.html, self.encoding = decode(capture.content, capture.header("Content-Type") or "")
        self._encoded = encoded(self.html, self.encoding, capture.content)

    @cached_property
    def tree(self) -> Element:
        tree = _parse(self.html, self._encoded)
        self._seen = _seen(tree)
        return tree

    @cached_property
    def root(self) -> Element:
        """The <body>, or the whole tree of a frameset."""
        body = self.tree.find("body")
        return self.tree if body is None else body

    @cached_property
    def flowed(self) -> Lines:
        """The visible lines of the page, and which of them are an element's."""
        root = self.root
        elements = self._seen.elements
        if not elements or (root is not self.tree and root.getnext() is not None):
            return Lines(root)
        # The root and all behind it: to come by them again would cost as much as to walk them.
        return Lines(root, elements[elements.index(root) :])

    @property
    def named(self) -> Sequence[Named]:
        """The elements of the tree with an id, a class or a telling tag, in document order."""
        assert self.tree is not None  # parsing it finds them
        return self._seen.named

    def tagged(self, *tags: str) -> list[Element]:
        """The elements of the tree with one of some tags that stand beside its text, in its order.

        To look for them in the tree would cost as much as a tenth of parsing it, each time.
        """
        assert self.tree is not None and _KEPT_TAGS.issuperset(tags)
        return [one for one in self._seen.kept if one.tag in tags]

    @property
    def title(self) -> str:
        """The text of <title> as it is."""
        return next((one.text or "" for one in self.tagged("title")), "")

    @property
    def lines(self) -> tuple[Line, ...]:
        """The visible lines of the page."""
        return self.flowed.all

    def lines_of(self, element: Element) -> Sequence[Line]:
        """The visible lines of an element of the page."""
        return self.flowed.of(element)

    def rewrite(self, markup: str) -> None:
        """Take other markup for the page's."""
        self.html, self._encoded = markup, markup.encode("utf-8", "replace")
        for name in ("tree", "root", "flowed", "base_url", "_absolute", "_site", "_metas"):
            self.__dict__.pop(name, None)

    def look_again(self) -> None:
        """Forget what was seen of the tree before it was changed."""
        self._seen = _seen(self.tree)
        self.__dict__.pop("flowed", None)

    @cached_property
    def base_url(self) -> str:
        """What relative links resolve against: the first <base href>, else the page's URL."""
        hrefs = (self._join(self.url, base.get("href") or "") for base in self.tagged("base"))
        return next(filter(None, hrefs), self.url)

    @cached_property
    def _absolute(self) -> dict[str, str]:
        return {}

    @cached_property
    def _metas(self) -> dict[str, str]:
        metas: dict[str, str] = {}
        for meta in self.tagged("meta"):
            # In bytes: a name in str is encoded anew for each.
            name = (meta.get(b"name") or meta.get(b"property") or "").strip().lower()
            if name and (content := (meta.get(b"content") or "").strip()):
                metas.setdefault(name, content)
        return metas

    def meta(self, name: str) -> str:
        """The first non-empty content of a <meta> of that name, any case, or ``""``."""
        return self._metas.get(name.lower(), "")

    def absolute(self, href: str) -> str:
        """A link as an absolute URL without fragment; ``""`` when it is none."""
        if (url := self._absolute.get(href)) is None:  # several ask about the links of a list
            # Most are plain: to join one costs ten times as much.
            if len(href) <= MAX_URL and (plain := _PLAIN_LINK.fullmatch(href)):
                url = href if plain["site"] else f"{self._site}{href}"
            else:
                url = self._join(self.base_url, href).partition("#")[0]
            self._absolute[href] = url
        return url

    @cached_property
    def _site(self) -> str:
        return self._join(self.base_url, "/").removesuffix("/")

    @staticmethod
    def _join(base: str, href: str) -> str:
        if len(href) > MAX_URL:
            return ""
        try:
            joined = urljoin(base, href.strip())
            urlsplit(joined)
        except ValueError:  # "http://[broken": a page may print anything
            return ""
        return joined


def parsed(markup: str) -> Element:
    """The <body> of a piece of markup, within the limits of a page."""
    tree = _parse(markup, markup.encode("utf-8", "replace"))
    _seen(tree)
    body = tree.find("body")
    return tree if body is None else body


def _parse(markup: str, encoded: bytes) -> Element:
    """The tree. An XML declaration would contradict the decoding, so bytes are fed, in UTF-8."""
    # Of elements of lxml's own class: one of lxml.html's takes nearly twice the time to make.
    parser = etree.HTMLParser(  # a table of the ids would be asked by nobody
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
        collect_ids=False,
    )
    if most_attributes(markup, MAX_ATTRIBUTES) > MAX_ATTRIBUTES:
        raise PageLimitError(f"attributes of an element over {MAX_ATTRIBUTES}")
    try:
        return html.document_fromstring(encoded, parser=parser, ensure_head_body=True)
    except etree.ParserError:  # nothing but end tags and comments is no document to it
        return html.document_fromstring(b"<html></html>", parser=parser, ensure_head_body=True)


def _seen(tree: Element) -> Seen:
    """What is called something in the tree; raise PageLimitError where it is too large."""
    found = seen(tree, _TELLING_TAGS, _KEPT_TAGS, MAX_NODES)
    if found.nodes > MAX_NODES or (found.nodes > MAX_DEPTH and _is_too_deep(tree)):
        raise PageLimitError(f"nodes or depth over {MAX_NODES}/{MAX_DEPTH}, {MAX_STEPS} in sum")
    return found


def _is_too_deep(tree: Element) -> bool:
    steps = (1 if event == "start" else -1 for event, _ in etree.iterwalk(tree, ("start", "end")))
    depths = list(itertools.accumulate(steps))
    return max(depths) > MAX_DEPTH or sum(depths) > 2 * MAX_STEPS  # each node comes and goes

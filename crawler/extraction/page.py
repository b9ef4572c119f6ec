"""One page: decoded once, parsed once, shared by everything that reads it."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from crawler.extraction.decode import decode
from crawler.extraction.flow import Element, Line, flow
from crawler.items import Capture

# A Word table of a report costs 2 KB a cell and makes pages of half a megabyte; ten is no page.
MAX_BYTES = 10 * 1024 * 1024
MAX_NODES = 300_000
# libxml2 stops at 2048 levels by itself; unclosed <font> tags of old editors reach hundreds.
MAX_DEPTH = 2000


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

    @cached_property
    def tree(self) -> Element:
        """The parsed page. An XML declaration would contradict the decoding, so bytes are fed."""
        parser = html.HTMLParser(
            encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
        )
        tree = html.document_fromstring(
            self.html.encode("utf-8", "replace") or b"<html></html>",
            parser=parser,
            ensure_head_body=True,
        )
        self._check(tree)
        return tree

    @staticmethod
    def _check(tree: Element) -> None:
        nodes = depth = 0
        for event, _ in etree.iterwalk(tree, events=("start", "end")):
            if event == "end":
                depth -= 1
                continue
            depth += 1
            nodes += 1
            if nodes > MAX_NODES or depth > MAX_DEPTH:
                raise PageLimitError(f"nodes or depth over {MAX_NODES}/{MAX_DEPTH}")

    @cached_property
    def root(self) -> Element:
        """The <body>, or the whole tree of a frameset."""
        body = self.tree.find("body")
        return self.tree if body is None else body

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The visible lines of the page."""
        return tuple(line for line in flow(self.root) if isinstance(line, Line))

    @cached_property
    def base_url(self) -> str:
        """What relative links resolve against: the first <base href>, else the page's URL."""
        hrefs = (self._join(self.url, base.get("href") or "") for base in self.tree.iter("base"))
        return next(filter(None, hrefs), self.url)

    @cached_property
    def _metas(self) -> dict[str, str]:
        metas: dict[str, str] = {}
        for meta in self.tree.iter("meta"):
            name = (meta.get("name") or meta.get("property") or "").strip().lower()
            content = (meta.get("content") or "").strip()
            if name and content:
                metas.setdefault(name, content)
        return metas

    def meta(self, name: str) -> str:
        """The first non-empty content of a <meta> of that name, any case, or ``""``."""
        return self._metas.get(name.lower(), "")

    def absolute(self, href: str) -> str:
        """A link as an absolute URL without fragment; ``""`` when it is none."""
        return self._join(self.base_url, href).partition("#")[0]

    @staticmethod
    def _join(base: str, href: str) -> str:
        try:
            joined = urljoin(base, href.strip())
            urlsplit(joined)
        except ValueError:  # "http://[broken": a page may print anything
            return ""
        return joined

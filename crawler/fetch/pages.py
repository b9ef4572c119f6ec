"""A first glance at a body, just enough to tell an error page from a page."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from lxml import etree, html

# Error pages and challenges are small; the largest seen is a challenge of 45 KB.
GLANCE_BYTES = 64 * 1024
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|meta|script|title|div|p|center|h1)\b", re.I)
_UNSEEN = ("script", "style", "noscript", "template")


@cache
def load_rules(name: str) -> dict[str, Any]:
    """A table of crawler/data, as reviewed and committed."""
    rules: dict[str, Any] = json.loads((files("crawler") / "data" / name).read_text("utf-8"))
    return rules


@dataclass(frozen=True, slots=True)
class Glance:
    """``text`` is the title and what a reader sees less the links; ``han`` counts its Han."""

    text: str = ""
    han: int = 0
    links: int = 0


class Answer:
    """A body as far as it may be an error page: what is looked at is worked out once.

    ``bare`` says that it can be one at all: markup, and no larger than error pages are.
    """

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.bare = len(body) <= GLANCE_BYTES and _MARKUP.search(body[:4096]) is not None

    @cached_property
    def source(self) -> str:
        """The first 64 KB decoded, well enough to find a phrase; the extraction takes care."""
        head = self.body[:GLANCE_BYTES]
        try:
            return head.decode("utf-8")
        except UnicodeDecodeError:
            return head.decode("gb18030", errors="replace")

    @cached_property
    def seen(self) -> Glance:
        # As bytes, because lxml refuses a str with an encoding declaration.
        source = self.source.replace("\x00", "").encode("utf-8", "replace")
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        try:
            root = html.document_fromstring(source, parser=parser)
        except etree.ParserError:  # nothing but white space
            return Glance()
        links = sum(1 for _ in root.iter("a"))
        etree.strip_elements(root, "a", *_UNSEEN, with_tail=False)
        text = " ".join(etree.tostring(root, method="text", encoding="unicode").split())
        return Glance(text, len(_HAN.findall(text)), links)

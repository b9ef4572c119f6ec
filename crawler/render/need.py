"""Does a page show nothing without its scripts? Pure; the markers are ``data/shells.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files

from crawler.cms.stubs import stub_target
from crawler.extraction.page import Page, PageLimitError
from crawler.hanzi import count_han
from crawler.items import Capture, Link, Rel

_SHELLS = tomllib.loads((files("crawler") / "data" / "shells.toml").read_text("utf-8"))
_LEAST_HAN: int = _SHELLS["least_han"]

#: Beyond this a page brings its own content; shells weigh some kilobytes.
_SHELL_BYTES = 200_000


def _compiled(entries: list[dict[str, str]]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    flags = re.IGNORECASE | re.DOTALL
    return tuple((entry["name"], re.compile(entry["pattern"], flags)) for entry in entries)


_ROOTS = _compiled(_SHELLS["root"])
_LISTS = _compiled(_SHELLS["list"])


def why_render(capture: Capture, links: Iterable[Link] = ()) -> str | None:
    """The marker that says a page needs a browser, or None.

    ``links`` are what was read from the page as a list: with rows of its own it needs none. A
    page that sends its reader elsewhere (a stub) is followed, not rendered.
    """
    if len(capture.content) > _SHELL_BYTES or any(link.rel is Rel.ROW for link in links):
        return None
    try:
        page = Page(capture)
        if stub_target(page) is not None:
            return None
        shown = sum(count_han(line.text) for line in page.lines)
    except PageLimitError:
        return None
    markers = (*_ROOTS, *_LISTS) if shown < _LEAST_HAN else _LISTS
    return next((name for name, pattern in markers if pattern.search(page.html)), None)

"""Where a page without prose has its document: scans, a file in a viewer, links to files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from crawler.extraction.boilerplate import names_owner
from crawler.extraction.files.attachments import leads_to_file, shown_file
from crawler.extraction.files.filenames import has_words
from crawler.extraction.files.images import may_hold_text
from crawler.extraction.page import Page
from crawler.extraction.walk.flow import Element
from crawler.extraction.whitespace import bare

_FRAMES = frozenset(("iframe", "frame", "embed", "object"))
_SHOWN = ("img", "a", *_FRAMES)
# No text has more of them; a gallery may.
_MOST = 500
_MOST_FILES = 3
# What a single picture stands in; its block is around it.
_NO_HOLDERS = frozenset(("p", "span", "font", "center", "a", "tr", "tbody", "table", "li", "ul"))
_SHORTEST_TITLE = 6
_HEADINGS = frozenset(("h1", "h2", "h3"))


def find_pictured(page: Page) -> Element | None:
    """The innermost element around most pictures and files between a page's title and its foot."""
    shown = list(islice(_below_title(page), _MOST))
    # Pictures stand anywhere; few pages but the document's own have a file.
    shown = [one for one in shown if one.tag != "img"] or shown
    held: Counter[Element] = Counter()
    for one in shown:
        # What is shown counts more than a link to the same beside it (f08).
        held.update(dict.fromkeys(one.iterancestors(), 1 if one.tag == "a" else 2))
    whole = held[page.root]
    around = (one for one in held if 2 * held[one] > whole and one.tag not in _NO_HOLDERS)
    inner = max(around, key=lambda one: sum(1 for _ in one.iterancestors()), default=None)
    return None if inner is None or inner.tag in ("body", "html") else inner


def leads_on(page: Page, element: Element) -> bool:
    """Whether the links in an element are more than the few files of one text."""
    links = [one for one in element.iter("a") if has_words(one)]
    if len(links) > _MOST_FILES:
        return True
    return not all(map(leads_to_file(page), links))


def _below_title(page: Page) -> Iterator[Element]:
    titles = _title_elements(page)
    if not titles:
        return
    feet = frozenset(line.element for line in page.lines if names_owner(line.text))
    leads = leads_to_file(page)
    below = False
    # Nothing else ends it, begins it or is shown.
    for one in page.root.iter(*_SHOWN, *{edge.tag for edge in titles | feet}):
        if below and one in feet:
            return
        below = below or one in titles
        if below and (leads(one) if one.tag == "a" else _is_shown(page, one)):
            yield one


def _title_elements(page: Page) -> frozenset[Element]:
    """Where the page prints its title; a heading is one too."""
    named = bare(f"{page.title} {page.meta('ArticleTitle')}")
    return frozenset(
        line.element
        for line in page.lines
        if not line.linked
        and (
            line.element.tag in _HEADINGS
            or (len(text := bare(line.text)) >= _SHORTEST_TITLE and text in named)
        )
    )


def _is_shown(page: Page, element: Element) -> bool:
    """Whether an element is a picture that may be the text's, or a frame with a file."""
    if element.tag == "img":
        return may_hold_text(element)
    if element.tag not in _FRAMES:
        return False
    address = element.get("src") or element.get("data") or ""
    return bool(shown_file(page, page.absolute(address)))

"""Where the files of an article may stand: in its body, and in lists of files around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice

from crawler.extraction.files.filenames import says_nothing
from crawler.extraction.walk.flow import Element
from crawler.extraction.whitespace import squeeze

# Attachment lists stand beside the container, a level or two above it.
_LEVELS_AROUND = 3
# Beyond this many links an ancestor is the page, not the article.
_MOST_LINKS_AROUND = 60
# The block below it may list its files, and so may one of the next that says so.
_BLOCKS_BELOW = 4
_FILE_LIST = re.compile("(?:相关|本文|正文)?(?:附件|文件下载|下载文件)")
# The words of a list that say what it is are its first.
_FIRST_WORDS = 8
_NOWHERE = ("#", "javascript:")
# What else than a link is clicked on.
_BUTTONS = ("button", "span", "li", "img", "input")


def links_near(body: Sequence[Element], has_clicks: bool) -> list[Element]:
    """The links in the body and around it, each once; where the page ``has_clicks``, its buttons
    as well.
    """
    found: list[Element] = []
    for area, links in _areas(body, has_clicks):
        found += links
        if has_clicks:
            found += [one for one in area.iter(*_BUTTONS) if one.get("onclick")]
    return list(dict.fromkeys(found))  # the areas lie one inside the other


def _areas(
    body: Sequence[Element], has_clicks: bool
) -> Iterator[tuple[Element, Sequence[Element]]]:
    """The body, and around it as far up as the page stays an article; each with its links."""
    yield from ((one, list(one.iter("a"))) for one in body)
    first, last = body[0], body[-1]
    for _ in range(_LEVELS_AROUND):
        parent = first.getparent()
        links = None
        if parent is not None and parent.tag not in ("body", "html"):
            links = _few_links(parent)
        if links is None:
            break
        first = last = parent
        yield parent, links
    else:
        return
    # The page, not the article: only the blocks next to that (f24, g20).
    beside = chain(islice(first.itersiblings(preceding=True), 1), islice(last.itersiblings(), 1))
    yield from ((one, links) for one in beside if (links := _few_links(one)) is not None)
    for block in islice(last.itersiblings(), 1, _BLOCKS_BELOW):
        links = _few_links(block)
        if links is not None and (links or has_clicks) and _lists_files(block):
            yield block, links


class Nearby:
    """Which links to files are the article's, not of a menu or a footer.

    Around the body a list of links is a menu where most lead to pages, unless it says 附件 itself.
    Each list and each link is looked at once, however many links are asked for.
    """

    def __init__(self, body: Sequence[Element], leads_to_file: Callable[[Element], bool]) -> None:
        self._article = frozenset((*body, *body[0].iterancestors()))
        self._leads_to_file = leads_to_file
        self._lists: dict[Element, tuple[int, bool]] = {}
        self._links: dict[Element, bool | None] = {}
        self._said: dict[Element, bool] = {}

    def belongs(self, link: Element) -> bool:
        said = False
        for group in link.iterancestors():
            if group in self._article:
                return True  # in the body, or nothing but this link stands in its block
            said = said or self._says_files(group)
            links, of_files = self._list(group)
            if links > 1:
                return said or of_files
        return True

    def _list(self, group: Element) -> tuple[int, bool]:
        """How many links a group has, and whether most lead to files."""
        if (known := self._lists.get(group)) is None:
            files = [one for one in map(self._is_file, group.iter("a")) if one is not None]
            known = self._lists[group] = len(files), 2 * sum(files) > len(files)
        return known

    def _says_files(self, group: Element) -> bool:
        if (known := self._said.get(group)) is None:
            known = self._said[group] = _lists_files(group)
        return known

    def _is_file(self, link: Element) -> bool | None:
        """Whether a link leads to a file; None of one that does not count."""
        if link not in self._links:
            self._links[link] = self._leads_to_file(link) if _leads_on(link) else None
        return self._links[link]


def _leads_on(link: Element) -> bool:
    """Whether a link counts: it leads somewhere and says where (下载 and 预览 do not)."""
    address = (link.get("href") or "").strip()
    if not address or address.lower().startswith(_NOWHERE):
        return False
    return not says_nothing(squeeze("".join(link.itertext())))


def _few_links(element: Element) -> list[Element] | None:
    """The links of an element, None where they are too many for an article's."""
    links = list(islice(element.iter("a"), _MOST_LINKS_AROUND + 1))
    return links if len(links) <= _MOST_LINKS_AROUND else None


def _lists_files(element: Element) -> bool:
    words = "".join(islice(element.itertext(), _FIRST_WORDS)).lstrip()
    return _FILE_LIST.match(words) is not None

"""Where the files of an article may stand: in its body, and in lists of files around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
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


def areas(body: Sequence[Element]) -> list[Element]:
    """The body, and around it as far up as the page stays an article."""
    found = list(body)
    first, last = body[0], body[-1]
    for _ in range(_LEVELS_AROUND):
        parent = first.getparent()
        if parent is None or parent.tag in ("body", "html") or not _may_list(parent):
            # The page, not the article: only the blocks next to that (f24, g20).
            below = list(islice(last.itersiblings(), _BLOCKS_BELOW))
            beside = chain(islice(first.itersiblings(preceding=True), 1), below[:1])
            found += filter(_may_list, chain(beside, filter(_lists_files, below[1:])))
            break
        first = last = parent
        found.append(parent)
    return found


def belongs(
    link: Element, body: Sequence[Element], leads_to_file: Callable[[Element], bool]
) -> bool:
    """Whether a link to a file is the article's, not one of a menu or a footer.

    Around the body a list of links is a menu where most lead to pages, unless it says 附件 itself.
    """
    around = frozenset(body[0].iterancestors())
    said = False
    for group in link.iterancestors():
        if group in body:
            return True
        if group in around:
            return True  # nothing but this link stands in its block
        said = said or _lists_files(group)
        links = [one for one in group.iter("a") if _leads_on(one)]
        if len(links) > 1:
            return said or 2 * sum(map(leads_to_file, links)) > len(links)
    return True


def _leads_on(link: Element) -> bool:
    """Whether a link counts: it leads somewhere and says where (下载 and 预览 do not)."""
    address = (link.get("href") or "").strip()
    if not address or address.lower().startswith(_NOWHERE):
        return False
    return not says_nothing(squeeze("".join(link.itertext())))


def _may_list(element: Element) -> bool:
    return next(islice(element.iter("a"), _MOST_LINKS_AROUND, None), None) is None


def _lists_files(element: Element) -> bool:
    words = "".join(islice(element.itertext(), _FIRST_WORDS)).lstrip()
    return _FILE_LIST.match(words) is not None

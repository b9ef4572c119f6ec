"""How many attributes the fullest start tag of a page has, told before the page is parsed.

libxml2 walks an element's attributes at every further one: a tag of a million takes it hours.
"""

from __future__ import annotations

import re

# Shorter, a page cannot hold enough attributes to matter, and most pages are shorter.
_SMALL = 256 * 1024
_TAG = re.compile(r"""<[a-zA-Z](?:[^=>]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=)*+""")
_VALUE = re.compile(r"""=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+)""")


def most_attributes(markup: str, enough: int) -> int:
    """The most attributes a start tag has; 0 where no tag is long enough for ``enough``."""
    if len(markup) < _SMALL:
        return 0
    long = (tag[0] for tag in _TAG.finditer(markup) if len(tag[0]) > 2 * enough)
    return max((len(_VALUE.sub(" ", tag).replace("/", " ").split()) for tag in long), default=0)

"""What a walk does with an element: by its tag, and where its style says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from lxml import etree

from crawler.extraction.walk.flow import BLOCK_STYLE, BLOCKS, CELLS, HIDDEN, SKIPPED, Element

# From BLOCK on an element stands on lines of its own.
INLINE, LINK, BREAK, UNSEEN, BLOCK, ITEM, CELL, PRE, LINK_BLOCK, BREAK_BLOCK = range(10)
#: The kinds of tags; any other is INLINE.
KINDS: Mapping[object, int] = {
    **dict.fromkeys(SKIPPED, UNSEEN),
    **dict.fromkeys(BLOCKS, BLOCK),
    **dict.fromkeys(CELLS, CELL),
    **{"a": LINK, "br": BREAK, "li": ITEM, "pre": PRE},
}
_AS_BLOCKS = {INLINE: BLOCK, LINK: LINK_BLOCK, BREAK: BREAK_BLOCK}
_STYLES = etree.XPath("descendant::*/@style", smart_strings=False)
_STYLED = etree.XPath("descendant::*[@style]")
_HIDDEN = etree.XPath("descendant::*[@hidden]")


def odd_kinds(root: Element) -> dict[Element, int]:
    """The elements whose kind is not that of their tag, by their styles; perhaps the root."""
    odd: dict[Element, int] = {}
    # Word writes the same few styles into thousands of elements: each is read once.
    said = {style: _shown_as(style) for style in set(cast(list[str], _STYLES(root)))}
    if any(shown != INLINE for shown in said.values()):
        for element in cast(list[Element], _STYLED(root)):
            shown = said[element.get("style") or ""]
            if shown != INLINE:
                kind = KINDS.get(element.tag, INLINE)
                odd[element] = UNSEEN if shown == UNSEEN else _AS_BLOCKS.get(kind, kind)
    odd.update(dict.fromkeys(cast(list[Element], _HIDDEN(root)), UNSEEN))
    for element in [one for one in odd if one.tag in SKIPPED]:
        del odd[element]  # nothing of it is text anyway
    kind = KINDS.get(root.tag, INLINE)
    if kind < BLOCK:  # is walked whatever it is
        kind = INLINE if kind == UNSEEN else kind
        odd[root] = _AS_BLOCKS[kind] if BLOCK_STYLE.search(root.get("style") or "") else kind
    return odd


def _shown_as(style: str) -> int:
    """What a style makes of an inline element: it hides it, makes it a block, or neither."""
    lowered = style.lower()
    if "display" not in lowered and "visibility" not in lowered:  # most: told without a search
        return INLINE
    if HIDDEN.search(style):
        return UNSEEN
    return BLOCK if BLOCK_STYLE.search(style) else INLINE

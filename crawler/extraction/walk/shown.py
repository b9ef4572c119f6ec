"""What a walk does with an element: by its tag, and where its style says otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.extraction.walk.flow import (
    BLOCK_STYLE,
    BLOCKS,
    CELLS,
    HIDDEN,
    SKIPPED,
    Element,
    is_block,
)

# From BLOCK on an element stands on lines of its own.
INLINE, LINK, BREAK, UNSEEN, BLOCK, ITEM, CELL, PRE, LINK_BLOCK, BREAK_BLOCK = range(10)


class _Kinds(dict[str, int]):
    """The kinds of tags; most of the others are INLINE."""

    def __missing__(self, tag: str) -> int:
        return BLOCK if is_block(tag) else INLINE


KINDS: Mapping[str, int] = _Kinds(
    {
        **dict.fromkeys(("span", "font", "b", "strong", "u", "i", "em", "img"), INLINE),
        **dict.fromkeys(SKIPPED, UNSEEN),
        **dict.fromkeys(BLOCKS, BLOCK),
        **dict.fromkeys(CELLS, CELL),
        **{"a": LINK, "br": BREAK, "li": ITEM, "pre": PRE},
    }
)
_AS_BLOCKS = {INLINE: BLOCK, LINK: LINK_BLOCK, BREAK: BREAK_BLOCK}


def kind_of_root(root: Element) -> int:
    """What a walk does with the element it begins at, which is walked whatever it is."""
    kind = KINDS[root.tag]
    if kind >= BLOCK:
        return kind
    kind = INLINE if kind == UNSEEN else kind
    return _AS_BLOCKS[kind] if BLOCK_STYLE.search(root.get("style") or "") else kind


def styled(kind: int, shown: int) -> int:
    """The kind of an element whose style says how it is shown."""
    if shown == INLINE:
        return kind
    return UNSEEN if shown == UNSEEN else _AS_BLOCKS.get(kind, kind)


def shown_as(style: str) -> int:
    """What a style makes of an inline element: it hides it, makes it a block, or neither."""
    lowered = style.lower()
    if "display" not in lowered and "visibility" not in lowered:  # most: told without a search
        return INLINE
    if HIDDEN.search(style):
        return UNSEEN
    return BLOCK if BLOCK_STYLE.search(style) else INLINE

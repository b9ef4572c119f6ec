"""The text file of a document: title, information block, time and source, body (design §5)."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.items import Block, render_blocks


def render(
    title: str,
    infobox: Sequence[tuple[str, str]],
    published: str,
    source: str,
    blocks: Sequence[Block],
) -> str:
    """UTF-8 text with LF and one final newline; what the page does not state is not printed.

    ``published`` and ``source`` are what the page itself printed: dates known only from a list
    or a header are metadata, not text.
    """
    head = [title, *(f"{label}:{value}" for label, value in infobox)]
    stated = (("时间", published), ("来源", source))
    when = " ".join(f"{label}:{value}" for label, value in stated if value)
    if when:
        head.append(when)
    body = render_blocks(tuple(blocks))
    return "\n".join(head) + "\n\n" + body + "\n" if body else "\n".join(head) + "\n"

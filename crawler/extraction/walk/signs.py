"""Signs in the text of a line while it is gathered, and what they mean when it is finished."""

from __future__ import annotations

from crawler.extraction.walk.flow import breaks_told
from crawler.extraction.whitespace import HARD_BREAK, LAYOUT, SOFT_BREAK

# Lone surrogates: no decoded text holds them.
EDGE = "\ud800"  # where an inline element begins or ends
BREAK = "\ud801"  # a line break that was published, not one of the source
RETURN = "\ud802"  # the same, kept as it is in <pre>
GAP = "\ud803"  # something not shown stood here: the source breaks around it are two


def published(text: str) -> str:
    """A text in <pre>: its breaks are published ones."""
    return text.replace("\r\n", BREAK).replace("\n", BREAK).replace("\r", RETURN)


def told_apart(text: str) -> tuple[str, str]:
    """A gathered line as it reads, and with its inline elements parted."""
    if "\n" in text or "\r" in text:
        text = breaks_told(text)
    for sign, meaning in ((BREAK, HARD_BREAK), (RETURN, "\r"), (GAP, "")):
        if sign in text:
            text = text.replace(sign, meaning)
    return text.replace(EDGE, "").strip(LAYOUT), text.replace(EDGE, SOFT_BREAK).strip(LAYOUT)

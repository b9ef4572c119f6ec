"""The lines of an area as one text: what few of them have is looked for in all at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter

from crawler.extraction.fields.label_patterns import ENDS_LABEL, OPENS_LABEL
from crawler.extraction.fields.tokens import Token

_TEXT = itemgetter(0)


class Area:
    """Lines, and which of them may have a label."""

    __slots__ = ("opening", "signed", "text", "tokens")

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        #: Each line behind a break; there is none in it.
        self.text = "\n".join(["", *map(_TEXT, tokens)])
        #: The numbers of the lines that begin like a label...
        self.opening = self.having(OPENS_LABEL)
        #: ...and of those that have a sign labels end with, behind what may be one.
        self.signed = self.having(ENDS_LABEL)

    def having(self, pattern: re.Pattern[str]) -> list[int]:
        """The numbers of the lines that a pattern is found in."""
        numbers: list[int] = []
        number, counted = -1, 0
        for found in pattern.finditer(self.text):
            after = found.start() + 1
            if breaks := self.text.count("\n", counted, after):
                number += breaks
                numbers.append(number)
            counted = after
        return numbers

"""What a paragraph must hold to say who answers for it: most have none, and need no closer look.

Each is a search for single characters or plain words in a folded text; `duties` decides.
"""

from __future__ import annotations

import re

# What a label ends with, and brackets with bodies in them begin with.
_LABEL_END = re.compile(r"[：:】］〕\]]")
_BRACKET_OR_LABEL_END = re.compile(r"[（(\[［【〔：:】］〕\]]")


def may_act(folded: str) -> bool:
    """Whether an act is named."""
    return "负责" in folded or "落实" in folded or "牵头" in folded


def may_charge(folded: str, begin: int) -> bool:
    """Whether there may be a duty of any form; the bracket of a number before ``begin`` is none."""
    return _BRACKET_OR_LABEL_END.search(folded, begin) is not None or may_act(folded)


def may_label(text: str) -> bool:
    """Whether there may be a label with its end."""
    return _LABEL_END.search(text) is not None

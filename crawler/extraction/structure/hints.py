"""What a paragraph must hold to say who answers for it: most have none, and need no closer look.

Each is a search for single characters or plain words in a folded text; `duties` decides.
"""

from __future__ import annotations

import re

_ACTS = ("负责", "落实", "牵头")
# What a label ends with, and brackets with bodies in them begin with.
_LABEL_END = re.compile(r"[：:】］〕\]]")
_BRACKET_OR_LABEL_END = re.compile(r"[（(\[［【〔：:】］〕\]]")


def may_act(folded: str) -> bool:
    """Whether an act is named."""
    return any(act in folded for act in _ACTS)


def may_charge(folded: str) -> bool:
    """Whether there may be a duty of any form."""
    return _BRACKET_OR_LABEL_END.search(folded) is not None or may_act(folded)


def may_label(text: str) -> bool:
    """Whether there may be a label with its end."""
    return _LABEL_END.search(text) is not None

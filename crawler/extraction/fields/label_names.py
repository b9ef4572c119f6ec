"""The names portals print for the fields (`data/labels.toml`), and one pattern for all of them."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from crawler import hanzi

DATA: dict[str, Any] = tomllib.loads(
    files("crawler").joinpath("data/labels.toml").read_text("utf-8")
)
_GROUPS = ("infobox", "header", "named", "issued", "ignored")
_CHOICE = re.compile(r"\{([^{}]*)\}")


def expanded(name: str) -> list[str]:
    """``{公文,}文种`` → 公文文种, 文种; the order is that of reading."""
    parts = _CHOICE.split(name)
    return ["".join(one) for one in itertools.product(*(part.split(",") for part in parts))]


def _named(group: str) -> dict[str, list[str]]:
    return {
        field: [one for name in names for one in expanded(name)]
        for field, names in DATA[group].items()
    }


#: Group → field → its names, the most telling first.
NAMES_OF = {group: _named(group) for group in _GROUPS}
NAME_TO_FIELD = {
    name: field
    for fields in reversed(NAMES_OF.values())  # of a name in two groups the first one is meant
    for field, names in fields.items()
    for name in names
}


def spelled(name: str) -> str:
    """A name as a pattern: padded with blanks, or in Traditional as mirrors print it (d17)."""
    return r"\s*".join(map(_one_of, name))


def any_of(names: Iterable[str], between: str = r"\s*") -> str:
    """A pattern for the longest of many names, spelled as above.

    Where none can begin one look ahead tells: a hundred first characters would be tried in turn.
    """
    known = list(names)
    return f"(?={first_of(known)}){_any_of(known, between)}"


def first_of(names: Iterable[str]) -> str:
    """A pattern for the first character of many names, spelled as above."""
    chars = {char for name in filter(None, names) for char in hanzi.spellings(name[0])}
    return f"[{re.escape(''.join(sorted(chars)))}]"


def _any_of(names: Iterable[str], between: str) -> str:
    """Names with a beginning in common share it: hundreds of alternatives are too many."""
    ends: dict[str, list[str]] = {}
    for name in sorted(set(filter(None, names))):
        ends.setdefault(name[0], []).append(name[1:])
    return f"(?:{'|'.join(_begun(first, rest, between) for first, rest in ends.items())})"


def _begun(first: str, rest: list[str], between: str) -> str:
    longer = list(filter(None, rest))
    if not longer:
        return _one_of(first)
    optional = "?" if "" in rest else ""
    return rf"{_one_of(first)}(?:{between}{_any_of(longer, between)}){optional}"


def _one_of(char: str) -> str:
    spellings = hanzi.spellings(char)
    return f"[{spellings}]" if len(spellings) > 1 else re.escape(char)

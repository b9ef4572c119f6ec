"""What a setting states, perhaps as text after ``-s``, as the value it must be.

All raise ConfigurationError that names the setting, what was expected and what was found.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from crawler.errors import ConfigurationError


def number(settings: Mapping[str, Any], name: str, least: float = 0) -> float:
    found = _number(settings[name])
    if not least <= found < math.inf:
        raise refused(settings, name, f"a number, {least:g} or more")
    return found


def whole_number(settings: Mapping[str, Any], name: str, least: int = 1) -> int:
    found = _number(settings[name])
    if not (found >= least and found.is_integer()):
        raise refused(settings, name, f"a whole number, {least} or more")
    return int(found)


def table(settings: Mapping[str, Any], name: str) -> dict[str, str]:
    """Words by words; ``-s`` gives them as JSON. None is an empty one."""
    found = settings[name]
    if found is None:
        return {}
    if isinstance(found, str):
        try:
            found = json.loads(found)
        except ValueError as error:
            raise refused(settings, name, "a JSON object of texts") from error
    # Scrapy wraps the tables of a settings module in a mapping of its own.
    if not isinstance(found, Mapping) or not all(isinstance(text, str) for text in found.values()):
        raise refused(settings, name, "a JSON object of texts")
    return dict(found)


def refused(settings: Mapping[str, Any], name: str, expected: str) -> ConfigurationError:
    return ConfigurationError(
        f"{name}: expected {expected}, found {settings[name]!r}; set it with -s {name}=…"
    )


def _number(found: object) -> float:
    try:
        return float(found)  # type: ignore[arg-type]  # what is no number is refused below
    except (TypeError, ValueError):
        return math.nan

"""The project's immutable types as plain JSON data and back, exactly.

The catalogue keeps each sighting whole, so that texts, contexts and groups can be worked out
again without opening the WARC. The shapes are read from the type hints of `crawler.items`; a
new field there needs no change here. Values inside ``field_sources`` must be plain JSON.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_json(value: object) -> str:
    """One line of JSON; equal values give equal text."""
    return json.dumps(to_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(kind: type[T], text: str) -> T:
    """The value that `to_json` wrote; ``kind`` is its dataclass."""
    built: T = from_plain(kind, json.loads(text))
    return built


def to_plain(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(item) for item in value]
    return value


def from_plain(hint: Any, data: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(hint), data)
    if origin is tuple:
        return _tuple(get_args(hint), data)
    if origin is Mapping:
        value = get_args(hint)[1]
        return {key: from_plain(value, item) for key, item in data.items()}
    if isinstance(hint, type):
        if dataclasses.is_dataclass(hint):
            hints = _hints(hint)
            return hint(**{name: from_plain(hints[name], item) for name, item in data.items()})
        if issubclass(hint, Enum):
            return hint(data)
        if issubclass(hint, datetime):
            return datetime.fromisoformat(data)
    return data


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _tuple(arguments: tuple[Any, ...], data: list[Any]) -> tuple[Any, ...]:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(from_plain(arguments[0], item) for item in data)
    return tuple(from_plain(hint, item) for hint, item in zip(arguments, data, strict=True))


def _one_of(choices: tuple[Any, ...], data: Any) -> Any:
    """``X | None``, or dataclasses told apart by their field names (`Paragraph | Table`)."""
    if data is None:
        return None
    known = [choice for choice in choices if choice is not type(None)]
    if len(known) == 1:
        return from_plain(known[0], data)
    for choice in known:
        if {f.name for f in dataclasses.fields(choice)} == set(data):
            return from_plain(choice, data)
    raise ValueError(f"no type of {known} has the fields {sorted(data)}")

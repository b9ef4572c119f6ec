"""The project's immutable types as plain JSON data and back, exactly.

The catalogue keeps each sighting whole, so that texts, contexts and groups can be worked out
again without opening the WARC. The shapes are read from the type hints of `crawler.items`; a
new field there needs no change here. Values inside ``field_sources`` must be plain JSON.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
#: Builds a value from its plain data.
Reader = Callable[[Any], Any]


#: `json.dumps` would make one for every call.
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
#: Types that are JSON as they are; most values.
_PLAIN = frozenset({str, int, float, bool, type(None)})


def to_json(value: object) -> str:
    """One line of JSON; equal values give equal text."""
    return _ENCODER.encode(to_plain(value))


def from_json(kind: type[T], text: str) -> T:
    """The value that `to_json` wrote; ``kind`` is its dataclass."""
    built: T = from_plain(kind, json.loads(text))
    return built


def to_plain(value: object) -> Any:
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    if names := _field_names(kind):
        values = {name: getattr(value, name) for name in names}
        return {
            name: item if type(item) in _PLAIN else to_plain(item) for name, item in values.items()
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [item if type(item) in _PLAIN else to_plain(item) for item in value]
    return value


def from_plain(hint: Any, data: Any) -> Any:
    return _reader(hint)(data)


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    if not dataclasses.is_dataclass(kind):
        return ()
    return tuple(f.name for f in dataclasses.fields(kind))


@cache
def _reader(hint: Any) -> Reader:
    """What builds values of a type. Hints are looked at once and not at every value."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _reader_of_one(get_args(hint))
    if origin is tuple:
        return _reader_of_tuple(get_args(hint))
    if origin is Mapping:
        read = _reader(get_args(hint)[1])
        return lambda data: {key: read(item) for key, item in data.items()}
    if isinstance(hint, type):
        if dataclasses.is_dataclass(hint):
            return _reader_of_fields(hint)
        if issubclass(hint, Enum):
            return hint
        if issubclass(hint, datetime):
            return datetime.fromisoformat
    return _as_it_is


def _as_it_is(data: Any) -> Any:
    return data


def _reader_of_fields(kind: type) -> Reader:
    hints = get_type_hints(kind)
    readers = {name: _reader(hints[name]) for name in _field_names(kind)}
    built = [(name, read) for name, read in readers.items() if read is not _as_it_is]

    def read_fields(data: dict[str, Any]) -> Any:
        values = dict(data)
        for name, read in built:
            if name in values:
                values[name] = read(values[name])
        return kind(**values)

    return read_fields


def _reader_of_tuple(arguments: tuple[Any, ...]) -> Reader:
    readers = [_reader(hint) for hint in arguments if hint is not Ellipsis]
    if len(arguments) == len(readers):
        return lambda data: tuple(read(item) for read, item in zip(readers, data, strict=True))
    (read,) = readers
    return tuple if read is _as_it_is else lambda data: tuple(map(read, data))


def _reader_of_one(choices: tuple[Any, ...]) -> Reader:
    """``X | None``, or dataclasses told apart by their field names (`Paragraph | Table`)."""
    known = [choice for choice in choices if choice is not type(None)]
    if len(known) == 1:
        read = _reader(known[0])
        return lambda data: None if data is None else read(data)
    by_fields = {frozenset(_field_names(choice)): _reader(choice) for choice in known}

    def read_one(data: Any) -> Any:
        if data is None:
            return None
        found = by_fields.get(frozenset(data))
        if found is None:  # written before a type had its latest fields
            found = next((by_fields[one] for one in by_fields if one >= data.keys()), None)
        if found is None:
            raise ValueError(f"no type of {known} has the fields {sorted(data)}")
        return found(data)

    return read_one

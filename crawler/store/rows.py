"""Small statements the store's modules share; each works in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Row, Table, delete, insert, select

T = TypeVar("T")

#: Values in one IN (…): far below the limit of any database.
_CHUNK = 500


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(values)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def select_in(
    connection: Connection, column: Column[Any], values: Iterable[Any], *wanted: Column[Any]
) -> list[Row[Any]]:
    """The ``wanted`` columns (or all) of the rows whose ``column`` has one of the values."""
    rows: list[Row[Any]] = []
    for chunk in chunks(values):
        rows += connection.execute(select(*(wanted or column.table.c)).where(column.in_(chunk)))
    return rows


def delete_in(connection: Connection, column: Column[Any], values: Iterable[Any]) -> None:
    for chunk in chunks(values):
        connection.execute(delete(column.table).where(column.in_(chunk)))


def put_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)

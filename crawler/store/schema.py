"""The tables of the catalogue and how it is opened.

``sightings``, ``list_pages``/``links``, ``checks`` and ``captures`` are what was seen; all else is
worked out of them and rewritten whenever they change. Dates are UTC text (`identity.utc_text`).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from crawler.errors import ArchiveError, ConfigurationError

#: Of the tables. A file with another number is refused, and left as it is: all that is in it can be
#: had again by a re-extraction, so that there is nothing to migrate.
SCHEMA_VERSION = 3
#: One writer at a time is enough for SQLite; the others wait this long.
BUSY_SECONDS = 30
_LOOK = 0.02  # seconds between two looks at whether the file can be switched to WAL
#: Any fixed number: the PostgreSQL advisory lock that stands for SQLite's single writer.
_WRITER_LOCK = 0x58494E5A

metadata = MetaData()


def _filled(*names: str) -> list[Column[str]]:
    """Text columns that always have a value, if only an empty one."""
    return [Column(name, String, nullable=False) for name in names]


meta = Table("meta", metadata, Column("schema_version", Integer, primary_key=True))

sightings = Table(
    "sightings",
    metadata,
    Column("record_id", String, primary_key=True),
    Column("portal", String, nullable=False, index=True),
    Column("url", String, nullable=False),
    Column("canonical_url", String, nullable=False, index=True),
    Column("date", String, nullable=False),
    Column("mirror", Boolean, nullable=False),
    Column("issuer", String),  # None: the page names none
    Column("report_year", Integer),
    Column("kind", String, nullable=False),
    Column("conflict", Boolean, nullable=False),
    Column("body_key", String, nullable=False),
    Column("han", Integer, nullable=False),
    Column("path_key", String, nullable=False, index=True),
    Column("carrier", String, nullable=False),
    Column("lacking", Boolean, nullable=False),
    # What connects sightings of different URLs; None where nothing may.
    Column("body_bond", String, index=True),
    Column("key_bond", String, index=True),
    Column("fetched", Text, nullable=False),  # JSON: the context of the fetch itself
    Column("context", Text, nullable=False),  # JSON: the smallest context, once worked out
    Column("document", Text, nullable=False),  # JSON: the Document under it, less its blocks
    Column("blocks_key", String, nullable=False, index=True),
)

#: A page read again mostly says the same: its blocks are kept once, under their digest.
bodies = Table(
    "bodies",
    metadata,
    Column("blocks_key", String, primary_key=True),
    Column("blocks", Text, nullable=False),  # JSON
)

list_pages = Table(
    "list_pages",
    metadata,
    Column("record_id", String, primary_key=True),
    Column("portal", String, nullable=False, index=True),
    *_filled("url", "date"),
    Column("canonical_url", String, nullable=False, index=True),
    Column("context", Text, nullable=False),
    Column("stated_total", Integer),
    Column("links_key", String, nullable=False, index=True),
)

#: A list read again mostly brings the same links: they are kept once, under their digest.
links = Table(
    "links",
    metadata,
    Column("links_key", String, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("url", String, nullable=False),
    Column("target", String, index=True),  # its canonical form; None: it leads to no page
    *_filled("text", "date", "rel"),
    Column("position", Integer, nullable=False),
)

#: Answers that a page, or a list, is not there (`crawler.identity.gone`).
checks = Table(
    "checks",
    metadata,
    Column("record_id", String, primary_key=True),
    Column("canonical_url", String, primary_key=True, index=True),
    Column("portal", String, nullable=False, index=True),
    *_filled("url", "date", "outcome"),
)

captures = Table(
    "captures",
    metadata,
    Column("record_id", String, primary_key=True),
    Column("portal", String, nullable=False, index=True),
    *_filled("url", "date", "role"),
    Column("warc", String),
    Column("offset", Integer),
)

#: The captures a sighting was read from: the page first, then its parts.
sighting_captures = Table(
    "sighting_captures",
    metadata,
    Column("sighting", String, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("record_id", String, nullable=False, index=True),
)

attachments = Table(
    "attachments",
    metadata,
    Column("sighting", String, primary_key=True),
    Column("place", Integer, primary_key=True),
    *_filled("url", "name", "outcome"),
    Column("record_id", String),
    Column("use", String),  # what it is to the text; None: nothing could be read
)

documents = Table(
    "documents",
    metadata,
    Column("doc_id", String, primary_key=True),
    Column("portal", String, nullable=False, index=True),
    *_filled("adcode", "kind", "issuer", "issuer_name", "issuer_level", "title", "published"),
    Column("report_year", Integer),
    *_filled("authority", "url", "canonical_url", "first_seen", "last_seen"),
    Column("gone_since", String),  # None: not gone
    Column("record_id", String, nullable=False),  # the sighting that gives the latest text
    Column("flags", Text, nullable=False),  # JSON
)

versions = Table(
    "versions",
    metadata,
    Column("doc_id", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    *_filled("record_id", "url", "first_seen", "last_seen", "body_key", "kind", "title"),
    Column("report_year", Integer),
    *_filled("text_source", "rules_version", "file"),  # the file relative to the archive
)

urls = Table(
    "urls",
    metadata,
    Column("canonical_url", String, primary_key=True),
    Column("doc_id", String, nullable=False, index=True),
    Column("role", String, nullable=False),  # original, copy or mirror
    Column("mirror_of", String),
    Column("printed", Text, nullable=False),  # JSON: the URLs as fetched
    *_filled("body_key", "first_seen", "last_seen"),  # the body as last seen
    Column("gone_since", String),
)

#: Ids a Document had, or would have, under another of its URLs.
aliases = Table(
    "aliases",
    metadata,
    Column("alias", String, primary_key=True),
    Column("doc_id", String, nullable=False, index=True),
)


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def open_engine(url: str, *, create: bool) -> Engine:
    """The engine of a catalogue of this schema; ``create`` makes the tables where none are."""
    engine = _engine(url)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    try:
        if create:
            _create(engine)
        with engine.connect() as connection:
            if not inspect(connection).get_table_names():
                raise ConfigurationError(
                    f"{engine.url.render_as_string()}: expected a catalogue, found an empty one;"
                    " a crawl is making it just now: try again when it has begun"
                )
            found = connection.execute(meta.select()).scalar_one()
    except DatabaseError as error:
        raise _unusable(engine, "a catalogue", str(error.orig)) from error
    if found != SCHEMA_VERSION:
        raise _unusable(engine, f"schema {SCHEMA_VERSION}", f"schema {found}")
    return engine


def _engine(url: str) -> Engine:
    try:
        return create_engine(url)
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"CATALOGUE_URL: expected the driver of its database, found: {error};"
            " install it, or name another in the URL"
        ) from error
    except ArgumentError as error:  # the URL itself is not shown: a password may stand in it
        raise ConfigurationError(
            "CATALOGUE_URL: expected an SQLAlchemy URL such as sqlite:////srv/catalogue.sqlite,"
            f" found: {error}"
        ) from error


def _create(engine: Engine) -> None:
    with write(engine) as connection:
        if not inspect(connection).has_table(meta.name):
            metadata.create_all(connection)
            connection.execute(meta.insert().values(schema_version=SCHEMA_VERSION))


def _unusable(engine: Engine, expected: str, found: str) -> ArchiveError:
    return ArchiveError(
        f"{engine.url.render_as_string()}: expected {expected}, found: {found};"
        " move it away and run `scrapy reextract` to rebuild it"
    )


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """A transaction that is the only writer from its first statement on."""
    try:
        with engine.connect().execution_options(writer=True) as connection, connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _WRITER_LOCK})
            yield connection
    except OperationalError as error:
        raise ArchiveError(
            f"{engine.url.render_as_string()}: expected to write, found: {error.orig}; look for a"
            f" full disk, or another process writing for more than {BUSY_SECONDS} seconds"
        ) from error


def _prepare_sqlite(engine: Engine) -> None:
    """All that is particular to SQLite: WAL, waiting writers, BEGIN IMMEDIATE."""

    @event.listens_for(engine, "connect")
    def connected(connection, _record):  # type: ignore[no-untyped-def]
        connection.isolation_level = None  # we begin transactions, not the driver
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writer = connection.get_execution_options().get("writer")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch the file to WAL, which it stays in, waiting for another process that is at it.

    The busy timeout does not hold here: the switch begins as a reader, and SQLite refuses a reader
    that wants to write beside a writer at once, since the two might wait for each other. Crawls
    that are started together on a new archive meet in just that moment.
    """
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
        time.sleep(_LOOK)

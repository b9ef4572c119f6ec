"""The text files of Documents: what each must hold, and putting them in place.

A file is written before the catalogue's commit and removed after it, so that a text the
catalogue names always exists; what a crash leaves over, the portal's next `sweep` removes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from crawler.atomic import write_atomically
from crawler.items import Document
from crawler.layout import Layout
from crawler.store import schema
from crawler.store.rows import select_in
from crawler.textfile import render

#: Names of texts, and of texts that were being written when their process was killed.
_OURS = re.compile(r"[0-9a-f]{16}(@[^/]+)?\.txt|\.[0-9a-f]{16}(@[^/]+)?\.txt\.\d+\.tmp")


def render_text(document: Document) -> bytes:
    """The text file of one sighting. UnicodeEncodeError when it is no text at all."""
    return render(
        document.title,
        document.infobox,
        document.published,
        document.source,
        document.blocks,
    ).encode("utf-8")


def text_path(layout: Layout, portal: str, doc_id: str, first_seen: str | None) -> Path:
    """The file of a version: ``first_seen`` is None for the latest."""
    if first_seen is None:
        return layout.text(portal, doc_id)
    return layout.text_version(portal, doc_id, datetime.fromisoformat(first_seen))


def write_texts(layout: Layout, texts: Iterable[tuple[str, Document]]) -> None:
    """Put (file, sighting) pairs in place, each atomically, in the order given."""
    for file, document in texts:
        write_atomically(layout.root / file, render_text(document))


def remove_unnamed(connection: Connection, layout: Layout, files: Iterable[str]) -> None:
    """Remove those of the files that no version names. The caller holds the write lock."""
    column = schema.versions.c.file
    files = list(files)
    named = {row.file for row in select_in(connection, column, files, column)}
    for file in files:
        if file not in named:
            (layout.root / file).unlink(missing_ok=True)


def sweep(connection: Connection, layout: Layout, portal: str) -> None:
    """Remove what crashed runs left among a portal's texts. The caller holds the write lock."""
    directory = layout.text_dir(portal)
    if directory.is_dir():
        texts = (path for path in directory.iterdir() if _OURS.fullmatch(path.name))
        files = [path.relative_to(layout.root).as_posix() for path in texts]
        remove_unnamed(connection, layout, files)


def missing_texts(connection: Connection, layout: Layout, portal: str) -> list[str]:
    """Record ids whose text file is gone (deleted by hand, a restored backup)."""
    versions, documents = schema.versions, schema.documents
    query = (
        select(versions.c.file, versions.c.record_id)
        .join(documents, documents.c.doc_id == versions.c.doc_id)
        .where(documents.c.portal == portal)
    )
    rows = connection.execute(query)
    return [row.record_id for row in rows if not (layout.root / row.file).exists()]

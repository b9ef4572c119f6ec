"""Exports of the catalogue: a folder of numbered texts, or one JSON line a Document."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from crawler.atomic import sync_directory, write_atomically
from crawler.catalogue import StoredDocument
from crawler.errors import ConfigurationError
from crawler.serial import to_plain
from crawler.store.texts import render_text

INDEX = "index.jsonl"
_TEXT = re.compile(r"\d{3,}_[0-9a-f]{16}\.txt")


def export_texts(documents: Iterable[StoredDocument], target: Path) -> int:
    """Texts as ``NNN_<doc_id>.txt`` beside an index that says what each is; how many.

    The folder is built aside and put in place at once. Only a folder that an export made is
    replaced.
    """
    _refuse_foreign(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as aside:
        fresh = Path(aside) / "new"
        lines = []
        for number, document in enumerate(documents):
            name = f"{number:03}_{document.row['doc_id']}.txt"
            write_atomically(fresh / name, render_text(document.latest))
            lines.append(_line({"file": name, **record(document)}))
        write_atomically(fresh / INDEX, b"".join(lines))
        if target.exists():
            target.rename(Path(aside) / "old")
        fresh.rename(target)
    sync_directory(target.parent)
    return len(lines)


def _refuse_foreign(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise ConfigurationError(f"{target}: expected a folder to write, found a file")
    names = {path.name for path in target.iterdir()} if target.exists() else set()
    foreign = sorted(name for name in names - {INDEX} if not _TEXT.fullmatch(name))
    if names and (foreign or INDEX not in names):
        raise ConfigurationError(
            f"{target}: expected an empty folder or an earlier export, found"
            f" {foreign[0] if foreign else f'texts without {INDEX}'}; give another --output"
        )


def jsonl(documents: Iterable[StoredDocument]) -> Iterator[bytes]:
    """One line a Document."""
    return (_line(record(document)) for document in documents)


def record(document: StoredDocument) -> dict[str, Any]:
    """All fields of a Document as plain data: what its latest text was read as, then what the
    catalogue made of it. ``published_printed`` is the date the page itself gives."""
    latest = to_plain(document.latest)
    return {
        **latest,
        **document.row,
        "issuer": latest["issuer"],
        "published_printed": latest["published"],
        "flags": document.flags,
        "versions": document.versions,
        "urls": [{**url, "printed": json.loads(url["printed"])} for url in document.urls],
        "captures": document.captures,
        "checks": document.checks,
        "found_on": document.found_on,
    }


def _line(fields: dict[str, Any]) -> bytes:
    return (json.dumps(fields, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8")

"""Takedowns: the URLs nothing may be read from, listed or fetched any more.

``archive/tombstones.jsonl`` has one JSON object a line: ``url`` (canonical form), ``date`` (UTC),
``reason``. It belongs to the archive as the WARC files do: what is rebuilt from them obeys it.
The captures themselves stay, because a WARC file that is edited is no evidence any more; who
hands such a file on must take the records out of the copy.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from crawler.atomic import sync_directory, write_atomically
from crawler.errors import ArchiveError
from crawler.urls import canonical_url


@dataclass(frozen=True, slots=True)
class Tombstone:
    url: str
    date: str
    reason: str

    def __str__(self) -> str:
        return f"{self.url} was taken down on {self.date[:10]}: {self.reason or 'no reason given'}"


#: By canonical URL.
Tombstones = Mapping[str, Tombstone]


def load_tombstones(path: Path) -> Tombstones:
    """All takedowns. A line that cannot be understood is an error: it may be somebody's text."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ArchiveError(f"{path}: expected tombstones in UTF-8, found {error}") from error
    stones = [_parse(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    return {stone.url: stone for stone in stones}


def _parse(path: Path, number: int, line: str) -> Tombstone:
    try:
        fields = json.loads(line)
        url = canonical_url(fields["url"])
        return Tombstone(url, str(fields.get("date", "")), str(fields.get("reason", "")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArchiveError(
            f'{path}: line {number}: expected {{"url": …, "date": …, "reason": …}}, found'
            f" {line[:200]!r}; put the line right, nothing is read or fetched before"
        ) from error


def copy_tombstones(source: Path, target: Path) -> None:
    """Make another archive obey the same takedowns."""
    if source.exists():
        write_atomically(target, source.read_bytes())


def add_tombstones(path: Path, urls: Iterable[str], reason: str, date: datetime) -> list[Tombstone]:
    """Write a line for each of the canonical URLs that has none; the new ones, durable."""
    known = load_tombstones(path)
    moment = date.isoformat(timespec="seconds")
    stones = [Tombstone(url, moment, reason) for url in dict.fromkeys(urls) if url not in known]
    if not stones:
        return []
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(asdict(stone), ensure_ascii=False) + "\n" for stone in stones)
    # Appended, not replaced: two takedowns at once must both be kept.
    with path.open("ab") as file:
        edited = path.read_bytes()  # by hand, perhaps without an end to its last line
        start = "\n" if edited and not edited.endswith(b"\n") else ""
        file.write((start + lines).encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())
    sync_directory(path.parent)
    return stones

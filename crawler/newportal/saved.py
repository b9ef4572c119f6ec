"""Pages saved from a browser, as a WARC: bodies exactly, and nothing made up about the server.

A saved page is a ``resource`` record, which has an address, a date and bytes, but no HTTP headers.
Where it was saved from says a manifest (``pages.jsonl``, a line ``{"file": …, "url": …}`` each),
the comment browsers write (``saved from url=``), or the page's own ``<link rel="canonical">``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from crawler.errors import ConfigurationError
from crawler.extraction.page import Page, PageLimitError
from crawler.extraction.sniff import true_type
from crawler.items import Capture
from crawler.newportal.answers import Answers
from crawler.saved import MAX_BYTES
from crawler.urls import host
from crawler.warc.fields import new_record_id
from crawler.warc.serialise import record

MANIFEST: Final = "pages.jsonl"
_SAVED_FROM: Final = re.compile(rb"saved from url=\(\d+\)(\S+)")
_HEAD_BYTES: Final = 2_000
_TYPES: Final = {"html": "text/html", "pdf": "application/pdf"}
_OTHER_TYPE: Final = "application/octet-stream"


def read_saved_pages(directory: Path, url_of: Path | None, warc: Path) -> Answers:
    """The pages of a directory that say where they came from, as if archived in ``warc``."""
    if not directory.is_dir():
        raise ConfigurationError(
            f"--from-saved: expected a directory of saved pages, found none at {directory}"
        )
    named = _manifest(url_of or directory / MANIFEST, needed=url_of is not None)
    count = 0
    with warc.open("wb") as file:
        for path in sorted(directory.rglob("*")):
            if url := _address(path, directory, named):
                file.write(_record(path, url))
                count += 1
    if not count:
        raise ConfigurationError(
            f"--from-saved: expected pages that say where they came from below {directory}, found"
            f" none; name them in {directory / MANIFEST}:"
            ' {"file": "list.html", "url": "http://www.….gov.cn/…"}, a line each'
        )
    return Answers([warc])


def _manifest(path: Path, *, needed: bool) -> Mapping[str, str]:
    """File name → address, as a manifest has them."""
    if not path.is_file():
        if needed:
            raise ConfigurationError(f"--url-of: expected a manifest, found no file at {path}")
        return {}
    named: dict[str, str] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            entry = json.loads(line) if line.strip() else {}
            if entry:
                named[entry["file"]] = entry["url"]
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(
                f'{path}:{number}: expected {{"file": …, "url": …}}, found {line[:100]!r}'
            ) from error
    return named


def _address(path: Path, directory: Path, named: Mapping[str, str]) -> str:
    """Where a file was saved from; empty for what is no page of a portal."""
    if not path.is_file() or path.name == MANIFEST or path.stat().st_size > MAX_BYTES:
        return ""
    said = named.get(path.relative_to(directory).as_posix()) or _said(path)
    return said if said.startswith(("http://", "https://")) and host(said) else ""


def _said(path: Path) -> str:
    content = path.read_bytes()
    if true_type(content) != "html":
        return ""
    if match := _SAVED_FROM.search(content[:_HEAD_BYTES]):
        return match[1].decode("ascii", "replace")
    return next(_canonical(content), "")


def _canonical(content: bytes) -> Iterator[str]:
    try:
        tree = Page(Capture("", "", datetime.now(UTC), 200, (), content)).tree
    except PageLimitError:
        return
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical":
            yield (link.get("href") or "").strip()


def _record(path: Path, url: str) -> bytes:
    content = path.read_bytes()
    return record(
        "resource",
        new_record_id(),
        datetime.fromtimestamp(int(path.stat().st_mtime), UTC),
        (content,),
        url=url,
        content_type=_TYPES.get(true_type(content), _OTHER_TYPE),
    )

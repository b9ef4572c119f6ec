"""Past runs of a portal, from its run files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from crawler.due.plan import PastRun
from crawler.errors import ArchiveError
from crawler.layout import Layout
from crawler.runs.files import read_json, run_files
from crawler.runs.words import Verdict

T = TypeVar("T")

#: A row of failures longer than this makes no difference any more.
_LOOK_BACK = 10


@dataclass(frozen=True, slots=True)
class History:
    """The latest runs of a portal that matter, oldest first, and what could not be read."""

    runs: tuple[PastRun, ...] = ()
    damages: tuple[str, ...] = ()


def history(layout: Layout, portal: str) -> History:
    """Read back to the last run that tells how the portal is, which is mostly the last.

    A damaged file costs its own run only: one portal's bad file must stop no other portal.
    """
    runs: list[PastRun] = []
    damages: list[str] = []
    for file in reversed(run_files(layout, portal)):
        try:
            runs.append(_read(file))
        except (ArchiveError, OSError, ValueError) as error:
            damages.append(str(error))
        else:
            if runs[-1].settles or len(runs) == _LOOK_BACK:
                break
    return History(tuple(reversed(runs)), tuple(damages))


def newest_after(layout: Layout, portal: str, last: PastRun | None) -> PastRun | None:
    """The newest run of a portal, if it is newer than ``last`` and can be read."""
    files = run_files(layout, portal)
    if not files or (last and files[-1].stem <= last.run):
        return None
    try:
        return _read(files[-1])
    except (ArchiveError, OSError, ValueError):
        return None  # the board then shows what the crawl said; the next plan names the file


def _read(file: Path) -> PastRun:
    content = read_json(file, "a run file")
    try:
        return _past_run(file.stem, content)
    except ValueError as error:
        raise ArchiveError(f"{file}: expected a run file, found {error}; move it away") from error


def _past_run(run: str, content: Mapping[str, Any]) -> PastRun:
    verdict = _value(content, "verdict", str)
    documents: Mapping[str, Any] = _value(content, "documents", dict)
    return PastRun(
        run=run,
        started=datetime.strptime(run, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC),
        verdict=Verdict(verdict) if verdict else None,
        reason=_value(content, "reason", str),
        next_step=_value(content, "next_step", str),
        requests=_value(content, "requests", int),
        new=_value(documents, "new", int),
        altered=_value(documents, "altered", int),
        finish_reason=_value(content, "finish_reason", str),
    )


def _value(content: Mapping[str, Any], name: str, kind: type[T]) -> T:
    """What is not there yet, or null, is empty: a run that goes on has no verdict."""
    value = content.get(name)
    if value is None:
        return kind()
    if not isinstance(value, kind):
        raise ValueError(f"{name} {value!r}")
    return value

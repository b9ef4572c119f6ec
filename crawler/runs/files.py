"""The run file, ``archive/runs/<portal>/<run>.json``: written when the run starts, as it goes, and
when it ends. One without a verdict belongs to a run that is going on or was killed; its
``heartbeat`` tells when it was last alive.

``observed`` holds the figures of the whole walk: a run that continues another one adds to them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.atomic import write_atomically
from crawler.errors import ArchiveError
from crawler.layout import Layout
from crawler.runs.findings import Finding
from crawler.runs.observed import Observed
from crawler.runs.words import HEALTHY, Verdict
from crawler.serial import from_plain, to_plain

logger = logging.getLogger(__name__)

#: Run files only: alerts and acknowledgements lie beside them.
RUN_FILES = "[0-9]*T*Z.json"


@dataclass(frozen=True, slots=True)
class Run:
    """The content of a run file."""

    portal: str
    run: str
    started: str
    software: Mapping[str, str]
    continues: str | None = None
    heartbeat: str | None = None
    finished: str | None = None
    verdict: Verdict | None = None
    reason: str = ""
    next_step: str = ""
    findings: tuple[Finding, ...] = ()
    finish_reason: str = ""
    documents: Mapping[str, int] = field(default_factory=dict)
    lists: int = 0
    requests: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[str, Any] = field(default_factory=dict)
    blocked: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)
    conditional: Mapping[str, int] = field(default_factory=dict)
    rendered: Mapping[str, int] = field(default_factory=dict)
    walk: Mapping[str, int] = field(default_factory=dict)
    frontier: Mapping[str, Any] = field(default_factory=dict)
    observed: Observed = field(default_factory=Observed)


def write_run(layout: Layout, run: Run) -> None:
    text = json.dumps(to_plain(run), ensure_ascii=False, indent=2) + "\n"
    write_atomically(layout.run(run.portal, run.run), text.encode("utf-8"))


def read_json(path: Path, what: str) -> dict[str, Any]:
    """The JSON object in a file of ``archive/runs``, or an error that names the file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ArchiveError(
            f"{path}: expected {what}, found no JSON ({error}); move it away"
        ) from error
    if not isinstance(content, dict):
        raise ArchiveError(f"{path}: expected {what}, found {type(content).__name__}; move it away")
    return content


def last_run(layout: Layout, portal: str) -> dict[str, Any] | None:
    """The latest run file of a portal, as plain data; None where there is none."""
    files = run_files(layout, portal)
    return read_json(files[-1], "a run file") if files else None


def run_files(layout: Layout, portal: str) -> list[Path]:
    """The run files of a portal, oldest first."""
    return sorted(layout.run_dir(portal).glob(RUN_FILES))


def run_portals(layout: Layout) -> list[str]:
    """The portals that have run files."""
    return sorted({file.parent.name for file in layout.root.glob(f"runs/*/{RUN_FILES}")})


def run_before(layout: Layout, portal: str, run: str) -> tuple[str, Observed] | None:
    """The run before ``run`` and what was observed until its end."""
    earlier = [file for file in run_files(layout, portal) if file.stem < run]
    if not earlier:
        return None
    content = _read_past(earlier[-1])
    return earlier[-1].stem, _observed(content) if content else Observed()


def walk_of(layout: Layout, portal: str, run: str) -> tuple[str, ...]:
    """The runs of the walk that ``run`` is part of, oldest first: they continue each other."""
    walks: dict[str, list[str]] = {}  # by run
    for file in run_files(layout, portal):
        before = (_read_past(file) or {}).get("continues")
        walks[file.stem] = walks.get(str(before), [])
        walks[file.stem].append(file.stem)
    return tuple(walks.get(run, [run]))


def healthy_runs(layout: Layout, portal: str, most: int, since: str = "") -> list[Observed]:
    """What the latest healthy runs observed, oldest first.

    ``since`` is the run that an operator accepted as the portal's new normal: it is counted as
    healthy, and what was before it no longer matters.
    """
    found: list[Observed] = []
    for content in _newest_first(layout, portal):
        if len(found) == most or content["run"] < since:
            break
        if content.get("verdict") in HEALTHY or content["run"] == since:
            found.append(_observed(content))
    return found[::-1]


def _newest_first(layout: Layout, portal: str) -> Iterator[dict[str, Any]]:
    for file in reversed(run_files(layout, portal)):
        content = _read_past(file)
        if content is not None:
            yield {**content, "run": file.stem}


def _read_past(file: Path) -> dict[str, Any] | None:
    """A past run; a damaged file costs itself only, and says so: the crawl must go on."""
    try:
        return read_json(file, "a run file")
    except (ArchiveError, OSError) as error:
        logger.warning("%s", error)
        return None


def _observed(content: Mapping[str, Any]) -> Observed:
    """Files of older versions have less in them; what they lack is not compared."""
    try:
        observed: Observed = from_plain(Observed, content.get("observed", {}))
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        logger.warning("run %s: expected its figures, found %s", content.get("run"), error)
        return Observed()
    return observed

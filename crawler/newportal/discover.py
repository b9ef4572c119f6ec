"""Pages of a portal from the net: a small ``scrapy crawl`` into an archive that is thrown away.

A process of its own, with everything a crawl has (robots, politeness, budget, capture): what is
frozen was fetched the way it will be fetched. Politeness is shared with the crawls of the machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from crawler.errors import ArchiveError, ConfigurationError
from crawler.fetch.outcomes import outcome_of
from crawler.fetch.polite_settings import pace_file_of
from crawler.items import FetchOutcome
from crawler.layout import Layout
from crawler.newportal.answers import Answers
from crawler.runs.files import last_run
from crawler.warc.index import warc_files

_USAGE: Final = 2


def discover(
    settings: BaseSettings, spider: str, arguments: dict[str, str], archive: Path, root: Path
) -> Answers:
    """What a crawl within its budget fetched; an error that says why where it fetched nothing."""
    command = [sys.executable, "-m", "scrapy", "crawl", spider]
    for name, value in arguments.items():
        command += ["-a", f"{name}={value}"]
    for name, value in _settings(settings, archive):
        command += ["-s", f"{name}={value}"]
    done = subprocess.run(command, cwd=root, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode == _USAGE:
        raise ConfigurationError(done.stderr.strip().rpartition("error: ")[2])
    layout = Layout(archive)
    files = [path for portal in layout.portals() for path in warc_files(layout.warc_dir(portal))]
    if not files:
        raise ArchiveError(f"{spider}: the crawl wrote nothing\n{done.stderr.strip()[-1000:]}")
    answers = Answers(files)
    _refuse_silence(layout, files[0].parent.name, answers)
    return answers


def _settings(settings: BaseSettings, archive: Path) -> Iterator[tuple[str, str]]:
    """What this command was given with -s, but for where things go: nobody is to be alerted."""
    given = SETTINGS_PRIORITIES["cmdline"]
    own: dict[str, Any] = {
        "ARCHIVE_DIR": archive,
        "CATALOGUE_URL": f"sqlite:///{archive / 'catalogue.sqlite'}",
        "POLITENESS_FILE": pace_file_of(settings).resolve(),
        "ALERT_ACTIONS": "",
        "LOG_LEVEL": "ERROR",
    }
    for name, attribute in settings.attributes.items():
        if attribute.priority >= given and name not in own:
            value = attribute.value
            yield name, value if isinstance(value, str) else json.dumps(_plain(value))
    yield from ((name, str(value)) for name, value in own.items())


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, BaseSettings) else value


def _refuse_silence(layout: Layout, portal: str, answers: Answers) -> None:
    """A portal that gave no page: blocked, or not reached."""
    run = last_run(layout, portal) or {}
    pages = (outcome_of(capture) for capture in answers.pages())
    if FetchOutcome.OK in pages:
        return
    raise ArchiveError(
        f"the discovery ended {run.get('verdict')}: {run.get('reason')}. A portal that does not"
        " answer here can be read from a WARC (--from-warc) or from saved pages (--from-saved)"
    )

"""Where the store keeps everything, below one archive directory::

    warc/<portal>/<portal>-<UTC run>-<serial>.warc.gz    the truth (``.open`` while written)
    text/<portal>/<doc_id>.txt                           latest version of a Document
    text/<portal>/<doc_id>@<WARC-Date>.txt               its older versions
    runs/<portal>/<run>.json                             what a run did, and its verdict
    learned/<portal>.toml                                proposals of `scrapy learn`, to be reviewed
    catalogue.sqlite                                     rebuildable from the WARC files
    tombstones.jsonl                                     takedowns, which all of the above obey
    state/<portal>.sqlite                                the portal's frontier and fetch state
    state/<portal>.lock                                  held by the one crawl of the portal
    state/politeness.sqlite                              one for all portals of the machine

Every name is checked: none can leave the archive, and none is ever taken from a page.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from crawler.errors import ConfigurationError
from crawler.warc.fields import warc_date

# Pinyin parts joined by underscores; a hyphen separates portal, run and serial in file names.
_PORTAL = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_PORTAL_MAX = 80
_RUN = re.compile(r"\d{8}T\d{6}Z")
_DOC_ID = re.compile(r"[0-9a-f]{16}")


def check_portal(portal: str) -> str:
    """The portal key itself, or an error when it cannot be one."""
    if len(portal) > _PORTAL_MAX or not _PORTAL.fullmatch(portal):
        raise ConfigurationError(
            f"portal {portal[:_PORTAL_MAX]!r}: expected <province>_<county> in pinyin"
            " (a-z, 0-9, _); see `scrapy list`"
        )
    return portal


def _checked(pattern: re.Pattern[str], value: str, what: str) -> str:
    if not pattern.fullmatch(value):
        raise ConfigurationError(f"{what} {value!r}: expected the form {pattern.pattern}")
    return value


class Layout:
    """The paths below ``archive_dir``. Nothing is created here: who writes makes the directory."""

    def __init__(self, archive_dir: Path | str) -> None:
        if not str(archive_dir):  # -s ARCHIVE_DIR=$UNSET, and the working directory were filled
            raise ConfigurationError(
                "ARCHIVE_DIR: expected a folder, found nothing; set it with -s ARCHIVE_DIR=…"
            )
        self.root = Path(archive_dir)

    @property
    def catalogue(self) -> Path:
        return self.root / "catalogue.sqlite"

    @property
    def tombstones(self) -> Path:
        return self.root / "tombstones.jsonl"

    @property
    def politeness(self) -> Path:
        return self.root / "state" / "politeness.sqlite"

    def state(self, portal: str) -> Path:
        return self.root / "state" / f"{check_portal(portal)}.sqlite"

    def lock(self, portal: str) -> Path:
        return self.root / "state" / f"{check_portal(portal)}.lock"

    def warc_dir(self, portal: str) -> Path:
        return self.root / "warc" / check_portal(portal)

    def text_dir(self, portal: str) -> Path:
        return self.root / "text" / check_portal(portal)

    def text(self, portal: str, doc_id: str) -> Path:
        return self.text_dir(portal) / f"{_checked(_DOC_ID, doc_id, 'doc_id')}.txt"

    def text_version(self, portal: str, doc_id: str, date: datetime) -> Path:
        """An older version, by the WARC-Date of the capture that first had it."""
        name = f"{_checked(_DOC_ID, doc_id, 'doc_id')}@{warc_date(date)}.txt"
        return self.text_dir(portal) / name

    def run_dir(self, portal: str) -> Path:
        return self.root / "runs" / check_portal(portal)

    def run(self, portal: str, run: str) -> Path:
        return self.run_dir(portal) / f"{_checked(_RUN, run, 'run')}.json"

    def learned(self, portal: str) -> Path:
        return self.root / "learned" / f"{check_portal(portal)}.toml"

    def portals(self) -> list[str]:
        """The portals that have a WARC directory, sorted."""
        warc = self.root / "warc"
        if not warc.is_dir():
            return []
        return sorted(d.name for d in warc.iterdir() if d.is_dir() and _PORTAL.fullmatch(d.name))

    def archived_runs(self, portal: str) -> list[str]:
        """The runs that have WARC files of a portal, oldest first."""
        names = (path.name.split("-") for path in self.warc_dir(portal).glob("*.warc.gz*"))
        return sorted({parts[1] for parts in names if len(parts) == 3 and _RUN.fullmatch(parts[1])})

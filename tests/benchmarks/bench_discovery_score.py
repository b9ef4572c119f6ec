"""What a crawl of a simulated portal found, held against what is true of the portal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.catalogue import Catalogue, StoredDocument
from crawler.errors import XianzhiError
from crawler.layout import Layout
from crawler.urls import canonical_url
from tests.portals.sim import SimPortal, Target
from tests.portals.sim.server import Asked


@dataclass(frozen=True)
class Score:
    """One crawl.

    ``wrong`` names the documents that are none, ``missed`` the targets not found, ``misread`` those
    of another kind, year or issuer, ``unnamed`` the blocked hosts the run file does not name;
    ``strays`` counts requests to other sites.
    """

    family: str
    targets: int
    found: int
    documents: int
    requests: int
    pages: int
    page_count: int
    kinds: int
    years: int
    issuers: int
    verdict: str
    megabytes: int
    strays: int
    unnamed: tuple[str, ...]
    missed: tuple[Target, ...]
    wrong: tuple[str, ...]
    misread: tuple[str, ...]

    @property
    def recall(self) -> float:
        return self.found / self.targets

    @property
    def precision(self) -> float:
        return 1 - len(self.wrong) / self.documents if self.documents else 0.0

    @property
    def cost(self) -> float:
        """Requests a document."""
        return self.requests / self.found if self.found else float("inf")

    @property
    def share(self) -> float:
        return self.pages / self.page_count

    def rate(self, right: int) -> float:
        return right / self.found if self.found else 0.0


def pages_of(asked: Sequence[Asked]) -> int:
    """Distinct addresses that answered with something."""
    return len({(row.method, row.target) for row in asked if row.status == 200})


def _issuer_is_right(document: StoredDocument, target: Target, portal: SimPortal) -> bool:
    """By level and name, never with another county's adcode. From a home page alone the adcode may
    stay open; in a county that no registry knows the name as page or title print it is all."""
    issuer = document.latest.issuer
    if issuer.adcode not in ("", portal.adcode):
        return False
    in_title = target.short if target.level == "county" else portal.county + target.short
    named = not {target.issuer, in_title}.isdisjoint((issuer.printed, issuer.name))
    if not target.adcode:
        return named
    return issuer.level == target.level and (named or issuer.short == target.short)


def _stored(archive: Path) -> list[StoredDocument]:
    try:
        catalogue = Catalogue(Layout(archive))
    except XianzhiError:  # a crawl that stored nothing at all
        return []
    return list(catalogue.whole(catalogue.documents()))


def last_run(archive: Path) -> dict[str, Any]:
    """What the file of the last run in an archive of one portal says."""
    runs = sorted((archive / "runs").glob("*/*.json"))
    if not runs:
        return {"verdict": "no run file", "blocked": {}, "examples": {}}
    run: dict[str, Any] = json.loads(runs[-1].read_text(encoding="utf-8"))
    return run


def blocked_hosts(run: dict[str, Any]) -> set[str | None]:
    """The hosts a run file names as blocked, with a kind of block."""
    urls = run["examples"].get("blocked", []) if run["blocked"] else []
    return {urlsplit(url).hostname for url in urls}


def score(portal: SimPortal, archive: Path, log: Sequence[Asked], megabytes: int) -> Score:
    asked = [row for row in log if row.host in portal.hosts]
    run = last_run(archive)
    by_url = {canonical_url(target.url): target for target in portal.targets}
    documents = _stored(archive)
    found: dict[str, StoredDocument] = {}
    wrong = []
    for document in documents:
        urls = [str(row["canonical_url"]) for row in document.urls]
        known = [url for url in urls if url in by_url]
        found |= dict.fromkeys(known, document)
        if not known:
            wrong.append(f"{document.latest.title} {document.latest.url}")
    kinds = years = issuers = 0
    misread = []
    for url, document in found.items():
        latest, target = document.latest, by_url[url]
        right = (
            latest.kind == target.kind,
            latest.report_year == target.year,
            _issuer_is_right(document, target, portal),
        )
        kinds, years, issuers = kinds + right[0], years + right[1], issuers + right[2]
        if not all(right):
            got = f"{latest.kind} {latest.report_year} {latest.issuer.id}"
            misread.append(f"{got} for {target.title} ({target.issuer}) {target.url}")
    return Score(
        family=portal.family,
        targets=len(by_url),
        found=len(found),
        documents=len(documents),
        requests=len(asked),
        pages=pages_of(asked),
        page_count=portal.page_count,
        kinds=kinds,
        years=years,
        issuers=issuers,
        verdict=str(run["verdict"]),
        megabytes=megabytes,
        strays=len(log) - len(asked),
        unnamed=tuple(set(portal.hosts) - {portal.host} - blocked_hosts(run)),
        missed=tuple(target for url, target in by_url.items() if url not in found),
        wrong=tuple(wrong),
        misread=tuple(misread),
    )

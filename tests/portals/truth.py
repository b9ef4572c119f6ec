"""What is true of the sample portals. The pages are built from this, never the other way round.

The tables under ``data/`` were written first: ``issuers.csv``, ``columns.csv``, ``targets.csv``
and ``look_alikes.csv``. The five seeds are targets too (``seed`` names them).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from crawler.items import Block, Kind, render_blocks
from tests.portals.addresses import url_of
from tests.portals.model import MIRROR_HOST, MIRRORED, PORTALS, Column, Entry
from tests.portals.printed import infobox_of, source_of
from tests.portals.prose import compose, read_back
from tests.portals.seed_truth import SEEDS, seed_blocks

DATA = Path(__file__).parent / "data"
DIFFICULT = frozenset({"deep_list", "list_frame", "body_frame", "attachment"})


@dataclass(frozen=True, slots=True)
class Body:
    """A body that speaks: an issuer of the tables."""

    portal: str
    code: str
    adcode: str
    level: str
    short: str
    name: str

    @property
    def id(self) -> str:
        return f"{self.adcode}/{self.level}/{self.short}"


@dataclass(frozen=True, slots=True)
class Target:
    """A page that must become a Document, or another URL of one.

    ``way``: how it is reached (``list``, ``deep_list`` = page ≥ 3 of a list, ``list_frame``,
    ``body_frame``, ``attachment``). ``document`` is the URL of the Document's first page: equal
    for the URLs of one Document. ``same_body_as`` is the document whose text another issuer
    copied. ``blocks`` is the body as a careful reader would keep it.
    """

    entry: Entry
    url: str
    kind: Kind
    year: int
    issuer_id: str
    issuer_printed: str
    published: str
    source: str
    infobox: tuple[tuple[str, str], ...]
    way: str
    document: str
    same_body_as: str = ""
    seed: str = ""

    @property
    def portal(self) -> str:
        return self.entry.portal

    @property
    def title(self) -> str:
        return self.entry.title

    @property
    def text_source(self) -> str:
        return "pdf" if self.entry.carrier == "pdf" else "html"

    @property
    def blocks(self) -> tuple[Block, ...]:
        return seed_blocks(self.seed) if self.seed else read_back(compose(self.entry))

    @property
    def body(self) -> str:
        return render_blocks(self.blocks)


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A page whose title contains 年度报告, 年报 or 要点 and which is no Document."""

    entry: Entry
    url: str
    name: str


def _table(name: str) -> Iterator[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def issuers() -> dict[tuple[str, str], Body]:
    return {(row["portal"], row["code"]): Body(**row) for row in _table("issuers.csv")}


@cache
def columns(portal: str) -> tuple[Column, ...]:
    numbers = ("rows", "count")
    rows = ({**row, **{n: int(row[n]) for n in numbers}} for row in _table("columns.csv"))
    return tuple(Column(**row) for row in rows if row["portal"] == portal)


def _entry(row: dict[str, Any], body: Body, seed: str) -> Entry:
    return Entry(
        portal=row["portal"],
        column=row["column"],
        number=int(row["number"]),
        published=row["published"],
        title=row["title"],
        form=row["form"],
        seed=seed,
        name=body.name,
        short=body.short,
        year=int(row["year"]),
        carrier=row["carrier"],
        note=row["note"].partition(":")[0],
    )


def _generated(row: dict[str, Any], by_number: dict[str, dict[str, Any]]) -> Target:
    body = issuers()[row["portal"], row["issuer"]]
    relation, _, other = row["note"].partition(":")
    entry = _entry(row, body, f"{row['portal']}/{other or row['number']}")
    document = url_of(entry)
    same_body_as = ""
    if other:
        first = by_number[other]
        speaker = issuers()[first["portal"], first["issuer"]]
        first_url = url_of(_entry(first, speaker, ""))
        # the copied text keeps the names of the body that wrote it
        entry = replace(entry, name=speaker.name, short=speaker.short)
        document, same_body_as = (first_url, "") if relation == "again" else (document, first_url)
    return Target(
        entry=entry,
        url=url_of(entry),
        kind=Kind(row["kind"]),
        year=int(row["year"]),
        issuer_id=body.id,
        issuer_printed=body.name,
        published=row["published"],
        source=source_of(entry, body.name),
        infobox=infobox_of(entry, body.name),
        way=row["way"],
        document=document,
        same_body_as=same_body_as,
    )


@cache
def targets(portal: str = "") -> tuple[Target, ...]:
    """All targets, seeds first; of one portal or of all."""
    rows = {row["number"]: row for row in _table("targets.csv")}
    everything = [Target(**fields) for fields in SEEDS]
    everything += [_generated(row, rows) for row in rows.values()]
    return tuple(t for t in everything if portal in ("", t.portal))


@cache
def look_alikes(portal: str = "") -> tuple[LookAlike, ...]:
    found = []
    for row in _table("look_alikes.csv"):
        body = issuers()[row["portal"], "county"]
        filled = {**row, "form": "look_alike", "carrier": "page", "note": "", "year": 0}
        entry = _entry(filled, body, f"{row['portal']}/{row['number']}")
        found.append(LookAlike(entry, url_of(entry), row["name"]))
    return tuple(item for item in found if portal in ("", item.entry.portal))


def mirror_url(target: Target) -> str:
    """The mirror's copy of a page of the mirrored portal."""
    return target.url.replace(MIRRORED.host, MIRROR_HOST)


def documents(portal: str = "") -> dict[str, tuple[Target, ...]]:
    """First URL of each Document → its targets (more than one where it was republished)."""
    groups: dict[str, list[Target]] = {}
    for target in targets(portal):
        groups.setdefault(target.document, []).append(target)
    return {url: tuple(group) for url, group in groups.items()}


def counts() -> dict[str, dict[Kind, int]]:
    """Documents of each kind on each portal."""
    totals = {key: dict.fromkeys(Kind, 0) for key in PORTALS}
    for group in documents().values():
        totals[group[0].portal][group[0].kind] += 1
    return totals

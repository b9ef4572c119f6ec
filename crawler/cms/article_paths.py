"""What the address of an article looks like: shapes by family (``data/article_paths.toml``)."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import urlsplit

from crawler.urls import without_session

NO_FAMILY = "other"


class _Shape(NamedTuple):
    family: str
    path: re.Pattern[str]
    query: re.Pattern[str] | None  # what the address must ask for as well


def _load() -> tuple[_Shape, ...]:
    text = (files("crawler") / "data" / "article_paths.toml").read_text("utf-8")
    return tuple(
        _Shape(
            shape["family"],
            re.compile("|".join(shape["patterns"])),
            re.compile(shape["query"]) if "query" in shape else None,
        )
        for shape in tomllib.loads(text)["shape"]
    )


_SHAPES = _load()
#: Shapes of paths by family; those that belong to none stand under `NO_FAMILY`.
PATHS = {shape.family: shape.path for shape in _SHAPES if shape.query is None}
#: The path of an article of any CMS known.
ANY_PATH = re.compile("|".join(pattern.pattern for pattern in PATHS.values()))
_ASKED = [(shape.path, shape.query) for shape in _SHAPES if shape.query is not None]


def path_of(family: str) -> re.Pattern[str]:
    """What the path of an article looks like on one family."""
    return PATHS[family]


def is_article_url(url: str) -> bool:
    """Whether an address has the shape of an article's on any CMS known."""
    parts = urlsplit(without_session(url))
    return ANY_PATH.search(parts.path) is not None or any(
        path.search(parts.path) and query.search(parts.query) for path, query in _ASKED
    )

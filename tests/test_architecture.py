"""Imports point one way; modules stay small; portals look like portals."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = ("crawler", "spiders", "pipelines")

#: What the modules of a folder (or one module) may never import.
FORBIDDEN = {
    "crawler": ("spiders", "pipelines", "tests"),
    "spiders": ("pipelines", "tests", "sqlalchemy"),
    "pipelines": ("spiders", "tests", "lxml", "crawler.extraction"),
    "crawler/extraction": (
        "scrapy",
        "twisted",
        "sqlalchemy",
        "warcio",
        "crawler.fetch",
        "crawler.warc",
        "crawler.store",
        "crawler.catalogue",
        "crawler.schema",
        "crawler.layout",
        "crawler.commands",
    ),
    "crawler/isolation": ("scrapy", "twisted", "sqlalchemy", "warcio", "crawler.fetch"),
    "crawler/conversion": ("twisted", "sqlalchemy", "crawler.store", "crawler.catalogue"),
    "crawler/cms": ("scrapy", "twisted", "sqlalchemy", "crawler.fetch", "crawler.state"),
    "crawler/discovery": ("scrapy", "twisted", "sqlalchemy", "crawler.fetch", "crawler.state"),
    "crawler/warc": ("scrapy", "twisted", "sqlalchemy", "crawler.fetch", "crawler.extraction"),
    "crawler/fetch": ("sqlalchemy", "crawler.commands", "crawler.store", "crawler.catalogue"),
}
#: What `crawler/extraction` is built of, from the ground up: each imports only what is before it.
EXTRACTION = (
    "whitespace",
    "decode",
    "compound",
    "oldoffice",
    "sniff",
    "boilerplate",
    "walk",
    "page",
    "sitecode",
    "mirrors",
    "tables",
    "fields",
    "files",
    "body",
    "structure",
    "document",
    "outcome",
    "passages",
    "filed",
    "archives",
    "pdf",
    "ocr",
    "article",
    "office",
    "extract",
)
#: Small and pure: these import each other, the standard library and light libraries only.
PURE = (
    *(
        f"crawler/{name}.py"
        for name in (
            "blocks",
            "captures",
            "contexts",
            "dates",
            "hanzi",
            "items",
            "losses",
            "parts",
            "scope",
            "stated",
            "titles",
            "urls",
            "words",
        )
    ),
    "crawler/identity",
    "crawler/places",
)
HEAVY = ("scrapy", "twisted", "sqlalchemy", "lxml", "trafilatura", "warcio")


def modules(folder: str) -> Iterator[Path]:
    yield from sorted((ROOT / folder).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Every module named by an import statement, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def touches(names: set[str], forbidden: str) -> bool:
    return any(name == forbidden or name.startswith(forbidden + ".") for name in names)


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_imports_point_one_way(folder: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(folder)
        for name in FORBIDDEN[folder]
        if touches(imports(path), name)
    ]
    assert not wrong


@pytest.mark.parametrize("place", PURE)
def test_pure_modules_stay_light(place: str) -> None:
    files = list(modules(place)) or [ROOT / place]
    names = set[str]().union(*map(imports, files))
    assert not [heavy for heavy in HEAVY if touches(names, heavy)]


def test_extraction_is_built_from_the_ground_up() -> None:
    folder = ROOT / "crawler/extraction"
    parts = {path.stem for path in folder.iterdir() if not path.name.startswith("__")}
    assert set(EXTRACTION) == parts
    wrong = [
        f"{path.relative_to(ROOT)} imports {above}"
        for height, part in enumerate(EXTRACTION)
        for path in (list(modules(f"crawler/extraction/{part}")) or [folder / f"{part}.py"])
        for above in EXTRACTION[height + 1 :]
        if touches(imports(path), f"crawler.extraction.{above}")
    ]
    assert not wrong


def test_modules_are_readable_at_one_sitting() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for folder in CODE
        for path in modules(folder)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 300
    ]
    assert not long


def test_portal_files_are_named_like_their_spider_and_short() -> None:
    for path in sorted((ROOT / "spiders").glob("*.py")):
        if path.name == "__init__.py":
            continue
        text = path.read_text(encoding="utf-8")
        assert f'name = "{path.stem}"' in text, f"{path.name}: name must be {path.stem!r}"
        assert len(text.splitlines()) <= 40, f"{path.name}: a portal is data, 40 lines at most"

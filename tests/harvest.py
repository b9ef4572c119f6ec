"""An archive of all sample portals, crawled once per test session by real ``scrapy crawl``s."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, select

from crawler.catalogue import Catalogue, StoredDocument
from crawler.layout import Layout
from crawler.store import schema
from tests.portals.demo import AT_ONCE, Crawl, crawl
from tests.portals.model import PORTALS
from tests.portals.serve import running

Dump = dict[str, list[str]]


@dataclass(frozen=True)
class Harvest:
    """The archive, how each crawl ended, and what the servers were asked."""

    archive: Path
    crawls: dict[str, Crawl]
    asked: list[dict[str, str]]

    @property
    def layout(self) -> Layout:
        return Layout(self.archive)

    def documents(self, *portals: str) -> list[StoredDocument]:
        catalogue = Catalogue(self.layout)
        return list(catalogue.whole(catalogue.documents(portals)))


def gather(archive: Path) -> Harvest:
    with running() as servers, ThreadPoolExecutor(AT_ONCE) as pool:
        crawls = {key: pool.submit(crawl, key, archive, servers.connect_to) for key in PORTALS}
        done = {key: future.result() for key, future in crawls.items()}
        return Harvest(archive, done, servers.requests())


def dump(archive: Path) -> Dump:
    """Everything a catalogue and its texts say, in no order but its own."""
    engine = create_engine(f"sqlite:///{archive / 'catalogue.sqlite'}")
    found: Dump = {}
    with engine.connect() as connection:
        for name, table in schema.metadata.tables.items():
            found[name] = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
    engine.dispose()
    texts = archive / "text"
    found["texts"] = sorted(
        f"{path.relative_to(texts)}\n{path.read_text(encoding='utf-8')}"
        for path in texts.rglob("*.txt")
    )
    return found

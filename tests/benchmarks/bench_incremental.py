"""``make bench-incremental``: what later runs cost, and whether they miss anything.

``python -m tests.benchmarks.bench_incremental [--edits SHARE]``. Each sample portal is crawled
once, again a day later with nothing changed, and after edits when everything known is due. The
bars: an unchanged portal costs at most 30 % of the requests and, where there are validators, 10 %
of the bytes of the first run; within one recheck period every edited page is asked and found.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from crawler.catalogue import Catalogue
from crawler.layout import Layout
from crawler.tables import print_table
from crawler.urls import canonical_url
from tests.portals import truth
from tests.portals.demo import FAST, scrapy
from tests.portals.model import PORTALS
from tests.portals.serve import Servers, running
from tests.portals.truth import Target

REQUESTS_BAR, BYTES_BAR = 0.30, 0.10
DEFAULT_EDITS = 0.2
WITHOUT_VALIDATORS = frozenset({"sichuan_chaotian"})
_SENTENCE = {"utf-8": "。".encode(), "gb18030": "。".encode("gb18030")}


@dataclass
class Cost:
    requests: int
    sent: int
    asked: frozenset[str] = field(repr=False)


def crawl(portal: str, archive: Path, servers: Servers, days: int) -> Cost:
    """One run, ``days`` after the first."""
    asked, sent = len(servers.requests()), servers.sent
    now = datetime.now(UTC) + timedelta(days=days)
    done = scrapy(
        *("crawl", portal, "-L", "WARNING"),
        ARCHIVE_DIR=archive,
        CONNECT_TO=json.dumps(servers.connect_to),
        NOW=now.isoformat(),
        **FAST,
    )
    if done.returncode not in (0, 3):
        sys.exit(f"{portal}: the crawl failed\n{done.stderr}")
    targets = [row["target"] for row in servers.requests()[asked:]]
    return Cost(len(targets), servers.sent - sent, frozenset(targets))


def edit(portal: str, servers: Servers, share: float) -> list[Target]:
    """Edit that share of the portal's pages that carry their own text."""
    plain = [t for t in truth.targets(portal) if t.entry.carrier == "page"]
    chosen = plain[:: max(1, round(1 / share))]
    for target in chosen:
        servers.content.edit(target.url, _edited)
    return chosen


def _edited(body: bytes) -> bytes:
    encoding = "utf-8" if _SENTENCE["utf-8"] in body else "gb18030"
    stop = _SENTENCE[encoding]
    return body.replace(stop, "（已更正）".encode(encoding) + stop)


def found(portal: str, archive: Path, targets: list[Target]) -> list[Target]:
    """Those of the edited pages whose edited text the catalogue has."""
    catalogue = Catalogue(Layout(archive))
    edited = {
        url["canonical_url"]
        for document in catalogue.whole(catalogue.documents([portal]))
        if any("（已更正）" in text for text in _texts(archive, document.versions))
        for url in document.urls
    }
    return [target for target in targets if canonical_url(target.url) in edited]


def _texts(archive: Path, versions: list[dict[str, object]]) -> list[str]:
    return [(archive / str(row["file"])).read_text(encoding="utf-8") for row in versions]


def measure(portal: str, share: float) -> tuple[list[object], bool]:
    with tempfile.TemporaryDirectory() as folder, running() as servers:
        archive = Path(folder)
        first = crawl(portal, archive, servers, days=0)
        unchanged = crawl(portal, archive, servers, days=1)
        edits = edit(portal, servers, share)
        due = crawl(portal, archive, servers, days=32)
        asked = [target for target in edits if urlsplit(target.url).path in due.asked]
        known = found(portal, archive, edits)
    requests, sent = unchanged.requests / first.requests, unchanged.sent / first.sent
    good = requests <= REQUESTS_BAR and (sent <= BYTES_BAR or portal in WITHOUT_VALIDATORS)
    good = good and len(edits) == len(asked) == len(known)
    row: list[object] = [portal, first.requests, f"{first.sent / 1000:.0f} kB"]
    row += [f"{requests:.0%}", f"{sent:.1%}", f"{len(asked)} of {len(edits)}"]
    row += [f"{len(known)} of {len(edits)}", f"{due.requests / first.requests:.0%}"]
    row += [f"{due.sent / first.sent:.0%}", "met" if good else "MISSED"]
    return row, good


def main() -> int:
    parser = argparse.ArgumentParser(description="Cost and yield of incremental runs")
    parser.add_argument("--edits", type=float, default=DEFAULT_EDITS, metavar="SHARE")
    share: float = parser.parse_args().edits
    results = [measure(portal, share) for portal in PORTALS]
    headings = ["portal", "first run: requests", "bytes", "unchanged: requests", "bytes"]
    headings += [
        "when due: edits asked",
        "found",
        "requests",
        "bytes",
        "bars",
    ]
    print_table(headings, [row for row, _ in results])
    return 0 if all(good for _, good in results) else 1


if __name__ == "__main__":
    sys.exit(main())

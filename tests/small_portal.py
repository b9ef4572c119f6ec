"""A portal of one list whose pages a test may take away: real crawls, quick ones.

The spider is `ningxia_hongsibu`; the pages of its Documents are those of the sample portal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.fetch_lab import Answer, Server
from tests.portals import truth
from tests.portals.demo import FAST, Crawl, scrapy
from tests.portals.model import PORTALS
from tests.portals.routes import answer

PORTAL = "ningxia_hongsibu"
HOST = PORTALS[PORTAL].host
LIST = "/xxgk/zfxxgknb/"
SOFT_404 = "<html><body><h1>您访问的页面不存在</h1></body></html>"
CHALLENGE = Answer("<html><script>$_ts={}</script></html>", status=412)


def report_paths(count: int) -> list[str]:
    """Paths of annual reports that stand on one page, by a fixed choice."""
    plain = (t for t in truth.targets(PORTAL) if t.kind == "annual_report" and t.way == "list")
    return [target.url.split(HOST)[1] for target in plain if "/t" in target.url][:count]


@dataclass
class SmallPortal:
    """``rows`` are the paths the list names; ``answers`` what is not as in the sample portal."""

    rows: list[str]
    answers: dict[str, Answer] = field(default_factory=dict)

    def __call__(self, path: str) -> Answer:
        if path in self.answers:
            return self.answers[path]
        if path == LIST:
            return Answer(self.list_page())
        found = answer(HOST, path) if path in self.rows else None
        return Answer(found.body, found.status) if found else Answer(status=404)

    def list_page(self) -> str:
        rows = "".join(
            f'<li><a href="{path}">太阳山镇{2001 + n}年政府信息公开工作年度报告</a>'
            f"<span>{2002 + n}-01-20</span></li>"
            for n, path in enumerate(self.rows)
        )
        return f"<html><head><title>年报</title></head><body><ul>{rows}</ul></body></html>"


@contextmanager
def serving(portal: SmallPortal) -> Iterator[Server]:
    with Server(portal) as server:
        yield server


def crawl(archive: Path, server: Server, *arguments: str) -> Crawl:
    target = f'{{"{HOST}": "127.0.0.1:{server.port}"}}'
    quick = {**FAST, "POLITENESS_BACKOFF": 0.01, "RETRY_TIMES": 0}
    settings = {**quick, "ARCHIVE_DIR": archive, "CONNECT_TO": target}
    return scrapy("crawl", PORTAL, "-L", "WARNING", *arguments, **settings)

"""A portal of any size for the torture: lists, reports, reports in frames, pages that moved.

Every page follows from its number; the server keeps a log of what it was asked.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

from spiders.families.trs import TrsSpider

HOST = "www.torture.gov.cn"
ROWS = 20
_COLUMNS = 5
_FRAMED, _MOVED = 9, 13  # every 9th report stands in a frame, every 13th has moved
_NUMERALS = "一二三四五六七八九十"
_FIRST_YEAR, _YEARS = 2005, 20
_NO_PAGE = "/settled"  # asked by ourselves, and not in the log


class TortureSpider(TrsSpider):
    """Named on the command line by SPIDER_MODULES."""

    name = "demo_torture"
    adcode = "640181"
    home = f"http://{HOST}/"
    columns: ClassVar[dict[str, str]] = {f"年报{n}": f"/nb/c{n}/" for n in range(_COLUMNS)}


def _title(number: int) -> str:
    town, year = divmod(number, _YEARS)
    name = "".join(_NUMERALS[int(digit)] for digit in str(town))
    return f"{name}沟镇{_FIRST_YEAR + year}年政府信息公开工作年度报告"


def path_of(number: int) -> str:
    return f"/nb/c{number % _COLUMNS}/202001/t20200115_{number}.html"


def _text(number: int) -> str:
    lines = (
        f"<p>第{part}部分。{_title(number)}中，主动公开政府信息{number * 7 + part}条，受理申请"
        f"{number % 23 + part}件，均已在法定期限内答复，没有收取费用，没有发生行政复议和行政诉讼。"
        "重点公开了财政预算决算、民生保障、公共服务和重大建设项目批准实施的情况。</p>"
        for part in range(1, 7)
    )
    return "\n".join(lines)


def _article(number: int) -> str:
    body = _text(number)
    if number % _FRAMED == 0:
        body = f'<iframe src="./f{number}.html"></iframe>'
    return _shell(
        _title(number),
        f"<h1>{_title(number)}</h1><div>发布时间：2020-01-15 来源：办公室</div>"
        f'<div class="TRS_Editor">{body}</div>',
    )


def _list(column: int, page: int, size: int) -> str:
    numbers = range(column, size, _COLUMNS)
    total = max(1, -(-len(numbers) // ROWS))
    rows = "".join(
        f'<li><a href="{"/old" if number % _MOVED == 0 else ""}{path_of(number)}">'
        f"{_title(number)}</a><span>2020-01-15</span></li>"
        for number in numbers[page * ROWS : (page + 1) * ROWS]
    )
    pager = f'<script>createPageHTML({total}, {page}, "index", "html");</script>'
    return _shell("年报", f'<ul class="list">{rows}</ul>{pager}')


def _shell(title: str, body: str) -> str:
    head = f'<meta charset="utf-8"><title>{title}</title>'
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def pages(size: int) -> dict[str, str]:
    """Every page of a portal with ``size`` reports, by its path."""
    found: dict[str, str] = {}
    for column in range(_COLUMNS):
        count = len(range(column, size, _COLUMNS))
        for page in range(max(1, -(-count // ROWS))):
            name = f"index_{page}.html" if page else ""
            found[f"/nb/c{column}/{name}"] = _list(column, page, size)
    for number in range(size):
        found[path_of(number)] = _article(number)
        if number % _FRAMED == 0:
            folder = path_of(number).rpartition("/")[0]
            found[f"{folder}/f{number}.html"] = _shell("正文", _text(number))
    return found


#: What a server does instead of answering.
Trouble = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """The running server: where it is, what it serves, what it was asked.

    ``troubles`` answer in place of the page, for the paths they are given for.
    """

    size: int
    asked: list[str] = field(default_factory=list)
    port: int = 0
    troubles: dict[str, Trouble] = field(default_factory=dict)
    connections: set[Any] = field(default_factory=set)  # those that are open

    @property
    def connect_to(self) -> dict[str, str]:
        return {HOST: f"127.0.0.1:{self.port}"}

    def settle(self) -> None:
        """Return when whatever dead clients had sent is in ``asked``.

        Connections are taken in the order they were made: the answer to one of our own says that
        all earlier ones are open, and so waited for.
        """
        with closing(HTTPConnection("127.0.0.1", self.port)) as own:
            own.request("GET", _NO_PAGE)
            own.getresponse()
        while self.connections:
            time.sleep(0.002)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site

    def process_request(self, request: Any, client_address: Any) -> None:
        self.site.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.site.connections.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that dies is no news; all else is."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(size: int) -> Iterator[Site]:
    site, found = Site(size), pages(size)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == _NO_PAGE:
                self.close_connection = True
                self.send_response(204)
                self.end_headers()
                return
            site.asked.append(self.path)
            if (trouble := site.troubles.get(self.path)) is not None:
                trouble(self)
                return
            moved = self.path.startswith("/old/")
            body = b"" if moved else found.get(self.path, "").encode()
            self.send_response(302 if moved else 200 if body else 404)
            if moved:
                self.send_header("Location", self.path.removeprefix("/old"))
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    server.site, site.port = site, server.server_address[1]
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()

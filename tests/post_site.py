"""A site that answers its lists to POSTs only, and keeps a log of what reached it."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.portals.routes import answer
from tests.small_portal import HOST, report_paths

SEARCH = "/module/xxgk/search.jsp"
MOVED = f"{SEARCH}?moved=1"
TREE = "/module/xxgk/tree.jsp"
SERVICE = "/EWB-FRONT/rest/lightfrontaction/getgovinfolist"
COLUMN = "/col/col1/index.html"
POINTS = "/dynamic/l.html?categorynum=7"
STATIC = "/col/col9/index.html"
NODES = "<a onclick=\"funclick('B01','x')\">其他年报</a>"
ROBOTS = "User-agent: *\nDisallow: /*__wb_method\n"
#: What no page may make us ask, in both spellings, and by a redirect.
FORBIDDEN = "/col/col1/delete.html"
LURE = "/col/col1/lure.html"

REPORTS = report_paths(6)


class Hit(NamedTuple):
    method: str
    target: str
    body: str
    headers: dict[str, str]


class Site:
    """``hits`` are the requests in order; the first POST to be answered fails once."""

    def __init__(self) -> None:
        self.hits: list[Hit] = []
        self.address = ""
        self._met: Counter[tuple[str, str]] = Counter()

    def posts(self) -> list[Hit]:
        return [hit for hit in self.hits if hit.method == "POST"]

    def say(self, hit: Hit) -> tuple[int, str, str, dict[str, str]]:
        """Status, body, content type and further headers of an answer."""
        self._met[hit.target, hit.body] += 1
        path = urlsplit(hit.target).path
        if hit.method == "POST" and "Referer" not in hit.headers:
            return 404, "", "text/html", {}
        if path == SEARCH:
            return self._search(hit)
        if path == TREE:
            return 200, NODES, "text/html; charset=utf-8", {}
        if path == SERVICE:
            return self._service(hit)
        return self._page(hit, path)

    def _search(self, hit: Hit) -> tuple[int, str, str, dict[str, str]]:
        form = {name: values[0] for name, values in parse_qs(hit.body).items()}
        if hit.method != "POST" or form.get("infotypeId") not in ("A02", "B01"):
            return 404, "", "text/html", {}
        if form["infotypeId"] == "B01":
            return 303, "", "text/html", {"Location": STATIC}
        number = int(form["currpage"])
        if number == 1 and self._met[hit.target, hit.body] == 1:
            return 500, "busy", "text/html", {}
        if number == 2 and hit.target == SEARCH:
            return 307, "", "text/html", {"Location": MOVED}
        listed = rows(REPORTS[2 * number - 2 : 2 * number])
        return 200, f"<ul>{listed}</ul><p>共2页</p>", "text/html; charset=utf-8", {"ETag": '"s"'}

    def _service(self, hit: Hit) -> tuple[int, str, str, dict[str, str]]:
        ask: Any = json.loads(hit.body) if hit.method == "POST" else {}
        if ask.get("categorynum") != "7":
            return 404, "", "text/html", {}
        data = [
            {"infourl": REPORTS[4], "realtitle": "示例镇2016年度报告", "infodate": "2017-01-20"}
        ]
        listed = {"custom": {"total": 1, "data": data if ask["pageIndex"] == 1 else []}}
        return 200, json.dumps(listed), "application/json", {"ETag": '"e"'}

    def _page(self, hit: Hit, path: str) -> tuple[int, str, str, dict[str, str]]:
        tag = {"ETag": '"c"'}
        if hit.headers.get("If-None-Match") == '"c"':
            return 304, "", "text/html", tag
        pages = {
            COLUMN: column(),
            STATIC: f"<ul>{rows(REPORTS[5:6])}</ul>",
            "/dynamic/l.html": SITE,
        }
        if path == "/robots.txt":
            return 200, ROBOTS, "text/plain", {}
        if path == LURE:
            return 302, "", "text/html", {"Location": f"{FORBIDDEN}?__wb_method=POST&id=1"}
        if path in pages:
            return 200, pages[path], "text/html; charset=utf-8", tag
        found = answer(HOST, hit.target) if hit.target in REPORTS else None
        body = found.body.decode() if found else ""
        return (200 if found else 404), body, "text/html; charset=utf-8", {}


SITE = "<script>var siteInfo={siteGuid:'g',projectName:'EWB-FRONT'}; lightfrontaction</script>"


def column() -> str:
    return (
        f"<script>loadDynamic('{SEARCH}?area=x','div1','A02')</script>"
        f'<iframe src="{TREE}?area=x"></iframe>'
        f'<a href="{FORBIDDEN}?__wb_method=POST&id=1">年度报告</a>'
        f'<a href="{FORBIDDEN}?__wb%5Fmethod=POST&id=1">年度报告</a>'
        f'<a href="{LURE}">年度报告</a>'
    )


def rows(paths: list[str]) -> str:
    return "".join(
        f'<li><a href="{path}">太阳山镇{2010 + REPORTS.index(path)}年政府信息公开工作年度报告</a>'
        f"<span>{2011 + REPORTS.index(path)}-01-20</span></li>"
        for path in paths
    )


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            hit = Hit(self.command, self.path, body, dict(self.headers.items()))
            site.hits.append(hit)
            status, text, kind, headers = site.say(hit)
            self.send_response(status)
            for name, value in {"Content-Type": kind, **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    site.address = f"127.0.0.1:{server.server_address[1]}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()

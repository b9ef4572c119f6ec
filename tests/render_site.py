"""A portal that is nothing without its scripts, for the tests of rendering."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar, NamedTuple

from spiders.families.trs import TrsSpider

HOST = "www.shell.gov.cn"
_TITLES = {number: f"灵武市人民政府{2018 + number}年政府信息公开工作年度报告" for number in (1, 2)}
_BODY = "".join(
    f"<p>第{part}部分。全年主动公开政府信息{part * 31}条，受理申请{part}件，均已按期答复。没有收取"
    "费用，没有发生行政复议和行政诉讼，公开的内容真实、准确、及时，群众可以随时查阅。</p>"
    for part in range(1, 8)
)
_SHELL = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>灵武市</title></head>'
    '<body><div id="app"></div><img src="/logo.png"><script src="/js/{name}.js"></script>'
    "</body></html>"
)
_LIST_SCRIPT = """
(async () => {
  for (const url of ["http://www.elsewhere.com/x.json", "/private/x.json", "https://127.0.0.1:1/"])
    await fetch(url).catch(() => null);
  const first = await (await fetch("/api/list?page=1")).json();
  const form = new URLSearchParams({page: 2});
  const more = await (await fetch("/api/more", {method: "POST", body: form})).json();
  document.getElementById("app").innerHTML = "<ul>" + [...first, ...more].map(row =>
    `<li><a href="${row.url}">${row.title}</a><span>2020-01-15</span></li>`).join("") + "</ul>";
})();
"""
_ARTICLE_SCRIPT = """
fetch("/api/article/2").then(answer => answer.json()).then(article => {
  document.title = article.title;
  document.getElementById("app").innerHTML = `<h1>${article.title}</h1>` +
    `<div>发布时间：2021-01-15 来源：办公室</div><div class="TRS_Editor">${article.body}</div>`;
});
"""


class ShellSpider(TrsSpider):
    """Named on the command line by SPIDER_MODULES."""

    name = "demo_shell"
    adcode = "640181"
    home = f"http://{HOST}/"
    columns: ClassVar[dict[str, str]] = {"年报": "/nb/"}


class Asked(NamedTuple):
    method: str
    path: str
    agent: str
    referer: str


def _row(number: int) -> dict[str, str]:
    return {"url": f"/nb/202001/t20200115_{number}.html", "title": _TITLES[number]}


def _answers() -> dict[str, tuple[str, str]]:
    static = (
        f'<!DOCTYPE html><meta charset="utf-8"><title>{_TITLES[1]}</title><h1>{_TITLES[1]}</h1>'
        f'<div>发布时间：2020-01-15 来源：办公室</div><div class="TRS_Editor">{_BODY}</div>'
    )
    html, script, data = "text/html; charset=utf-8", "text/javascript", "application/json"
    return {
        "GET /nb/": (html, _SHELL.format(name="list")),
        "GET /nb/202001/t20200115_1.html": (html, static),
        "GET /nb/202001/t20200115_2.html": (html, _SHELL.format(name="article")),
        "GET /js/list.js": (script, _LIST_SCRIPT),
        "GET /js/article.js": (script, _ARTICLE_SCRIPT),
        "GET /api/list?page=1": (data, json.dumps([_row(1)])),
        "POST /api/more page=2": (data, json.dumps([_row(2)])),
        "GET /api/article/2": (data, json.dumps({"title": _TITLES[2], "body": _BODY})),
        "GET /robots.txt": ("text/plain", "User-agent: *\nDisallow: /private/\n"),
    }


@contextmanager
def serving() -> Iterator[tuple[dict[str, str], list[Asked]]]:
    """CONNECT_TO for the portal, and the log of what reached it."""
    answers, log = _answers(), []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(f"GET {self.path}")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(f"POST {self.path} {urllib.parse.unquote(body)}")

        def _answer(self, question: str) -> None:
            agent, referer = (self.headers.get(key, "") for key in ("User-Agent", "Referer"))
            log.append(Asked(self.command, self.path, agent, referer))
            kind, text = answers.get(question, ("text/html", ""))
            self.send_response(200 if text else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield {HOST: f"127.0.0.1:{server.server_address[1]}"}, log
    finally:
        server.shutdown()
        server.server_close()

"""An independent reader of the simulated portals: what can be reached, and in how many clicks.

It follows links, frames, stubs and the families' pagers and services as portals.md tells them,
and knows nothing of columns, items or truth. `plain=True` leaves scripts and services out: what a
crawler that only follows links can reach.
"""

from __future__ import annotations

import html
import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

from tests.portals.sim.portal import SimPortal

_LINK = re.compile(r"""<(?:a|iframe|frame)\b[^>]*?(?:href|src)=["']([^"']+)["']""")
_STUB = re.compile(r"""content="0;url=([^"]+)"|location\.href="([^"]+)\"""")
_TRS = re.compile(r'createPageHTML\((\d+), (\d+), "(\w+)", "(\w+)"\)')
_COUNT = re.compile(r"currentPage = (\d+);.*?countPage = (\d+)", re.DOTALL)
_UCAP = re.compile(r"createPageHTML\('page_div',(\d+), (\d+),'(\w+)','(\w+)',\d+\)")
_FAR = 8  # pages of a list: no honest list of a small portal is longer
_PAGE = re.compile(r"(?:index_|list_|/page_|[?&](?:page|PageIndex|pageIndex)=)(\d+)|/(\d+)\.html?$")
#: Traps, and twins of articles: nothing else is behind them.
_ASIDE = ("/calendar.jsp", "/tj/frame.html", "/tag/", "/print.jsp", "/m/")


@dataclass(frozen=True)
class Step:
    """One request. ``again`` makes the request for the next page of the same service."""

    target: str
    method: str = "GET"
    body: str = ""
    page: int = 0
    again: Callable[[int], Step] | None = None

    @property
    def key(self) -> str:
        return f"{self.method} {self.target} {self.body}"


def _paged(target: str, body: Callable[[int], dict[str, str]], method: str = "POST") -> Step:
    def at(page: int) -> Step:
        text = urlencode(body(page))
        if method == "GET":
            return Step(f"{target}?{text}", page=page, again=at)
        return Step(target, "POST", text, page, at)

    return at(0)


def _pagers(text: str) -> Iterator[str]:
    for total, current, stem, ending in _TRS.findall(text):
        if int(current) + 1 < int(total):
            yield f"{stem}_{int(current) + 1}.{ending}"
    for current, total in _COUNT.findall(text):
        if int(current) + 1 < int(total):
            yield f"index_{int(current) + 1}.html"
    for total, current, stem, ending in _UCAP.findall(text):
        if int(current) < int(total):
            yield f"{stem}_{int(current) + 1}.{ending}"


def _jpage(text: str) -> Iterator[Step]:
    match = re.search(r"proxyUrl:'([^']+)'.*?ajaxParam:\{(.*?)\}", text)
    if match is None:
        return
    fields = dict(re.findall(r"(\w+):'?([^',}]*)'?", match[2]))
    rows = int(re.search(r"perPage:(\d+)", text)[1]) * 3  # type: ignore[index]

    def body(page: int) -> dict[str, str]:
        window = {"startrecord": str(page * rows + 1), "endrecord": str((page + 1) * rows)}
        return {**fields, **window, "page": str(page + 1)}

    yield _paged(match[1], body)


def _scripts(url: str, text: str) -> Iterator[Step]:
    """The services a page's scripts would ask."""
    yield from _jpage(text)
    if match := re.search(r'url="([^"]+/build/unit)" queryData="(\{[^"]+\})"', text):
        known = json.loads(match[2].replace("'", '"'))
        yield _paged(
            match[1],
            lambda page: {**known, "paramJson": json.dumps({"pageNo": page + 1, "pageSize": 15})},
            "GET",
        )
    if match := re.search(r"\$\.post\('([^'?]+)[^']*',\{(.*?)\},function", text):
        fields = dict(re.findall(r"(\w+):'([^']*)'", match[2]))
        yield _paged(match[1], lambda page: {**fields, "currpage": str(page + 1)})
    if "loadPageData(params" in text:
        site = re.search(r"webSiteCode: \['(\w+)'\]", text)[1]  # type: ignore[index]
        code = re.search(r"channelCode: \['(\w+)'\]", text)[1]  # type: ignore[index]
        known = {"webSiteCode[]": site, "channelCode[]": code, "pageSize": "15"}
        yield _paged("/queryList", lambda page: {**known, "current": str(page + 1)})
    if match := re.search(r'"(chnlid=\d+)"', text):
        known = {"classsql": match[1], "channelid": re.search(r"searchId: (\d+)", text)[1]}  # type: ignore[index]
        yield _paged(
            "/fjdzapp/search", lambda page: {**known, "page": str(page + 1), "prepage": "15"}
        )
    if match := re.search(r"deptcode='(\w+)';var categorynum='(\w+)'", text):
        guid = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a"
        known = {"deptcode": match[1], "categorynum": match[2], "siteGuid": guid, "pageSize": "15"}
        yield _paged(
            "/EWB-FRONT/rest/lightfrontaction/getgovinfolist",
            lambda page: {**known, "pageIndex": str(page)},
        )
    yield from _addresses(url, text)


def _addresses(url: str, text: str) -> Iterator[Step]:
    """Addresses that stand in scripts and forms."""
    if match := re.search(r"specialurl=([^&]+)", url):
        yield Step(match[1])
    if match := re.search(r'name="area" value="(\w+)"', text):
        for year in re.findall(r'<option value="(\d{4})">', text):
            yield Step(f"/module/xxgk/xxgkAnnualReport.jsp?area={match[1]}&fbtime={year}")
    if match := re.search(r"SID:'(\d+)',TREE:", text):
        base = urlsplit(url).path.removesuffix("index")
        for node in json.JSONDecoder().raw_decode(text, match.end())[0]:
            sid, path = match[1], f"{base}api/all/{node['id']}"
            yield _paged(path, lambda page, sid=sid: {"page": str(page + 1), "sid": sid}, "GET")  # type: ignore[misc]


def _strings(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            if isinstance(value, str) and name in ("docpuburl", "url", "infourl", "pc"):
                yield value
            elif isinstance(value, str) and name == "urls":
                yield from _strings(json.loads(value))
            elif isinstance(value, str) and name == "html":
                yield from map(html.unescape, _LINK.findall(value))
            else:
                yield from _strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from _strings(value)


def _links(text: str, is_json: bool) -> Iterator[str]:
    if is_json:
        yield from _strings(json.loads(text))
        return
    for link in _LINK.findall(text):
        yield html.unescape(link)
    yield from (html.unescape(first or second) for first, second in _STUB.findall(text))


def _local(portal: SimPortal, url: str, link: str) -> str | None:
    """A link as a target of this portal, session ids cut; None for other hosts and trap tails."""
    parts = urlsplit(urljoin(url, link))
    if parts.hostname != portal.host or parts.scheme not in ("http", "https"):
        return None
    path = parts.path.partition(";")[0] or "/"
    target = f"{path}?{parts.query}" if parts.query else path
    page = _PAGE.search(target)
    if page and _FAR < int(page[1] or page[2]) < 2000:
        return None
    return None if path.startswith(_ASIDE) else target


class Walk:
    """Breadth first from the home page; ``clicks`` holds the first depth of every URL."""

    def __init__(self, portal: SimPortal, *, plain: bool = False) -> None:
        self.portal, self.plain = portal, plain
        self.clicks: dict[str, int] = {}
        self._asked: set[str] = set()
        self._waiting: deque[tuple[int, Step]] = deque([(0, Step("/"))])
        while self._waiting:
            self._visit(*self._waiting.popleft())

    def _visit(self, depth: int, step: Step) -> None:
        portal = self.portal
        url = urljoin(portal.home, step.target)
        if step.key in self._asked or step.page > _FAR:
            return
        self._asked.add(step.key)
        fields = {"referer": portal.home}
        reply = portal.answer(step.method, portal.host, step.target, fields, step.body.encode())
        if reply.location:
            self._waiting.append((depth + 1, Step(reply.location)))
        if reply.status != 200:
            return
        if step.method == "GET":
            self.clicks.setdefault(url, depth)
        if "pdf" in reply.content_type:
            return
        text = reply.body.decode("gb18030" if "gbk" in reply.content_type else "utf-8")
        new = self._follow(depth, url, text, "json" in reply.content_type)
        if step.again and (new or step.page == 0):  # a service's first page may stand inline too
            self._waiting.append((depth + 1, step.again(step.page + 1)))

    def _follow(self, depth: int, url: str, text: str, is_json: bool) -> bool:
        links = list(_links(text, is_json))
        if not self.plain:
            links += _pagers(text)
        found = {target for link in links if (target := _local(self.portal, url, link))}
        new = {target for target in found if f"GET {target} " not in self._asked}
        self._waiting += [(depth + 1, Step(target)) for target in sorted(new)]
        if not self.plain:
            self._waiting += [(depth, step) for step in _scripts(url, text)]
        return bool(new)

"""The traps of the simulated portals: lists that lie, pages without end, pages that lead away.

What a trapped *list* shows is said in `portal.SimPortal.rows`; the pages here are traps on their
own, linked from the chrome of every portal that has them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.portals.sim.model import Column, Reply, Request
from tests.portals.sim.tree import Tree

if TYPE_CHECKING:
    from tests.portals.sim.portal import SimPortal

REPEATS, OVERSTATED, ENDLESS, COMMENTED, MOVED = (
    "repeat",
    "overstate",
    "infinite",
    "commented",
    "moved",
)
DRIFTS = ("drift",)
_MORE_PAGES = 4
_PAGES_OF_REPEATING = 9
_ENDLESS_PAGES = 500
_TAGS = 300

#: Other sites that pages link to; served on loopback too, so that no test ever leaves it.
ELSEWHERE = ("www.gov.cn", "www.sim-neighbour.gov.cn")

#: Which columns a list trap takes, by slug; one of several sub-sites' columns by its number.
_ARMED = {
    REPEATS: [("zcjd", 0)],
    OVERSTATED: [("gfxwj", 0), ("tzgg", 2)],
    ENDLESS: [("ldhd", 0)],
    COMMENTED: [("zfbwj", 0)],
    MOVED: [("zfbwj", 0), ("bszn", 0)],
    "drift": [("tzgg", 1), ("tzgg", 4)],
}

_NOT_FOUND = "<html><head><title>404</title></head><body><h1>404 Not Found</h1></body></html>\n"
_SOFT = (
    "<html><head><title>提示信息</title></head><body><div class='error'><h2>页面不存在</h2>"
    "<p>您访问的页面不存在或已被删除，系统将自动返回首页。</p></div></body></html>\n"
)
# The shape of a 瑞数 challenge: tiny, 412, a long meta and $_ts.
_CHALLENGE = (
    '<html><head><meta id="9DhefwqGPrzGxEp9hPaoag" content="{}" r="m"></head><body>'
    "<script>$_ts=window['$_ts'];if(!$_ts)$_ts={{}};$_ts.nsd=31027;</script></body></html>"
).format("qxF5t" * 60)

NOT_FOUND = Reply(_NOT_FOUND.encode(), status=404)
BLOCKED = Reply(_CHALLENGE.encode(), status=412)


def arm(tree: Tree) -> None:
    for trap in tree.spec["traps"]:
        for slug, number in _ARMED.get(trap, ()):
            columns = [c for c in tree.columns if c.slug.partition("_")[0] == slug]
            column = columns[min(number, len(columns) - 1)]
            if trap == MOVED:
                column.door = trap
            else:
                column.trap = trap


def overstated(column: Column, pages: int) -> int:
    """The number of pages a list claims to have."""
    if column.trap == REPEATS:
        return max(pages, _PAGES_OF_REPEATING)
    if column.trap == OVERSTATED or column.trap in DRIFTS:
        return pages + _MORE_PAGES
    return _ENDLESS_PAGES if column.trap == ENDLESS else pages


def drift_to(tree: Tree, column: Column) -> Column:
    """The list of another bureau that a drifting one runs into."""
    others = [c for c in tree.places.notices.values() if c is not column and not c.trap]
    return others[column.number % len(others)]


def blocked_host(host: str) -> str:
    return host.replace("www.", "xxgk.", 1)


def _month(request: Request) -> str:
    month = request.query.get("month", "2024-06")
    return month if len(month) == 7 and month.replace("-", "").isdigit() else "2024-06"


def _calendar(portal: SimPortal, request: Request) -> str:
    year, month = map(int, _month(request).split("-"))
    place = year * 12 + month - 1
    before, after = (f"{n // 12:04d}-{n % 12 + 1:02d}" for n in (place - 1, place + 1))
    days = "".join(
        f'<td><a href="/calendar.jsp?month={year:04d}-{month:02d}&day={day}">{day}</a></td>'
        for day in range(1, 29)
    )
    return (
        f'<h3>{year}年{month}月</h3><a href="/calendar.jsp?month={before}">上一月</a>'
        f'<a href="/calendar.jsp?month={after}">下一月</a><table><tr>{days}</tr></table>'
    )


def _self_frame(portal: SimPortal, request: Request) -> str:
    depth = int(request.query.get("t", "0")[:6] or 0) + 1
    return f'<h3>访问统计</h3><iframe src="/tj/frame.html?t={depth}" width="0"></iframe>'


def _tag(portal: SimPortal, request: Request) -> str:
    return '<p>没有找到相关标签的内容，请返回<a href="/">首页</a>。</p>'


def _tags(portal: SimPortal, request: Request) -> str:
    return "".join(f'<a href="/tag/{n}.html">热词{n}</a>\n' for n in range(_TAGS))


#: Path → what stands there, by trap.
PAGES: dict[str, dict[str, Callable[[SimPortal, Request], str]]] = {
    "calendar": {"/calendar.jsp": _calendar},
    "self_frame": {"/tj/frame.html": _self_frame},
    "tags": {"/tag/": _tags, "/tag/index.html": _tags},
}

#: What the chrome of a portal with the trap links to: (href, text).
LINKS = {
    "calendar": [("/calendar.jsp?month=2024-06", "日历")],
    "self_frame": [("/tj/frame.html", "访问统计")],
    "tags": [("/tag/", "热门标签")],
    "gone": [("/zt/xczx2019/", "政务公开专题（旧）"), ("/xxgk/nb2009/", "信息公开年报（旧版）")],
    "soft_404": [("/oldnews/zfxxgk/", "政府信息公开（旧站）"), ("/oldnews/1.html", "旧站要闻")],
    "foreign": [
        ("http://www.sim-neighbour.gov.cn/zwgk/zfxxgknb/", "邻县政府信息公开年报"),
        ("http://www.sim-neighbour.gov.cn/", "邻县人民政府"),
    ],
}


def page(portal: SimPortal, request: Request) -> str | None:
    """The main part of a trap's page, None where there is none."""
    for trap in portal.spec["traps"]:
        if make := PAGES.get(trap, {}).get(request.path):
            return make(portal, request)
    if "tags" in portal.spec["traps"] and request.path.startswith("/tag/"):
        return _tag(portal, request)
    return None


def missing(portal: SimPortal, request: Request) -> Reply:
    """What the portal answers where nothing is: a 404, or a page that says so with 200."""
    if "soft_404" in portal.spec["traps"]:
        return Reply(_SOFT.encode(portal.charset), f"text/html; charset={portal.charset}")
    return NOT_FOUND

"""Faults in what answers say: statuses, redirects, disguises, challenges, lists, links."""

from __future__ import annotations

from crawler.words import FetchOutcome as O
from tests.portals.faults_kit import (
    COLUMN,
    ROBOTS,
    SICK,
    SOUND,
    Answers,
    Drip,
    Evidence,
    Fault,
    Script,
    always,
    html,
    moved,
    pages,
    reply,
    report,
    turns,
)
from tests.wire_server import CLOSE, HANG, STREAM

_UTF8 = "text/html; charset=utf-8"
_PAGE = [reply(report(), kind=_UTF8)]
_BUSY = [reply(html("Service Unavailable"), status="503 Service Unavailable")]
_GATEWAY = [reply(b"", status="502 Bad Gateway")]


def _limited(*lines: str) -> Script:
    return [reply(html("Too Many Requests"), *lines, status="429 Too Many Requests")]


STATUSES = (
    Fault("burst_of_5xx", "answers 503, then the page",
          O.OK, Evidence.EXCHANGE, turns(_BUSY, _PAGE)),
    Fault("server_error_for_ever", "answers 502 each time",
          O.SERVER_ERROR, Evidence.EXCHANGE, turns(_GATEWAY)),
    Fault("retry_after_seconds", "answers 429 with Retry-After: 1, then the page",
          O.OK, Evidence.EXCHANGE, turns(_limited("Retry-After: 1"), _PAGE)),
    Fault("retry_after_date", "answers 429 with a date one second ahead of its own clock",
          O.OK, Evidence.EXCHANGE,
          turns(_limited("Date: Wed, 01 Jan 2020 00:00:00 GMT",
                         "Retry-After: Wed, 01 Jan 2020 00:00:01 GMT"), _PAGE)),
    Fault("retry_after_missing", "answers 429 without Retry-After, then the page",
          O.OK, Evidence.EXCHANGE, turns(_limited(), _PAGE)),
    Fault("retry_after_nonsense", "answers 429 with Retry-After: soon, then the page",
          O.OK, Evidence.EXCHANGE, turns(_limited("Retry-After: soon"), _PAGE)),
    Fault("retry_after_absurd", "answers 429 with Retry-After: 10^12 seconds",
          O.RATE_LIMITED, Evidence.EXCHANGE, turns(_limited("Retry-After: 1000000000000")),
          sound=False),
    Fault("retry_after_year_9999", "answers 429 with a date in the year 9999",
          O.RATE_LIMITED, Evidence.EXCHANGE,
          turns(_limited("Retry-After: Fri, 31 Dec 9999 23:59:59 GMT")), sound=False),
    Fault("maintenance_200", "shows a maintenance page with status 200",
          O.MAINTENANCE, Evidence.EXCHANGE,
          always(reply(html("<h1>网站正在升级维护中</h1>暂停服务，敬请谅解。")))),
    Fault("maintenance_503", "shows a maintenance page with status 503",
          O.MAINTENANCE, Evidence.EXCHANGE,
          always(reply(html("<h1>系统升级维护中</h1>"), status="503 Service Unavailable"))),
    Fault("soft_404", "says with status 200 that the page does not exist",
          O.SOFT_404, Evidence.EXCHANGE, always(reply(html("您访问的页面不存在或已被删除！")))),
    Fault("soft_404_gbk", "says the same in GBK, declared as UTF-8",
          O.SOFT_404, Evidence.EXCHANGE,
          always(reply(html("对不起，您要查看的页面不存在").encode("gb18030"), kind=_UTF8))),
    Fault("not_found", "answers 404", O.NOT_FOUND, Evidence.EXCHANGE,
          always(reply(html("404"), status="404 Not Found"))),
    Fault("gone", "answers 410", O.GONE, Evidence.EXCHANGE,
          always(reply(html("410"), status="410 Gone"))),
    Fault("empty_200", "answers 200 with an empty body",
          O.BAD_RESPONSE, Evidence.EXCHANGE, always(reply(b""))),
)  # fmt: skip


def _chain(length: int) -> Answers:
    hops = {f"/hop/{n}": [moved(f"/hop/{n + 1}")] for n in range(1, length)}
    return pages({SICK: [moved("/hop/1")], **hops, f"/hop/{length}": _PAGE})


def _to(location: str | bytes) -> Answers:
    return always(moved(location))


REDIRECTS = (
    Fault("redirect_to_itself", "redirects to where it is",
          O.REDIRECT_LOOP, Evidence.EXCHANGE, _to(SICK)),
    Fault("redirect_in_a_circle", "redirects to a page that redirects back",
          O.REDIRECT_LOOP, Evidence.EXCHANGE, pages({SICK: [moved("/b")], "/b": [moved(SICK)]}),
          at="/b"),
    Fault("redirect_chain_of_10", "redirects ten times, then shows the page",
          O.OK, Evidence.EXCHANGE, _chain(10), at="/hop/10"),
    Fault("redirect_chain_of_11", "redirects eleven times",
          O.REDIRECT_LOOP, Evidence.EXCHANGE, _chain(11), at="/hop/10"),
    Fault("redirect_to_file", "redirects to file:///etc/passwd",
          O.OUT_OF_SCOPE, Evidence.EXCHANGE, _to("file:///etc/passwd")),
    Fault("redirect_to_data", "redirects to a data: URL",
          O.OUT_OF_SCOPE, Evidence.EXCHANGE, _to("data:text/html,<p>hello</p>")),
    Fault("redirect_to_loopback", "redirects to http://127.0.0.1/",
          O.OUT_OF_SCOPE, Evidence.EXCHANGE, _to("http://127.0.0.1/"),
          at="http://127.0.0.1/", recorded=SICK),
    Fault("redirect_inside_by_name", "redirects to a name of its own that leads to 127.0.0.1",
          O.OUT_OF_SCOPE, Evidence.FAILURE, _to("http://inside.faults.gov.cn:8443/x"),
          at="http://inside.faults.gov.cn:8443/x",
          recorded="http://inside.faults.gov.cn:8443/robots.txt"),
    Fault("redirect_to_another_county", "redirects to another county's portal",
          O.OUT_OF_SCOPE, Evidence.EXCHANGE, _to("http://www.nxlw.gov.cn/zwgk/"),
          at="http://www.nxlw.gov.cn/zwgk/", recorded=SICK),
    Fault("redirect_without_location", "answers 302 without Location",
          O.BAD_RESPONSE, Evidence.EXCHANGE, always(reply(b"", status="302 Found"))),
    Fault("redirect_unreadable", "redirects to http://[broken/",
          O.BAD_RESPONSE, Evidence.EXCHANGE, _to("http://[broken/")),
    Fault("redirect_to_no_host", "redirects to http:///path",
          O.BAD_RESPONSE, Evidence.EXCHANGE, _to("http:///path")),
    Fault("redirect_not_latin", "puts raw GBK into Location, whose target is there",
          O.OK, Evidence.EXCHANGE,
          pages({SICK: [moved("/公开.html".encode("gb18030"))], "/%B9%AB%BF%AA.html": _PAGE}),
          at="/%B9%AB%BF%AA.html"),
)  # fmt: skip

_RUISHU = (
    f'<html><head><meta id="9Dhef" content="{"qwer" * 400}">'
    "<script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=63211;</script></head><body></body></html>"
)
_JIASULE = "<script>document.cookie='_jsl'+'=1;path=/';location.href=location.pathname</script>"
_GO = (
    "<script>function go(a){document['cookie']=a}"
    'go({"bts":["1700000000.1|0|abc"],"chars":"abc","tn":"__jsl_clearance_s"})</script>'
)
_ACW = "<html><script>var arg1='A3F';setCookie('acw_sc__v2',x);document.location.reload();</script>"
_ACW_405 = html(
    "很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。"
    "<a href='//errors.aliyun.com'>误报反馈</a>", "405")  # fmt: skip
_WZWS = '<script>var dynamicurl="/WZWSRELw==?wzwschallenge=V1pXU19DT05";</script>'
_C3VK = "<script>document.cookie='C3VK=a1b2c3; path=/';window.location.reload()</script>"
_WALL = "<script>document.cookie='k=1';location.reload();</script>"
_WAF = html("您的请求带有不合法参数，已被网站管理员设置拦截！", "网站防火墙")


def _challenge(name: str, does: str, answer: bytes) -> Fault:
    """One challenge is backed off from; the host's other pages are still asked for."""
    return Fault(
        f"challenge_{name}", does, O.BLOCKED, Evidence.EXCHANGE, always(answer),
        stats={f"blocked/{name.partition('__')[0]}": 1},
    )  # fmt: skip


CHALLENGES = (
    _challenge("ruishu", "shows 瑞数's $_ts page with 412", reply(_RUISHU, status="412 x")),
    _challenge("ruishu__202", "shows it with 202", reply(_RUISHU, status="202 Accepted")),
    _challenge("jiasule", "shows 加速乐's first stage with 521", reply(_JIASULE, status="521 x")),
    _challenge("jiasule__go", "shows its second stage", reply(_GO, status="521 x")),
    _challenge("waf_468", "answers 468, as 广元's portals do", reply(b"", status="468 x")),
    _challenge("aliyun_waf", "shows Alibaba's acw_sc__v2 script", reply(_ACW)),
    _challenge("aliyun_waf__405", "shows Alibaba's 405 page", reply(_ACW_405, status="405 x")),
    _challenge("wzws", "shows 360 网站卫士's challenge", reply(_WZWS)),
    _challenge("c3vk", "shows the page that sets C3VK", reply(_C3VK)),
    _challenge("cookie_wall", "shows a script that sets a cookie and reloads", reply(_WALL)),
    _challenge("cookie_wall__redirect", "redirects to itself with a cookie",
               moved(SICK, "Set-Cookie: seen=1")),
    _challenge("waf_page", "shows a firewall's page with 200", reply(_WAF)),
    _challenge("forbidden", "answers 403 and nothing else", reply(b"", status="403 Forbidden")),
    Fault("challenge_for_ever", "shows a challenge for every page of the host",
          O.BLOCKED, Evidence.EXCHANGE, pages({p: [reply(_RUISHU, status="412 x")]
                                               for p in (SICK, SOUND)}), sound=False),
)  # fmt: skip


def _robots(*script: bytes | Drip) -> Answers:
    return always(*script, at=ROBOTS)


_LONG_COMMENT = b"# " + b"x" * 97 + b"\n"
ROBOTS_FILES = (
    Fault("robots_hangs", "never answers for robots.txt", O.ROBOTS, Evidence.REFUSAL,
          always(HANG, at=ROBOTS), sound=False, at=COLUMN),
    Fault("robots_500", "answers 500 for robots.txt", O.ROBOTS, Evidence.REFUSAL,
          _robots(reply(b"", status="500 x")), sound=False, at=COLUMN),
    Fault("robots_50_mb", "sends a robots.txt of 50 MB whose first rules allow the page",
          O.OK, Evidence.EXCHANGE,
          always(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /x\n",
                 _LONG_COMMENT * 500_000, CLOSE, at=ROBOTS), deadline=60),
    Fault("robots_without_end", "sends a robots.txt that never ends", O.OK, Evidence.EXCHANGE,
          always(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /x\n", _LONG_COMMENT * 999,
                 STREAM, at=ROBOTS), deadline=60),
    Fault("robots_is_a_page", "answers every path, robots.txt too, with an HTML page",
          O.OK, Evidence.EXCHANGE, _robots(reply(html("首页")))),
    Fault("robots_binary", "sends random bytes as robots.txt",
          O.OK, Evidence.EXCHANGE, _robots(reply(bytes(range(256)) * 99))),
    Fault("robots_in_a_circle", "redirects robots.txt to itself",
          O.OK, Evidence.EXCHANGE, _robots(moved(ROBOTS))),
    Fault("robots_forbids", "forbids the page in robots.txt", O.ROBOTS, Evidence.REFUSAL,
          _robots(reply(f"User-agent: *\nDisallow: {SICK}\n"))),
)  # fmt: skip

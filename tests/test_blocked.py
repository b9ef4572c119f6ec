"""Challenges are told from pages, and blocked hosts are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.fetch.blocked import detect_block
from tests.fetch_lab import Answer, Server, crawl, site

REAL = Path(__file__).resolve().parents[2] / "shared" / "real" / "pages"

RUISHU = """<!DOCTYPE html><html><head><meta id="9DhefwqGPrzGxEp9hPaoag" content="{}U7x">
<script type="text/javascript">$_ts=window['$_ts'];if(!$_ts)$_ts={{}};$_ts.nsd=63211;</script>
<script type="text/javascript" charset="iso-8859-1" src="/4QbVtADbnLVIc/c.FxJzG50F.js"></script>
</head><body></body></html>""".format("qwer" * 500)
JIASULE = (
    "<script>document.cookie=('_')+('_')+('j')+('s')+('l')+'=1;max-age=3600;path=/';"
    "location.href=location.pathname+location.search</script>"
)
JIASULE_STAGE_TWO = (
    "<script>var _0x5=['x'];function go(_0x1){document['cookie']=_0x1}"
    'go({"bts":["1700000000.1|0|abc"],"chars":"abc","ct":"","tn":"__jsl_clearance_s"})</script>'
)
ALIYUN = (
    "<html><script>var arg1='A3F';function setCookie(n,v){document.cookie=n+'='+v}"
    "setCookie('acw_sc__v2',x);document.location.reload();</script></html>"
)
ALIYUN_405 = (
    "<!doctype html><html><head><title>405</title></head><body><div>很抱歉，由于您访问的URL有可能"
    "对网站造成安全威胁，您的访问被阻断。</div>"
    "<a href='//errors.aliyun.com'>误报反馈</a></body></html>"
)
WZWS = (
    "<html><body><noscript><h1>请开启JavaScript</h1></noscript><script>var dynamicurl="
    '"/WZWSRELw==?wzwschallenge=V1pXU19DT05";</script></body></html>'
)
C3VK = (
    "<script>document.cookie='C3VK=a1b2c3; path=/; max-age=300';window.location.reload()</script>"
)
YUNSUO = (
    "<html><head><title>网站防火墙</title></head><body>"
    "<p>您的请求带有不合法参数，已被网站管理员设置拦截！</p></body></html>"
)
PLAIN_403 = (
    "<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>"
)

PARAGRAPH = (
    "<p>"
    + "遂溪县城月镇人民政府二〇二〇年政府信息公开工作年度报告现予公布，主动公开各类政府信息。" * 8
    + "</p>"
)


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind"),
    [
        (412, (), RUISHU, "ruishu"),
        (202, (), RUISHU, "ruishu"),
        (200, (), RUISHU, "ruishu"),
        (
            412,
            (),
            "<html><head><meta content='x'></head><script src=/a.js></script></html>",
            "ruishu",
        ),
        (521, (), JIASULE, "jiasule"),
        (200, (), JIASULE_STAGE_TWO, "jiasule"),
        (521, (("Set-Cookie", "__jsluid_h=abc; path=/"),), "", "jiasule"),
        (468, (), "", "waf_468"),
        (200, (), ALIYUN, "aliyun_waf"),
        (405, (), ALIYUN_405, "aliyun_waf"),
        (200, (), WZWS, "wzws"),
        (403, (("WZWS-RAY", "1142-1700000000.1-waf01"),), "", "wzws"),
        (200, (), C3VK, "c3vk"),
        (200, (), "<script>document.cookie='k=1';\nlocation.reload();</script>", "cookie_wall"),
        (403, (), YUNSUO, "waf_page"),
        (200, (), YUNSUO, "waf_page"),
        (403, (), PLAIN_403, "forbidden"),
        (403, (), "", "forbidden"),
        (401, (), "", "forbidden"),
        (412, (), "Precondition Failed", "forbidden"),
    ],
)
def test_blocks_are_known_by_their_signatures(
    status: int, headers: tuple[tuple[str, str], ...], body: str, kind: str
) -> None:
    assert detect_block(status, headers, body.encode()) == kind
    assert detect_block(status, headers, body.encode("gb18030")) == kind


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, (), PARAGRAPH),
        # What 瑞数, 360 or Alibaba let through carries their scripts and headers too.
        (200, (), RUISHU.replace("<body>", f"<body>{PARAGRAPH}")),
        (200, (("wzws-ray", "1142"),), PARAGRAPH),
        (200, (("Set-Cookie", "acw_tc=1; path=/"),), PARAGRAPH),
        (200, (), f"<html><body>{PARAGRAPH}<p>拦截诈骗电话，Web应用防火墙</p></body></html>"),
        # The search box of a list page says 请输入验证码 in its script.
        (
            200,
            (),
            "<script>t='请输入验证码后继续查询'</script><ul>"
            + "<li><a href=/a>年报</a></li>" * 20
            + "</ul>",
        ),
        (
            200,
            (),
            "<ul>" + "<li><a href=/a>关于网络攻击行为被拦截的通报</a></li>" * 20 + "</ul>访问验证",
        ),
        (404, (), RUISHU),
        (404, (), YUNSUO),
        (410, (), ""),
        (429, (), ""),
        (500, (), PLAIN_403),
        (502, (), ""),
        (521, (), "origin is down"),
        (200, (), "%PDF-1.4 $_ts=window['$_ts']"),
        (200, (), ""),
    ],
)
def test_pages_and_ordinary_errors_are_no_blocks(
    status: int, headers: tuple[tuple[str, str], ...], body: str
) -> None:
    assert detect_block(status, headers, body.encode()) is None


@pytest.mark.skipif(not REAL.is_dir(), reason="the real pages are not beside this checkout")
def test_no_real_page_is_taken_for_a_block() -> None:
    taken = {path.name: detect_block(200, (), path.read_bytes()) for path in REAL.iterdir()}
    assert not {name: kind for name, kind in taken.items() if kind}


@pytest.mark.parametrize(
    "body", [b"<script " * 8000, b"<a" * 32000, b"<!--" * 16000, b"\x00<p>\xff" * 9000]
)
def test_hostile_bodies_are_survived(body: bytes) -> None:
    assert detect_block(200, (), body) is None


# -- crawls -----------------------------------------------------------------------------------


def test_a_host_that_shows_challenges_is_left_alone(tmp_path: Path) -> None:
    with Server(site({f"/{n}": Answer(RUISHU, status=412) for n in range(9)})) as server:
        urls = [server.url(f"/{n}") for n in range(9)]
        done = crawl(tmp_path, urls)
    assert len(server.pages) == 2
    assert {end[0] for end in done.ends.values()} == {"blocked"}
    assert len(done.ends) == 9
    assert done.count("blocked/ruishu") == 2
    assert done.count("outcome/blocked") == 9
    assert done.stats["host_ended/127.0.0.1"] == "blocked:ruishu"


def test_a_challenge_is_neither_retried_nor_parsed_nor_its_script_followed(tmp_path: Path) -> None:
    challenge = Answer('<meta http-equiv="refresh" content="0;url=/passed">' + JIASULE, status=521)
    with Server(site({"/a": challenge})) as server:
        done = crawl(tmp_path, [server.url("/a"), server.url("/b")])
    assert sorted(server.pages) == ["/a", "/b"]
    assert done.ends[server.url("/a")] == ["blocked", f"blocked:jiasule: {server.url('/a')}"]
    assert done.ends[server.url("/b")][0] == "ok"


def test_single_forbidden_pages_do_not_end_a_host_that_answers(tmp_path: Path) -> None:
    shut = {f"/{n}": Answer(PLAIN_403, status=403) for n in range(0, 12, 2)}
    with Server(site(shut)) as server:
        done = crawl(tmp_path, [server.url(f"/{n}") for n in range(12)])
    assert len(server.pages) == 12
    assert (done.count("outcome/ok"), done.count("blocked/forbidden")) == (6, 6)


def test_a_host_that_forbids_everything_is_blocked(tmp_path: Path) -> None:
    with Server(site({f"/{n}": Answer(PLAIN_403, status=403) for n in range(9)})) as server:
        done = crawl(tmp_path, [server.url(f"/{n}") for n in range(9)])
    assert len(server.pages) == 5
    assert done.stats["host_ended/127.0.0.1"] == "blocked:forbidden"


def test_a_redirect_to_itself_with_a_cookie_is_a_wall(tmp_path: Path) -> None:
    wall = Answer(status=302, headers={"Location": "/a", "Set-Cookie": "pass=1"})
    with Server(site({"/a": wall})) as server:
        done = crawl(tmp_path, [server.url("/a")])
    assert server.pages == ["/a"]
    assert done.ends[server.url("/a")][0] == "blocked"
    assert done.count("blocked/cookie_wall") == 1

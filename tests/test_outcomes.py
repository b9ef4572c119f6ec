"""Every fetch ends in one word, and it is the right one."""

from __future__ import annotations

from pathlib import Path

import pytest
from OpenSSL import SSL
from scrapy import exceptions
from twisted.internet.error import ConnectionLost
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError, ResponseFailed

from crawler.fetch.outcomes import classify, classify_failure
from crawler.fetch.refusals import HostEnded, Interrupted, OutOfScope
from crawler.items import FetchOutcome
from tests.fetch_lab import Answer, Server, crawl, site

REAL = Path(__file__).resolve().parents[2] / "shared" / "real" / "pages"

ARTICLE = (
    "<p>"
    + "红寺堡区太阳山镇人民政府按照要求公布二〇一八年政府信息公开工作年度报告，接受社会监督。" * 8
    + "</p>"
)
NAVIGATION = (
    "<ul>" + "".join(f"<li><a href=/c{n}/>政务公开栏目{n}</a></li>" for n in range(60)) + "</ul>"
)
FOOTER = "<p>主办：遂溪县人民政府办公室 网站标识码：4408230001 粤ICP备05012345号</p>"


def page(text: str, title: str = "遂溪县人民政府") -> bytes:
    return f"<html><head><title>{title}</title></head><body>{text}</body></html>".encode()


@pytest.mark.parametrize(
    ("status", "headers", "body", "outcome"),
    [
        (200, (), page(ARTICLE), "ok"),
        (200, (), b"%PDF-1.4", "ok"),
        (200, (), b"\xd0\xcf\x11\xe0 404 not found", "ok"),
        (204, (), b"", "ok"),
        (200, (), b"", "bad_response"),
        (301, (("location", "/a"),), b"", "redirected"),
        (302, (("Location", "/a"),), page("已移动"), "redirected"),
        (302, (), b"", "bad_response"),
        (304, (), b"", "not_modified"),
        (404, (), page("页面不存在"), "not_found"),
        (410, (), b"", "gone"),
        (408, (), b"", "timeout"),
        (413, (), b"", "too_large"),
        (429, (), b"", "rate_limited"),
        (400, (), b"", "bad_response"),
        (403, (), b"", "blocked"),
        (412, (), b"<script>$_ts=window['$_ts']</script>", "blocked"),
        (500, (), b"", "server_error"),
        (503, (), page("Service Unavailable"), "server_error"),
        (503, (), page("<h1>网站正在升级维护中</h1>"), "maintenance"),
        (521, (), b"", "server_error"),
    ],
)
def test_statuses(
    status: int, headers: tuple[tuple[str, str], ...], body: bytes, outcome: str
) -> None:
    assert classify(status, headers, body) == outcome


@pytest.mark.parametrize(
    "body",
    [
        page("<h1>您访问的页面不存在或已被删除！</h1>" + FOOTER),
        page("<h1>您访问的页面不存在或已被删除！</h1>" + FOOTER).decode().encode("gb18030"),
        page(NAVIGATION + "<p>对不起，您要查看的页面不存在</p>" + FOOTER),
        page("", title="404错误页面"),
        page("<div>404</div>", title=""),
        page("<b>404</b> - 找不到文件或目录。您要查找的资源可能已被删除。"),
        page("该信息不存在或者已经删除"),
        page("抱歉，没有找到您要访问的页面"),
        page("404 Not Found"),
    ],
)
def test_error_pages_that_say_200(body: bytes) -> None:
    assert classify(200, (), body) == "soft_404"


@pytest.mark.parametrize(
    "body",
    [
        page(
            "<h1>网站维护中</h1><p>本网站正在进行系统升级，暂停服务，给您带来的不便敬请谅解。</p>"
        ),
        page("", title="系统升级维护中"),
        page("<p>因服务器迁移，网站临时关闭访问</p>"),
        page("Site under maintenance"),
    ],
)
def test_maintenance_pages_that_say_200(body: bytes) -> None:
    assert classify(200, (), body) == "maintenance"


@pytest.mark.parametrize(
    "body",
    [
        page(ARTICLE + "<p>部分链接页面不存在的问题已整改。</p>"),
        page(ARTICLE, title="关于处理页面不存在（404）问题的报告"),
        page(ARTICLE + "<p>网站正在升级维护中，暂停服务。</p>"),
        # The notice of maintenance on a portal that is up.
        page(
            NAVIGATION
            + "<h1>关于网站升级维护的公告</h1><p>网站将于本周六升级维护，期间暂停服务。</p>"
        ),
        # An annual report whose whole body is an attachment.
        page(NAVIGATION + "<h1>城月镇2020年政府信息公开工作年度报告</h1><a href=a.pdf>附件</a>"),
        page(NAVIGATION + FOOTER, title="信息公开年报"),
        page("<p>电话：0759-7762404</p>"),
        # What a short report or notice says of its own business.
        page("<p>我镇收到申请1件，答复政府信息不存在1件。</p>", title="城月镇公开情况"),
        page("<p>关于宣布失效一批规范性文件的公告：下列文件已失效。</p>"),
        page("<p>在网站建设工作中，及时更新栏目内容。</p>"),
        page("<h1>城月镇2020年年度报告</h1><p>因系统升级维护中，您访问的附件页面不存在。</p>"),
        page("<p>粤府公404号</p><p>信息公开目录</p>"),
        page("<script>var msg='页面不存在';</script>" + NAVIGATION),
        page("<!-- 页面不存在 -->" + NAVIGATION),
    ],
)
def test_pages_with_something_to_say_are_ok(body: bytes) -> None:
    assert classify(200, (), body) == "ok"


@pytest.mark.skipif(not REAL.is_dir(), reason="the real pages are not beside this checkout")
def test_every_real_page_is_ok() -> None:
    wrong = {p.name: classify(200, (), p.read_bytes()) for p in REAL.iterdir()}
    assert not {name: word for name, word in wrong.items() if word != "ok"}


def test_a_cut_body_is_truncated_whatever_it_says() -> None:
    assert classify(200, (), page(ARTICLE), "length") == "truncated"
    assert classify(404, (), b"", "disconnect") == "not_found"


def failed_because(reason: Exception) -> exceptions.DownloadFailedError:
    error = exceptions.DownloadFailedError("failed")
    error.__cause__ = ResponseFailed([Failure(reason)])
    return error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (exceptions.CannotResolveHostError(), "dns"),
        (exceptions.DownloadConnectionRefusedError(), "refused"),
        (exceptions.DownloadTimeoutError(), "timeout"),
        (exceptions.ResponseDataLossError(), "truncated"),
        (exceptions.DownloadCancelledError(), "too_large"),
        (failed_because(SSL.Error("bad record")), "tls"),
        (failed_because(ConnectionLost()), "reset"),
        (failed_because(ParseError("wrong", b"SSH-2.0")), "bad_response"),
        (exceptions.DownloadFailedError("unknown"), "reset"),
        (OutOfScope("http://a/", "far"), "out_of_scope"),
        (HostEnded("http://a/", FetchOutcome.BLOCKED, "blocked:ruishu"), "blocked"),
        (Interrupted("http://a/"), None),
        (ValueError("ours"), None),
    ],
)
def test_failures(error: Exception, outcome: str | None) -> None:
    assert classify_failure(error) == outcome


# -- crawls -----------------------------------------------------------------------------------


def test_every_end_is_counted_once_with_examples(tmp_path: Path) -> None:
    pages = {
        "/ok": Answer(page(ARTICLE)),
        "/moved": Answer(status=302, headers={"Location": "/ok2"}),
        "/gone": Answer(status=410),
        "/missing": Answer(status=404),
        "/soft": Answer(page("您访问的页面不存在")),
        "/broken": Answer(status=500),
        "/cut": Answer(hang_up=True),
        "/late": Answer(delay=1.5),
    }
    with Server(site(pages)) as server:
        urls = [server.url(path) for path in pages]
        done = crawl(tmp_path, urls, DOWNLOAD_TIMEOUT=0.7, RETRY_TIMES=1)
    counted = {
        key.removeprefix("outcome/"): n
        for key, n in done.stats.items()
        if key.startswith("outcome/")
    }
    # Two attempts each of what Scrapy retries: every one is a fetch that ended.
    assert counted == {
        "ok": 2,
        "redirected": 1,
        "gone": 1,
        "not_found": 1,
        "soft_404": 1,
        "server_error": 2,
        "reset": 2,
        "timeout": 2,
    }
    assert done.stats["outcome_examples/soft_404"] == [server.url("/soft")]
    assert done.stats["outcome_examples/reset"] == [server.url("/cut")] * 2


def test_error_pages_in_disguise_reach_no_parser(tmp_path: Path) -> None:
    pages = {
        "/soft": Answer(page("您访问的页面不存在")),
        "/works": Answer(page("<h1>网站维护中</h1>")),
        "/empty": Answer(b""),
    }
    with Server(site(pages)) as server:
        done = crawl(tmp_path, [server.url(path) for path in pages])
    assert [done.ends[server.url(path)][0] for path in pages] == [
        "soft_404",
        "maintenance",
        "bad_response",
    ]


def test_redirect_loops_end_by_name(tmp_path: Path) -> None:
    pages = {
        f"/{length}/{n}": Answer(
            status=302, headers={"Location": f"/{length}/{(n + 1) % length}#top"}
        )
        for length in (1, 2, 3)
        for n in range(length)
    }
    # Eleven hops that never come back to where they were.
    pages |= {f"/{n}": Answer(status=302, headers={"Location": f"/{n + 1}"}) for n in range(20)}
    with Server(site(pages)) as server:
        urls = [server.url(path) for path in ("/1/0", "/2/0", "/3/0", "/0")]
        done = crawl(tmp_path, urls)
    assert {done.ends[url][0] for url in urls} == {"redirect_loop"}
    assert len(server.pages) == 1 + 2 + 3 + 11
    assert (done.count("outcome/redirect_loop"), done.count("outcome/redirected")) == (4, 13)


def test_the_word_of_an_earlier_attempt_is_not_kept(tmp_path: Path) -> None:
    answers = iter([Answer(hang_up=True), Answer(status=404)])
    robots = Answer(status=404)
    with Server(lambda path: robots if path == "/robots.txt" else next(answers)) as server:
        done = crawl(tmp_path, [server.url("/a")])
    assert (done.count("outcome/reset"), done.count("outcome/not_found")) == (1, 1)


def test_the_proxy_of_the_environment_is_not_asked_for_our_own_machine(tmp_path: Path) -> None:
    with Server(site({})) as server, Server(site({})) as proxy:
        done = crawl(tmp_path, [server.url("/a")], env={"http_proxy": proxy.url("")})
    assert done.ends[server.url("/a")][0] == "ok"
    assert proxy.hits == []

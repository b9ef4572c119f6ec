"""What belongs to a portal."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.items import Role
from crawler.scope import Scope, in_scope, portal_domain
from tests.fetch_lab import Answer, Server, crawl, site

SUIXI = Scope.of(["www.suixi.gov.cn", "tzchery.com"])


@pytest.mark.parametrize(
    "url",
    [
        "http://www.suixi.gov.cn/",
        "https://www.suixi.gov.cn:8443/zwgk/",
        "http://WWW.Suixi.GOV.CN./zwgk/",
        "http://zwgk.suixi.gov.cn/a",
        "http://suixi.gov.cn/",
        "http://tzchery.com/zt/xxgknb/",
    ],
)
def test_the_portal_its_domain_and_listed_hosts_are_in_scope(url: str) -> None:
    assert in_scope(url, SUIXI)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.zhanjiang.gov.cn/",
        "http://gov.cn/",
        "http://www.gov.cn/",
        "http://notsuixi.gov.cn/",
        "http://www.suixi.gov.cn.evil.com/",
        "http://www.suixi.gov.cn@evil.com/",
        "http://evil.com\\@www.suixi.gov.cn/",
        "http://evil.com\t.suixi.gov.cn\\.evil.com/",
        "http://www.tzchery.com/",
        "http://sub.tzchery.com/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[broken/",
        "http://www.suixi.gov.cn:port/",
        "ftp://www.suixi.gov.cn/",
        "file:///etc/passwd",
        "javascript:void(0)",
        "//www.suixi.gov.cn/",
        "",
    ],
)
@pytest.mark.parametrize("role", [Role.PAGE, Role.FRAME])
def test_everything_else_is_not(url: str, role: Role) -> None:
    assert not in_scope(url, SUIXI, role)


@pytest.mark.parametrize("role", [Role.ATTACHMENT, Role.ROBOTS])
def test_attachments_may_lie_on_any_government_host(role: Role) -> None:
    assert in_scope("http://www.zhanjiang.gov.cn/attachment/0/1/a.pdf", SUIXI, role)
    assert not in_scope("http://cdn.example.com/a.pdf", SUIXI, role)
    assert not in_scope("http://gov.cn.evil.com/a.pdf", SUIXI, role)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.suixi.gov.cn", "suixi.gov.cn"),
        ("www2.suixi.gov.cn", "suixi.gov.cn"),
        ("suixi.gov.cn", "suixi.gov.cn"),
        # A district below its city's domain does not speak for the city.
        ("nanguan.changchun.gov.cn", "nanguan.changchun.gov.cn"),
        ("www.gov.cn", None),
        ("gov.cn", None),
        ("tzchery.com", None),
        ("127.0.0.1", None),
    ],
)
def test_the_domain_a_host_speaks_for(host: str, domain: str | None) -> None:
    assert portal_domain(host) == domain


def test_a_district_on_its_citys_domain_keeps_out_of_the_neighbours() -> None:
    nanguan = Scope.of(["nanguan.changchun.gov.cn"])
    assert in_scope("http://xxgk.nanguan.changchun.gov.cn/", nanguan)
    assert not in_scope("http://erdao.changchun.gov.cn/", nanguan)


# -- crawls -----------------------------------------------------------------------------------


def test_redirects_out_of_the_portal_are_not_followed(tmp_path: Path) -> None:
    with Server(site({}), "127.0.0.2") as foreign:
        hop = Answer(status=302, headers={"Location": foreign.url("/secret")})
        with Server(site({"/go": hop})) as server:
            done = crawl(tmp_path, [server.url("/go"), foreign.url("/direct")])
    assert foreign.hits == []
    assert {end[0] for end in done.ends.values()} == {"out_of_scope"}
    assert (done.count("outcome/redirected"), done.count("outcome/out_of_scope")) == (1, 2)


@pytest.mark.parametrize(("home", "word"), [(True, "ok"), (False, "out_of_scope")])
def test_only_the_home_page_takes_its_new_host_into_scope(
    tmp_path: Path, home: bool, word: str
) -> None:
    """Asked through a proxy, which answers for any host."""

    def answers(url: str) -> Answer:
        if url == "http://www.old.gov.cn/":
            return Answer(status=301, headers={"Location": "http://www.new.gov.cn/"})
        return Answer(status=404 if url.endswith("robots.txt") else 200)

    with Server(answers) as proxy:
        done = crawl(
            tmp_path,
            ["http://www.old.gov.cn/"],
            hosts=["www.old.gov.cn"],
            meta={"home": home},
            env={"http_proxy": proxy.url("")},
        )
    assert done.ends["http://www.old.gov.cn/"][0] == word
    assert ("http://www.new.gov.cn/" in proxy.pages) is home
    assert done.count("scope/moved_to/www.new.gov.cn") == int(home)


def test_a_home_page_that_redirects_to_a_company_has_not_moved(tmp_path: Path) -> None:
    def answers(url: str) -> Answer:
        if url == "http://www.old.gov.cn/":
            return Answer(status=301, headers={"Location": "http://casino.example.com/"})
        return Answer(status=404)

    with Server(answers) as proxy:
        done = crawl(
            tmp_path,
            ["http://www.old.gov.cn/"],
            hosts=["www.old.gov.cn"],
            meta={"home": True},
            env={"http_proxy": proxy.url("")},
        )
    assert done.ends["http://www.old.gov.cn/"][0] == "out_of_scope"
    assert not [url for url in proxy.pages if "casino" in url]

"""The simulated portals: their truth is on their pages, and reachable the way it says."""

from __future__ import annotations

import http.client
import json
import re
import ssl
from functools import cache
from urllib.parse import quote, urlsplit

import pytest

from tests.portals.sim import FAMILIES, SimPortal, later, portal, serving
from tests.portals.sim.names import WORDS
from tests.portals.sim.traps import REPEATS
from tests.portals.sim.walk import Walk

# Seen on real portals (portals.md 1.2): what the article URLs of a family look like.
ARTICLE_PATHS = {
    "trs": r"/\d{6}/t\d{8}_\d+\.s?html?$",
    "trt": r"/\d{6}/t\d{8}_\d+\.s?html?$",
    "ucap": r"/\d{6}/[0-9a-f]{32}\.shtml$",
    "hanweb_jpage": r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\d+_\d+\.html$",
    "hanweb_jpaas": r"/art/\d{4}/art_[0-9a-f]{32}\.html$",
    "hanweb_xxgk": r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\d+_\d+\.html$|/xxgkAnnualReport\.jsp$",
    "vsb": r"/info/\d+/\d+\.htm$",
    "nfcms": r"/content/m?post_\d+\.html$|/gkmlpt/content/\d+/\d+/m?post_\d+\.html$",
    "lonsun": r"/public/\d+/\d+\.html$|/content/article/\d+$",
    "showlist": r"/\w+/show/\d+\.html$",
    "ewb": r"/\d{8}/[0-9a-f]{32}\.html$",
}
BY_SCRIPT = ("hanweb_jpaas", "hanweb_xxgk", "loadpagedata", "ewb")
MIXED = ("trs", "lonsun")


@cache
def small(family: str) -> SimPortal:
    return portal(family, "small")


@cache
def walked(family: str) -> Walk:
    return Walk(small(family))


def get(of: SimPortal, target: str, **fields: str) -> tuple[int, str]:
    reply = of.answer("GET", of.host, target, fields)
    return reply.status, reply.body.decode("gb18030" if "gbk" in reply.content_type else "utf-8")


def review_text(of: SimPortal) -> str:
    """The text of the newest self-review, as served."""
    target = next(t for t in of.targets if t.kind == "self_review")
    page = get(of, urlsplit(target.url).path)[1]
    return page.partition('<div class="content"')[2].partition('<div class="tools"')[0]


def with_trap(trap: str) -> list[SimPortal]:
    return [small(family) for family in FAMILIES if trap in small(family).spec["traps"]]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_medium_portal_is_as_large_and_as_deep_as_promised(family: str) -> None:
    made = portal(family)
    urls = {target.url for target in made.targets}
    assert made.page_count >= 3_000
    assert 30 <= len(made.targets) == len(urls) <= 150
    assert sum(t.clicks >= 4 for t in made.targets) >= len(urls) / 2
    kinds = [t.kind for t in made.targets]
    assert kinds.count("annual_report") > kinds.count("work_points") > kinds.count("self_review")
    assert {"hidden", "pager", "session", "https", "body_frame"} <= {
        way for target in made.targets for way in target.ways
    }


@pytest.mark.parametrize("family", FAMILIES)
def test_every_target_is_reached_from_the_home_page_as_its_truth_says(family: str) -> None:
    clicks = walked(family).clicks
    for target in small(family).targets:
        if "hidden" in target.ways:
            assert target.url not in clicks
        else:
            # an organ tree or a service may save a click and a door
            assert target.clicks - 2 <= clicks[target.url] <= target.clicks, target
    papers = next(c for c in small(family).columns if c.name == "政府办文件")
    last = small(family).rows(papers, small(family).pages(papers) - 1)
    assert {small(family).site.url_of(item) for item in last} <= clicks.keys()
    deep = [t for t in small(family).targets if clicks.get(t.url, 9) >= 4]
    assert len(deep) >= len(small(family).targets) / 2


@pytest.mark.parametrize("family", FAMILIES)
def test_what_no_column_lists_stands_in_the_sitemap_or_is_found_by_searching(family: str) -> None:
    made = small(family)
    hidden = [urlsplit(t.url) for t in made.targets if "hidden" in t.ways]
    offered = get(made, "/sitemap.xml")[1]
    target = "/search.jsp?q=" + quote("政府信息公开")
    while target and made.spec.get("search"):
        page = get(made, target)[1]
        offered += page
        more = re.search(r'class="next" href="([^"]+)"', page)
        target = quote(more[1].replace("&amp;", "&"), safe="/?&=+%") if more else ""
    assert hidden
    assert all(url.path in offered for url in hidden)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_target_page_prints_its_title_and_issuer_and_is_named_as_real_ones(family: str) -> None:
    made = small(family)
    for target in made.targets:
        parts = urlsplit(target.url)
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        reply = made.answer("GET", made.host, address, {})
        assert reply.status == 200
        if "file" in target.ways:
            assert reply.body.startswith(b"%PDF")
            continue
        text = reply.body.decode("gb18030" if made.charset == "gbk" else "utf-8")
        assert target.title in text
        assert f"来源：{target.issuer}" in text
        if family in ARTICLE_PATHS and family not in MIXED:
            assert re.search(ARTICLE_PATHS[family], parts.path), parts.path


@pytest.mark.parametrize("family", BY_SCRIPT)
def test_lists_by_script_are_closed_to_a_crawler_that_only_follows_links(family: str) -> None:
    plain = Walk(small(family), plain=True).clicks
    missed = [t for t in small(family).targets if t.url not in plain]
    assert len(missed) > 0.7 * len(small(family).targets)


def test_the_same_seed_gives_the_same_pages_and_another_seed_others() -> None:
    one, two, other = portal("ucap", "small"), portal("ucap", "small"), portal("ucap", "small", 2)
    assert one.targets == two.targets
    for url in sorted(walked("ucap").clicks)[::20]:
        target = url.partition(one.host)[2]
        first = one.answer("GET", one.host, target, {})
        assert first.status == 200
        assert first == two.answer("GET", two.host, target, {})
    assert one.targets != other.targets


def test_every_look_alike_stands_beside_the_targets_of_every_portal() -> None:
    names = {row["name"] for row in WORDS["look_alikes"]}
    for family in FAMILIES:
        planted = [i for c in small(family).columns for i in c.planted.values()]
        assert {item.alike for item in planted} == names | {""}
        assert not [item for item in planted if item.alike and item.kind]


def test_a_year_later_every_column_has_moved_and_a_year_of_reports_is_new() -> None:
    before = small("showlist")
    after = later(before)
    old = {before.site.list_path(column) for column in before.columns}
    new = {after.site.list_path(column) for column in after.columns}
    assert not old & new
    assert all(get(after, path)[0] == 404 for path in old)
    known = {(t.kind, t.issuer, t.year, t.title) for t in before.targets}
    again = {(t.kind, t.issuer, t.year, t.title) for t in after.targets}
    assert known < again
    assert {year for _, _, year, _ in again - known} == {2025, 2026}
    assert after.county == before.county
    assert review_text(before) == review_text(after) != ""
    reached = Walk(after).clicks
    assert all(t.url in reached for t in after.targets if "hidden" not in t.ways)


# --- traps ---


def test_a_repeating_list_shows_page_one_for_every_page() -> None:
    for made in with_trap(REPEATS):
        column = next(c for c in made.columns if c.trap == REPEATS)
        assert made.pages(column) > made.pages(column, stated=False)
        assert made.rows(column, 5) == made.rows(column, 0) != []


def test_a_drifting_list_runs_into_another_bureaus_rows() -> None:
    for made in with_trap("drift"):
        column = next(c for c in made.columns if c.trap == "drift")
        end = made.pages(column, stated=False)
        beyond = made.rows(column, end)
        assert beyond
        assert all(made.column_of(item) is not column for item in beyond)


def test_an_endless_list_and_an_endless_calendar_do_not_end() -> None:
    for made in with_trap("infinite"):
        column = next(c for c in made.columns if c.trap == "infinite")
        assert len(made.rows(column, 300)) == made.per_page(column)
    for made in with_trap("calendar"):
        status, text = get(made, "/calendar.jsp?month=2999-12")
        assert status == 200
        assert "month=3000-01" in text


def test_a_commented_list_hides_its_rows_from_parsers() -> None:
    (made,) = with_trap("commented")
    column = next(c for c in made.columns if c.trap == "commented")
    text = get(made, made.site.list_path(column))[1]
    title = made.rows(column, 0)[0].title
    assert title in text
    assert title not in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)


def test_missing_pages_are_404_or_claim_to_be_found() -> None:
    for family in FAMILIES:
        made = small(family)
        status, text = get(made, "/zwgk/nothing_here.html")
        soft = "soft_404" in made.spec["traps"]
        assert status == (200 if soft else 404)
        assert ("页面不存在" in text) is soft


def test_a_moved_column_redirects_and_a_blocked_host_says_412() -> None:
    for made in with_trap("moved"):
        column = next(c for c in made.columns if c.door == "moved")
        reply = made.answer("GET", made.host, made.site.way_to(column), {})
        assert (reply.status, reply.location) == (302, made.site.list_path(column))
    (made,) = with_trap("blocked")
    assert made.answer("GET", made.hosts[1], "/", {}).status == 412


def test_session_ids_differ_from_page_to_page() -> None:
    made = next(iter(with_trap("sessions")))
    sites = [made.site.list_path(column) for column in made.columns if column.site]
    ids = [set(re.findall(r"jsessionid=(\w+)", get(made, path)[1])) for path in sites[:2]]
    assert ids[0] and ids[1] and not ids[0] & ids[1]


def test_twins_of_articles_carry_the_same_text() -> None:
    made = small("vsb")
    target = next(t for t in made.targets if t.ways == ("link",))
    article = get(made, urlsplit(target.url).path)[1]
    for twin in re.findall(r'href="(/(?:print\.jsp|m/)[^"]+)"', article):
        assert target.title in get(made, twin)[1]


# --- services ---


def test_jpage_servers_hear_only_what_their_age_allows() -> None:
    made = portal("hanweb_jpage")
    cms = made.site.cms["hanweb_jpage"]
    kinds: dict[str, str] = {}
    for column in made.columns:
        if column.size > 60:
            kinds.setdefault(cms.kind(column), str(column.number))  # type: ignore[attr-defined]
    proxy = "/module/web/jpage/dataproxy.jsp?unitid=1&columnid={}&startrecord=46&endrecord=90"

    def first(column: str, **fields: str) -> str:
        found = re.search(r"art_\d+_\d+", get(made, proxy.format(column), **fields)[1])
        return found[0] if found else ""

    inline = get(made, f"/col/col{kinds['next']}/index.html")[1]
    assert first(kinds["next"]) == re.search(r"art_\d+_\d+", inline)[0]  # type: ignore[index]
    assert "nextgroup" in inline
    assert first(kinds["form"]) == ""
    assert first(kinds["window"]).endswith("45")
    assert first(kinds["referer"]) == ""
    assert first(kinds["referer"], referer=made.home).endswith("45")


def test_vsb_numbers_its_pages_from_the_back() -> None:
    made = portal("vsb")
    column = max(made.columns, key=lambda c: c.size if not c.trap else 0)
    path, pages = made.site.list_path(column), made.pages(column)
    text = get(made, path)[1]
    stem = path.removesuffix(".htm")
    assert f"/{pages - 1}.htm" in text
    assert made.rows(column, 1)[0].title in get(made, f"{stem}/{pages - 1}.htm")[1]
    assert made.rows(column, pages - 1)[0].title in get(made, f"{stem}/1.htm")[1]
    assert get(made, f"{stem}/{pages}.htm")[0] == 404


def test_the_portals_are_served_over_http_and_https_with_a_log() -> None:
    with serving([small("ewb"), small("generic")]) as served:
        address = served.connect_to["www.sim-ewb.gov.cn"]
        host, _, port = address.partition(":")
        connection = http.client.HTTPConnection(host, int(port))
        asked = {"categorynum": "0", "siteGuid": "", "pageIndex": 0}
        for _ in range(2):  # on one connection
            connection.request(
                "POST",
                "/EWB-FRONT/rest/lightfrontaction/getgovinfolist",
                json.dumps(asked),
                {"Host": "www.sim-ewb.gov.cn"},
            )
            assert json.loads(connection.getresponse().read())["custom"]["total"] == 0
        connection.close()
        secure = http.client.HTTPSConnection(
            host, int(port), context=ssl._create_unverified_context()
        )
        secure.request("GET", "/", headers={"Host": "www.sim-ewb.gov.cn"})
        assert "鄢陵县人民政府" in secure.getresponse().read().decode()
        secure.close()
        log = served.requests("www.sim-ewb.gov.cn")
        assert [row.method for row in log] == ["POST", "POST", "GET"]
        assert served.requests("www.sim-generic.gov.cn") == []

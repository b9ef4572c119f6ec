"""Families whose lists are loaded by scripts: what is asked, and what the answers are read as."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from crawler.cms.answers import MAX_ROWS, day_of, json_of, script_fields
from crawler.cms.asks import post_url, wire_form
from crawler.cms.family import Family
from crawler.extraction.page import Page
from crawler.items import Link, Rel
from spiders.families.ewb import Ewb
from spiders.families.hanweb_jpaas import HanwebJpaas
from spiders.families.hanweb_jpage import HanwebJpage
from spiders.families.hanweb_xxgk import HanwebXxgk
from spiders.families.loadpagedata import LoadPageData
from spiders.families.nfcms import Nfcms
from spiders.families.table import FAMILIES
from spiders.families.ucap_search import UcapSearch
from tests.page_kit import HOST, form_of, page, paths, query_of, served_by

COLUMN = "/col/col1229/index.html"
PROXY = "/module/web/jpage/dataproxy.jsp"
UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
SEARCH = "/module/xxgk/search.jsp"
TREE = "/module/xxgk/tree.jsp"
REPORT = "/module/xxgk/xxgkAnnualReport.jsp"
LIST_SERVICE = "/EWB-FRONT/rest/lightfrontaction/getgovinfolist"
BOMB = '<!DOCTYPE datastore [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


# -- loadPageData ----------------------------------------------------------------------------------

PARAMS = (
    "<script>var params = { current: 1, unitid: '380055', webSiteCode: ['site'],"
    " channelCode: ['col42150'], dataBefore: '', perPage: '15', titleMax: '34' };\n"
    "loadPageData(params, '380055');</script>"
)


def results(numbers: range, total: int) -> str:
    rows = [
        {
            "source": {
                "title": f"示例局{number}年政府信息公开工作<em>年度报告</em>",
                "pubDate": "2024-01-30 09:00:00",
                "urls": json.dumps({"pc": f"/site/col/col42150/content/content_{number}.html"}),
            }
        }
        for number in numbers
    ]
    return json.dumps({"data": {"total": total, "results": rows}})


def test_a_list_of_load_page_data_is_posted_for_page_by_page() -> None:
    column, family = page(PARAMS, "/site/col/col42150/index.html"), LoadPageData()
    (link,) = family.calls(column)
    assert served_by(family, column)
    assert wire_form(link.url).url == f"{HOST}/queryList"
    form = form_of(link)
    assert (form["current"], form["pageSize"], form["perPage"]) == ("1", "15", "15")
    assert (form["webSiteCode[]"], form["channelCode[]"]) == ("site", "col42150")
    answer = page(results(range(15), 17), link.url)
    assert family.is_answer(answer)
    assert served_by(family, answer)
    row = family.rows(answer)[2]
    assert (row.text, row.date) == ("示例局2年政府信息公开工作年度报告", "2024-01-30")
    assert paths([row]) == ["/site/col/col42150/content/content_2.html"]
    (second,) = family.further(answer)
    assert form_of(second) == form | {"current": "2"}
    assert family.further(page(results(range(15, 17), 17), second.url)) == []


def test_a_literal_may_stand_in_the_call() -> None:
    body = "<script>loadPageData({channelId:'77', perPage: 10}, 'u1')</script>"
    (link,) = LoadPageData().calls(page(body))
    assert form_of(link)["channelId"] == "77"
    assert form_of(link)["pageSize"] == "10"


def test_other_functions_of_that_name_ask_nothing() -> None:
    for body in ("<script>loadPageData(id)</script>", "<script>loadPageData({a:1})</script>"):
        assert LoadPageData().calls(page(body)) == []


def test_damaged_answers_of_query_list_are_empty() -> None:
    url = post_url(f"{HOST}/queryList", "current=1&pageSize=15")
    for body in ("", "{}", '{"data":{"results":[1,{"source":null},{}]}}', "[" * 100_000):
        assert LoadPageData().rows(page(body, url)) == LoadPageData().further(page(body, url)) == []


# -- 新点 EWB --------------------------------------------------------------------------------------

SITE = "<script>var siteInfo = {'siteGuid': '7eb5f7f1-9041', 'projectName': '/EWB-FRONT'}</script>"
EWB_LIST = "/dynamic/zwgk/govInfoPub.html?categorynum=003001003&deptcode=XZ01"


def listed(numbers: range, total: int) -> str:
    rows = [
        {
            "infourl": f"/zwgk/003001/20240130/{n:08x}-0000-0000-0000-000000000000.html",
            "realtitle": f"示例局{n}年度报告",
            "title": "示例局…",
            "infodate": "2024-01-30",
        }
        for n in numbers
    ]
    return json.dumps({"custom": {"total": total, "data": rows}})


def json_asked(link: Link) -> dict[str, object]:
    asked: dict[str, object] = json.loads(wire_form(link.url).body)
    return asked


def test_a_category_is_asked_from_the_inline_site() -> None:
    column, family = page(SITE + "<i class='ewb-list'>", EWB_LIST), Ewb()
    links = family.calls(column)
    assert served_by(family, column)
    assert wire_form(links[0].url).url == HOST + LIST_SERVICE
    assert wire_form(links[0].url).content_type == "application/json"
    assert json_asked(links[0]) == {
        "deptcode": "XZ01",
        "categorynum": "003001003",
        "siteGuid": "7eb5f7f1-9041",
        "pageIndex": 1,
        "pageSize": 20,
    }
    answer = page(listed(range(20), 31), links[0].url)
    assert family.is_answer(answer)
    assert served_by(family, answer)
    assert family.rows(answer)[4].text == "示例局4年度报告"
    assert family.rows(answer)[4].date == "2024-01-30"
    (second,) = family.further(answer)
    assert json_asked(second)["pageIndex"] == 2
    assert family.further(page(listed(range(11), 31), second.url)) == []


def test_sites_that_count_from_nought_lose_no_page() -> None:
    first, nought = Ewb().calls(page(SITE, EWB_LIST))
    assert (json_asked(first)["pageIndex"], json_asked(nought)["pageIndex"]) == (1, 0)
    assert len(Ewb().rows(page(listed(range(20), 60), nought.url))) == 20
    (second,) = Ewb().further(page(listed(range(20), 60), nought.url))
    assert json_asked(second)["pageIndex"] == 1


def test_the_lists_own_script_says_from_which_page_it_counts() -> None:
    call = "<script>getGovInfoList(deptcode,categorynum,0,pageSize);</script>"
    (only,) = Ewb().calls(page(SITE + call, EWB_LIST))
    assert json_asked(only)["pageIndex"] == 0
    column = page("<script src='/js/webBuilderCommon.js'></script>" + call, EWB_LIST)
    (common,) = Ewb().calls(column)
    (only,) = Ewb().calls(page('var siteInfo = {"siteGuid":"g"};', common.url))
    assert json_asked(only)["pageIndex"] == 0


def test_the_common_script_is_read_for_the_category_it_was_asked_with() -> None:
    column = page("<script src='/js/webBuilderCommon.js?v=1'></script>", EWB_LIST)
    (common,) = Ewb().calls(column)
    assert paths([common]) == ["/js/webBuilderCommon.js?deptcode=XZ01&categorynum=003001003"]
    script = page('var siteInfo = {"siteGuid":"g","projectName":"MID"};', common.url)
    assert Ewb().is_answer(script)
    assert served_by(Ewb(), script)
    asked = Ewb().calls(script)[0]
    assert wire_form(asked.url).url == f"{HOST}/MID/rest/lightfrontaction/getgovinfolist"
    assert json_asked(asked)["categorynum"] == "003001003"
    assert Ewb().rows(script) == Ewb().further(script) == []
    assert Ewb().calls(page("nothing here", common.url)) == []


def test_the_static_form_frames_its_special_url() -> None:
    inner = "/govxxgk/11411002005750994L/category/035/035001/govlist.html"
    outer = f"/govxxgk/11411002005750994L/openSubPage.html?specialurl={inner}&righttitle=年报"
    assert paths(Ewb().calls(page("<div>", outer))) == [inner]
    away = "/govxxgk/1/openSubPage.html?specialurl=http://evil.example/list.html"
    assert Ewb().calls(page("<div>", away)) == []


def test_pages_without_a_category_ask_nothing() -> None:
    assert Ewb().calls(page(SITE, "/index.html")) == []


# -- UCAP's search blocks --------------------------------------------------------------------------


def test_blocks_are_asked_by_the_channel_the_page_sets() -> None:
    body = (
        "<script>var lmCode = '17b0921ed7834c66'; $('.data').load('/es-search/search/' + lmCode +"
        " '?_template=ucap/list_ejs&_isAgg=1&_pageSize=20&page=' + n);</script>"
    )
    column, family = page(body), UcapSearch()
    (link,) = family.calls(column)
    assert served_by(family, column)
    asked = "?_template=ucap/list_ejs&_isAgg=1&_pageSize=20&page=1"
    assert paths([link]) == [f"/es-search/search/17b0921ed7834c66{asked}"]


def block(rows: int, tail: str = "", number: int = 1) -> Page:
    items = "".join(
        f"<li><a href='/c1/202401/{n:032x}.shtml'>示例镇{n}年度报告</a><span>2024-01-30</span></li>"
        for n in range(rows)
    )
    url = f"/es-search/search/17b?_template=ucap/list_ejs&_pageSize=20&page={number}"
    return page(f"<ul>{items}</ul>{tail}", url)


def test_blocks_are_paged_while_they_are_full_or_say_so() -> None:
    family = UcapSearch()
    assert len(family.rows(block(20))) == 20
    assert family.is_answer(block(20))
    assert served_by(family, block(20))
    (following,) = family.further(block(20))
    assert query_of(following.url)["page"] == "2"
    assert family.further(block(19)) == []
    assert len(family.further(block(10, "共3页"))) == 1
    assert family.further(block(20, "共3页", 3)) == []


def test_blocks_may_be_json() -> None:
    body = {"results": [{"source": {"title": "示例局年度报告", "url": "/a/1.shtml"}}]}
    answer = page(json.dumps(body), "/es-search/search/17b?_pageSize=1&page=1")
    assert paths(UcapSearch().rows(answer)) == ["/a/1.shtml"]


def test_the_nodes_of_a_tree_are_columns_and_placeholders_have_a_list() -> None:
    column = page("<script>$.get('/u/channel/treeNew/demo?level=1&channelId=9')</script>")
    (call,) = UcapSearch().calls(column)
    tree = {
        "list": [
            {"name": "政府信息公开年报", "url": "/demo/nb/null.shtml"},
            {"name": "政策文件", "children": [{"name": "通知", "iframeurl": "demo/tz/list.shtml"}]},
            {"name": "外站", "url": "http://evil.example/list.shtml"},
        ]
    }
    answer = page(f"null({json.dumps(tree)});", call.url)
    links = UcapSearch().calls(answer)
    assert UcapSearch().is_answer(answer)
    assert [(link.text, link.rel) for link in links] == [
        ("政府信息公开年报", Rel.COLUMN),
        ("通知", Rel.COLUMN),
    ]
    assert paths(links) == ["/demo/nb/xlist.shtml", "/demo/tz/list.shtml"]


# -- NFCMS -----------------------------------------------------------------------------------------

API = "/sxmz/gkmlpt/api/all/123"


def articles(*rows: dict[str, object], total: int = 1) -> str:
    return json.dumps({"classify": {"post_count": 500}, "total": total, "articles": rows})


def test_mobile_twins_jumps_and_articles_without_address() -> None:
    rows = Nfcms().rows(
        page(
            articles(
                {"title": "甲", "url": f"{HOST}/sxmz/gkmlpt/content/0/1/mpost_1001.html"},
                {"title": "甲", "post_url": f"{HOST}/sxmz/gkmlpt/content/0/1/post_1001.html"},
                {"title": "乙", "type": "url", "url": "http://www.gd.gov.cn/x/post_5.html"},
                {"title": "丙", "id": 638777, "create_time": 1706572800},
                {"title": "", "id": 5},
            ),
            f"{API}?page=1&sid=7",
        )
    )
    assert [(row.text, row.url) for row in rows] == [
        ("甲", f"{HOST}/sxmz/gkmlpt/content/0/1/post_1001.html"),
        ("乙", "http://www.gd.gov.cn/x/post_5.html"),
        ("丙", f"{HOST}/sxmz/gkmlpt/content/0/638/post_638777.html"),
    ]
    assert rows[2].date == "2024-01-30"


def test_the_api_is_paged_by_its_total_not_by_the_post_count() -> None:
    row: dict[str, object] = {"title": "甲", "id": 1}
    family = Nfcms()
    (second,) = family.further(page(articles(row, total=150), f"{API}?page=1&sid=7"))
    assert paths([second]) == [f"{API}?page=2&sid=7"]
    assert family.further(page(articles(row, total=150), f"{API}?page=2&sid=7")) == []
    assert family.further(page(articles(total=10**8), f"{API}?page=1&sid=7")) == []


def test_every_body_has_an_index_and_a_category_may_jump() -> None:
    tree = [
        {"id": 1, "name": "政府信息公开年报"},
        {"id": 2, "name": "通知公告", "jump_url": "/sxmz/tzgg/"},
        {"id": 3, "name": "领导介绍"},
    ]
    body = f"<script>window._CONFIG = {{SID:'7', TREE: {json.dumps(tree)}}}</script>"
    for index in ("/sxmz/gkmlpt/index", "/sxmz/gkmlpt/mindex/"):
        links = Nfcms().calls(page(body, index))
        assert paths(links) == ["/sxmz/gkmlpt/api/all/1?page=1&sid=7", "/sxmz/tzgg/"]
    (own, _) = Nfcms().calls(page(body, "/gkmlpt/index"))
    assert paths([own]) == ["/gkmlpt/api/all/1?page=1&sid=7"]


# -- all of them -----------------------------------------------------------------------------------

HOSTILE = [
    "",
    "null",
    "[" * 200_000,
    '{"data":' * 2_000,
    '{"custom":{"data":[null,7,{"infourl":["x"],"realtitle":{"a":1}}],"total":"∞"}}',
    '{"data":{"results":[{"source":{"title":"x","urls":"{"}}],"total":-5}}',
    "<datastore><nextgroup>" * 500,
    BOMB + "<datastore>&b;</datastore>",
    "<script>loadPageData(" * 300 + "</script>",
    "<script>siteInfo = {" + "a:1," * 2_000 + "</script>",
    f"<script>'{PROXY}' unitid:'1' columnid:'{'9' * 50_000}'</script>",
    f"<script>loadDynamic('{SEARCH}?{'a=1&' * 5_000}','div1','A')</script>",
    "null({" + '"list":[' * 3_000 + "});",
    "\x00\ufeff\ud7ff" * 50,
]
ADDRESSES = [
    "/",
    COLUMN,
    f"{PROXY}?page=-1&startrecord=99999999999&endrecord=x",
    post_url(f"{HOST}{PROXY}?startrecord=1&endrecord=45&perpage=0&page=1", "a"),
    f"{UNIT}?paramJson=%7B%22pageNo%22%3A-3%7D",
    post_url(HOST + SEARCH, "currpage=%FF&infotypeId="),
    f"{TREE}?area=%00",
    f"{REPORT}?area=&fbtime=20x",
    post_url(f"{HOST}/queryList", "current=0"),
    post_url(HOST + LIST_SERVICE, "[1]", "application/json"),
    "/js/webBuilderCommon.js?categorynum=1",
    "/es-search/search/1?page=1e9",
    "/u/channel/treeNew/x",
    "/x/gkmlpt/api/all/1?page=²",
]


def dynamic() -> Iterator[Family]:
    kinds = (HanwebJpage, HanwebJpaas, HanwebXxgk, LoadPageData, Ewb, UcapSearch, Nfcms)
    return (family for family in FAMILIES if isinstance(family, kinds))


@pytest.mark.parametrize("address", ADDRESSES)
def test_hostile_pages_and_answers_are_read_as_nothing_much(address: str) -> None:
    for body in HOSTILE:
        at = page(body, address)
        for family in dynamic():
            for links in (family.rows(at), family.further(at), family.calls(at)):
                assert len(links) <= MAX_ROWS
                assert all(len(link.url) < 50_000 for link in links)
            family.is_article(at)


def test_all_families_of_scripts_are_in_the_table() -> None:
    assert {family.name for family in dynamic()} == {
        "hanweb_jpage",
        "hanweb_jpaas",
        "hanweb_xxgk",
        "loadpagedata",
        "ewb",
        "ucap_search",
        "nfcms",
    }


def test_values_of_scripts_are_read_and_variables_are_not() -> None:
    assert script_fields('a: \'x\', "b": ["y"], c=1&d=%2F, e: name, f: 15, g = h') == {
        "a": "x",
        "b": "y",
        "c": "1",
        "d": "/",
        "f": "15",
        "g": "h",
    }


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2024-01-30 23:59:00", "2024-01-30"),
        (1706572800, "2024-01-30"),
        (1706572800000, "2024-01-30"),
        ("1706572800000", "2024-01-30"),
        (None, ""),
        ("9" * 40, ""),
        ({"a": 1}, ""),
    ],
)
def test_days_are_read_as_servers_write_them(value: object, day: str) -> None:
    assert day_of(value) == day


def test_json_and_jsonp_are_read_and_nothing_else() -> None:
    assert json_of('null({"a": 1});') == {"a": 1}
    assert json_of("jQuery17_3([1])") == [1]
    assert json_of("\ufeff{}") == {}
    assert json_of("alert('x')") is None
    assert json_of("[" * 200_000) is None

"""大汉 jpage and JPaaS: lists inside scripts, asked from proxies, units."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest

from crawler.cms.answers import MAX_ROWS
from crawler.cms.asks import is_post, post_url, wire_form
from crawler.cms.datastore import datastores
from crawler.extraction.page import Page
from crawler.items import Rel
from spiders.families.hanweb_jpaas import HanwebJpaas
from spiders.families.hanweb_jpage import HanwebJpage
from tests.page_kit import HOST, form_of, page, paths, query_of, served_by

COLUMN = "/col/col1229/index.html"
PROXY = "/module/web/jpage/dataproxy.jsp"
UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
BOMB = '<!DOCTYPE datastore [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def record(number: int) -> str:
    return (
        f'<record><![CDATA[<li><a href="/art/2024/1/{number % 28 + 1}/art_1229_{number}.html"'
        f' title="示例镇{number}年政府信息公开工作年度报告">示例镇…</a>'
        f"<span>2024-01-{number % 28 + 1:02}</span></li>]]></record>"
    )


def store(numbers: range, total: int, following: str = "", pages: int = 0) -> str:
    group = f'<nextgroup><![CDATA[<a href="{following}"></a>]]></nextgroup>' if following else ""
    return (
        f"<datastore><totalrecord>{total}</totalrecord><totalpage>{pages}</totalpage>{group}"
        f"<recordset>{''.join(map(record, numbers))}</recordset></datastore>"
    )


def inline(text: str, script: str = "") -> str:
    return f'<div id="5215"><script type="text/xml">{text}</script></div><script>{script}</script>'


# -- 大汉 jpage ------------------------------------------------------------------------------------


def test_rows_of_an_inline_datastore_are_rows_of_the_column() -> None:
    column = page(inline(store(range(45), 130, f"{PROXY}?page=2&unitid=5215")), COLUMN)
    family = HanwebJpage()
    rows = family.rows(column)
    assert served_by(family, column)
    assert len(rows) == 45
    assert rows[3].text == "示例镇3年政府信息公开工作年度报告"
    assert rows[3].date == "2024-01-04"
    assert [row.position for row in rows] == list(range(45))
    assert paths(family.further(column)) == [f"{PROXY}?page=2&unitid=5215"]
    assert family.calls(column) == []


def test_a_next_group_that_begins_again_is_a_list_of_its_own() -> None:
    """``page=1`` holds the inline rows again: as a next page it would end the list."""
    text = store(range(45), 130, "./dataproxy.jsp?page=1&amp;unitid=5215&amp;webname=示例")
    column = page(inline(text), COLUMN)
    (link,) = HanwebJpage().calls(column)
    assert link.url == f"{HOST}{PROXY}?page=1&unitid=5215&webname=示例"
    assert link.rel is Rel.FRAME
    assert HanwebJpage().further(column) == []


def test_groups_follow_each_other_to_the_last_page() -> None:
    first = page(store(range(100), 230, "./dataproxy.jsp?page=2&u=1", 3), f"{PROXY}?page=1&u=1")
    last = page(store(range(30), 230, "./dataproxy.jsp?page=4&u=1", 3), f"{PROXY}?page=3&u=1")
    family = HanwebJpage()
    assert family.is_answer(first)
    assert served_by(family, first)
    assert len(family.rows(first)) == 100
    assert paths(family.further(first)) == [f"{PROXY}?page=2&u=1"]
    assert family.further(last) == []


def test_a_group_that_names_itself_next_is_the_last() -> None:
    answer = page(store(range(5), 900, "./dataproxy.jsp?page=2"), f"{PROXY}?page=2")
    assert HanwebJpage().further(answer) == []


def test_a_whole_inline_list_asks_nothing() -> None:
    script = f"$('#5215').jpage({{proxyUrl:'{PROXY}', unitid:'5215', columnid:'1229'}})"
    column = page(inline(store(range(9), 9, f"{PROXY}?page=2"), script), COLUMN)
    assert len(HanwebJpage().rows(column)) == 9
    assert HanwebJpage().further(column) == HanwebJpage().calls(column) == []


@pytest.mark.parametrize(
    "script",
    [
        f"jpage({{perPage:20, proxyUrl:'{PROXY}', ajaxParam:{{col:1,appid:1,webid:3,path:'/',"
        "columnid:1229,sourceContentType:1,unitid:5215,webname:'示例县',permissiontype:0}})",
        f"var perPage = 20; $.post('{PROXY}?startrecord='+s, "
        "'col=1&appid=1&webid=3&path=%2F&columnid=1229&sourceContentType=1&unitid=5215"
        "&webname=%E7%A4%BA%E4%BE%8B%E5%8E%BF&permissiontype=0')",
    ],
)
def test_without_a_next_group_the_scripts_parameters_are_asked_by_post(script: str) -> None:
    (link,) = HanwebJpage().calls(page(f"<script>{script}</script>", COLUMN))
    form = wire_form(link.url)
    assert form.url == f"{HOST}{PROXY}?page=1&startrecord=1&endrecord=60&perpage=20"
    assert form_of(link) == {
        "col": "1",
        "appid": "1",
        "webid": "3",
        "path": "/",
        "columnid": "1229",
        "sourceContentType": "1",
        "unitid": "5215",
        "webname": "示例县",
        "permissiontype": "0",
    }


def test_the_column_of_a_question_may_come_from_the_address() -> None:
    script = "<script>$.ajax({url:'/module/jpage/morecolumndataproxy.jsp',data:{unitid:'7'}})"
    (link,) = HanwebJpage().calls(page(script + "</script>", COLUMN))
    assert urlsplit(link.url).path == "/module/jpage/morecolumndataproxy.jsp"
    assert form_of(link) == {"columnid": "1229", "unitid": "7"}


def window(number: int, rows: range, total: int, width: int = 45) -> Page:
    start = (number - 1) * width + 1
    address = f"{HOST}{PROXY}?page={number}&startrecord={start}&endrecord={start + width - 1}"
    return page(store(rows, total), post_url(f"{address}&perpage=15", "unitid=5"))


def walk(answer: int, size: int, total: int) -> list[int]:
    """The sizes of what a server gives until the family stops; ``answer`` rows at most a time."""
    sizes, number = [], 1
    while number:
        first = (number - 1) * size
        given = window(number, range(first, min(first + answer, total)), total)
        sizes.append(len(HanwebJpage().rows(given)))
        further = HanwebJpage().further(given)
        number = int(query_of(further[0].url)["page"]) if further else 0
    return sizes


def test_windows_are_asked_to_the_end_of_the_records() -> None:
    assert walk(45, 45, 110) == [45, 45, 20]
    assert walk(45, 45, 90) == [45, 45]
    # So few may be a page of a server that counts by page: one question more makes sure.
    assert walk(45, 45, 100) == [45, 45, 10, 0]
    assert walk(45, 45, 7) == [7]


def test_a_server_that_hears_only_page_is_asked_for_every_page() -> None:
    assert walk(15, 15, 50) == [15, 15, 15, 5]


def test_the_next_window_is_asked_with_the_same_form() -> None:
    (link,) = HanwebJpage().further(window(1, range(45), 100))
    assert form_of(link) == {"unitid": "5"}
    assert query_of(link.url)["startrecord"] == "46"


def test_an_empty_window_ends_the_list_whatever_it_states() -> None:
    assert HanwebJpage().further(window(3, range(0), 999_999_999)) == []


def test_an_old_servers_javascript_array_is_read_for_its_links() -> None:
    text = r"""[12:-1]['<a href=\"/art/2013/3/1/art_9_1.html\">示例局2012年度报告<\/a>']"""
    rows = HanwebJpage().rows(page(text, f"{PROXY}?startrecord=1"))
    assert [(row.url, row.text) for row in rows] == [
        (f"{HOST}/art/2013/3/1/art_9_1.html", "示例局2012年度报告")
    ]


def test_links_that_climb_above_the_root_lead_where_the_columns_links_lead() -> None:
    text = store(range(1), 1).replace('href="/art', 'href="../../art')
    rows = HanwebJpage().rows(page(text, f"{PROXY}?page=1"))
    assert paths(rows) == ["/art/2024/1/1/art_1229_0.html"]


def test_truecms_is_paged_by_windows_that_no_site_refuses() -> None:
    script = "$.msg({proxyUrl:'/cms/messageController/getMessage.do', columnId:'ab12'})"
    (link,) = HanwebJpage().calls(page(f"<script>{script}</script>", COLUMN))
    assert not is_post(link.url)
    asked = {"page": "1", "startrecord": "1", "endrecord": "10", "perpage": "10"}
    assert query_of(link.url) == asked | {"columnId": "ab12", "callback": "cb"}
    answer = page(f"cb({json.dumps({'result': store(range(10), 25)})})", link.url)
    assert len(HanwebJpage().rows(answer)) == 10
    (following,) = HanwebJpage().further(answer)
    assert query_of(following.url)["startrecord"] == "11"
    assert query_of(following.url)["columnId"] == "ab12"


def test_hostile_datastores_grow_nothing() -> None:
    bomb = "<datastore><totalrecord>9</totalrecord><record>&b;&b;</record></datastore>"
    (read,) = datastores(BOMB + bomb)
    assert len(read.markup) < 50
    deep = "<datastore>" + "<a>" * 5_000 + "</datastore>"
    assert all(not found.records for found in datastores(deep))
    (many,) = datastores(store(range(MAX_ROWS + 500), 1))
    assert len(many.records) == MAX_ROWS
    assert datastores("<datastore><record>" * 50) == []
    (absurd,) = datastores("<datastore><totalrecord>-9e99</totalrecord></datastore>")
    assert absurd.total == 0


def test_a_next_group_elsewhere_is_not_followed() -> None:
    for following in (
        "http://evil.example/dataproxy.jsp?page=2",
        "javascript:x()",
        "?__wb_method=POST",
    ):
        column = page(inline(store(range(5), 50, following)), COLUMN)
        assert HanwebJpage().further(column) == []


# -- 大汉 JPaaS ------------------------------------------------------------------------------------

QUERY = "{'webId':'3','tplSetId':'tpl','pageType':'column','tagId':'当前栏目list','pageId':'ab'}"


def unit_answer(count: int | None, rows: int, url: str) -> Page:
    stated = f' count="{count}" rows="15"' if count is not None else ""
    items = "".join(
        f'<li><a href="/zwgk/art/2024/art_{number:032x}.html">示例局{number}年度报告</a>'
        "<span>2024-01-30</span></li>"
        for number in range(rows)
    )
    body = {"success": True, "data": {"html": f"<div{stated}><ul>{items}</ul></div>"}}
    return page(json.dumps(body), url)


def test_a_unit_is_asked_as_its_script_does_and_paged_inside_param_json() -> None:
    script = f'<script src="/x/unitbuild.js?v=3" url="{UNIT}" queryData="{QUERY}"></script>'
    column, family = page(script, "/zwgk/nb/"), HanwebJpaas()
    (link,) = family.calls(column)
    assert served_by(family, column)
    assert query_of(link.url) == {
        "parseType": "bulidstatic",
        "webId": "3",
        "tplSetId": "tpl",
        "pageType": "column",
        "tagId": "当前栏目list",
        "pageId": "ab",
    }
    answer = unit_answer(40, 15, link.url)
    assert family.is_answer(answer)
    assert served_by(family, answer)
    assert len(family.rows(answer)) == 15
    assert family.rows(answer)[0].date == "2024-01-30"
    (second,) = family.further(answer)
    assert json.loads(query_of(second.url)["paramJson"]) == {"pageNo": 2, "pageSize": 15}
    (third,) = family.further(unit_answer(40, 15, second.url))
    assert json.loads(query_of(third.url)["paramJson"]) == {"pageNo": 3, "pageSize": 15}
    assert family.further(unit_answer(40, 10, third.url)) == []


def test_a_unit_without_a_count_is_paged_while_its_pages_are_full() -> None:
    url = f"{UNIT}?pageId=ab"
    assert len(HanwebJpaas().further(unit_answer(None, 15, url))) == 1
    assert HanwebJpaas().further(unit_answer(None, 14, url)) == []
    assert HanwebJpaas().further(unit_answer(None, 0, url)) == []


@pytest.mark.parametrize("body", ["", "[]", '{"data": 7}', '{"data": {"html": []}}', "<b>no</b>"])
def test_what_is_no_unit_has_no_rows(body: str) -> None:
    answer = page(body, f"{UNIT}?pageId=ab")
    assert HanwebJpaas().rows(answer) == HanwebJpaas().further(answer) == []


def test_units_elsewhere_and_other_query_data_are_not_asked() -> None:
    scripts = (
        f'<script url="http://evil.example/x" queryData="{QUERY}"></script>'
        '<script queryData="{\'a\':1}"></script><script queryData="nonsense"></script>'
    )
    assert HanwebJpaas().calls(page(scripts)) == []

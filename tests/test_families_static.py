"""Families whose lists are plain pages: their pagers, their rows, what hostile pages do to them."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from crawler.cms import asks
from crawler.cms.family import Family
from crawler.extraction.page import Page
from crawler.items import Rel
from spiders.families.generic import Generic
from spiders.families.lonsun import Lonsun
from spiders.families.showlist import ShowList
from spiders.families.trs import Trs
from spiders.families.trt import Trt
from spiders.families.ucap import Ucap
from spiders.families.vsb import Vsb
from tests.page_kit import HOST, page, paths

TRS = "<script>createPageHTML({}, 'index', 'html');</script>"
UCAP = "<script>createPageHTML('page_div',{},'xlist','shtml',189);</script>"
VARIABLES = (
    "<script>var currentPage = {1}; var countPage = {0};"
    "createPageHTML(countPage, currentPage, 'index', 'htm')</script>"
)
NO_CALL = "<script>var countPage=3;var currentPage=1</script>"
KEPT = r"<textarea>createPageHTML(\'page_div\',3,1,\'list\',\'shtml\',9)</textarea>"
QUOTED = "<i data-p='createPageHTML(&quot;page_div&quot;,3,2,&quot;fg&quot;,&quot;shtml&quot;)'>"
VSB_NEXT = '<span class="p_next p_fun"><a href="tzgg/10.htm">下页</a></span>'
TOTAL = "<script>var totalPage = 3</script>"
SHOW = "/Xxgknb/showList/12"
VSB = "<td>共52条&nbsp;&nbsp;{}/11&nbsp;</td>"
LS = "<script>var pager = {{pageCount: {}, pageIndex: 1}}</script>"
LIST = "/public/column/661?type=4&catId=7&action=list&nav=3"
SHOWN = "<p>共<span>{}</span>页</p>"
MODEL = (
    "<script>searchId: '200210'; listModel({{ maxStaticIndex: {}, listArgs: {{ channelid:"
    " SiteInfo.searchId, classsql: '' || 'chnlid=1813', sortfield: '-docorderpri' }},"
    " pagebar: {{ prepage: 10, recordCount: '{}' }} }})</script>"
)
NUMBERS = (
    '<a href="./">1</a><span class="cur">{0}</span>'
    '<a href="list_{1}.html">{1}</a><a href="list_9.html">9</a>'
)
LABEL = '<a href="{}">下一页&gt;</a>'
LAST = '<p>共{}页</p><a href="index_{}.html">尾页</a>'
SELECT = (
    "<select onchange='location=this.value'><option value='a.html' selected>1</option>"
    "<option value='a_2.html'>2</option></select>"
)
POSTBACK = """<a href="javascript:__doPostBack('AspNetPager1','2')">下一页</a>"""

#: (family, markup, path of the page, paths of what is next)
NEXT = [
    # TRS counts from 0
    (Trs, TRS.format("12, 0"), "/a/", ["/a/index_1.html"]),
    (Trs, TRS.format("12, 10"), "/a/index_10.html", ["/a/index_11.html"]),
    (Trs, TRS.format("12, 11"), "/a/index_11.html", []),
    (Trs, TRS.format("1, 0"), "/a/", []),
    (Trs, TRS.format("12, 1"), "/a/", ["/a/index_1.html", "/a/index_2.html", "/a/index_12.html"]),
    (Trs, TRS.format("12, 1"), "/a/index_1.html", ["/a/index_2.html"]),
    (Trs, VARIABLES.format(5, 0), "/a/", ["/a/index_1.htm"]),
    (Trs, VARIABLES.format(5, 4), "/a/index_4.htm", []),
    (Trs, NO_CALL, "/a/list_1.shtml", ["/a/list_2.shtml"]),
    (Trs, LABEL.format("more.html"), "/a/", ["/a/more.html"]),
    # UCAP counts from 1
    (Ucap, UCAP.format("10, 1"), "/a/xlist.shtml", ["/a/xlist_2.shtml"]),
    (Ucap, UCAP.format("10, 9"), "/a/xlist_9.shtml", ["/a/xlist_10.shtml"]),
    (Ucap, UCAP.format("10, 10"), "/a/xlist_10.shtml", []),
    (Ucap, KEPT, "/a/list.shtml", ["/a/list_2.shtml"]),
    (Ucap, QUOTED, "/a/fg_2.shtml", ["/a/fg_3.shtml"]),
    # VSB counts from the end
    (Vsb, VSB.format(1), "/zwgk/tzgg.htm", ["/zwgk/tzgg/10.htm"]),
    (Vsb, VSB.format(2), "/zwgk/tzgg/10.htm", ["/zwgk/tzgg/9.htm"]),
    (Vsb, VSB.format(11) + LABEL.format("1.htm"), "/zwgk/tzgg/1.htm", []),
    (Vsb, VSB_NEXT, "/zwgk/tzgg.htm", ["/zwgk/tzgg/10.htm"]),
    (Vsb, VSB.format(1) + LABEL.format("tzgg/7.htm"), "/zwgk/tzgg.htm", ["/zwgk/tzgg/7.htm"]),
    # 龙讯
    (Lonsun, LS.format(3), LIST, [f"{LIST}&pageIndex=2"]),
    (Lonsun, LS.format(3), f"{LIST}&pageIndex=3", []),
    (Lonsun, LS.format(3), "/content/column/88?pageIndex=2", ["/content/column/88?pageIndex=3"]),
    (Lonsun, LS.format(3), "/about.html", []),
    # showList
    (ShowList, SHOWN.format(4), f"{SHOW}/page_1.html?a=2", [f"{SHOW}/page_2.html?a=2"]),
    (ShowList, SHOWN.format(4), f"{SHOW}.html", [f"{SHOW}/page_2.html"]),
    (ShowList, SHOWN.format(4), f"{SHOW}/page_4.html", []),
    # 福建: static pages first
    (Trt, MODEL.format(1, 20), "/zwgk/nb/", ["/zwgk/nb/index_1.htm"]),
    (Trt, MODEL.format(1, 20), "/zwgk/nb/index_1.htm", []),
    (Trt, MODEL.format(5, 10), "/zwgk/nb/", []),
    # any other
    (Generic, LABEL.format("?page=2"), "/a/", ["/a/?page=2"]),
    (Generic, LABEL.format("index.html"), "/a/index.html", []),
    (Generic, LABEL.format("http://other.gov.cn/2"), "/a/", []),
    (Generic, NUMBERS.format(2, 3), "/a/list_2.html", ["/a/list_3.html"]),
    (Generic, NUMBERS.format(9, 10).replace(">10<", ">…<"), "/a/list_9.html", []),
    (Generic, SELECT, "/a/a.html", ["/a/a_2.html"]),
    (Generic, LAST.format(10, 9), "/a/", ["/a/index_1.html"]),
    (Generic, LAST.format(10, 10), "/a/", ["/a/index_2.html"]),
    (Generic, LAST.format("…", 10), "/a/", ["/a/index_1.html", "/a/index_2.html"]),
    (Generic, LAST.format(10, 9), "/a/index_3.html", ["/a/index_4.html"]),
    (Generic, LAST.format(10, 9), "/a/index_9.html", []),
    (Generic, TOTAL, "/x.aspx?cid=4&page=2", ["/x.aspx?cid=4&page=3"]),
    (Generic, TOTAL, "/x.do?PageIndex=3&id=1", []),
    (Generic, TOTAL, "/a/2023/", []),
    (Generic, '<a href="/2/">2</a>', "/a/", ["/2/"]),
    (Generic, '<a href="/t/20.html">2</a>', "/a/", []),
    (Generic, POSTBACK, "/list.aspx", []),
]  # fmt: skip


@pytest.mark.parametrize(("family", "markup", "path", "following"), NEXT)
def test_a_list_goes_on_to_its_real_end(
    family: type[Family], markup: str, path: str, following: list[str]
) -> None:
    found = family().further(page(markup, path))
    assert paths(found) == following
    assert all(link.rel is Rel.PAGE for link in found)


HOSTILE = [
    TRS.format("-5, -1"),
    TRS.format("99999999999999, 0"),
    UCAP.format("99999999999999, 1"),
    "<script>createPageHTML('page_div',3,1,'../../x\"+','shtml')</script>",
    LABEL.format("javascript:go(2)"),
    LABEL.format("http://[broken"),
    LAST.format(99999999999, 99999999999),
    VSB.format(99999999),
    MODEL.format(-1, -20),
    "<script>listModel({" * 50,
    "<select><option selected>1</option><option value='javascript:x'>2</option></select>",
]


@pytest.mark.parametrize("markup", HOSTILE)
@pytest.mark.parametrize("family", [Trs, Ucap, Vsb, Lonsun, ShowList, Trt, Generic])
def test_a_hostile_pager_leads_nowhere(family: type[Family], markup: str) -> None:
    assert family().further(page(markup, "/a/")) == []


def test_a_pager_that_promises_too_much_is_followed_one_step_at_a_time() -> None:
    assert paths(Trs().further(page(TRS.format("999999, 0"), "/a/"))) == ["/a/index_1.html"]


# -- rows ------------------------------------------------------------------------------------------

UNWRAPPED = (
    "<a href='/xzf/202001/0123456789abcdef0123456789abcdef.shtml'>关于公布目录的通知</a>"
    "<div class='data'><!--<ul><li><a href='../202404/49ca3d0c669f4c2ebf6f7fabf563549c.shtml'>"
    "某县2023年政府信息公开工作年度报告</a><span>2024-01-30</span></li></ul>--></div>"
)


def test_a_ucap_list_in_a_comment_is_read_after_what_is_shown() -> None:
    listed = page(UNWRAPPED, "/xzf/gknb/xlist.shtml")
    assert [(link.text, link.date, link.position) for link in Ucap().rows(listed)] == [
        ("关于公布目录的通知", "", 0),
        ("某县2023年政府信息公开工作年度报告", "2024-01-30", 1),
    ]
    assert len(Trs().rows(listed)) == 1  # what others comment out stays out


def test_a_list_may_lead_to_articles_of_an_older_site() -> None:
    mixed = page(
        "<li><a href='202001/t20200102_5.html'>甲</a></li><li><a href='/info/3/7.htm'>乙</a></li>"
    )
    assert [link.text for link in Trs().rows(mixed)] == ["甲", "乙"]


# -- 福建's service --------------------------------------------------------------------------------


def asked(url: str) -> dict[str, list[str]]:
    form = asks.wire_form(url)
    assert (form.method, form.url) == ("POST", f"{HOST}/fjdzapp/search")
    return parse_qs(form.body.decode())


def answer(url: str, **content: object) -> Page:
    return page(json.dumps(content, ensure_ascii=False), url)


def test_trt_asks_the_service_beyond_its_static_pages() -> None:
    (further,) = Trt().further(page(MODEL.format(1, 45), "/zwgk/nb/index_1.htm"))
    assert asked(further.url) == {
        "channelid": ["200210"],
        "classsql": ["chnlid=1813"],
        "sortfield": ["-docorderpri"],
        "prepage": ["10"],
        "page": ["3"],
    }


def test_trt_asks_the_service_at_once_where_a_page_has_no_rows() -> None:
    (call,) = Trt().calls(page(MODEL.format(1, 45), "/zwgk/nb/"))
    assert (call.rel, asked(call.url)["page"]) == (Rel.FRAME, ["1"])
    row = "<li><a href='202201/t20220101_3.htm'>某县年度报告</a></li>"
    assert Trt().calls(page(row + MODEL.format(1, 45), "/zwgk/nb/")) == []


def test_trt_reads_the_answers_and_asks_on() -> None:
    (call,) = Trt().calls(page(MODEL.format(1, 45), "/zwgk/nb/"))
    entry = {"doctitle": "某县2021年年度报告", "docpuburl": "/zwgk/nb/202201/t20220101_3.htm"}
    first = answer(call.url, data=[entry | {"docreltime": "2022-01-01 08:00:00"}], pageCount=2)
    assert Trt().is_answer(first)
    (row,) = Trt().rows(first)
    assert (row.text, row.date, row.rel) == ("某县2021年年度报告", "2022-01-01", Rel.ROW)
    (further,) = Trt().further(first)
    assert asked(further.url)["page"] == ["2"]
    assert Trt().further(answer(further.url, data=[entry], pageCount=2)) == []


@pytest.mark.parametrize("content", ['{"data": 3}', "[1]", "{", "[" * 100_000, '{"data": [{}, 4]}'])
def test_trt_makes_nothing_of_a_broken_answer(content: str) -> None:
    (call,) = Trt().calls(page(MODEL.format(1, 45), "/zwgk/nb/"))
    broken = page(content, call.url)
    assert (Trt().rows(broken), Trt().further(broken)) == ([], [])

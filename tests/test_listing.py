"""Links as they stand on pages: where they lead, what they say, the date beside them."""

from __future__ import annotations

import pytest

from crawler.cms.article_paths import ANY_PATH
from crawler.cms.listing import absolute, anchors, columns, link_text, row_date
from crawler.cms.rows import rows
from crawler.cms.stubs import frames, stub_target
from crawler.items import Rel
from tests.page_kit import HOST, page, paths

LEADS = [
    ('<a href="a.html">甲</a>', "/zwgk/tzgg/a.html", "甲"),
    ('<map><area href="/nb/" alt="年报"></map>', "/nb/", "年报"),
    ('<a href="/nb/"><img src="x.png" alt="信息公开年报"></a>', "/nb/", "信息公开年报"),
    ('<a href="/nb/" title="信息公开年报"><img src="x.png"></a>', "/nb/", "信息公开年报"),
    ("<select><option value='/bm/mzj/'>民政局</option></select>", "/bm/mzj/", "民政局"),
    ("""<a href="javascript:;" onclick="window.open('/nb/1.html')">甲</a>""", "/nb/1.html", "甲"),
    ("""<a href="javascript:location='/nb/'">甲</a>""", "/nb/", "甲"),
    ("""<a href="javascript:window.location.href='../nb/'">甲</a>""", "/zwgk/nb/", "甲"),
    ("""<li onclick="location.href='/nb/'">年报</li>""", "/nb/", "年报"),
    ('<a href="/nb/x.jsp;jsessionid=8B1A99?id=3&amp;PHPSESSID=1">甲</a>', "/nb/x.jsp?id=3", "甲"),
    ("<a href='/a\n/b.html'>甲</a>", "/a/b.html", "甲"),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "path", "text"), LEADS)
def test_whatever_leads_somewhere_is_an_anchor(markup: str, path: str, text: str) -> None:
    assert [(a.url, a.text) for a in anchors(page(markup))] == [(HOST + path, text)]


DEAD = [
    '<a href="javascript:;">甲</a>',
    '<a href="javascript:void(0)" onclick="share()">甲</a>',
    '<a href="#top">甲</a>',
    '<a href="mailto:x@y.cn">甲</a>',
    '<a href="http://[broken">甲</a>',
    '<a href="http://h:99999/">甲</a>',
    '<a href="/list?page=${next}">甲</a>',
    '<a href="{{url}}">甲</a>',
    "<select><option value='3'>三</option><option value=''>全部</option></select>",
    """<a href="javascript:__doPostBack('AspNetPager1','2')">2</a>""",
]


@pytest.mark.parametrize("markup", DEAD)
def test_what_leads_nowhere_is_none(markup: str) -> None:
    assert list(anchors(page(markup))) == []


TEXTS = [
    ("<a>2020年政府信息公开…<b>x</b></a>", "2020年政府信息公开…x"),
    ('<a title="2020年政府信息公开年度报告">2020年政府信息公开…</a>', "2020年政府信息公开年度报告"),
    ('<a title="短">较长的标题</a>', "较长的标题"),
    ("<a><p>某县召开会议</p><span>2022-05-30</span></a>", "某县召开会议"),
    ("<a><i>05-30</i> 某县召开会议</a>", "某县召开会议"),
    ("<a>2022-05-30</a>", "2022-05-30"),
]


@pytest.mark.parametrize(("markup", "text"), TEXTS)
def test_a_links_text_is_its_title(markup: str, text: str) -> None:
    assert link_text(next(page(markup).tree.iter("a"))) == text


DATES = [
    ("<li><a>甲</a><span>2020-01-02</span></li>", "2020-01-02"),
    ("<li><span>[2020年1月2日]</span><a>甲</a></li>", "2020-01-02"),
    ("<table><tr><td><a>甲</a></td><td>2020/01/02&nbsp;</td></tr></table>", "2020-01-02"),
    ("<li><a>2019年1月1日施行的办法</a><span>2020.01.02</span></li>", "2020-01-02"),
    ("<li><a>2019年1月1日施行的办法</a></li>", ""),
    ("<li><a><p>甲</p><span>2020-01-02</span></a></li>", "2020-01-02"),
    ("<li><div><b>02</b><span>2020-01</span></div><a>甲</a></li>", "2020-01-02"),
    ("<div><a>甲</a> 2020-01-02<br><a>乙</a><br><a>丙</a><br><a>丁</a></div>", "2020-01-02"),
    ("<dl><dt><a>甲</a></dt><dd>2020-01-02</dd></dl>", "2020-01-02"),
    ("<div>2020-01-02<ul><li><a>甲</a></li><li><a>乙</a></li><li><a>丙</a></li>"
     "<li><a>丁</a></li></ul></div>", ""),
    ("<li><a>甲</a><span>2020-02-30</span></li>", ""),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "date"), DATES)
def test_the_date_of_a_row_stands_beside_its_link(markup: str, date: str) -> None:
    found = row_date(next(page(markup).tree.iter("a")))
    assert (found.date if found else "") == date


def test_rows_are_known_by_their_address_wherever_they_stand() -> None:
    links = rows(
        page(
            '<p><a href="/a/202001/t20200103_12.html">报告</a> <a href="/b/info/3/44.htm">通知</a>'
            '<a href="/files/x.PDF">附件</a><a href="/a/202001/t20200103_12.html">再次</a>'
            '<a href="/about/">关于</a></p>'
        ),
        ANY_PATH,
    )
    assert [(link.text, link.position) for link in links] == [("报告", 0), ("通知", 1), ("附件", 2)]


def listed(count: int, date: bool = True, title: str = "某县某局关于某事的通知") -> str:
    return "".join(
        f'<li><a href="/x/d.do?key={1000 + n}">{title}{"甲乙丙丁戊己庚辛"[n]}</a>'
        f"<em>{f'2020-01-{n + 1:02}' if date else ''}</em></li>"
        for n in range(count)
    )


@pytest.mark.parametrize(
    ("block", "count"),
    [
        (listed(5), 5),
        (listed(2), 2),
        (listed(1), 1),
        (listed(5, date=False), 5),
        (listed(3, date=False), 0),
        (listed(5, date=False, title="通知"), 0),
        (listed(1, title="通知"), 0),
    ],
)
def test_unknown_addresses_are_rows_by_their_structure(block: str, count: int) -> None:
    assert len(rows(page(f"<ul>{block}</ul>"), ANY_PATH)) == count


NAVIGATION = """
<div>2026年1月1日 星期四 <ul><li><a href="/x/1001">设为首页</a></li><li><a href="/x/1002">加入收藏</a></li></ul></div>
<ul><li><a href="/zwgk/">政务公开</a></li><li><a href="/zwgk/zcwj/">政策文件</a></li>
<li><a href="/col/col1001/index.html">政府信息公开工作年度报告</a></li>
<li><a href="/col/col1002/index.html">依申请公开信息目录与指南</a></li>
<li><a href="/col/col1003/index.html">法定主动公开内容基本目录</a></li>
<li><a href="/col/col1004/index.html">政府信息公开制度规定汇编</a></li></ul>
<div class="page"><a href="index_1.html">2</a><a href="index_2.html">3</a><a href="index_1.html">下一页</a></div>
"""  # noqa: E501


def test_navigation_is_no_row_even_below_a_date() -> None:
    assert rows(page(NAVIGATION), ANY_PATH) == []


BODIES = ("人力资源和社会保障局", "农业农村和水利局", "住房和城乡建设局", "市场监督管理局分局")
COLUMN_BLOCKS = [
    [(f"/organ/{1000 + n}.html", f"某某县{name}") for n, name in enumerate(BODIES)],
    [(f"/public/column/{1000 + n}?type=4", f"某某县关于第{n}项工作的专题") for n in range(5)],
    [(f"/bm/{1000 + n}/", f"某某县关于第{n}项工作的专题栏目") for n in range(5)],
]


@pytest.mark.parametrize("block", COLUMN_BLOCKS)
def test_lists_of_bureaux_and_columns_are_no_rows(block: list[tuple[str, str]]) -> None:
    links = "".join(f'<li><a href="{path}">{name}</a></li>' for path, name in block)
    assert rows(page(f"<ul>{links}</ul>"), ANY_PATH) == []


def test_columns_are_list_pages_below_the_prefix() -> None:
    found = columns(
        page(
            '<a href="2020/">2020年</a><a href="/zwgk/tzgg/index_2.html">下一页</a>'
            '<a href="/zwgk/tzgg/202001/t20200101_3.html">文</a><a href="/other/">别处</a>'
            '<a href="http://www.gov.cn/zwgk/tzgg/x/">国家</a><a href="xz/"><img src="a.gif"></a>'
        ),
        "/zwgk/tzgg/",
        ANY_PATH,
    )
    assert [(link.text, link.rel) for link in found] == [("2020年", Rel.COLUMN)]


# -- frames and stubs ------------------------------------------------------------------------------


def test_frames_of_the_same_host_hold_the_list() -> None:
    found = frames(
        page(
            '<iframe src="/list.jsp?id=3"></iframe><iframe src="//other.gov.cn/x"></iframe>'
            '<iframe src="/module/tree.jsp"></iframe><iframe src="index.html"></iframe>'
        )
    )
    assert paths(found) == ["/list.jsp?id=3"]


WAIT = "<p>请稍候，正在跳转</p>" + "<!--" + "x" * 5_000 + "-->"
STUBS = [
    ('<meta http-equiv="refresh" content="0;url=/new/">', "/new/"),
    ("<script>window.location.href='/new/'</script>", "/new/"),
    ("<script>location.replace('new.html')</script>", "/zwgk/tzgg/new.html"),
    (f"{WAIT}<script>top.location='/new/'</script>", "/new/"),
    (f"{WAIT}{'<a href=/x>乙</a>' * 5}<script>location='/new/'</script>", None),
    ("<script>location.href='index.html'</script>", None),
    ("<script>location.href='javascript:1'</script>", None),
    ("<p>普通</p>", None),
]


@pytest.mark.parametrize(("markup", "path"), STUBS)
def test_a_stub_sends_its_reader_on(markup: str, path: str | None) -> None:
    found = stub_target(page(markup))
    assert (found.url if found else None) == (HOST + path if path else None)


def test_a_base_moves_relative_addresses() -> None:
    assert absolute(page('<base href="/other/">'), "x.html") == f"{HOST}/other/x.html"

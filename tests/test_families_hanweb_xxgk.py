"""大汉 xxgk: trees of columns, lists as fragments, annual reports behind select boxes."""

from __future__ import annotations

from crawler.cms.asks import post_url, wire_form
from crawler.extraction.page import Page
from crawler.items import Rel
from spiders.families.hanweb_xxgk import HanwebXxgk
from tests.page_kit import HOST, form_of, page, paths, served_by

COLUMN = "/col/col1229/index.html"
SEARCH = "/module/xxgk/search.jsp"
TREE = "/module/xxgk/tree.jsp"
REPORT = "/module/xxgk/xxgkAnnualReport.jsp"
AREA = "113708260043292687"


def test_a_columns_tree_and_list_are_asked() -> None:
    body = (
        f'<iframe src="{TREE}?area={AREA}&amp;divid=div1229"></iframe>'
        f"<script>loadDynamic('{SEARCH}?infotypeId=&vc_title=&area={AREA}','div1229','A02');"
        "</script>"
    )
    column, family = page(body, "/col/col1229/index.html"), HanwebXxgk()
    asked, tree = family.calls(column)
    assert served_by(family, column)
    assert wire_form(asked.url).url == HOST + SEARCH
    form = form_of(asked)
    assert (form["infotypeId"], form["area"], form["divid"]) == ("A02", AREA, "div1229")
    assert (form["currpage"], form["texttype"], form["fbtime"]) == ("1", "0", "-1")
    assert paths([tree]) == [f"{TREE}?area={AREA}&divid=div1229"]
    assert tree.rel is Rel.FRAME


def test_the_list_may_be_a_form_or_an_ajax_call() -> None:
    form = (
        f'<form method="post" action="{SEARCH}"><input name="infotypeId" value="A02">'
        f'<input name="area" value="{AREA}"><input name="currpage" value="9"></form>'
    )
    call = (
        f"<script>$.post('{SEARCH}', {{infotypeId:'A02', area:'{AREA}', jdid: 4,"
        " currpage: page}})</script>"
    )
    for body, jdid in ((form, "1"), (call, "4")):
        (link,) = HanwebXxgk().calls(page(body, COLUMN))
        asked = form_of(link)
        assert (asked["infotypeId"], asked["area"]) == ("A02", AREA)
        assert (asked["currpage"], asked["jdid"]) == ("1", jdid)


def test_the_nodes_of_a_tree_are_columns_by_their_names() -> None:
    tree = page(
        r"""d.add(1,0,'<a onclick=\"funclick(\'A0201\',\'x\');\">政府信息公开年报</a>');"""
        """<a href="#" onclick="funclick('A03','y')">通知公告</a>""",
        f"{TREE}?area={AREA}&divid=div1229",
    )
    family = HanwebXxgk()
    links = family.calls(tree)
    assert family.is_answer(tree)
    assert [(link.text, link.rel) for link in links] == [
        ("政府信息公开年报", Rel.COLUMN),
        ("通知公告", Rel.COLUMN),
    ]
    assert [form_of(link)["infotypeId"] for link in links] == ["A0201", "A03"]
    assert {form_of(link)["area"] for link in links} == {AREA}
    assert family.rows(tree) == family.further(tree) == []


def fragment_of(number: int, pages: int) -> Page:
    body = (
        "<table><tr><td><a href='/art/2024/1/30/art_1229_7.html' title='示例局2023年度报告'>示例…"
        f"</a></td><td>2024-01-30</td></tr></table><div>共{pages}页</div>"
    )
    return page(body, post_url(HOST + SEARCH, f"infotypeId=A02&currpage={number}&vc_title="))


def test_fragments_of_a_list_are_paged_by_post_to_the_stated_end() -> None:
    family = HanwebXxgk()
    first = fragment_of(1, 3)
    assert family.is_answer(first)
    assert served_by(family, first)
    assert [(row.text, row.date) for row in family.rows(first)] == [
        ("示例局2023年度报告", "2024-01-30")
    ]
    (following,) = family.further(first)
    assert form_of(following) == {"infotypeId": "A02", "currpage": "2", "vc_title": ""}
    assert family.further(fragment_of(3, 3)) == []
    assert family.further(page("共900页", post_url(HOST + SEARCH, "currpage=2"))) == []


def test_annual_reports_are_enumerated_from_the_select_boxes() -> None:
    body = (
        f"<select><option value=''>全部</option><option value='{AREA}'>示例镇</option>"
        "<option value='004329269'>示例局</option></select>"
        "<select><option value='2023'>2023年</option><option>2022</option></select>"
    )
    index, family = page(body, REPORT), HanwebXxgk()
    rows = family.rows(index)
    assert not family.is_article(index)
    assert paths(rows) == [
        f"{REPORT}?area={AREA}&fbtime=2023",
        f"{REPORT}?area={AREA}&fbtime=2022",
        f"{REPORT}?area=004329269&fbtime=2023",
        f"{REPORT}?area=004329269&fbtime=2022",
    ]
    assert rows[0].text == "示例镇2023年年度报告"
    assert family.is_article(page("<p>…</p>", rows[0].url))


def test_an_index_of_one_body_offers_its_years_and_links() -> None:
    body = (
        "<select><option value='2023'>2023</option></select>"
        f"<a href='{REPORT}?area={AREA}&fbtime=2019'>2019年度</a>"
    )
    rows = HanwebXxgk().rows(page(body, f"{REPORT}?area={AREA}"))
    assert paths(rows) == [
        f"{REPORT}?area={AREA}&fbtime=2023",
        f"{REPORT}?area={AREA}&fbtime=2019",
    ]


def test_a_link_to_one_report_leads_to_the_index_of_its_body() -> None:
    body = f"<a href='{REPORT}?area={AREA}&fbtime=2023'>年报</a><a href='{REPORT}'>年度报告</a>"
    links = HanwebXxgk().calls(page(body, COLUMN))
    assert [(link.url, link.rel) for link in links] == [
        (f"{HOST}{REPORT}?area={AREA}", Rel.COLUMN),
        (f"{HOST}{REPORT}", Rel.COLUMN),
    ]


def test_a_grid_has_its_limit() -> None:
    areas = "".join(f"<option value='{100000 + n}'>局{n}</option>" for n in range(400))
    years = "".join(f"<option>{year}</option>" for year in range(2000, 2050))
    index = page(f"<select>{areas}</select><select>{years}</select>", REPORT)
    assert len(HanwebXxgk().rows(index)) == 1_500

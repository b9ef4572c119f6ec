"""What links promise: classes, scores, kinds, traps. All pure."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.discovery import links as found
from crawler.discovery.choice import Met, choose, goes_on, priority_of, samples, score_of
from crawler.discovery.drift import directory_of, has_drifted
from crawler.discovery.leads import Spot, classify, judge, spot_of
from crawler.discovery.shapes import plain_dress, series_of, shape_of
from crawler.discovery.vocabulary import FLOOR, class_of_text, leads_to_reports
from crawler.discovery.yields import Yield, Yields
from crawler.errors import ConfigurationError
from crawler.extraction.page import Page
from crawler.items import Capture, Context, Link, ListPage, Rel
from crawler.places.homes import home_of, home_of_key
from crawler.urls import host

HOME = "http://www.x.gov.cn/"
DAY = datetime(2026, 1, 2, tzinfo=UTC)


def page(html: str, url: str = HOME) -> Page:
    return Page(Capture("urn:uuid:1", url, DAY, 200, (), html.encode()))


def spot(*names: str, url: str = HOME) -> Spot:
    """The place of a page reached by links of these words."""
    *above, last = names or ("",)
    return spot_of(url, Context(link_text=last, column=tuple(above), hops=len(names)))


def score(text: str, *column: str, path: str = "/a/", met_before: bool = False) -> int:
    link = Link(f"http://www.x.gov.cn{path}", text, rel=Rel.COLUMN)
    return judge(link, spot(*column), len(column), met_before=met_before).score


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("政府信息公开年报", "reports"),
        ("年度报告", "reports"),
        ("2023年度报告", "reports"),
        ("教育局政府信息公开年报", "reports"),
        ("部门年报", "reports"),
        ("企业年报", "away"),
        ("政府信息公开", "disclosure"),
        ("信息公开指南", "guide"),
        ("政府信息公开制度", "guide"),
        ("依申请公开", "guide"),
        ("重点领域信息公开", "guide"),
        ("法定主动公开内容", "statutory"),
        ("部门信息公开", "units"),
        ("各乡镇", "units"),
        ("乡镇街道信息公开", "units"),
        ("教育局", "unit"),
        ("县财政局", "unit"),
        ("太阳山镇", "unit"),
        ("城区街道办事处", "unit"),
        ("新闻中心", "away"),
        ("政府网站", None),
        ("规范性文件", "policy"),
        ("通知公告", "policy"),
        ("政策解读", "away"),
        ("工作动态", "away"),
        ("招标公告", "away"),
        ("财政预决算", "away"),
        ("2019年", "year"),
        ("更多>>", "more"),
        ("网站地图", "sitemap"),
        ("政务公开工作要点", "points"),
        ("县委书记主持召开政府信息公开工作推进会议并作重要讲话", None),
    ],
)
def test_words_name_the_class_of_a_column(text: str, name: str | None) -> None:
    one = class_of_text(text)
    assert (one.name if one else None) == name


def test_a_path_speaks_where_words_do_not() -> None:
    assert classify("更多>>", "http://www.x.gov.cn/jyj/zfxxgknb/").name == "reports"
    assert classify("", "http://www.x.gov.cn/zwgk/zfxxgknb_51840/index.html").name == "reports"
    assert classify("要闻", "http://www.x.gov.cn/zwgk/zfxxgknb/").name == "away"
    assert leads_to_reports("http://www.x.gov.cn/xxgk/zfxxgknb/xzjd/201903/t20190315_1.html")
    assert not leads_to_reports("http://www.x.gov.cn/xwzx/201903/t20190315_1.html")


def test_what_a_link_promises_depends_on_the_column_it_hangs_below() -> None:
    assert score("2019年") < FLOOR <= score("2019年", "政务公开", "政府信息公开年报")
    assert score("太阳山镇") < FLOOR <= score("太阳山镇", "政务公开", "乡镇信息公开")
    assert score("太阳山", "政府信息公开", "部门信息公开") >= FLOOR
    assert score("今日要闻", "政府信息公开年报") == 0
    assert score("行政许可", "部门信息公开", "教育局") < FLOOR
    assert score("图片专题", "新闻动态") < FLOOR


def test_navigation_gains_nothing_from_the_column_it_is_met_in_again() -> None:
    column = ("政府信息公开", "政府信息公开年报")
    assert score("工作信息", *column) >= FLOOR
    assert score("工作信息", *column, met_before=True) < FLOOR
    assert score("政府信息公开年报", "新闻中心", met_before=True) >= FLOOR


def test_leads_alike_are_of_one_kind_whatever_their_bureau() -> None:
    link = Link("http://www.x.gov.cn/b/", "政府信息公开年报", rel=Rel.COLUMN)
    places = [spot("政务公开", "部门信息公开", name, "信息公开") for name in ("教育局", "审计局")]
    kinds = {judge(link, place, 4).kind for place in places}
    assert kinds == {"disclosure/units/unit/disclosure/reports"}
    assert places[0].kinds[-1] == "disclosure/units/unit/disclosure"


def test_a_kind_that_brings_nothing_is_given_up_and_rows_buy_patience() -> None:
    yields = Yields()
    for _ in range(40):
        assert yields.allows("unit/policy", 60)
        yields.was_dry("unit/policy")
    assert not yields.allows("unit/policy", 60)
    yields.gave(("unit/policy",), 1)
    assert yields.allows("unit/policy", 60)
    assert yields.changed() == {"unit/policy": Yield(rows=1, dry=40)}
    assert yields.changed() == {}


def test_reports_are_paged_to_their_end_and_news_not_at_all() -> None:
    yields = Yields({"units/unit/policy+": Yield(dry=20)})
    assert goes_on(
        spot("政府信息公开", "政府信息公开年报", "2019年"), yields, has_rows_of_ours=False
    )
    assert goes_on(spot("政务公开", "通知公告"), yields, has_rows_of_ours=False)
    assert not goes_on(spot("新闻中心", "要闻"), yields, has_rows_of_ours=False)
    assert not goes_on(spot("部门信息公开", "教育局", "通知公告"), yields, has_rows_of_ours=False)
    assert goes_on(spot("部门信息公开", "教育局", "通知公告"), yields, has_rows_of_ours=True)


def list_page(*links: Link, context: Context | None = None) -> ListPage:
    return ListPage("urn:uuid:1", HOME, "x", context or Context(), links, DAY)


def test_rows_go_first_deeper_leads_before_their_equals_and_twins_not_at_all() -> None:
    row = Link("http://www.x.gov.cn/post_1.html", "2019年年报", rel=Rel.ROW)
    spelt = Link("https://www.x.gov.cn/post_1.html", "2019年年报", rel=Rel.ROW)
    twin = Link("http://www.x.gov.cn/mpost_1.html", "2019年年报", rel=Rel.ROW)
    column = Link("http://www.x.gov.cn/zwgk/", "政务公开", rel=Rel.COLUMN)
    news = Link("http://www.x.gov.cn/xw/", "要闻", rel=Rel.COLUMN)
    listed = list_page(column, news, twin, row, spelt)
    unknown = {link.url for link in listed.links}
    met = Met(unknown, {}, ())
    chosen = choose(listed, spot_of(HOME, Context()), met, Yields(), lambda link: True)
    assert [link for link, _, _ in sorted(chosen.links, key=lambda one: -one[1])] == [row, column]
    assert chosen.scores.keys() == {column.url, news.url}
    met = Met({column.url}, {}, {column.url})
    queued = choose(listed, spot_of(HOME, Context()), met, Yields(), lambda _: False)
    assert queued.links == []
    assert priority_of(80, 4) > priority_of(80, 2) and score_of(priority_of(80, 4), 4) == 80


def test_a_door_before_the_home_page_is_opened() -> None:
    door = Link("http://www.x.gov.cn/main/", "进入网站", rel=Rel.COLUMN)
    news = Link("http://www.x.gov.cn/xw/", "要闻", rel=Rel.COLUMN)
    listed = list_page(news, door)
    met = Met({door.url, news.url}, {}, ())
    chosen = choose(listed, spot_of(HOME, Context()), met, Yields(), lambda _: False)
    assert [link for link, _, _ in chosen.links] == [door]


def test_one_article_of_each_column_of_a_sitemap_is_a_sample() -> None:
    urls = [f"http://www.x.gov.cn/info/{column}/10000{n}.htm" for column in (1, 2) for n in (1, 2)]
    listed = list_page(*(Link(url) for url in urls))
    first, others = samples(listed, set(urls))
    assert [link.url for link in first] == [urls[0], urls[2]]
    assert [link.url for link in others] == [urls[1], urls[3]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/rl/?month=2024-06", "/rl/?month=1899-01"),
        ("/a/list_3.html", "/a/list_44.html"),
        ("/tag/0123456789abcdef0123/", "/tag/fedcba98765432100123/"),
        ("/p?id=1&s=2", "/p?s=&id="),
    ],
)
def test_traps_have_one_shape(one: str, other: str) -> None:
    assert shape_of(f"http://x.gov.cn{one}") == shape_of(f"http://x.gov.cn{other}")
    assert shape_of("http://x.gov.cn/jyj/") != shape_of("http://x.gov.cn/mzj/")


def test_print_and_mobile_pages_are_dresses_of_one() -> None:
    plain = "http://x.gov.cn/a/post_1.html"
    for dress in ("/a/mpost_1.html", "/a/post_1.html?mobile=1", "/wap/a/post_1.html"):
        assert plain_dress(f"http://x.gov.cn{dress}") == plain
    assert plain_dress(plain) == plain


def test_series_leave_dates_and_ids_out() -> None:
    assert series_of("http://x.gov.cn/art/2025/1/4/art_256_3560000.html") == series_of(
        "http://x.gov.cn/art/2019/12/14/art_256_1234567.html"
    )
    assert series_of(
        "http://x.gov.cn/a/20250620/a843291532ea1bed63122c52990e9b20.html"
    ) == series_of("http://x.gov.cn/a/20190111/467aa2ceb234980356aeecb2f5fc6355.html")
    assert series_of("http://x.gov.cn/info/120/2200000.htm") != series_of(
        "http://x.gov.cn/info/121/2200000.htm"
    )


def rows(*paths: str) -> list[Link]:
    return [Link(f"http://x.gov.cn{path}", "行", rel=Rel.ROW) for path in paths]


def test_a_list_has_drifted_when_all_its_rows_lie_elsewhere() -> None:
    first = directory_of(rows(*(f"/jyj/tzgg/20240{n}/t1_{n}.html" for n in (1, 2, 3))))
    assert first == "x.gov.cn/jyj/tzgg"
    assert has_drifted(first, rows(*(f"/mzj/tzgg/20240{n}/t1_{n}.html" for n in (1, 2, 3))))
    assert not has_drifted(first, rows(*(f"/jyj/tzgg/20190{n}/t1_{n}.html" for n in (1, 2, 3))))
    mixed = rows("/mzj/a/t1.html", "/czj/b/t2.html", "/jyj/c/t3.html")
    assert not has_drifted(first, mixed) and not has_drifted(directory_of(mixed), rows("/q/t.html"))


def test_all_links_of_the_portal_are_on_record_and_no_others() -> None:
    html = """<a href="/zwgk/">政务公开</a><a href="http://jyj.x.gov.cn/">教育局</a>
      <a href="http://www.y.gov.cn/">邻县</a><a href="http://www.gov.cn/">国务院</a>
      <a href="/zwgk/"><img alt="政务公开图"></a><a href="/nb/"><img alt="年报"></a>
      <a href="javascript:void(0)">无</a><a href="/">首页</a>"""
    links = found.column_links(page(html), ("www.x.gov.cn",), ())
    assert [(link.url, link.text) for link in links] == [
        ("http://www.x.gov.cn/zwgk/", "政务公开"),
        ("http://jyj.x.gov.cn/", "教育局"),
        ("http://www.x.gov.cn/nb/", "年报"),
    ]


def test_a_search_form_is_asked_for_the_names_of_what_is_looked_for() -> None:
    form = (
        '<form action="/s.jsp"><input type="hidden" name="site" value="7"><input name="q"></form>'
    )
    first, *others = found.searches(page(form))
    assert first.url.startswith("http://www.x.gov.cn/s.jsp?site=7&q=%E6%94%BF")
    assert {one.text for one in (first, *others)} == {"站内搜索"}
    assert len({one.url for one in (first, *others)}) == 4
    assert found.searches(page('<form method="post" action="/s"><input name="q"></form>')) == []
    assert found.searches(page('<form action="http://e.com/"><input name="q"></form>')) == []
    assert found.searches(page('<form action="/login"><input name="user"></form>')) == []


def test_a_sitemap_names_addresses_without_words() -> None:
    xml = """<?xml version="1.0"?><urlset><url><loc>http://www.x.gov.cn/a/</loc></url>
      <url><loc>http://www.x.gov.cn/a/202401/t20240102_33.html</loc></url></urlset>"""
    links = found.sitemap_links(page(xml, "http://www.x.gov.cn/sitemap.xml"))
    assert [(link.text, link.rel) for link in links] == [("", Rel.COLUMN), ("", Rel.ROW)]
    assert found.sitemap_links(page("<html><body><loc>http://a.cn/</loc></body></html>")) == []


def test_a_portal_is_meant_by_its_code_or_its_home_page() -> None:
    by_code = home_of(adcode="640303")
    assert (by_code.portal, by_code.adcode) == ("ningxia_hongsibu", "640303")
    assert host(by_code.url) == "www.hongsibu.gov.cn"
    assert home_of(url="https://www.hongsibu.gov.cn/index.html").portal == "ningxia_hongsibu"
    unknown = home_of(url="http://www.my-county.gov.cn/")
    assert (unknown.portal, unknown.adcode) == ("site_www_my_dash_county_gov_cn", "")
    assert home_of_key(unknown.portal) == unknown
    assert home_of_key("ningxia_hongsibu") == by_code
    assert home_of_key("nowhere") is None


@pytest.mark.parametrize(
    ("adcode", "url", "told"),
    [
        ("", "", "neither"),
        ("640303", "http://www.hongsibu.gov.cn/", "both"),
        ("999999", "", "999999"),
        ("", "not a url", "not a url"),
    ],
)
def test_what_names_no_portal_is_refused_by_name(adcode: str, url: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        home_of(adcode, url)

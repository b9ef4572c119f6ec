"""Which family a page belongs to, and whether it is an article."""

from __future__ import annotations

import pytest

from crawler.cms.article_paths import NO_FAMILY, PATHS, is_article_url, path_of
from crawler.cms.family import Family, recognise
from crawler.items import Context
from crawler.portal.pages import PortalPages
from spiders.families.generic import Generic
from spiders.families.table import FAMILIES
from spiders.families.trs import Trs
from spiders.families.ucap import Ucap
from tests.page_kit import page

SHOWS = {
    "trs": "<script>createPageHTML(3, 0, 'index', 'html')</script><div class='TRS_Editor'></div>",
    "ucap": "<script>createPageHTML('page_div',3,1,'list','shtml')</script><ucapcontent>",
    "trt": "<script>listModel({ maxStaticIndex: 1 })</script><a href='t20200101_1.htm'>甲</a>",
    "hanweb_jpage": "<script>var url='/module/web/jpage/dataproxy.jsp?page=2'</script>",
    "hanweb_jpaas": "<script src='unitbuild.js' queryData=\"{'webId':'1'}\"></script>",
    "hanweb_xxgk": "<form action='/module/xxgk/search.jsp'></form>",
    "loadpagedata": "<script>loadPageData(params, '380055')</script>",
    "vsb": "<div id='vsb_content_2' class='v_news_content'></div>",
    "nfcms": "<script>var NFCMS_SITE_ID = '1'</script><a href='/content/post_12.html'>甲</a>",
    "lonsun": "<div class='wzcon j-fontContent'></div><a href='/public/column/12'>甲</a>",
    "showlist": "<a href='/Xxgknb/showList/12/page_1.html'>年报</a>",
    "ewb": "<script src='/js/webBuilderCommon.js'></script>",
    "show": "<a href='/xxgk/show/20160107093735-488266-00-000.html'>甲</a>",
}


@pytest.mark.parametrize("family", SHOWS)
def test_a_family_is_seen_on_the_page(family: str) -> None:
    found = recognise(page(SHOWS[family]))
    assert found is not None
    assert (found.family, bool(found.evidence), 0 < found.confidence <= 1) == (family, True, True)


def test_markers_of_one_family_add_up() -> None:
    one, both = recognise(page("<ucapcontent>")), recognise(page(SHOWS["ucap"]))
    assert one and both and one.confidence < both.confidence < 1
    assert len(both.evidence) == 2


def test_a_page_without_marks_has_no_family() -> None:
    assert recognise(page("<p>某县</p>")) is None
    assert recognise(page(SHOWS["ucap"]), among={"trs"}) is None


def test_an_address_is_evidence() -> None:
    found = recognise(page("<p>某县</p>", "/info/1254/55768.htm"))
    assert found and (found.family, found.evidence) == ("vsb", ("address of its articles",))


def test_families_are_told_apart_by_name() -> None:
    names = [family.name for family in FAMILIES]
    assert len(set(names)) == len(names)
    assert isinstance(FAMILIES[-1], Generic)
    assert {name for name in PATHS if name != NO_FAMILY} >= {"trs", "ucap", "vsb", "nfcms"}


class Mixed(PortalPages):
    name = "mixed"
    home = "http://www.shili.gov.cn/"
    families = (Trs(), Ucap(), Generic())


@pytest.mark.parametrize(
    ("markup", "family"), [(SHOWS["ucap"], Ucap), (SHOWS["trs"], Trs), (SHOWS["vsb"], Generic)]
)
def test_a_portal_that_mixes_families_is_read_page_by_page(
    markup: str, family: type[Family]
) -> None:
    assert type(Mixed().family_of(page(markup))) is family


# -- articles --------------------------------------------------------------------------------------

ARTICLES = [
    "/xxgk/zfxxgknb/xzjd/tysz/201903/t20190315_1314504.html",
    "/xxgk/show/20160107093735-488266-00-000.html",
    "/jss/zfxxgk/xxgkndbg/2025/xzndbg/art/2026/art_8db9f5c5a99041288028ebaa814e5ed3.html",
    "/module/xxgk/xxgkAnnualReport.jsp?area=113708260043292687&fbtime=2020",
    "/info/14051/918970.htm;jsessionid=AB12",
    "/hyhphsz/gkmlpt/content/0/638/post_638777.html",
]
COLUMNS = [
    "/module/xxgk/xxgkAnnualReport.jsp?area=113708260043292687",
    "/",
    "/zwgk/",
    "/col/col1229214366/index.html",
    "/zwgk/tzgg.htm",
    "/zwgk/2023/",
]


@pytest.mark.parametrize("path", ARTICLES)
def test_articles_are_known_by_their_address(path: str) -> None:
    assert is_article_url(f"http://www.shili.gov.cn{path}")


@pytest.mark.parametrize("path", COLUMNS)
def test_columns_are_no_articles(path: str) -> None:
    assert not is_article_url(f"http://www.shili.gov.cn{path}")
    assert not Generic().is_article(page("<p>某县</p>", path))


MARKS = (
    '<meta name="ArticleTitle" content="某县年度报告"><meta name="PubDate" content="2020-01-01">'
)
PROSE = f"<p>{'根据《条例》的要求，现将本县政府信息公开工作情况公布如下。' * 12}</p>"
LIST = "".join(
    f'<li><a href="/x/d.do?key={1000 + n}">某县某局关于某事的通知</a>2020-01-{n + 1:02}</li>'
    for n in range(6)
)
ROW = Context(link_text="某县2019年政府信息公开工作年度报告", list_date="2020-01-30")


@pytest.mark.parametrize(
    ("markup", "context", "article"),
    [
        (MARKS + "<p>短文</p>", Context(), True),
        (MARKS + LIST, Context(), False),
        (PROSE, ROW, True),
        (PROSE, Context(link_text="公开指南"), False),
        (PROSE + LIST, ROW, False),
        ("<p>短</p>", ROW, False),
    ],
)
def test_where_the_address_says_nothing_the_page_is_asked(
    markup: str, context: Context, article: bool
) -> None:
    asked = page(f"<html><head></head><body>{markup}</body></html>", "/x/d.do?key=3", context)
    assert Generic().is_article(asked) is article


def test_every_family_of_a_shape_can_name_it() -> None:
    for family in PATHS:
        assert path_of(family).pattern

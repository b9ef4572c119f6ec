"""What the way to a page and the registry add to its Document: dates, issuer, year."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction.document.assemble import complete, effective_published
from crawler.items import (
    CaptureRef,
    Context,
    Judgement,
    PageResult,
    Place,
    Role,
)
from crawler.textfile import render
from crawler.titles import judge
from tests.parts_made import (
    DATE,
    LINGWU,
    PAGE_URL,
    PROSE,
    TITLE,
    document,
    page,
    refused,
)


def test_a_list_date_is_known_but_never_printed() -> None:
    found = document(page(), context=Context(list_date="2019年3月2日"))
    assert found.published == ""
    assert found.field_sources["published"] == {"where": "context", "value": "2019-03-02"}
    assert effective_published(found) == "2019-03-02"
    assert "时间" not in render(found.title, found.infobox, found.published, "", found.blocks)


def test_the_pages_own_date_wins_over_the_lists() -> None:
    found = document(page(published="2019-03-19"), context=Context(list_date="2019-03-02"))
    assert effective_published(found) == "2019-03-19"
    assert effective_published(document(page())) == ""


@pytest.mark.parametrize(
    ("fields", "evidence", "short"),
    [
        ({"infobox": (("发布机构", "东塔镇人民政府"),)}, "title", "临河镇"),
        ({"title": "2018年政府信息公开工作年度报告", "infobox": (("发布机构", "东塔镇人民政府"),),
          "source": "梧桐树乡"}, "infobox", "东塔镇"),
        ({"title": "2018年政府信息公开工作年度报告", "source": "梧桐树乡",
          "text": PROSE + "\n东塔镇人民政府\n2019年1月5日"}, "signature", "东塔镇"),
        ({"title": "2018年政府信息公开工作年度报告", "source": "梧桐树乡",
          "breadcrumb": ("乡镇街道", "东塔镇")}, "source", "梧桐树乡"),
        ({"title": "2018年政府信息公开工作年度报告",
          "breadcrumb": ("政务公开", "乡镇街道", "东塔镇")}, "breadcrumb", "东塔镇"),
    ],
)  # fmt: skip
def test_the_issuer_is_who_the_most_trusted_field_names(
    fields: dict[str, Any], evidence: str, short: str
) -> None:
    found = document(page(**fields), context=Context(column=("郝家桥镇",)))
    assert (found.issuer.short, found.issuer.evidence) == (short, evidence)
    assert found.field_sources["issuer"]["where"] == evidence


def test_a_notice_is_signed_above_what_it_encloses() -> None:
    own = "现将要点印发给你们。\n临河镇人民政府\n2018年7月4日"
    enclosed = f"{PROSE}\n灵武市人民政府办公室\n2018年5月1日"
    found = document(page("关于转发2018年政务公开工作要点的通知", f"{own}\n{enclosed}"))
    assert found.issuer.short == "临河镇"


def test_the_context_names_the_issuer_where_the_page_does_not() -> None:
    bare = page("2018年政府信息公开工作年度报告")
    column = document(bare, context=Context(column=("政务公开", "乡镇街道", "临河镇")))
    assert column.issuer.short == "临河镇"
    assert column.field_sources["issuer"] == {
        "where": "context",
        "from": "column",
        "raw": "临河镇",
        "confidence": 0.5,
    }
    county = document(bare, context=Context(column=("政府信息公开年报",)))
    assert (county.issuer.id, county.issuer.evidence) == ("640181/county/灵武市", "portal")


def test_kind_year_and_issuer_say_what_they_rest_on() -> None:
    found = document(page(source="临河镇人民政府")).field_sources
    assert found["kind"]["where"] == "page" and found["kind"]["confidence"] > 0.9
    assert "年度报告" in found["kind"]["raw"]
    assert found["report_year"]["where"] == "title" and found["report_year"]["value"] == 2018
    alone = document(page()).field_sources
    assert found["issuer"]["confidence"] > alone["issuer"]["confidence"]
    opening = "现将临河镇2018年政府信息公开工作年度报告公布如下。" + PROSE
    untitled = document(page("政府信息公开工作年度报告", opening, judgement=judge("年报", opening)))
    assert untitled.report_year == 2018
    assert untitled.field_sources["report_year"]["where"] == "opening"


@pytest.mark.parametrize(("listed", "agrees"), [("2018年", True), ("2019年", False)])
def test_years_of_the_way_corroborate_and_never_decide(listed: str, agrees: bool) -> None:
    found = document(page(breadcrumb=("政务公开",)), context=Context(column=(listed,)))
    assert found.report_year == 2018
    assert found.field_sources["listed_years"]["agrees"] is agrees
    undated = document(page("临河镇政府信息公开工作年度报告"), context=Context(column=(listed,)))
    assert undated.report_year is None and "listed_years" not in undated.field_sources


@pytest.mark.parametrize(
    ("infobox", "sources", "url", "adcode"),
    [
        ((("索引号", "640502017/2018-41187"),), {}, PAGE_URL, "640502"),
        ((("索引号", "640181017/2018-41187"),), {}, PAGE_URL, "640181"),
        # a prefecture's code says whose system it is, not who speaks
        ((("索引号", "640100017/2018-41187"),), {}, PAGE_URL, "640181"),
        # one host, two counties: the site's code tells them apart, elsewhere it is not asked
        ((), {"site_code": {"raw": "3309030002"}}, "http://www.putuo.gov.cn/1.html", "330903"),
        ((), {"site_code": {"raw": "3309030002"}}, PAGE_URL, "640181"),
    ],
)
def test_official_codes_say_whose_township_is_meant(
    infobox: tuple[tuple[str, str], ...], sources: dict[str, Any], url: str, adcode: str
) -> None:
    found = document(page(infobox=infobox, field_sources=sources, url=url))
    assert found.issuer.id == f"{adcode}/township/临河镇"
    again = complete(found, Context(), LINGWU)
    assert again.issuer.id == found.issuer.id


def test_an_issuer_that_nothing_names_is_a_warning_until_a_context_names_it() -> None:
    found = document(page("2018年政府信息公开工作年度报告"), place=None)
    assert (found.issuer.id, found.warnings) == ("", ("issuer_unknown",))
    assert complete(found, Context(), LINGWU).warnings == ()


CONTEXTS = st.builds(
    Context,
    list_url=st.sampled_from(["", "http://www.nxlw.gov.cn/a/"]),
    link_text=st.sampled_from(["", TITLE, "东塔镇2018年政府信息公开年报", "年报"]),
    list_date=st.sampled_from(["", "2019-03-02", "2019年4月1日", "昨天"]),
    column=st.lists(
        st.sampled_from(["政务公开", "临河镇", "东塔镇", "市农业农村局"]), max_size=3
    ).map(tuple),
    hops=st.integers(0, 3),
)
PAGES = st.builds(
    page,
    title=st.sampled_from([TITLE, "2018年政府信息公开工作年度报告"]),
    published=st.sampled_from(["", "2019-03-19"]),
    source=st.sampled_from(["", "东塔镇人民政府"]),
)
PLACES = st.sampled_from([LINGWU, None])


@settings(max_examples=150, deadline=None)
@given(PAGES, CONTEXTS, CONTEXTS, PLACES)
def test_the_last_context_alone_decides(
    one: PageResult, first: Context, second: Context, place: Place | None
) -> None:
    found = document(one, place=place)
    last = complete(found, second, place)
    assert complete(complete(found, first, place), second, place) == last
    assert complete(last, second, place) == last


def test_callers_facts_are_carried() -> None:
    found = document(page(), context=Context(hops=2))
    assert (found.portal, found.adcode, found.authority) == ("ningxia_lingwu", "640181", "original")
    assert found.context == Context(hops=2)
    assert found.captures == (CaptureRef("urn:uuid:page", PAGE_URL, DATE, Role.PAGE),)
    assert found.rules_version


def test_an_unjudged_page_keeps_its_judgement() -> None:
    assert refused(page("临河镇召开会议")).judgement == Judgement()

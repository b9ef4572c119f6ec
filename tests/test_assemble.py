"""A page and its parts become a Document, or the page says by name why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction.document.assemble import assemble, complete, effective_published
from crawler.extraction.extract import read
from crawler.items import (
    AttachmentInfo,
    Capture,
    CaptureRef,
    Context,
    Document,
    Judgement,
    Kind,
    PageOutcome,
    PageResult,
    Paragraph,
    PartRef,
    Place,
    Role,
    Table,
    Use,
)
from crawler.places.registry import place as place_of
from crawler.textfile import render
from crawler.titles import judge
from tests.portals.seed_pages import PDF_URL, gold, seed_page, seed_pdf

DATE = datetime(2019, 3, 20, tzinfo=UTC)
PAGE_URL = "http://www.nxlw.gov.cn/zwgk/zfxxgknb/201903/t20190319_1.html"
TITLE = "临河镇2018年政府信息公开工作年度报告"
PROSE = "我镇坚持以公开为常态、不公开为例外，主动公开各类政府信息，保障群众的知情权。" * 8
LINGWU = place_of("640181")


def page(title: str = TITLE, text: str = PROSE, **fields: Any) -> PageResult:
    """A page as `read` gives it."""
    blocks = tuple(Paragraph(line) for line in text.split("\n") if line)
    judgement = judge(title)
    outcome = PageOutcome.DOCUMENT if judgement.kind else PageOutcome.NOT_RELEVANT
    made = PageResult(
        record_id="urn:uuid:page",
        url=PAGE_URL,
        date=DATE,
        outcome=PageOutcome.LOOK_ALIKE if judgement.look_alike else outcome,
        title=title,
        judgement=judgement,
        blocks=blocks,
        path="container:.TRS_Editor",
    )
    return replace(made, **fields)


def pdf(number: int = 1, title: str = "", text: str = PROSE, **fields: Any) -> PageResult:
    name = {"record_id": f"urn:uuid:pdf{number}", "url": f"{PAGE_URL}/{number}.pdf"}
    return page(title, text, text_source="pdf", path="pdf-text", **{**name, **fields})


def attached(part: PageResult | None, number: int = 1) -> tuple[PartRef, PageResult | None]:
    return PartRef(f"{PAGE_URL}/{number}.pdf", Role.ATTACHMENT, f"附件{number}.pdf"), part


def framed(part: PageResult | None) -> tuple[PartRef, PageResult | None]:
    return PartRef(f"{PAGE_URL}/frame.html", Role.FRAME), part


def put_together(
    one: PageResult,
    *parts: tuple[PartRef, PageResult | None],
    context: Context | None = None,
    place: Place | None = LINGWU,
) -> Document | PageResult:
    return assemble(
        one,
        parts,
        portal="ningxia_lingwu",
        adcode="640181",
        place=place,
        context=context or Context(),
        authority="original",
        captures=[CaptureRef(one.record_id, one.url, one.date, Role.PAGE)],
    )


def document(one: PageResult, *parts: tuple[PartRef, PageResult | None], **more: Any) -> Document:
    result = put_together(one, *parts, **more)
    assert isinstance(result, Document), result
    return result


def refused(one: PageResult, *parts: tuple[PartRef, PageResult | None], **more: Any) -> PageResult:
    result = put_together(one, *parts, **more)
    assert isinstance(result, PageResult), result
    return result


# -- the seeds --------------------------------------------------------------------------------

REPORT, POINTS, REVIEW = Kind.ANNUAL_REPORT, Kind.WORK_POINTS, Kind.SELF_REVIEW
SEEDS = [
    ("000", "640303", REPORT, 2018, "太阳山镇", "吴忠市红寺堡区太阳山镇人民政府"),
    ("001", "640502", POINTS, 2018, "东园镇", "中卫市沙坡头区东园镇人民政府"),
    ("002", "440823", REPORT, 2020, "城月镇", "城月鎮人民政府"),
    ("003", "510812", REVIEW, 2015, "陈家乡", "广元市朝天区陈家乡人民政府"),
    ("004", "640181", REPORT, 2018, "临河镇", "灵武市临河镇"),
]


def read_seed(seed: str) -> tuple[PageResult, list[tuple[PartRef, PageResult | None]]]:
    def fetched(url: str, content: bytes) -> PageResult:
        headers = (("Content-Type", "text/html"),)
        return read(
            Capture(
                f"urn:uuid:{url}", url, datetime(2026, 1, 15, tzinfo=UTC), 200, headers, content
            )
        )

    one = fetched(*seed_page(seed))
    files = {PDF_URL: seed_pdf()}
    return one, [
        (ref, fetched(ref.url, files[ref.url]) if ref.url in files else None) for ref in one.parts
    ]


@pytest.mark.parametrize(("seed", "adcode", "kind", "year", "short", "printed"), SEEDS)
def test_seed_becomes_its_document(
    seed: str, adcode: str, kind: Kind, year: int, short: str, printed: str
) -> None:
    one, parts = read_seed(seed)
    found = document(one, *parts, place=place_of(adcode))
    assert (found.kind, found.report_year) == (kind, year)
    assert (found.issuer.id, found.issuer.printed) == (f"{adcode}/township/{short}", printed)
    text = render(found.title, found.infobox, found.published, found.source, found.blocks)
    assert text == gold(seed)


def test_seed_004_takes_its_text_from_the_pdf_and_records_it() -> None:
    one, parts = read_seed("004")
    found = document(one, *parts)
    assert (found.text_source, found.path) == ("pdf", "pdf-text")
    (attachment,) = found.attachments
    assert (attachment.url, attachment.outcome) == (PDF_URL, "document")
    assert found.record_id == one.record_id


# -- body -------------------------------------------------------------------------------------


def test_a_page_with_text_of_its_own_keeps_it_and_its_attachment_is_recorded() -> None:
    found = document(page(), attached(pdf(text=PROSE * 5)))
    assert found.blocks == (Paragraph(PROSE),)
    assert (found.text_source, found.path) == ("html", "container:.TRS_Editor")
    assert found.attachments == (
        AttachmentInfo(f"{PAGE_URL}/1.pdf", "附件1.pdf", "not_relevant", "urn:uuid:pdf1", Use.TWIN),
    )


def test_a_short_page_stays_the_body_when_its_parts_have_less() -> None:
    short = (
        "全年没有主动公开政府信息，没有收到公开申请，也没有行政复议、行政诉讼，无其他需要报告的事项。"
        * 2
    )
    assert document(page(text=short), attached(pdf(text="盖章页"))).blocks == (Paragraph(short),)


def test_the_texts_of_several_files_follow_in_page_order() -> None:
    found = document(
        page(text="", outcome=PageOutcome.ATTACHMENT_ONLY),
        attached(pdf(1, text="第一部分" + PROSE), 1),
        attached(pdf(2, text="第二部分" + PROSE), 2),
    )
    assert found.blocks == (Paragraph("第一部分" + PROSE), Paragraph("第二部分" + PROSE))


def test_an_attached_explanation_is_no_part_of_the_body() -> None:
    found = document(
        page(text="", outcome=PageOutcome.ATTACHMENT_ONLY),
        attached(pdf(1), 1),
        attached(pdf(2, title="《临河镇2018年政府信息公开工作年度报告》解读"), 2),
    )
    assert found.blocks == (Paragraph(PROSE),)
    assert [one.outcome for one in found.attachments] == ["not_relevant", "look_alike"]


def test_a_files_title_lines_go_only_when_they_equal_the_title() -> None:
    empty = page(text="", outcome=PageOutcome.ATTACHMENT_ONLY)
    same = document(empty, attached(pdf(title="临河镇 2018 年政府信息公开工作年度报告")))
    assert same.blocks == (Paragraph(PROSE),)
    other = document(empty, attached(pdf(title="2018年政府信息公开年度报告")))
    assert other.blocks == (Paragraph("2018年政府信息公开年度报告"), Paragraph(PROSE))


def test_several_reports_attached_to_one_page_are_said_to_be() -> None:
    found = document(
        page("灵武市2018年政府信息公开工作年度报告", "", outcome=PageOutcome.ATTACHMENT_ONLY),
        attached(pdf(1, title="临河镇2018年政府信息公开工作年度报告"), 1),
        attached(pdf(2, title="东塔镇2018年政府信息公开工作年度报告"), 2),
    )
    assert "several_reports_attached:2" in found.warnings


def test_a_body_in_a_frame_fills_in_with_its_fields() -> None:
    frame = page(
        text=PROSE,
        record_id="urn:uuid:frame",
        published="2019-03-19",
        source="临河镇",
        infobox=(("索引号", "640181/2019-1"),),
        field_sources={"published": {"where": "label", "raw": "2019年3月19日"}},
        path="container:#zoom",
    )
    outer = page("", "", source="灵武市政府网", outcome=PageOutcome.NOT_RELEVANT)
    found = document(outer, framed(frame))
    assert (found.title, found.blocks, found.path) == (TITLE, frame.blocks, "container:#zoom")
    assert (found.published, found.source) == ("2019-03-19", "灵武市政府网")
    assert found.infobox == (("索引号", "640181/2019-1"),)
    assert found.field_sources["published"] == {"where": "label", "raw": "2019年3月19日"}
    assert found.record_id == "urn:uuid:page"


def test_a_frame_without_the_text_changes_nothing() -> None:
    login = page("用户登录", "请输入用户名", published="2001-01-01", record_id="urn:uuid:frame")
    found = document(page(), framed(login))
    assert (found.title, found.published, found.blocks) == (TITLE, "", (Paragraph(PROSE),))


# -- outcomes ---------------------------------------------------------------------------------


def test_a_look_alike_and_a_page_of_another_kind_are_no_documents() -> None:
    assert refused(page("灵武市2018年企业年报公示公告")).outcome is not PageOutcome.DOCUMENT
    explained = refused(page("《2018年政务公开工作要点》解读"))
    assert explained.outcome is PageOutcome.LOOK_ALIKE
    assert explained.judgement.look_alike
    assert refused(page("临河镇召开扶贫工作会议")).outcome is PageOutcome.NOT_RELEVANT


@pytest.mark.parametrize(
    "outcome", ["list", "encrypted", "needs_tool", "unsupported", "truncated", "killed", "error"]
)
def test_a_page_that_could_not_be_read_says_so_still(outcome: str) -> None:
    assert refused(page(outcome=PageOutcome(outcome))).outcome is PageOutcome(outcome)


def test_a_missing_part_that_carries_the_only_body_is_the_outcome() -> None:
    pointer = page(text="详见附件。", outcome=PageOutcome.ATTACHMENT_ONLY)
    result = refused(pointer, attached(None))
    assert result.outcome is PageOutcome.PART_MISSING
    assert f"part_missing:{PAGE_URL}/1.pdf" in result.warnings
    assert refused(page("", ""), framed(None), context=Context(link_text=TITLE)).outcome is (
        PageOutcome.PART_MISSING
    )


def test_a_missing_annex_is_a_warning() -> None:
    found = document(page(), attached(None))
    assert f"part_missing:{PAGE_URL}/1.pdf" in found.warnings
    assert found.attachments[0].outcome == "part_missing"
    assert found.attachments[0].record_id is None


@pytest.mark.parametrize(
    "outcome", ["encrypted", "needs_tool", "unsupported", "image_only", "error"]
)
def test_an_unreadable_file_that_carries_the_only_body_is_the_outcome(outcome: str) -> None:
    unreadable = pdf(text="", outcome=PageOutcome(outcome))
    result = refused(page(text="", outcome=PageOutcome.ATTACHMENT_ONLY), attached(unreadable))
    assert result.outcome is PageOutcome(outcome)
    assert f"part_{outcome}:{PAGE_URL}/1.pdf" in result.warnings


@pytest.mark.parametrize("role", [Role.FRAME, Role.ATTACHMENT])
def test_a_part_cut_short_is_no_body(role: Role) -> None:
    cut = pdf(outcome=PageOutcome.TRUNCATED)
    result = refused(page(text="", outcome=PageOutcome.ATTACHMENT_ONLY), (PartRef("u", role), cut))
    assert result.outcome is PageOutcome.TRUNCATED


def test_a_page_of_the_genre_without_any_text_is_an_error_and_never_an_empty_document() -> None:
    assert refused(page(text="")).outcome is PageOutcome.ERROR
    assert refused(page(text="", outcome=PageOutcome.IMAGE_ONLY)).outcome is PageOutcome.IMAGE_ONLY


# -- title, kind, year ------------------------------------------------------------------------


def test_a_cut_title_is_completed_by_the_file() -> None:
    cut = page("临河镇2018年政府信息公开工作年度…", "", outcome=PageOutcome.ATTACHMENT_ONLY)
    found = document(cut, attached(pdf(title=TITLE)))
    assert found.title == TITLE
    assert found.blocks == (Paragraph(PROSE),)


def test_what_the_page_does_not_say_its_file_says() -> None:
    found = document(
        page("临河镇", "", outcome=PageOutcome.ATTACHMENT_ONLY), attached(pdf(title=TITLE))
    )
    assert (found.title, found.kind, found.report_year) == (TITLE, Kind.ANNUAL_REPORT, 2018)
    assert found.field_sources["title"] == {"where": "part", "raw": TITLE, "page": "临河镇"}


def test_a_file_without_a_title_is_named_by_the_link_to_it() -> None:
    found = document(pdf(), context=Context(link_text=TITLE))
    assert (found.title, found.kind, found.report_year) == (TITLE, Kind.ANNUAL_REPORT, 2018)
    assert found.field_sources["title"]["where"] == "link text"


def test_a_file_whose_first_line_is_no_title_keeps_that_line_under_the_links_name() -> None:
    found = document(pdf(title="灵武市人民政府文件"), context=Context(link_text=TITLE))
    assert found.title == TITLE
    assert found.blocks == (Paragraph("灵武市人民政府文件"), Paragraph(PROSE))
    other = page("灵武市人民政府文件", outcome=PageOutcome.NOT_RELEVANT)
    assert refused(other, context=Context(link_text=TITLE)).outcome is PageOutcome.NOT_RELEVANT


def test_the_year_comes_from_the_stated_period_where_the_title_has_none() -> None:
    period = "本报告所列数据的统计期限自2018年1月1日至2018年12月31日。"
    found = document(page("临河镇政府信息公开工作年度报告", period + PROSE))
    assert (found.report_year, found.warnings) == (2018, ())


def test_title_against_period_is_a_conflict_and_the_title_stays() -> None:
    period = "本报告所列数据的统计期限自2017年1月1日至2017年12月31日。"
    found = document(page(text=period + PROSE))
    assert found.report_year == 2018
    assert found.warnings == ("year_conflict:2018/2017",)


# -- context ----------------------------------------------------------------------------------


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


# -- what a file is to the text -----------------------------------------------------------------

REST = (
    "财政预算和决算在编制完成后二十日内公布，惠民补贴的名单和标准逐村张贴，接受群众监督。"
    "依申请公开的两件均在法定期限内作出答复，一件予以公开，一件告知向有关部门另行提出。"
    "全年组织政务公开培训四次，参加的干部一百二十人次，机关和各村的信息员都接受了培训。"
    "本年度没有因政府信息公开申请提起的行政复议和行政诉讼，没有收取检索和邮寄的费用。"
)
WHOLE = "".join(f"{number}、全镇第{number}项工作已经公开。" for number in range(1, 31))
PLAN = "2018年政务公开工作要点"
NUMBERS = Table((("指标", "数量"), ("主动公开政府信息数", "1211"), ("受理申请数", "2")))


def uses(found: Document) -> list[str | None]:
    return [one.use for one in found.attachments]


def said(found: Document) -> list[str]:
    return [one.text if isinstance(one, Paragraph) else "table" for one in found.blocks]


@pytest.mark.parametrize(
    ("part", "body", "use"),
    [
        # the same text, with what the reader of a PDF makes of it
        (pdf(title=TITLE, text=WHOLE.replace("。", "。 ")), [WHOLE], Use.TWIN),
        (pdf(text=WHOLE[:400]), [WHOLE], Use.TWIN),
        # the whole of which the page prints half, and the report a short notice sums up
        (pdf(title=TITLE, text=WHOLE + REST * 2), [WHOLE + REST * 2], Use.BODY),
        (pdf(title=TITLE, text=REST * 3 + PROSE), [WHOLE], Use.TWIN),
        # an annex, with and without a title
        (pdf(title="统计表", text=REST), [WHOLE, "统计表", REST], Use.ANNEX),
        (pdf(text=REST), [WHOLE, REST], Use.ANNEX),
        # other reports, of another town, year or kind, and what is nobody's text
        (pdf(title=TITLE.replace("临河", "东塔"), text=REST), [WHOLE], Use.OTHER),
        (pdf(title=TITLE.replace("2018", "2017"), text=REST), [WHOLE], Use.OTHER),
        (pdf(title=f"临河镇{PLAN}", text=REST), [WHOLE], Use.OTHER),
        (pdf(title="政府信息公开申请表", text=REST), [WHOLE], Use.OTHER),
        (pdf(text="（盖章）"), [WHOLE], Use.OTHER),
        # nothing was read
        (pdf(title=f"《{TITLE}》解读", text=REST), [WHOLE], None),
        (pdf(text=REST, outcome=PageOutcome.TRUNCATED), [WHOLE], None),
        (page("", REST, record_id="urn:uuid:html", outcome=PageOutcome.LIST), [WHOLE], None),
    ],
)
def test_what_a_file_is_to_a_page_with_a_text(
    part: PageResult, body: list[str], use: Use | None
) -> None:
    found = document(page(text=WHOLE), attached(part))
    assert uses(found) == [use]
    assert said(found) == body


def test_a_summary_gives_way_to_the_report_of_its_name() -> None:
    summary = "全镇公开了各项工作，受理的申请都已答复，" * 12
    found = document(page(text=summary), attached(pdf(title=TITLE, text=WHOLE)))
    assert said(found) == [WHOLE]
    assert (found.text_source, uses(found)) == ("pdf", [Use.BODY])
    assert found.field_sources["body"]["urls"] == [f"{PAGE_URL}/1.pdf"]


def test_a_page_that_lost_its_tables_gives_way_to_the_file_that_has_them() -> None:
    blocks = (Paragraph(WHOLE), NUMBERS)
    found = document(page(text=WHOLE), attached(pdf(title=TITLE, blocks=blocks)))
    assert (found.blocks, uses(found)) == (blocks, [Use.BODY])
    kept = document(page(blocks=blocks), attached(pdf(title=TITLE, blocks=blocks)))
    assert (kept.text_source, uses(kept)) == ("html", [Use.TWIN])


@pytest.mark.parametrize("length", [3, 9])
def test_a_notice_and_what_it_sends_on_are_one_text(length: int) -> None:
    notice = "现将要点印发给你们，请结合实际认真贯彻执行。" * length
    sent = page(f"关于印发《{PLAN}》的通知", notice)
    found = document(sent, attached(pdf(title=PLAN, text=WHOLE)))
    assert said(found) == [notice, PLAN, WHOLE]
    assert (found.kind, found.report_year) == (Kind.WORK_POINTS, 2018)
    assert found.issuer.short != "", "the page's title names it still"
    whole = document(sent, attached(pdf(title=sent.title, text=notice + WHOLE)))
    assert said(whole) == [notice + WHOLE]


def test_a_page_without_text_has_the_report_first_and_then_its_annex() -> None:
    empty = page(text="", outcome=PageOutcome.ATTACHMENT_ONLY)
    table = pdf(1, title="统计表", blocks=(NUMBERS,))
    report = pdf(2, title=TITLE, text=WHOLE)
    found = document(empty, attached(table, 1), attached(report, 2))
    assert said(found) == [WHOLE, "统计表", "table"]
    assert uses(found) == [Use.ANNEX, Use.BODY]
    assert found.field_sources["annexes"]["urls"] == [f"{PAGE_URL}/1.pdf"]
    assert found.title == TITLE


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_a_report_in_three_carriers_is_read_from_the_best(order: tuple[int, ...]) -> None:
    carriers = ("pdf", "docx", "ocr")
    files = [replace(pdf(n, title=TITLE, text=WHOLE), text_source=carriers[n]) for n in order]
    empty = page(text="", outcome=PageOutcome.ATTACHMENT_ONLY)
    found = document(empty, *(attached(one, n) for n, one in enumerate(files)))
    assert (said(found), found.text_source) == ([WHOLE], "docx")
    assert sorted(map(str, uses(found))) == ["body", "twin", "twin"]


def test_equal_reports_of_two_towns_are_not_one() -> None:
    towns = [pdf(n, title=TITLE.replace("临河", town)) for n, town in enumerate(("东塔", "崇兴"))]
    county = page("灵武市各乡镇2018年政府信息公开工作年度报告", "")
    county = replace(county, outcome=PageOutcome.ATTACHMENT_ONLY)
    found = document(county, *(attached(one, n) for n, one in enumerate(towns)))
    assert uses(found) == [Use.BODY, Use.BODY]
    assert "several_reports_attached:2" in found.warnings


GENERIC = "2018年政府信息公开工作年度报告"
ZERO = "全年未收到政府信息公开申请，没有行政复议和行政诉讼，各项收费均为零。" * 12


def of_town(town: str, source: str, number: int, title: str = GENERIC) -> PageResult:
    text = f"{town}人民政府现将情况报告如下。{ZERO}{town}人民政府"
    return replace(pdf(number, title=title, text=text), text_source=source)


@pytest.mark.parametrize("title", [GENERIC, ""])
def test_reports_of_two_towns_that_say_the_same_in_two_carriers_are_no_twins(title: str) -> None:
    empty = page("灵武市2018年政府信息公开工作年度报告", "", outcome=PageOutcome.ATTACHMENT_ONLY)
    towns = of_town("东塔镇", "docx", 1, title), of_town("崇兴镇", "pdf", 2, title)
    found = document(empty, *(attached(one, n) for n, one in enumerate(towns)))
    assert uses(found) == [Use.BODY, Use.BODY]
    assert ("several_reports_attached:2" in found.warnings) is bool(title)
    again = of_town("东塔镇", "docx", 1, title), of_town("东塔镇", "pdf", 2, title)
    found = document(empty, *(attached(one, n) for n, one in enumerate(again)))
    assert uses(found) == [Use.BODY, Use.TWIN]


def test_a_scan_with_a_name_misread_is_a_twin_still() -> None:
    report = of_town("东塔镇", "docx", 1)
    misread = of_town("东塔镇", "ocr", 2)
    text = misread.body.replace("东塔镇", "东搭镇", 1)
    scan = replace(misread, blocks=(Paragraph(text.strip()),))
    empty = page(text="", outcome=PageOutcome.ATTACHMENT_ONLY)
    assert uses(document(empty, attached(report, 1), attached(scan, 2))) == [Use.BODY, Use.TWIN]


def test_reports_of_two_years_that_say_the_same_in_two_carriers_are_no_twins() -> None:
    empty = page("临河镇政府信息公开工作年度报告", "", outcome=PageOutcome.ATTACHMENT_ONLY)
    years = []
    for year, source in ((2017, "docx"), (2018, "pdf")):
        text = f"统计期限自{year}年1月1日至{year}年12月31日。{ZERO}"
        one = pdf(year, title=empty.title, text=text, judgement=judge(empty.title, text))
        years.append(attached(replace(one, text_source=source), year))
    found = document(empty, *years)
    assert uses(found) == [Use.BODY, Use.BODY]
    assert "several_reports_attached:2" in found.warnings


def test_a_report_of_another_town_beside_a_text_is_left_out_by_name() -> None:
    own, file = of_town("临河镇", "html", 1).blocks, of_town("东塔镇", "pdf", 1)
    found = document(page(blocks=own), attached(file))
    assert (found.blocks, uses(found)) == (own, [Use.OTHER])
    assert f"left_out:{file.url}" in found.warnings


def test_a_text_too_long_to_be_compared_is_never_a_twin() -> None:
    long = pdf(text="".join(f"第{n}条是这样规定的。" for n in range(30_000)))
    found = document(page(text=WHOLE), attached(long))
    assert uses(found) == [Use.ANNEX]
    assert said(found) == [WHOLE, long.body.rstrip()]


def test_a_page_whose_only_file_is_of_another_year_says_so() -> None:
    last_year = pdf(title=TITLE.replace("2018", "2017"))
    found = document(page(text="", outcome=PageOutcome.ATTACHMENT_ONLY), attached(last_year))
    assert found.report_year == 2018
    assert f"body_of_another_document:{last_year.url}" in found.warnings


def test_scans_give_the_text_once_somebody_has_read_them() -> None:
    pictures = page(text="", outcome=PageOutcome.IMAGE_ONLY)
    refs = [PartRef(f"{PAGE_URL}/{n}.jpg", Role.IMAGE) for n in range(2)]
    unread = [pdf(n, text="", outcome=PageOutcome.NEEDS_TOOL) for n in range(2)]
    for results in ([None, None], unread, [unread[0], None]):
        result = refused(pictures, *zip(refs, results, strict=True))
        assert result.outcome is PageOutcome.IMAGE_ONLY
    read_now = [replace(pdf(n, text=one), text_source="ocr") for n, one in enumerate((WHOLE, REST))]
    found = document(pictures, *zip(refs, read_now, strict=True))
    assert (said(found), found.text_source) == ([WHOLE, REST], "ocr")
    assert uses(found) == [Use.BODY, Use.BODY]


def test_parts_beyond_the_limit_are_named() -> None:
    refs = tuple(PartRef(f"{PAGE_URL}/{n}.pdf", Role.ATTACHMENT) for n in range(30))
    found = document(page(parts=refs))
    assert found.warnings == ("parts_cut:30",)
    assert document(page(parts=refs[:20])).warnings == ()

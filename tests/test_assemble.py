"""A page and its parts become a Document, or the page says by name why not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extraction.extract import read
from crawler.items import (
    AttachmentInfo,
    Capture,
    Context,
    Kind,
    PageOutcome,
    PageResult,
    Paragraph,
    PartRef,
    Role,
    Use,
)
from crawler.places.registry import place as place_of
from crawler.textfile import render
from tests.parts_made import (
    PAGE_URL,
    PROSE,
    TITLE,
    attached,
    document,
    framed,
    page,
    pdf,
    refused,
)
from tests.portals.seed_pages import PDF_URL, gold, seed_page, seed_pdf

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

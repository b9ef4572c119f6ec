"""What a file is to the text of its page: the body, its twin, an annex, or none of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.items import (
    Document,
    Kind,
    PageOutcome,
    PageResult,
    Paragraph,
    PartRef,
    Role,
    Table,
    Use,
)
from crawler.titles import judge
from tests.parts_made import (
    PAGE_URL,
    PROSE,
    TITLE,
    attached,
    document,
    page,
    pdf,
    refused,
)

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

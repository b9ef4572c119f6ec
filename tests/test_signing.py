"""Dates under a text against the dates of its page."""

from __future__ import annotations

import pytest

from crawler.extraction.fields.signing import date_warnings, signed_days
from crawler.items import Judgement, Kind, Paragraph, Table
from tests.test_extraction_body import PROSE, page, read_html

NONE = Judgement()


def report(year: int) -> Judgement:
    return Judgement(Kind.ANNUAL_REPORT, None, year)


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["正文。", "东园镇人民政府", "2018年7月4日"], ["2018年7月4日"]),
        (["正文。", "桃坪县粮食局 2015年3月16日"], ["2015年3月16日"]),
        (["正文。", "（二〇一三年三月六日）"], ["二〇一三年三月六日"]),
        (["正文。", "二○一二年一月九日"], ["二○一二年一月九日"]),
        # A notice is signed before its annex.
        (["通知。", "某县人民政府办公室", "2020年8月12日", *["附件内容。"] * 9], ["2020年8月12日"]),
        # A subtitle, a sentence and a row of another page are no signatures.
        (["（2016年1月5日）", *["正文。"] * 9], []),
        (["自2018年1月1日起施行。"], []),
        (["某区卫生局2020年抽查结果公示2021-04-03"], []),
        (["2018年2月30日"], []),
    ],
)
def test_only_a_line_of_a_signature_dates_a_text(lines: list[str], wanted: list[str]) -> None:
    assert signed_days([Paragraph(line) for line in lines]) == wanted


def test_tables_below_a_text_carry_no_signature() -> None:
    assert signed_days([Paragraph("正文。"), Table((("某镇人民政府", "2018年7月4日"),))]) == []


def blocks(day: str) -> list[Paragraph]:
    return [Paragraph("正文。"), Paragraph("东园镇人民政府"), Paragraph(day)]


def test_a_date_of_the_block_that_nobody_signed_is_a_conflict() -> None:
    found = date_warnings("2016-01-07", "2016-01-07", NONE, blocks("2015年12月9日"))
    assert found == {
        "date_conflict": {
            "where": "body",
            "written": "2016-01-07",
            "signed": ["2015-12-09"],
            "raw": ["2015年12月9日"],
        }
    }
    assert not date_warnings("2015-12-09", "2016-01-07", NONE, blocks("2015年12月9日"))
    assert not date_warnings("", "2016-01-07", NONE, blocks("2015年12月9日"))


@pytest.mark.parametrize(
    ("written", "published", "day", "late"),
    [
        ("", "2021-06-17", "2012年2月8日", ["2012-02-08"]),
        ("2014-06-03", "2016-03-29", "", ["2014-06-03"]),
        ("", "2019-01-31", "2018年1月30日", ["2018-01-30"]),  # 366 days
        ("", "2019-01-30", "2018年1月30日", None),
        ("", "", "2012年2月8日", None),
    ],
)
def test_a_page_published_a_year_after_its_text_was_moved(
    written: str, published: str, day: str, late: list[str] | None
) -> None:
    found = date_warnings(written, published, NONE, blocks(day) if day else [])
    assert found.get("restamped", {}).get("dated") == late


def test_a_report_without_a_date_is_dated_by_its_year() -> None:
    late = date_warnings("", "2016-03-01", report(2014), [])
    assert late["restamped"]["report_year"] == 2014
    assert not date_warnings("", "2015-12-31", report(2014), [])
    assert not date_warnings("", "2016-03-01", report(2014), blocks("2016年2月1日"))
    points = Judgement(Kind.WORK_POINTS, None, 2014)
    assert not date_warnings("", "2016-03-01", points, [])


def test_both_are_warnings_of_the_page_with_their_evidence() -> None:
    text = "".join(f"<p>{line}</p>" for line in (*PROSE, "东园镇人民政府", "2015年12月9日"))
    result = read_html(
        page(
            "<p>索引号：640502017/2018-41187 成文日期：2016-01-07 发布时间：2018-01-07</p>"
            f"<div class=TRS_Editor>{text}</div>"
        )
    )
    assert result.warnings[-2:] == ("date_conflict", "restamped")
    assert result.field_sources["date_conflict"]["signed"] == ["2015-12-09"]
    assert result.field_sources["restamped"]["dated"] == ["2015-12-09", "2016-01-07"]
    assert result.info("成文日期") == "2016-01-07"

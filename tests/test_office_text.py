"""Plain text, and pages that are called .doc or .xls."""

from __future__ import annotations

from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from crawler.items import Kind, PageOutcome
from tests.office_samples import read_file, tables, texts

TITLE = "示例县2023年政府信息公开工作年度报告"
PROSE = "一年来，我镇主动公开各类政府信息1448条，办结率100%，群众满意度进一步增强。"
HTML = (
    f"<html><body><h1>{TITLE}</h1><p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p>"
    "<table><tr><td>规章<td>3</table></body></html>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_in_any_encoding(encoding: str) -> None:
    content = (
        f"{TITLE}\r\n\r\n　　{PROSE}\r\n　　二、存在问题\r\n示例县人民政府\r\n2024年1月15日\r\n"
    )
    result = read_file(content.encode(encoding))
    assert (result.outcome, result.title) == (PageOutcome.DOCUMENT, TITLE)
    assert (result.text_source, result.path) == ("office", "text")
    assert texts(result) == [PROSE, "二、存在问题", "示例县人民政府", "2024年1月15日"]


def test_lines_that_an_editor_wrapped_are_one_paragraph() -> None:
    wrapped = f"　　{PROSE[:22]}\n{PROSE[22:]}\n\n{PROSE}\n"
    assert texts(read_file(wrapped.encode())) == [PROSE, PROSE]


def mail(charset: str, subtype: str = "related") -> bytes:
    message = MIMEMultipart(subtype)
    message.attach(MIMEText("<html><frameset></frameset></html>", "html", charset))
    message.attach(MIMEText(HTML, "html", charset))
    return message.as_bytes()


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_page_saved_as_a_mail_is_read_as_the_page(charset: str) -> None:
    result = read_file(mail(charset))
    assert (result.outcome, result.title) == (PageOutcome.DOCUMENT, TITLE)
    assert result.judgement.kind is Kind.ANNUAL_REPORT
    assert texts(result) == [PROSE] * 3
    assert tables(result) == [(("规章", "3"),)]
    assert (result.text_source, result.path.partition(":")[0]) == ("html", "mhtml")


def test_a_mail_cut_short_or_without_a_page_ends_by_name() -> None:
    whole = mail("utf-8")
    for end in range(0, len(whole), 97):
        assert read_file(whole[:end]).outcome in PageOutcome
    empty = MIMEMultipart("related").as_bytes()
    assert read_file(empty).warnings == ("mhtml_broken: no HTML part",)

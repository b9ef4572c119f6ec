"""Pages and files as `read` gives them, and what `assemble` makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from crawler.extraction.document.assemble import assemble
from crawler.items import (
    CaptureRef,
    Context,
    Document,
    PageOutcome,
    PageResult,
    Paragraph,
    PartRef,
    Place,
    Role,
)
from crawler.places.registry import place as place_of
from crawler.titles import judge

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

"""What an extractor says about a page, in the words all scores are computed from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crawler.extraction.extract import read
from crawler.extraction.structure.outline import outline
from crawler.extraction.structure.tasks import tasks
from crawler.items import Capture, PageResult, Role
from tests.gold.pages import GoldPage

#: Warnings the gold speaks of, and the words of the reader that name a mirror or a table image.
GOLD_WARNINGS = ("date_conflict", "restamped", "repeat_collapsed", "form_without_tables")
MIRRORS = {
    "script:traditional": "traditional",
    "annotated:pinyin": "pinyin",
    "annotated:parenthesised": "parenthesised",
}
TABLE_IMAGE = "table_image:"

Heading = tuple[int, str]
#: Text of a task, the unit, the unit's role.
Duty = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Details:
    """What only this project reads from a page."""

    infobox: Mapping[str, str]
    breadcrumb: tuple[str, ...]
    outcome: str
    attachments: tuple[tuple[str, str], ...]
    table_images: tuple[str, ...]
    warnings: tuple[str, ...]
    mirror: str
    headings: tuple[Heading, ...]
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One extractor's answer; rows of tables are lines with a tab between cells."""

    body: str
    fields: Mapping[str, str] = field(default_factory=dict)
    details: Details | None = None
    crash: str = ""


def ours(page: GoldPage) -> Found:
    result = read(capture_of(page))
    number_in_text = result.field_sources.get("doc_number", {}).get("value", "")
    return Found(
        body=result.body,
        fields={
            "title": result.title,
            "published": result.published,
            "source": result.source,
            "index_number": result.info("索引号"),
            "doc_number": result.info("发文字号") or number_in_text,
        },
        details=_details(result),
    )


def capture_of(page: GoldPage) -> Capture:
    return Capture(
        record_id=page.id,
        url=page.url,
        date=datetime(2026, 1, 1, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", page.content_type),) if page.content_type else (),
        content=page.content,
    )


def _details(result: PageResult) -> Details:
    words = result.warnings
    return Details(
        infobox=dict(result.infobox),
        breadcrumb=result.breadcrumb,
        outcome=str(result.outcome),
        attachments=tuple((p.url, p.name) for p in result.parts if p.role is Role.ATTACHMENT),
        table_images=tuple(
            word.removeprefix(TABLE_IMAGE) for word in words if word.startswith(TABLE_IMAGE)
        ),
        warnings=tuple(word for word in words if word in GOLD_WARNINGS),
        mirror=next((MIRRORS[word] for word in words if word in MIRRORS), ""),
        headings=tuple((one.level, f"{one.number}{one.title}") for one in outline(result.blocks)),
        duties=tuple(
            (_as_printed(result.body, task.start), unit.name, unit.role)
            for task in tasks(result.blocks)
            for unit in task.units
        ),
    )


def _as_printed(body: str, start: int) -> str:
    """A task's paragraph or cell from where it begins, with who answers for it (gold's words)."""
    return re.split(r"[\t\n]", body[start:], maxsplit=1)[0]

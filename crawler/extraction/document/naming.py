"""What a page and its parts are called, and so what they are: title, kind, report year. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from crawler.dates import period_year, report_years
from crawler.extraction.document.body_choice import Body
from crawler.extraction.fields.title_lines import is_cut
from crawler.extraction.whitespace import bare
from crawler.items import Context, Judgement, Kind, PageResult
from crawler.titles import judge

YEAR_CONFLICT = "year_conflict"


@dataclass(frozen=True, slots=True)
class Name:
    """A title and what it was judged to be; ``where`` is ``page``, ``part`` or ``link text``."""

    title: str
    judgement: Judgement
    where: str


def name_of(page: PageResult, body: Body, context: Context) -> Name:
    """The page names the document, else the part with its text, else the link that led to it.

    The link is asked where nothing has a title, and where the page is a file: which of a file's
    first lines is its title is only known once they name a document.
    """
    carriers = body.from_parts(page)
    for where, source in (("page", page), *(("part", part) for part in carriers)):
        if source.judgement.kind or source.judgement.look_alike:
            return Name(_completed(source.title, body), source.judgement, where)
    linked = judge(context.link_text)
    nameless = not page.title and not any(part.title for part in carriers)
    if (nameless or page.text_source != "html") and (linked.kind or linked.look_alike):
        return Name(context.link_text, linked, "link text")
    return Name(page.title, page.judgement, "page")


def _completed(title: str, body: Body) -> str:
    """A title that the page cut short, whole as a part prints it."""
    if not is_cut(title):
        return title
    start = bare(title).rstrip("….")
    whole = (part.title for part in body.carriers if bare(part.title).startswith(start))
    return next(whole, title)


def with_year(name: Name, head: str) -> Name:
    """The report year, from the body's opening where the title has none."""
    if name.judgement.report_year is not None:
        return name
    again = judge(name.title, head)
    judgement = replace(
        name.judgement,
        report_year=again.report_year,
        year_from=again.year_from,
        year_confidence=again.year_confidence,
    )
    return replace(name, judgement=judgement)


def evidence_of(name: Name) -> dict[str, Any]:
    """What kind and report year rest on, for ``field_sources``."""
    said = name.judgement
    evidence: dict[str, Any] = {
        "kind": {"where": name.where, "raw": said.evidence, "confidence": said.confidence}
    }
    if said.report_year is not None:
        evidence["report_year"] = {
            "where": said.year_from,
            "value": said.report_year,
            "confidence": said.year_confidence,
        }
    return evidence


def listed_years(context: Context, breadcrumb: Sequence[str]) -> list[int]:
    """Years of the way to a page: they corroborate its report year and never decide it."""
    names = (context.link_text, *context.column, *breadcrumb)
    return sorted({year for name in names for year in report_years(name)})


def year_conflict(name: Name, head: str) -> str | None:
    """Title against 统计期限. Only reports state a period; plans name many dates."""
    stated, period = report_years(name.title), period_year(head)
    if name.judgement.kind is Kind.WORK_POINTS or not stated or not period or period in stated:
        return None
    return f"{YEAR_CONFLICT}:{stated[0]}/{period}"

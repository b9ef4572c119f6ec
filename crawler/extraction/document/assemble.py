"""A page and its parts to a Document, and what a context may add to it. Pure.

The page decides first, then its parts; the context fills only what both leave open. What came
from the context is marked ``{"where": "context"}`` in ``field_sources``, so that a better context
can take its place later: `complete` of `complete` is the later one alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from crawler import RULES_VERSION
from crawler.dates import parse_date
from crawler.extraction.document.body_choice import (
    Body,
    Parts,
    choose_body,
    missing_parts,
    only_points,
    with_own_titles,
)
from crawler.extraction.document.issuer_names import home_of, printed_names, supposed_names
from crawler.extraction.document.naming import (
    Name,
    evidence_of,
    listed_years,
    name_of,
    with_year,
    year_conflict,
)
from crawler.extraction.document.parts_told import (
    FAILED,
    NO_TEXT,
    attachments_of,
    conversions_of,
    warnings_of,
)
from crawler.items import (
    CaptureRef,
    Context,
    Document,
    Issuer,
    Level,
    PageOutcome,
    PageResult,
    Place,
    Role,
    render_blocks,
)
from crawler.places.issuers import resolve

_HEAD_CHARS = 2_000
_NOBODY = Issuer(id="", printed="", name="", adcode="", level=Level.OTHER, short="")
_ISSUER_UNKNOWN = "issuer_unknown"
_FROM_CONTEXT = "context"


class _Origin(NamedTuple):
    """What the caller knows of a page: whose portal it is, how far it is to be trusted."""

    portal: str
    adcode: str
    authority: str
    captures: tuple[CaptureRef, ...]
    context: Context


def assemble(
    page: PageResult,
    parts: Parts,
    *,
    portal: str,
    adcode: str,
    place: Place | None,
    context: Context,
    authority: str,
    captures: Sequence[CaptureRef],
) -> Document | PageResult:
    """The Document that ``page`` with its parts is, else the page with its final outcome.

    ``parts`` are in page order, None where a part was not fetched. ``captures`` name the records
    of the page and of every part read.
    """
    body = choose_body(page, parts)
    name = name_of(page, body, context)
    failure = _failure(page, body, parts, name)
    if failure is not None:
        warnings = warnings_of(page, body, parts)
        return replace(page, outcome=failure, judgement=name.judgement, warnings=warnings)
    origin = _Origin(portal, adcode, authority, tuple(captures), context)
    return complete(_document(page, body, parts, name, origin), context, place)


def complete(document: Document, context: Context, place: Place | None) -> Document:
    """``document`` with what its page leaves open filled from ``context``, and from no other."""
    sources = {
        name: evidence
        for name, evidence in document.field_sources.items()
        if not _is_from_context(evidence)
    }
    warnings = [warning for warning in document.warnings if warning != _ISSUER_UNKNOWN]
    years = listed_years(context, document.breadcrumb)
    if years and document.report_year is not None:
        agrees = document.report_year in years
        sources["listed_years"] = {"where": _FROM_CONTEXT, "value": years, "agrees": agrees}
    home, code = home_of(document, place)
    if code:
        adcode = home.adcode if home else ""
        sources["place"] = {"where": _FROM_CONTEXT, "raw": code, "value": adcode}
    if not document.published and (listed := parse_date(context.list_date)):
        sources["published"] = {"where": _FROM_CONTEXT, "value": listed}
    issuer = resolve(list(printed_names(document)), home)
    where = {"where": issuer.evidence} if issuer else {"where": _FROM_CONTEXT}
    if issuer is None:
        issuer = resolve(list(supposed_names(context, home)), home) or _NOBODY
        where["from"] = issuer.evidence
    sources["issuer"] = {**where, "raw": issuer.printed, "confidence": issuer.confidence}
    if not issuer.id:
        warnings.append(_ISSUER_UNKNOWN)
    return replace(
        document,
        issuer=issuer,
        context=context,
        warnings=tuple(warnings),
        field_sources=sources,
    )


def effective_published(document: Document) -> str:
    """The publication date: the page's own, else the one its list gives; empty if neither."""
    if document.published:
        return document.published
    evidence = document.field_sources.get("published", {})
    return str(evidence["value"]) if _is_from_context(evidence) else ""


def _is_from_context(evidence: Any) -> bool:
    return isinstance(evidence, Mapping) and evidence.get("where") == _FROM_CONTEXT


def _failure(page: PageResult, body: Body, parts: Parts, name: Name) -> PageOutcome | None:
    """Why this is no Document; None where it is one."""
    if page.outcome in FAILED or page.outcome is PageOutcome.LIST:
        return page.outcome
    if name.judgement.kind is None:
        return PageOutcome.LOOK_ALIKE if name.judgement.look_alike else PageOutcome.NOT_RELEVANT
    if body.blocks and not only_points(page, body):
        return None
    if missing_parts(parts):
        return PageOutcome.PART_MISSING
    files = (result for ref, result in parts if result and ref.role is not Role.IMAGE)
    failed = [result.outcome for result in files if result.outcome in NO_TEXT]
    if failed:
        return failed[0]
    if page.outcome is not PageOutcome.DOCUMENT:
        return page.outcome
    # A few words with nothing behind them are what was published; no words at all are a failure.
    return None if body.blocks else PageOutcome.ERROR


def _document(page: PageResult, body: Body, parts: Parts, name: Name, origin: _Origin) -> Document:
    """What page and parts say; the issuer is still open."""
    blocks = with_own_titles(body, name.title)
    head = render_blocks(blocks)[:_HEAD_CHARS]
    name = with_year(name, head)
    assert name.judgement.kind is not None
    warnings = warnings_of(page, body, parts)
    conflict = year_conflict(name, head)
    sources = (page, *body.from_parts(page))
    return Document(
        portal=origin.portal,
        adcode=origin.adcode,
        url=page.url,
        date=page.date,
        record_id=page.record_id,
        kind=name.judgement.kind,
        report_year=name.judgement.report_year,
        issuer=_NOBODY,
        title=name.title,
        published=_first(source.published for source in sources),
        source=_first(source.source for source in sources),
        infobox=next((source.infobox for source in sources if source.infobox), ()),
        breadcrumb=next((source.breadcrumb for source in sources if source.breadcrumb), ()),
        blocks=blocks,
        attachments=attachments_of(parts, body),
        text_source=sources[-1].text_source,
        authority=origin.authority,
        captures=origin.captures,
        context=origin.context,
        warnings=(*warnings, conflict) if conflict else warnings,
        field_sources=_field_sources(sources, body, name),
        path=sources[-1].path,
        rules_version=RULES_VERSION,
        conversions=conversions_of(page, parts),
    )


def _first(values: Iterator[str]) -> str:
    return next((value for value in values if value), "")


def _field_sources(sources: Sequence[PageResult], body: Body, name: Name) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for source in reversed(sources):
        merged.update(source.field_sources)
    merged.update(evidence_of(name))
    if name.where != "page":
        merged["title"] = {"where": name.where, "raw": name.title, "page": sources[0].title}
    if len(sources) > 1:
        merged["body"] = {"where": "parts", "urls": [part.url for part in sources[1:]]}
    if body.annexes:
        merged["annexes"] = {"where": "parts", "urls": [part.url for part in body.annexes]}
    return merged

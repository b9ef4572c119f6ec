"""A page and its parts to a Document, and what a context may add to it. Pure.

The page decides first, then its parts; the context fills only what both leave open. What came
from the context is marked ``{"where": "context"}`` in ``field_sources``, so that a better context
can take its place later: `complete` of `complete` is the later one alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from crawler import RULES_VERSION, issuers, titles
from crawler.dates import parse_date, period_year, report_years
from crawler.extraction.body_choice import (
    Body,
    Parts,
    choose_body,
    missing_parts,
    only_points,
    with_own_titles,
)
from crawler.extraction.whitespace import bare
from crawler.items import (
    AttachmentInfo,
    Block,
    CaptureRef,
    Context,
    Document,
    Issuer,
    Judgement,
    Kind,
    Level,
    PageOutcome,
    PageResult,
    Paragraph,
    Place,
    Role,
    render_blocks,
)

_FAILED = frozenset(
    {
        PageOutcome.ENCRYPTED,
        PageOutcome.NEEDS_TOOL,
        PageOutcome.UNSUPPORTED,
        PageOutcome.TRUNCATED,
        PageOutcome.KILLED,
        PageOutcome.ERROR,
    }
)
_NO_TEXT = _FAILED | {PageOutcome.IMAGE_ONLY}
_HEAD_CHARS = 2_000
_CUT_ENDS = ("…", "...", "的", "、")
_BRACKETS = (("《", "》"), ("（", "）"), ("(", ")"), ("〔", "〕"))
_ISSUER_LABELS = ("发布机构", "责任部门")
_SIGNATURE_PARAGRAPHS = 8
_LONGEST_SIGNATURE = 40
_SENTENCE_MARKS = frozenset("，。；：！？,;:!?")
_NOBODY = Issuer(id="", printed="", name="", adcode="", level=Level.OTHER, short="")
_ISSUER_UNKNOWN = "issuer_unknown"
_FROM_CONTEXT = "context"


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
    if page.outcome in _FAILED:
        return page
    body = choose_body(page, parts)
    title, judgement, named_by = _name(page, body, context)
    if judgement.kind is None:
        return _no_document(page, judgement)
    warnings = _warnings(page, body, parts)
    blocks = with_own_titles(body, title)
    if not blocks or only_points(page, body):
        outcome = _bodiless_outcome(page, parts)
        if outcome is not None:
            return replace(page, outcome=outcome, warnings=warnings)
    head = render_blocks(blocks)[:_HEAD_CHARS]
    sources = (page, *body.carriers)
    year = judgement.report_year or titles.judge(title, head).report_year
    document = Document(
        portal=portal,
        adcode=adcode,
        url=page.url,
        date=page.date,
        record_id=page.record_id,
        kind=judgement.kind,
        report_year=year,
        issuer=_NOBODY,
        title=title,
        published=_first(source.published for source in sources),
        source=_first(source.source for source in sources),
        infobox=_infobox(sources),
        breadcrumb=next((source.breadcrumb for source in sources if source.breadcrumb), ()),
        blocks=blocks,
        attachments=_attachments(parts),
        text_source=sources[-1].text_source,
        authority=authority,
        captures=tuple(captures),
        context=context,
        warnings=(*warnings, *_year_conflict(judgement.kind, title, head, warnings)),
        field_sources=_field_sources(sources, named_by),
        path=sources[-1].path,
        rules_version=RULES_VERSION,
    )
    return complete(document, context, place)


def complete(document: Document, context: Context, place: Place | None) -> Document:
    """``document`` with what its page leaves open filled from ``context``, and from no other."""
    sources = {
        name: evidence
        for name, evidence in document.field_sources.items()
        if not _is_from_context(evidence)
    }
    warnings = [warning for warning in document.warnings if warning != _ISSUER_UNKNOWN]
    if not document.published and (listed := parse_date(context.list_date)):
        sources["published"] = {"where": _FROM_CONTEXT, "value": listed}
    issuer = issuers.resolve(list(_printed_issuers(document)), place)
    if issuer is not None:
        sources["issuer"] = {"where": issuer.evidence, "raw": issuer.printed}
    else:
        issuer = issuers.resolve(list(_supposed_issuers(context, place)), place) or _NOBODY
        sources["issuer"] = {
            "where": _FROM_CONTEXT, "from": issuer.evidence, "raw": issuer.printed,
        }  # fmt: skip
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
    evidence = document.field_sources.get("published")
    return str(evidence["value"]) if _is_from_context(evidence) else ""


def _is_from_context(evidence: Any) -> bool:
    return isinstance(evidence, dict) and evidence.get("where") == _FROM_CONTEXT


# -- title, kind and year ---------------------------------------------------------------------


def _name(page: PageResult, body: Body, context: Context) -> tuple[str, Judgement, str]:
    """Title, judgement, and who gave them: the page, else the parts, else the link to it."""
    for where, source in (("page", page), *(("part", part) for part in body.carriers)):
        if source.judgement.kind or source.judgement.look_alike:
            return _completed(source.title, body), source.judgement, where
    if not page.title and not any(part.title for part in body.carriers):
        return context.link_text, titles.judge(context.link_text), "link text"
    return page.title, page.judgement, "page"


def _completed(title: str, body: Body) -> str:
    """A title that the page cut short, whole as a part prints it."""
    if not _is_cut(title):
        return title
    stem = bare(title).rstrip("….")
    whole = (part.title for part in body.carriers if bare(part.title).startswith(stem))
    return next(whole, title)


def _is_cut(title: str) -> bool:
    return title.endswith(_CUT_ENDS) or any(title.count(a) > title.count(b) for a, b in _BRACKETS)


def _no_document(page: PageResult, judgement: Judgement) -> PageResult:
    if judgement.look_alike:
        return replace(page, judgement=judgement, outcome=PageOutcome.LOOK_ALIKE)
    if page.outcome is PageOutcome.LIST:
        return page
    return replace(page, outcome=PageOutcome.NOT_RELEVANT)


def _year_conflict(
    kind: Kind, title: str, head: str, warnings: Sequence[str]
) -> tuple[str, ...]:
    """Title against 统计期限. Only reports state a period; plans name many dates."""
    stated, period = report_years(title), period_year(head)
    known = any(warning.startswith("year_conflict") for warning in warnings)
    if known or kind is Kind.WORK_POINTS or not stated or not period or period in stated:
        return ()
    return (f"year_conflict:{stated[0]}/{period}",)


# -- fields and parts -------------------------------------------------------------------------


def _first(values: Iterator[str]) -> str:
    return next((value for value in values if value), "")


def _infobox(sources: Sequence[PageResult]) -> tuple[tuple[str, str], ...]:
    """The page's information block, or that of the part which has one."""
    return next((source.infobox for source in sources if source.infobox), ())


def _field_sources(sources: Sequence[PageResult], named_by: str) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for source in reversed(sources):
        merged.update(source.field_sources)
    if named_by != "page":
        merged["title"] = {"where": named_by, "page": sources[0].title}
    if len(sources) > 1:
        merged["body"] = {"where": "parts", "urls": [part.url for part in sources[1:]]}
    return merged


def _attachments(parts: Parts) -> tuple[AttachmentInfo, ...]:
    return tuple(
        AttachmentInfo(
            url=ref.url,
            name=ref.name,
            outcome=str(result.outcome if result else PageOutcome.PART_MISSING),
            record_id=result.record_id if result else None,
        )
        for ref, result in parts
        if ref.role is Role.ATTACHMENT
    )


def _warnings(page: PageResult, body: Body, parts: Parts) -> tuple[str, ...]:
    warnings = [*page.warnings, *(w for part in body.carriers for w in part.warnings)]
    warnings += [f"part_missing:{ref.url}" for ref in missing_parts(parts)]
    warnings += [
        f"part_{result.outcome}:{ref.url}"
        for ref, result in parts
        if result is not None and result.outcome in _NO_TEXT
    ]
    reports = {bare(part.title) for part in body.carriers if part.judgement.kind}
    if len(reports) > 1:
        warnings.append(f"several_reports_attached:{len(reports)}")
    return tuple(dict.fromkeys(warnings))


def _bodiless_outcome(page: PageResult, parts: Parts) -> PageOutcome | None:
    """Why a page of the genre has no text; None where its few words are all there is."""
    if missing_parts(parts):
        return PageOutcome.PART_MISSING
    failed = [result.outcome for _, result in parts if result and result.outcome in _NO_TEXT]
    if failed:
        return failed[0]
    if page.blocks and page.outcome is PageOutcome.DOCUMENT:
        return None
    return PageOutcome.ERROR if page.outcome is PageOutcome.DOCUMENT else page.outcome


# -- issuer -----------------------------------------------------------------------------------


def _printed_issuers(document: Document) -> Iterator[tuple[str, str]]:
    """Names of the issuer on the document itself, the most trustworthy first."""
    if printed := issuers.printed_issuer(document.title):
        yield "title", printed
    infobox = dict(document.infobox)
    for label in _ISSUER_LABELS:
        if value := infobox.get(label):
            yield "infobox", value
    for line in _signatures(document.blocks):
        yield "signature", line
    if document.source:
        yield "source", document.source
    for name in reversed(document.breadcrumb):
        yield "breadcrumb", name


def _signatures(blocks: Sequence[Block]) -> Iterator[str]:
    """Short lines without a sentence at the end of the body, the last first."""
    paragraphs = [block.text for block in blocks if isinstance(block, Paragraph)]
    for text in reversed(paragraphs[-_SIGNATURE_PARAGRAPHS:]):
        if len(text) <= _LONGEST_SIGNATURE and _SENTENCE_MARKS.isdisjoint(text):
            yield text


def _supposed_issuers(context: Context, place: Place | None) -> Iterator[tuple[str, str]]:
    """Names on the way to the document; last the county government whose portal it is."""
    if printed := issuers.printed_issuer(context.link_text):
        yield "link", printed
    for name in reversed(context.column):
        yield "column", name
    if place is not None:
        yield "portal", f"{place.county}人民政府"

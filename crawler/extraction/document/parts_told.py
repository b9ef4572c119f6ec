"""What a Document says of its parts: each file by its name and use, what is missing, what made it.

Pure.
"""

from __future__ import annotations

from crawler.extraction.document.body_choice import Body, Parts, missing_parts
from crawler.extraction.files.realnames import FILE_NAME, real_name
from crawler.extraction.whitespace import bare
from crawler.items import AttachmentInfo, ConversionRef, PageOutcome, PageResult, PartRef, Role
from crawler.parts import is_cut_short

#: Ends of reading that leave no text.
FAILED = frozenset(
    {
        PageOutcome.ENCRYPTED,
        PageOutcome.NEEDS_TOOL,
        PageOutcome.UNSUPPORTED,
        PageOutcome.TRUNCATED,
        PageOutcome.KILLED,
        PageOutcome.ERROR,
    }
)
#: Those of a file, which may be a scan as well.
NO_TEXT = FAILED | {PageOutcome.IMAGE_ONLY}
_FILES = frozenset({Role.ATTACHMENT, Role.IMAGE})


def attachments_of(parts: Parts, body: Body) -> tuple[AttachmentInfo, ...]:
    return tuple(
        AttachmentInfo(
            url=ref.url,
            name=_called(ref, result),
            outcome=str(result.outcome if result else PageOutcome.PART_MISSING),
            record_id=result.record_id if result else None,
            use=body.uses.get(result.record_id) if result else None,
        )
        for ref, result in parts
        if ref.role in _FILES
    )


def _called(ref: PartRef, result: PageResult | None) -> str:
    """What a file is called, by the server that gave it where that says more than the link."""
    told = result.field_sources.get(FILE_NAME, {}) if result else {}
    return real_name(ref.name, ref.url, str(told.get("value", "")))


def conversions_of(page: PageResult, parts: Parts) -> tuple[ConversionRef, ...]:
    results = (page, *(result for _, result in parts if result is not None))
    return tuple(result.conversion for result in results if result.conversion is not None)


def warnings_of(page: PageResult, body: Body, parts: Parts) -> tuple[str, ...]:
    carriers = body.from_parts(page)
    warnings = [*page.warnings, *(w for one in (*carriers, *body.annexes) for w in one.warnings)]
    warnings += [f"part_missing:{ref.url}" for ref in missing_parts(parts)]
    warnings += [
        f"part_{result.outcome}:{ref.url}"
        for ref, result in parts
        if result is not None and result.outcome in NO_TEXT
    ]
    warnings += [f"parts_cut:{len(one.parts)}" for one in (page, *carriers) if is_cut_short(one)]
    reports = {bare(part.title) for part in carriers if part.judgement.kind}
    if len(reports) > 1:
        warnings.append(f"several_reports_attached:{len(reports)}")
    return tuple(dict.fromkeys(warnings))

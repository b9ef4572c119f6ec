"""What a Document says of its parts: each file by its name and use, what is missing, what made it.

Pure.
"""

from __future__ import annotations

from crawler.extraction.document.body_choice import ENOUGH_HAN, Body, Parts, missing_parts
from crawler.extraction.document.twins import may_be_of
from crawler.extraction.files.realnames import FILE_NAME, real_name
from crawler.hanzi import count_han
from crawler.items import (
    AttachmentInfo,
    ConversionRef,
    PageOutcome,
    PageResult,
    PartRef,
    Role,
    Use,
)
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


def _is_long(file: PageResult) -> bool:
    """Whether a file may be a report of its own, and no stamp."""
    return file.judgement.kind is not None or count_han(file.body) >= ENOUGH_HAN


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
    warnings += [
        f"body_of_another_document:{one.url}" for one in carriers if not may_be_of(one, page)
    ]
    reports = sum(part.judgement.kind is not None for part in carriers)
    if reports > 1:
        warnings.append(f"several_reports_attached:{reports}")
    warnings += [
        f"left_out:{result.url}"
        for _, result in parts
        if result and body.uses.get(result.record_id) is Use.OTHER and _is_long(result)
    ]
    return tuple(dict.fromkeys(warnings))

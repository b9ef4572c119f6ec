"""Reading a file that somebody saved, as if it had been captured: ``scrapy extract``."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.extraction.document.assemble import assemble, effective_published
from crawler.extraction.extract import Reader
from crawler.extraction.extract import read as read_here
from crawler.items import (
    Capture,
    CaptureRef,
    Context,
    Document,
    Issuer,
    Note,
    PageOutcome,
    PageResult,
    Place,
    Role,
    render_blocks,
)
from crawler.places.registry import place_of_code, place_of_host
from crawler.urls import host, is_gov

#: A file over this is no page and no report; it is named ``too large`` without being read.
MAX_BYTES = 64 * 1024 * 1024


def read_saved(path: Path, url: str, context: Context, read: Reader = read_here) -> dict[str, Any]:
    """One file as the JSON object `scrapy extract` prints; an unreadable file is an outcome too."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            return _failure(path, f"{size} bytes, at most {MAX_BYTES} are read")
        content = path.read_bytes()
        date = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        return _failure(path, f"cannot be read: {error.strerror}")
    address = url or path.resolve().as_uri()
    capture = Capture(
        record_id=uuid.uuid5(uuid.NAMESPACE_URL, address).urn,
        url=address,
        date=date,
        status=200,
        headers=(),
        content=content,
        note=Note(portal="", spider="", context=context),
    )
    page = read(capture, context)
    place = _place(url, page)
    ref = CaptureRef(capture.record_id, address, date, Role.PAGE)
    document = assemble(
        page,
        [(part, None) for part in page.parts],
        portal="",
        adcode=place.adcode if place else "",
        place=place,
        context=context,
        authority="original" if is_gov(host(url)) else "mirror",
        captures=[ref],
    )
    return _as_json(path, page, document if isinstance(document, Document) else None)


def _place(url: str, page: PageResult) -> Place | None:
    """The county a saved page belongs to: by its host, else by the adcode in its 索引号."""
    return (place_of_host(host(url)) if url else None) or place_of_code(page.info("索引号"))


def _as_json(path: Path, page: PageResult, document: Document | None) -> dict[str, Any]:
    best: PageResult | Document = document or page
    return {
        "file": str(path),
        "outcome": str(page.outcome),
        "kind": page.judgement.kind,
        "look_alike": page.judgement.look_alike,
        "report_year": document.report_year if document else page.judgement.report_year,
        "issuer": _issuer(document.issuer) if document else None,
        "title": best.title,
        "publish_date": (effective_published(document) if document else page.published) or None,
        "source": best.source or None,
        "index_number": page.info("索引号") or None,
        "doc_number": page.info("发文字号") or _letterhead(page),
        "information_block": dict(page.infobox),
        "breadcrumb": list(page.breadcrumb),
        "body": render_blocks(best.blocks),
        "tables": [
            [list(row) for row in block.rows] for block in best.blocks if hasattr(block, "rows")
        ],
        "attachments": [
            {"url": part.url, "name": part.name, "role": part.role} for part in page.parts
        ],
        "warnings": list(best.warnings),
        "text_source": best.text_source,
        "path": page.path,
        "field_sources": dict(best.field_sources),
    }


def _issuer(issuer: Issuer) -> dict[str, Any]:
    return {
        "id": issuer.id,
        "name": issuer.name,
        "printed": issuer.printed,
        "level": issuer.level,
        "evidence": issuer.evidence,
    }


def _letterhead(page: PageResult) -> str | None:
    """A 文号 that only the body's letterhead prints is evidence, not information block."""
    found = page.field_sources.get("doc_number")
    return found.get("value") if isinstance(found, dict) else None


def _failure(path: Path, reason: str) -> dict[str, Any]:
    """The line of a file that cannot be read: every field is there, and empty."""
    nothing = PageResult(
        record_id="",
        url="",
        date=datetime.fromtimestamp(0, UTC),
        outcome=PageOutcome.ERROR,
        text_source="",
        warnings=(reason,),
    )
    return _as_json(path, nothing, None)

"""`read` for scans: what OCR saw where a file has no text of its own. Pure, as all of `read`.

Of a PDF only the pages without text come from OCR, each in its place among the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from crawler.extraction.filed import Carrier, cut_mark
from crawler.extraction.ocr.ink import ink_of, is_scan
from crawler.extraction.ocr.record import OcrPage, OcrRecord, RecordError, load_record
from crawler.extraction.pdf.file import read_file
from crawler.extraction.pdf.page import PageInk
from crawler.extraction.pdf.pieces import pieces_of
from crawler.extraction.sniff import true_type
from crawler.items import Capture, Conversion, PageOutcome, PageResult

_SCANNED = Carrier(text_source="ocr", path="ocr")
_MIXED = Carrier(text_source="pdf", path="pdf-text+ocr")
#: What `read` says of a text that is not there, and OCR has now read.
_ANSWERED = ("type:", "no_text_layer", "text_layer_unreadable", "page_without_text:")


def read_ocr(capture: Capture, conversion: Conversion, layered: PageResult) -> PageResult:
    """``layered``, which `read` had of the file alone, with what OCR adds.

    A file whose text is OCR's alone has the text source ``ocr``; where some pages had a text layer
    it stays ``pdf``, and the warning ``ocr_pages`` names the others.
    """
    try:
        record = load_record(conversion.content)
    except RecordError as error:
        told = f"ocr_unreadable: {conversion.record_id}: {error}; make it again"
        return replace(layered, warnings=(*layered.warnings, told))
    pages = _Pages.of(capture, record)
    if not pages.seen:
        return replace(layered, warnings=(*layered.warnings, *pages.warnings))
    result = _read(capture, pages, layered)
    return replace(result, conversion=conversion.ref)


def _read(capture: Capture, pages: _Pages, layered: PageResult) -> PageResult:
    carrier = _MIXED if pages.layers else _SCANNED
    warnings = [w for w in layered.warnings if not w.startswith(_ANSWERED)]
    warnings += pages.warnings
    if pages.layers:
        warnings.append(f"ocr_pages:{','.join(str(page.number) for page in pages.seen)}")
    warnings += _confidences(pages.seen)
    pieces = pieces_of([pages.inks[number] for number in sorted(pages.inks)])
    if not pieces:
        return carrier.failed(capture, PageOutcome.IMAGE_ONLY, [*warnings, "ocr_no_text"])
    # A text layer that was the document without OCR stays it, whatever page OCR could not read.
    lacks = bool(pages.warnings) and not pages.layers
    cut = lacks or bool(cut_mark(capture)) or layered.outcome is PageOutcome.TRUNCATED
    result = carrier.finished(capture, pieces, warnings, cut=cut)
    return replace(result, field_sources={"ocr": _evidence(pages.seen)})


@dataclass(slots=True)
class _Pages:
    """The pages of a file: ``inks`` by number, ``layers`` those with a text layer, ``seen`` those
    that OCR read; ``warnings`` say which are missing."""

    inks: dict[int, PageInk]
    layers: AbstractSet[int]
    seen: list[OcrPage]
    warnings: list[str]

    @classmethod
    def of(cls, capture: Capture, record: OcrRecord) -> _Pages:
        numbers = set(range(1, record.count + 1))
        inks: dict[int, PageInk] = {}
        if true_type(capture.content) == "pdf":
            text = read_file(capture.content)
            inks = dict(zip(text.numbers, text.inks, strict=True))
            numbers = {number for number, ink in inks.items() if is_scan(ink)}
        pages = [page for page in record.pages if page.number in numbers]
        seen = [page for page in pages if not page.failed]
        warnings = [f"ocr_failed:{page.number}: {page.failed}" for page in pages if page.failed]
        if len(pages) < len(numbers):
            warnings.append(f"too_long: OCR read {len(pages)} of {len(numbers)} pages")
        layers = inks.keys() - numbers
        inks.update((page.number, ink_of(page)) for page in seen)
        return cls(inks, layers, seen, warnings)


def _confidences(pages: Sequence[OcrPage]) -> list[str]:
    found = [line.confidence for page in pages for line in page.lines]
    if not found:
        return []
    return [f"ocr:{sum(found) / len(found):.2f} worst {min(found):.2f}"]


def _evidence(pages: Sequence[OcrPage]) -> list[dict[str, float]]:
    """How sure OCR was of each page: mean and worst of its lines."""
    rows = []
    for page in pages:
        found = [line.confidence for line in page.lines]
        if found:
            mean = round(sum(found) / len(found), 3)
            rows.append({"page": page.number, "mean": mean, "worst": round(min(found), 3)})
    return rows

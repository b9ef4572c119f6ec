"""Scans read by RapidOCR (extra ``ocr``): a tool that makes `xianzhi-ocr/1` records.

The engine runs in a worker process under limits; nothing of it is imported here. A page that ends
its worker is named as failed, the other pages of its file are read.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import Any, Final

from crawler.conversion.tool import Made, NotMade
from crawler.extraction.ocr.record import (
    CONTENT_TYPE,
    SCHEMA,
    RecordError,
    dump_record,
    load_page,
)
from crawler.extraction.sniff import true_type
from crawler.isolation.limits import Limits
from crawler.isolation.process import KilledError, WorkerProcess
from crawler.items import RAPIDOCR, Capture, PageOutcome, PageResult

logger = logging.getLogger(__name__)

_READER: Final = "crawler.conversion.ocr_worker:recognise"
_PACKAGES: Final = ("rapidocr", "onnxruntime", "opencv-python-headless", "numpy", "pillow")
_MOST_PAGES: Final = 200
#: A page may take two minutes; a file whose pages fail so often is not worth the hours.
_MOST_FAILURES: Final = 4
#: Of a page, not of a file: 3 s of CPU and 600 MiB are usual. onnxruntime reserves much more
#: address space than it uses.
_LIMITS: Final = Limits(memory=4 << 30, seconds=120, patience=600, answer=16 << 20, files=200)
_MODELS: Final = "PP-OCRv6_det_small PP-OCRv6_rec_small ch_ppocr_mobile_v2.0_cls"
#: So `read_pdf` names a page that has no text while others have.
_BLANK_PAGE: Final = "page_without_text:"


class RapidOcr:
    """A `crawler.conversion.tool.Tool`; use it from one thread."""

    engine = RAPIDOCR
    missing = "pip install 'xianzhi[ocr]'"

    def __init__(self, limits: Limits = _LIMITS) -> None:
        self._limits = limits
        self._worker: WorkerProcess | None = None

    def version(self) -> str | None:
        """RapidOCR's version; None where it or what it runs on is not installed."""
        versions = _versions()
        return versions["rapidocr"] if len(versions) == len(_PACKAGES) else None

    def wants(self, capture: Capture, result: PageResult) -> bool:
        """Images, and PDFs of which a page has no text."""
        kind = true_type(capture.content)
        if kind == "image":
            return result.outcome in (PageOutcome.NEEDS_TOOL, PageOutcome.IMAGE_ONLY)
        return kind == "pdf" and (
            result.outcome is PageOutcome.IMAGE_ONLY
            or any(warning.startswith(_BLANK_PAGE) for warning in result.warnings)
        )

    def convert(self, files: Sequence[bytes]) -> list[Made | NotMade]:
        """The record of each file. WorkerError where no worker can be started."""
        return [self._convert(content) for content in files]

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _convert(self, content: bytes) -> Made | NotMade:
        pages: list[Mapping[str, Any]] = []
        failures: list[NotMade] = []
        number, count = 1, 1
        while number <= min(count, _MOST_PAGES) and len(failures) < _MOST_FAILURES:
            answer = self._page(content, number)
            if "outcome" in answer:
                failures.append(NotMade(PageOutcome(answer["outcome"]), answer["reason"]))
                pages.append({"number": number, "failed": answer["reason"]})
                if number == 1 and failures[0].outcome is PageOutcome.KILLED:
                    count = 2  # it could not say how many there are; the next one can
            else:
                count = max(count, answer["count"])
                pages += [answer["page"]] if answer["page"] else []
            number += 1
        if failures and len(failures) == number - 1:
            return failures[0]
        return Made(CONTENT_TYPE, dump_record(count, pages), self._settings())

    def _page(self, content: bytes, number: int) -> dict[str, Any]:
        """What the worker says of a page, checked, or that it was killed over it."""
        while True:
            worker = self._started()
            try:
                return _checked(worker.exchange((content, number)), number)
            except KilledError as error:
                self.close()
                if error.own:
                    return _killed(number, error.reason, error.trace)
            except RecordError as error:
                self.close()  # a worker that was taken over
                return _killed(number, str(error))

    def _started(self) -> WorkerProcess:
        if self._worker is not None and self._worker.is_spent:
            self.close()
        if self._worker is None:
            self._worker = WorkerProcess(_READER, self._limits)
        return self._worker

    def _settings(self) -> tuple[tuple[str, str], ...]:
        """What a repetition would need."""
        return (
            ("schema", SCHEMA),
            ("models", _MODELS),
            *((name, version) for name, version in _versions().items()),
        )


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _checked(payload: bytes, number: int) -> dict[str, Any]:
    """A worker's answer; RecordError where it is none."""
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"expected an answer in JSON, found {error!s:.100}") from None
    if not isinstance(answer, dict):
        raise RecordError(f"expected an answer, found {type(answer).__name__}")
    if "outcome" in answer:
        if answer["outcome"] not in set(PageOutcome):
            raise RecordError(f"expected an outcome, found {answer['outcome']!s:.100}")
        return {"outcome": answer["outcome"], "reason": f"{answer.get('reason')!s:.500}"}
    if type(answer.get("count")) is not int:
        raise RecordError(f"expected a count of pages, found {answer.get('count')!s:.100}")
    if answer.get("page") is not None and load_page(answer["page"]).number != number:
        raise RecordError(f"expected page {number}, found another")
    return answer


def _killed(number: int, found: str, trace: str = "") -> dict[str, Any]:
    if trace:
        logger.error("the OCR worker failed, perhaps for want of memory:\n%s", trace)
    expected = f"page {number}: expected a page that can be recognised"
    told = f"{expected}, found one that ends its worker: {found}"
    return {"outcome": PageOutcome.KILLED, "reason": told}

"""Scans become records by RapidOCR in a worker; hostile ones become a word, and no more."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from functools import cache
from importlib import metadata
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image

from crawler.conversion.ocr import RapidOcr
from crawler.conversion.tool import RAPIDOCR, Made, NotMade
from crawler.extraction.extract import read
from crawler.extraction.ocr.record import CONTENT_TYPE, OcrRecord, load_record
from crawler.isolation.limits import Limits
from crawler.items import Capture, Conversion, PageOutcome, PageResult, Paragraph, Table
from tests.attachments.drawn import Look, pdf
from tests.attachments.scans import Look as ScanLook
from tests.attachments.truth import truths
from tests.ocr_pictures import (
    PARAGRAPH,
    ROWS,
    TITLE,
    claims,
    printed,
    saved,
    scanned,
)
from tests.ocr_records import capture_of, page_of, record_of

ROOT = Path(__file__).resolve().parent.parent
needs_ocr = pytest.mark.skipif(
    RapidOcr().version() is None, reason=f"not installed: {RapidOcr.missing}"
)


def honest() -> dict[str, bytes]:
    return {
        "plain.png": scanned(ScanLook("PNG")),
        "skewed.jpg": scanned(ScanLook("JPEG", skew=-2.3, noisy=True)),
        "stamped.png": scanned(ScanLook("PNG", stamp=(0.55, 0.6))),
        "over.bmp": scanned(ScanLook("BMP", turned=180)),
        "sideways.png": scanned(ScanLook("PNG", turned=90, skew=0.8)),
    }


def blank_pages() -> bytes:
    white = Image.new("L", (300, 300), "white")
    return saved("TIFF", white, white)


def hostile() -> dict[str, tuple[bytes, PageOutcome]]:
    page = saved("PNG", Image.new("L", (400, 400), "white"))
    return {
        "cut.png": (scanned(ScanLook("PNG"))[:3_000], PageOutcome.ERROR),
        "bomb.png": (claims(60_000, 60_000), PageOutcome.KILLED),
        "lies.png": (claims(7_000, 7_000), PageOutcome.ERROR),
        "empty": (b"", PageOutcome.ERROR),
        "header only.tif": (b"II*\x00\x08\x00\x00\x00", PageOutcome.ERROR),
        "not a picture.png": (page[:8] + b"\xff" * 500, PageOutcome.ERROR),
        "locked.pdf": (pdf(truths()["points"], Look(open_password="x")), PageOutcome.ENCRYPTED),
        "broken.pdf": (b"%PDF-1.7\n" + b"\0" * 100, PageOutcome.ERROR),
    }


@cache
def made() -> dict[str, Made | NotMade]:
    """What the tool made of everything above, asked once, as re-extraction asks."""
    files = {
        **honest(),
        "pages.tif": blank_pages(),
        **{name: content for name, (content, _) in hostile().items()},
    }
    tool = RapidOcr()
    try:
        return dict(zip(files, tool.convert(list(files.values())), strict=True))
    finally:
        tool.close()


def record_for(name: str) -> OcrRecord:
    answer = made()[name]
    assert isinstance(answer, Made), answer
    assert answer.content_type == CONTENT_TYPE
    return load_record(answer.content)


def result_of(name: str, content: bytes, answer: Made | NotMade) -> PageResult:
    assert isinstance(answer, Made), (name, answer)
    conversion = Conversion(
        "urn:c", RAPIDOCR, "3", answer.settings, answer.content_type, answer.content
    )
    return read(replace(capture_of(content), conversions=(conversion,)))


@needs_ocr
@pytest.mark.parametrize("name", honest())
def test_every_format_and_look_gives_the_text_and_each_number_in_its_cell(name: str) -> None:
    result = result_of(name, honest()[name], made()[name])
    assert (result.outcome, result.text_source) == (PageOutcome.DOCUMENT, "ocr")
    assert result.title == TITLE
    assert result.blocks == (Paragraph(PARAGRAPH), Table(ROWS))


@needs_ocr
def test_the_record_says_how_the_page_lay() -> None:
    assert record_for("skewed.jpg").pages[0].angle == pytest.approx(2.3, abs=0.1)
    assert record_for("over.bmp").pages[0].turned == 180
    assert record_for("sideways.png").pages[0].turned == 270
    assert record_for("plain.png").pages[0].dpi == 200
    assert record_for("pages.tif").count == 2
    assert [page.number for page in record_for("pages.tif").pages] == [1, 2]


@needs_ocr
@pytest.mark.parametrize(("name", "word"), [(n, w) for n, (_, w) in hostile().items()])
def test_a_bad_file_is_an_answer_with_a_word_and_a_reason(name: str, word: PageOutcome) -> None:
    answer = made()[name]
    assert isinstance(answer, NotMade)
    assert (answer.outcome, bool(answer.reason)) == (word, True)


@needs_ocr
def test_another_process_gives_the_same_record_and_leaves_text_layers_alone() -> None:
    """A page with text, and the scan of the same page behind it."""
    content = mixed()
    tool = RapidOcr()
    try:
        again, answer = tool.convert([honest()["stamped.png"], content])
    finally:
        tool.close()
    assert again == made()["stamped.png"]
    assert tool.wants(capture_of(content), read(capture_of(content)))
    assert isinstance(answer, Made)
    record = load_record(answer.content)
    assert (record.count, [page.number for page in record.pages]) == (2, [2])
    result = result_of("mixed", content, answer)
    assert (result.text_source, "ocr_pages:2" in result.warnings) == ("pdf", True)
    assert not tool.wants(capture_of(content), result)


def mixed() -> bytes:
    both, buffer = pdfium.PdfDocument.new(), io.BytesIO()
    for content in (printed(), scanned(ScanLook())):
        both.import_pages(pdfium.PdfDocument(content))
    both.save(buffer)
    return buffer.getvalue()


@needs_ocr
def test_a_page_over_its_limits_is_killed() -> None:
    tool = RapidOcr(Limits(memory=24 << 20))
    try:
        (answer,) = tool.convert([honest()["plain.png"]])
    finally:
        tool.close()
    assert isinstance(answer, NotMade)
    assert answer.outcome is PageOutcome.KILLED


@needs_ocr
def test_models_are_those_of_the_package_and_nothing_is_asked_of_a_network() -> None:
    program = (
        "import sys\n"
        "def hook(event, args):\n"
        "    assert not event.startswith('socket.'), (event, args)\n"
        "sys.addaudithook(hook)\n"
        "from crawler.conversion.ocr_engine import Engine\n"
        "Engine()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, timeout=120)


def test_a_parent_loads_no_engine() -> None:
    program = (
        "import sys, crawler.conversion.ocr\n"
        "crawler.conversion.ocr.RapidOcr().version()\n"
        "found = {'rapidocr', 'onnxruntime', 'cv2', 'numpy'} & sys.modules.keys()\n"
        "assert not found, found\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, timeout=60)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", absent)
    assert RapidOcr().version() is None
    assert RapidOcr.missing == "pip install 'xianzhi[ocr]'"


@pytest.mark.parametrize(
    ("content", "outcome", "warnings", "wanted"),
    [
        (b"\x89PNG\r\n\x1a\n", PageOutcome.NEEDS_TOOL, (), True),
        (b"RIFF\0\0\0\0WEBPVP8 ", PageOutcome.NEEDS_TOOL, (), True),
        (b"%PDF-1.4", PageOutcome.IMAGE_ONLY, (), True),
        (b"%PDF-1.4", PageOutcome.DOCUMENT, ("page_without_text:2",), True),
        (b"%PDF-1.4", PageOutcome.DOCUMENT, ("ocr_pages:2",), False),
        (b"%PDF-1.4", PageOutcome.ENCRYPTED, (), False),
        (b"\x89PNG\r\n\x1a\n", PageOutcome.DOCUMENT, (), False),
        (b"<html>", PageOutcome.IMAGE_ONLY, (), False),
    ],
)
def test_what_it_wants(
    content: bytes, outcome: PageOutcome, warnings: tuple[str, ...], wanted: bool
) -> None:
    capture: Capture = capture_of(content)
    result = PageResult("urn:r", capture.url, capture.date, outcome, warnings=warnings)
    assert RapidOcr().wants(capture, result) is wanted


def test_read_takes_the_record_of_a_picture_from_its_capture() -> None:
    content = saved("PNG", Image.new("L", (8, 8)))
    answer = Made(CONTENT_TYPE, record_of(page_of(1, [])))
    assert "ocr_no_text" in result_of("blank", content, answer).warnings

"""PDFs that are broken, locked, empty, too long or hostile: every outcome has its name."""

from __future__ import annotations

import random
import subprocess
import sys

import pypdfium2 as pdfium
import pytest

from crawler.extraction.pdf import file as pdf_file
from crawler.extraction.pdf.file import MAX_PAGES
from crawler.extraction.pdf.page import PageInk
from crawler.items import PageOutcome
from tests.pdf_reading import PROSE, read, texts
from tests.pdf_samples import Sheet, bare_pdf, seed_004


@pytest.mark.parametrize(
    ("content", "outcome", "word"),
    [
        (b"", PageOutcome.ERROR, "empty_file"),
        (b"  \n", PageOutcome.ERROR, "empty_file"),
        (b"<html>no pdf</html>", PageOutcome.ERROR, "pdf_broken"),
        (b"%PDF-1.4\n" + random.Random(4).randbytes(50_000), PageOutcome.ERROR, "pdf_broken"),
        (bare_pdf(b"0 0 595 842 re f"), PageOutcome.IMAGE_ONLY, "no_text_layer"),
    ],
    ids=["empty", "blank", "html", "garbage", "scan"],
)
def test_what_has_no_text_ends_with_its_name(
    content: bytes, outcome: PageOutcome, word: str
) -> None:
    result = read(content)
    assert (result.outcome, result.blocks) == (outcome, ())
    assert any(warning.startswith(word) for warning in result.warnings)


def test_a_file_that_needs_a_password_is_encrypted() -> None:
    sheet = Sheet(password="secret")
    sheet.paragraph(PROSE)
    result = read(sheet.pdf())
    assert (result.outcome, result.blocks) == (PageOutcome.ENCRYPTED, ())


def test_every_truncation_of_a_file_has_a_named_outcome() -> None:
    content = seed_004()
    for size in range(1, len(content) - 10, len(content) // 40):
        result = read(content[:size])
        assert result.outcome in (PageOutcome.ERROR, PageOutcome.TRUNCATED)
        assert "cut:no_end_of_file_mark" in result.warnings


def test_a_truncated_capture_is_no_document_however_much_of_it_can_be_read() -> None:
    result = read(seed_004(), truncated="disconnect")
    assert result.outcome is PageOutcome.TRUNCATED
    assert "cut:disconnect" in result.warnings
    assert result.blocks


def test_flipped_bytes_never_raise() -> None:
    content, chance = seed_004(), random.Random(7)
    for _ in range(60):
        broken = bytearray(content)
        for _ in range(20):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        assert read(bytes(broken)).outcome in PageOutcome


def test_pages_beyond_the_limit_are_not_read_and_it_is_said() -> None:
    result = read(bare_pdf(b"BT /F1 12 Tf 100 700 Td (Hello there) Tj ET", pages=MAX_PAGES + 100))
    assert result.outcome is PageOutcome.TRUNCATED
    assert "too_long: read 500 of 600 pages" in result.warnings


def test_a_page_of_a_million_objects_is_read_without_its_lines_and_is_the_last() -> None:
    lines = b"\n".join(b"%d 0 m %d 842 l S" % (i % 595, i % 595) for i in range(1_000_000))
    result = read(bare_pdf(b"BT /F1 12 Tf 100 700 Td (Hello there) Tj ET\n" + lines, pages=3))
    assert texts(result) == ["Hello there"]
    assert result.outcome is PageOutcome.TRUNCATED
    assert "too_many_objects: tables of page 1 not read" in result.warnings
    assert "too_long: read 1 of 3 pages" in result.warnings


def forms_drawing(times: int, depth: int, *, resources_apart: bool = False) -> bytes:
    """A page with a text and a form that draws the next one ``times``, and so on downwards."""
    forms = []
    for number in range(20, 20 + depth):
        inner = b"<< /XObject << /F %d 0 R >> >>" % (number + 1)
        if resources_apart:
            forms.append((number + 500, inner))
            inner = b"%d 0 R" % (number + 500)
        forms.append((number, form_object(b"/F Do " * times, inner)))
    forms.append((20 + depth, form_object(b"0 0 m 1 1 l S", b"<< >>")))
    text = b"BT /F1 12 Tf 100 700 Td (Hello there) Tj ET /F Do"
    return bare_pdf(text, drawn=b"/F 20 0 R", objects=forms)


def form_object(content: bytes, resources: bytes) -> bytes:
    return (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Length %d /Resources %s >>"
        b"\nstream\n%s\nendstream"
    ) % (len(content), resources, content)


@pytest.mark.parametrize("apart", [False, True], ids=["own-resources", "resources-apart"])
def test_forms_that_multiply_are_refused_before_they_are_drawn(apart: bool) -> None:
    result = read(forms_drawing(2, 30, resources_apart=apart))
    assert result.outcome is PageOutcome.KILLED
    assert result.warnings == ("limit: drawings over 500000 of one form, not opened",)


@pytest.mark.parametrize(("times", "depth"), [(1, 60), (2, 10), (300, 2)])
def test_forms_within_the_limit_are_drawn(times: int, depth: int) -> None:
    assert texts(read(forms_drawing(times, depth))) == ["Hello there"]


def test_characters_beyond_the_limit_are_not_read_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf_file, "MAX_CHARS", 1_000)
    result = read(seed_004())
    assert result.outcome is PageOutcome.TRUNCATED
    assert any(warning.startswith("too_long:") for warning in result.warnings)
    assert 900 < len(result.body) <= 1_000


@pytest.mark.parametrize(
    ("printed", "read_as"), [("⽂", "文"), ("𠮷", "𠮷")], ids=["radical", "beyond-16-bit"]
)
def test_what_a_font_says_its_glyphs_mean(printed: str, read_as: str) -> None:
    result = read(
        bare_pdf(b"BT /F1 12 Tf 100 700 Td (AB) Tj ET", meaning={"A": printed, "B": "件"})
    )
    assert texts(result) == [read_as + "件"]


def test_text_beside_the_page_is_not_read() -> None:
    beside = b" 1 0 0 1 900 700 Tm (Hidden) Tj 1 0 0 1 99999.5 1 Tm (Far) Tj"
    result = read(bare_pdf(b"BT /F1 12 Tf 1 0 0 1 100 700 Tm (Hello) Tj" + beside + b" ET"))
    assert texts(result) == ["Hello"]


def test_a_font_without_meaning_is_no_text_layer() -> None:
    content = bare_pdf(
        b"BT /F1 12 Tf 100 700 Td (AB) Tj ET", meaning={"A": "\ue000", "B": "\ue001"}
    )
    result = read(content)
    assert result.outcome is PageOutcome.IMAGE_ONLY
    assert "text_layer_unreadable" in result.warnings


def test_warnings_number_the_pages_of_the_file_though_one_before_them_is_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sheet = Sheet()
    sheet.paragraph(PROSE)
    for _ in range(2):
        sheet.turn()
    read_page = pdf_file._read_page

    def broken_first(document: pdfium.PdfDocument, index: int, chars: int) -> PageInk:
        if index == 0:
            raise pdfium.PdfiumError("broken")  # type: ignore[no-untyped-call]
        ink = read_page(document, 0, chars)
        return ink if index == 1 else PageInk(ink.width, ink.height)

    monkeypatch.setattr(pdf_file, "_read_page", broken_first)
    warnings = read(sheet.pdf()).warnings
    assert "page_without_text:3" in warnings
    assert not [one for one in warnings if one == "page_without_text:2"]


_ASKED = """
import sys
import pypdfium2
import pypdfium2.raw as raw

asked = []
fonts = raw.FPDF_SYSFONTINFO(version=1)
fonts.MapFont = type(fonts.MapFont)(lambda *request: asked.append(request))
raw.FPDF_SetSystemFontInfo(fonts)


def times(content):
    asked.clear()
    with pypdfium2.PdfDocument(content) as document:
        document[0].get_textpage().get_text_range()
    return len(asked)


content = sys.stdin.buffer.read()
before = times(content)
import crawler.extraction.pdf.read
print(before > 0, times(content))
"""


def test_a_font_that_is_not_embedded_is_never_looked_for_on_the_system() -> None:
    sheet = Sheet()
    sheet.paragraph(PROSE)
    command = [sys.executable, "-c", _ASKED]
    asked = subprocess.run(command, input=sheet.pdf(), capture_output=True, check=True, timeout=60)
    assert asked.stdout.split() == [b"True", b"0"], asked.stderr


def test_invisible_text_over_a_scan_is_read_and_marked() -> None:
    result = read(bare_pdf(b"BT 3 Tr /F1 12 Tf 100 700 Td (Hello there) Tj ET"))
    assert texts(result) == ["Hello there"]
    assert any(warning.startswith("hidden_text_layer") for warning in result.warnings)

"""What OCR saw of a scan becomes text by the rules of PDFs; its record is not trusted."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from crawler.extraction.extract import read
from crawler.extraction.ocr.read import read_ocr
from crawler.extraction.ocr.record import (
    OcrPage,
    RecordError,
    dump_page,
    dump_record,
    load_page,
    load_record,
)
from crawler.extraction.ocr.text import as_read
from crawler.items import ConversionRef, PageOutcome, PageResult, Paragraph, Table
from crawler.serial import from_json, to_json
from tests.attachments.drawn import Look, pdf
from tests.attachments.truth import truths
from tests.ocr_records import (
    EM,
    LEFT,
    PITCH,
    RIGHT,
    WIDTH,
    capture_of,
    conversion_of,
    line,
    page_of,
    record_of,
    ruled,
    set_text,
)

TITLE = "云岭镇人民政府2023年政府信息公开工作年度报告"
LONG = "本报告由云岭镇人民政府根据有关规定和上级要求编制，所列数据的统计期限自年初起至年末止。" * 2
HEADING = "一、总体情况"


def image() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (8, 8), "white").save(buffer, "PNG")
    return buffer.getvalue()


def read_record(*pages: OcrPage, content: bytes = b"", count: int | None = None) -> PageResult:
    capture = capture_of(content or image())
    return read_ocr(capture, conversion_of(record_of(*pages, count=count)), read(capture))


def title_page(number: int = 1) -> OcrPage:
    heading = line(TITLE, 400, 200, em=1.3 * EM)
    centred = line(TITLE, (WIDTH - heading.box[2] + heading.box[0]) / 2, 200, em=1.3 * EM)
    return page_of(number, [centred, *set_text([LONG, HEADING, LONG])])


def paragraphs(result: PageResult) -> list[str]:
    return [block.text for block in result.blocks if isinstance(block, Paragraph)]


def tables(result: PageResult) -> list[tuple[tuple[str, ...], ...]]:
    return [block.rows for block in result.blocks if isinstance(block, Table)]


def test_lines_of_a_scan_are_joined_to_the_paragraphs_that_were_set() -> None:
    result = read_record(title_page())
    assert result.outcome is PageOutcome.DOCUMENT
    assert (result.text_source, result.path, result.title) == ("ocr", "ocr", TITLE)
    assert paragraphs(result) == [LONG, HEADING, LONG]
    assert result.conversion == ConversionRef("urn:conversion", "rapidocr", "3.10.0")


def test_a_paragraph_goes_on_over_the_end_of_a_page() -> None:
    lines = set_text([LONG, LONG])
    cut = len(lines) - 2
    moved = [line(one.text, one.box[0], 300 + PITCH * at) for at, one in enumerate(lines[cut:])]
    result = read_record(page_of(1, lines[:cut]), page_of(2, moved))
    assert paragraphs(result) == [LONG, LONG]


def test_how_sure_the_engine_was_is_said_in_all_and_for_every_page() -> None:
    first, second = page_of(1, [line("甲", LEFT, 300, 1.0)]), page_of(2, [
        line("乙", LEFT, 300, 0.9), line("丙", LEFT, 400, 0.6),
    ])  # fmt: skip
    result = read_record(first, second)
    assert "ocr:0.83 worst 0.60" in result.warnings
    assert result.field_sources["ocr"] == [
        {"page": 1, "mean": 1.0, "worst": 1.0},
        {"page": 2, "mean": 0.75, "worst": 0.6},
    ]
    assert from_json(PageResult, to_json(result)) == result


def test_each_line_goes_to_the_cell_that_holds_its_middle() -> None:
    xs, ys = (200, 500, 800, 1100), (400, 480, 560)
    texts = (("信息内容", "本年制发件数", "现行有效件数"), ("规章", "12", "0"))
    lines = [
        line(text, xs[x] + 20, (ys[y] + ys[y + 1]) / 2, em=30)
        for y, row in enumerate(texts)
        for x, text in enumerate(row)
    ]
    assert tables(read_record(page_of(1, lines, *ruled(xs, ys)))) == [texts]


def test_a_line_that_was_joined_across_a_ruling_is_cut_there() -> None:
    xs, ys = (200, 500, 800), (400, 480, 560)
    lines = [
        line("信息内容", 220, 440), line("件数", 520, 440),
        # One line, its letters on both sides of x = 500.
        line("行政规范性文件1234", 215, 520, em=40),
    ]  # fmt: skip
    (rows,) = tables(read_record(page_of(1, lines, *ruled(xs, ys))))
    assert rows[1] == ("行政规范性文件", "1234")


def test_cells_that_span_are_told_by_the_rulings_that_are_not_there() -> None:
    horizontal = [(400, 200, 800), (480, 500, 800), (560, 200, 800)]
    vertical = [(200, 400, 560), (500, 400, 560), (800, 400, 560)]
    lines = [line("总计", 220, 480), line("7", 600, 440), line("8", 600, 520)]
    (rows,) = tables(read_record(page_of(1, lines, horizontal, vertical)))
    assert rows == (("总计", "7"), ("", "8"))


def test_columns_are_read_one_after_the_other() -> None:
    left, right = LONG[:80], LONG[40:120]
    lines = []
    for x, text in ((LEFT, left), (850, right)):
        rows = [text[at : at + 15] for at in range(0, len(text), 15)]
        lines += [line(row, x, 300 + PITCH * at) for at, row in enumerate(rows)]
    body = "".join(paragraphs(read_record(page_of(1, sorted(lines, key=lambda one: one.box[1])))))
    assert body == left + right


def mixed(scans: int = 1) -> bytes:
    """A page with a text layer, empty ones, and one with a text layer."""
    canvas, buffer = None, io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for text in ("First page says this.", *[""] * scans, "Third page says that."):
        canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_of_a_pdf_only_pages_without_text_come_from_ocr_and_in_their_place() -> None:
    result = read_record(page_of(2, set_text([HEADING])), content=mixed(), count=3)
    assert paragraphs(result) == ["First page says this.", HEADING, "Third page says that."]
    assert (result.text_source, result.path) == ("pdf", "pdf-text+ocr")
    assert "ocr_pages:2" in result.warnings
    assert not [one for one in result.warnings if one.startswith("page_without_text")]


def test_ocr_never_speaks_over_a_text_layer() -> None:
    pages = [page_of(number, set_text(["谎言"])) for number in (1, 2, 3)]
    assert "谎言" not in read_record(pages[0], pages[2], content=mixed(), count=3).body
    content = pdf(truths()["points"], Look())
    assert read_record(*pages, content=content) == read(capture_of(content))


def test_pages_that_failed_or_were_not_read_are_named_and_the_text_counts_as_cut() -> None:
    failed = OcrPage(2, failed="killed: 120 s of CPU")
    result = read_record(title_page(), failed, count=5)
    assert result.outcome is PageOutcome.TRUNCATED
    assert "ocr_failed:2: killed: 120 s of CPU" in result.warnings
    assert "too_long: OCR read 2 of 5 pages" in result.warnings


def test_a_text_layer_is_no_less_a_document_for_a_page_that_ocr_could_not_read() -> None:
    failed = OcrPage(3, failed="killed: 120 s of CPU")
    content = mixed(scans=2)
    alone = read(capture_of(content))
    result = read_record(page_of(2, set_text([HEADING])), failed, content=content, count=4)
    assert result.outcome is alone.outcome is not PageOutcome.TRUNCATED
    assert paragraphs(result) == ["First page says this.", HEADING, "Third page says that."]
    assert "ocr_failed:3: killed: 120 s of CPU" in result.warnings


def test_a_picture_without_a_letter_says_so() -> None:
    result = read_record(page_of(1, []))
    assert result.outcome is PageOutcome.IMAGE_ONLY
    assert "ocr_no_text" in result.warnings


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("第二十条第 (八)项", "第二十条第（八）项"),
        ("（一)予以公开", "（一）予以公开"),
        ("电话：0899—6120018)", "电话：0899—6120018）"),
        ("1. 属于国家秘密", "1.属于国家秘密"),
        ("如下:", "如下："),
        ("甲,乙", "甲，乙"),
        # What stands among Latin letters and digits is theirs.
        ("1,234.5", "1,234.5"),
        ("10:30", "10:30"),
        ("f(x) and g(y)", "f(x) and g(y)"),
        ("占97.4%", "占97.4%"),
        # Letters and digits are taken as they were recognised.
        ("O", "O"),
        ("一l0", "一l0"),
        ("  \t\x00 ", ""),
    ],
)
def test_what_print_leaves_open_is_read_as_chinese_sets_it(printed: str, text: str) -> None:
    assert as_read(printed) == text


HONEST = json.loads(record_of(title_page()))


def broken(**changes: Any) -> bytes:
    return json.dumps({**HONEST, **changes}).encode()


def with_line(**changes: Any) -> bytes:
    page = HONEST["pages"][0]
    return broken(pages=[{**page, "lines": [{**page["lines"][0], **changes}]}])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        b"null",
        broken(schema="xianzhi-ocr/2"),
        broken(count=0),
        broken(count=True),
        broken(pages=[None]),
        broken(pages={"1": 2}),
        broken(pages=HONEST["pages"] * 2),
        broken(pages=[{**HONEST["pages"][0], "width": 1e300}]),
        broken(pages=[{**HONEST["pages"][0], "dpi": 0}]),
        broken(pages=[{**HONEST["pages"][0], "rulings": []}]),
        broken(pages=[{**HONEST["pages"][0], "rulings": {"horizontal": [[1, 9, 2]]}}]),
        with_line(text=5),
        with_line(text="长" * 5_000),
        with_line(confidence=float("nan")),
        with_line(confidence=1.5),
        with_line(box=[0, 0, 10]),
        with_line(box=[10, 0, 5, 10]),
        with_line(box=[0, 0, 10, 1e9]),
        with_line(box="0000"),
        broken(pages=[{**HONEST["pages"][0], "lines": HONEST["pages"][0]["lines"] * 5_000}]),
    ],
)
def test_a_record_that_is_none_changes_nothing_but_a_warning(content: bytes) -> None:
    capture = capture_of(image())
    layered = read(capture)
    result = read_ocr(capture, conversion_of(content), layered)
    assert (result.outcome, result.blocks) == (layered.outcome, layered.blocks)
    assert result.warnings[-1].startswith("ocr_unreadable: urn:conversion: expected ")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_record_breaks_the_reader(data: st.DataObject) -> None:
    texts = st.text(max_size=8)
    number = st.integers(0, WIDTH)
    lines = [
        {"text": data.draw(texts), "confidence": 0.5, "box": [x, y, x + w, y + h]}
        for x, y, w, h in data.draw(
            st.lists(st.tuples(number, number, number, number), max_size=12)
        )
    ]
    rules = st.lists(st.tuples(number, number, number), max_size=12)
    rulings = {
        side: [[at, min(a, b), max(a, b)] for at, a, b in data.draw(rules)]
        for side in ("horizontal", "vertical")
    }
    page = {
        "number": 1, "width": 4_000, "height": 4_000, "dpi": data.draw(st.integers(20, 2_400)),
        "turned": 0, "angle": 0.0, "lines": lines, "rulings": rulings,
    }  # fmt: skip
    capture = capture_of(image())
    conversion = conversion_of(dump_record(1, [page]))
    result = read_ocr(capture, conversion, read(capture))
    assert result == read_ocr(capture, conversion, read(capture))
    assert not any(warning.startswith("ocr_unreadable") for warning in result.warnings)


def test_what_is_dumped_is_loaded() -> None:
    xs, ys = (200.0, 500.0), (400.0, 480.0)
    page = page_of(1, [line("规章", 220, 440)], *ruled(xs, ys))
    assert load_page(json.loads(json.dumps(dump_page(page)))) == page
    assert load_record(record_of(page)).pages == (page,)
    with pytest.raises(RecordError, match="expected page numbers rising"):
        load_record(record_of(page_of(2, []), page_of(1, [])))


def test_the_right_margin_is_where_full_lines_end() -> None:
    """A short line ends its paragraph, though the next one is not indented."""
    lines = set_text([LONG])
    y = lines[-1].box[1] + PITCH
    short = line("联系人：甲。", LEFT, y + 0.6 * EM)
    after = line("日期未定", LEFT, y + 0.6 * EM + PITCH)
    assert lines[0].box[2] == pytest.approx(RIGHT, abs=EM)
    assert paragraphs(read_record(page_of(1, [*lines, short, after])))[-2:] == [
        "联系人：甲。", "日期未定",
    ]  # fmt: skip

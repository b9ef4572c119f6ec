"""The judge is judged first: sound truths, files that hold them, a scorer that sees faults."""

from __future__ import annotations

import io
import lzma
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from zlib import crc32

import docx
import openpyxl
import pytest
from docx.table import Table as DocxTable
from rapidfuzz.distance import LCSseq

from tests.attachments.files import Attachment, attachments
from tests.attachments.kitchen import made
from tests.attachments.sheets import value_of
from tests.attachments.truth import Grid, truths
from tests.benchmarks.attachments_bars import TEXT_LAYERS
from tests.benchmarks.attachments_jobs import ours, reading_of
from tests.benchmarks.attachments_score import COLUMNS, Count, Reading, score, truth_text
from tests.benchmarks.extract_text import bare, plain

FILES = {one.name: one for one in attachments()}
#: What libraries alone make, in a moment.
LIGHT = [one for one in FILES.values() if one.make and not one.carrier.startswith("scan")]


def bytes_of(name: str) -> bytes:
    make = FILES[name].make
    assert make is not None
    return make()


# -- the truths -------------------------------------------------------------------------------


def test_there_are_enough_files_of_every_carrier_and_no_two_share_a_name() -> None:
    assert len(FILES) == len(attachments()) >= 60
    assert set(TEXT_LAYERS) < {one.carrier for one in FILES.values()}


@pytest.mark.parametrize("name", sorted(truths()))
def test_a_truth_is_as_a_text_file_would_print_it(name: str) -> None:
    truth = truths()[name]
    for paragraph in truth.paragraphs:
        assert paragraph == plain(paragraph) != ""
    for table in truth.tables:
        assert {len(row) for row in table.grid} == {table.width}
        assert sum(cell.rows * cell.columns for row in table.rows for cell in row) == (
            table.width * len(table.rows)
        ), "the cells cover the grid, once"


def test_numbers_of_a_row_differ_so_that_a_wrong_column_shows() -> None:
    _, requests, _ = truths()["form_2021"].tables
    rows = [[cell for cell in row if re.fullmatch(r"\d+", cell)] for row in requests.grid[3:]]
    assert sum(len(set(row)) > 3 for row in rows) > 20


# -- the files --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["form-2021.pdf", "form-2021.docx", "small.xlsx", "form-2021.ofd", "nested.zip"]
)
def test_a_file_is_made_the_same_twice(name: str) -> None:
    assert bytes_of(name) == bytes_of(name)


_PLAIN_PDF = """
import sys, pypdfium2
document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
text = "".join(page.get_textpage().get_text_range() for page in document)
sys.stdout.buffer.write(text.encode())
"""


def pdf_text(content: bytes) -> str:
    """In a process where PDFium has the system's fonts: else it drops lines of one character."""
    plain = [sys.executable, "-c", _PLAIN_PDF]
    return subprocess.run(plain, input=content, capture_output=True, check=True).stdout.decode()


def ofd_text(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        pages = sorted(
            (name for name in archive.namelist() if name.endswith("Content.xml")),
            key=lambda name: int(re.findall(r"\d+", name)[-1]),
        )
        xml = "".join(archive.read(name).decode() for name in pages)
    return "".join(re.findall(r"<ofd:TextCode[^>]*>([^<]*)<", xml))


@pytest.mark.parametrize(
    ("carrier", "reader"), [("pdf drawn", pdf_text), ("ofd", ofd_text)], ids=["pdf", "ofd"]
)
def test_fixed_pages_hold_every_character_of_their_truth(
    carrier: str, reader: Callable[[bytes], str]
) -> None:
    """Not in its order: cells are drawn where they stand, columns side by side."""
    files, _ = made(one for one in LIGHT if one.carrier == carrier)  # without a font some are not
    assert len(files) >= 5
    for name, path in files.items():
        found = sorted(bare(reader(path.read_bytes())))
        wanted = sorted(bare(truth_text(FILES[name].text)))
        assert LCSseq.similarity(wanted, found) == len(wanted), name


@pytest.mark.parametrize("name", ["form-2014.docx", "form-2019.docx", "form-2021.docx"])
def test_word_files_hold_paragraphs_and_grids_of_their_truth(name: str) -> None:
    truth = FILES[name].text
    lines, grids = [], []
    for block in docx.Document(io.BytesIO(bytes_of(name))).iter_inner_content():
        if isinstance(block, DocxTable):
            grids.append(word_grid(block))
        else:
            lines.append(block.text)
    assert lines == [truth.title, *truth.paragraphs]
    assert grids == [table.grid for table in truth.tables]


def word_grid(table: DocxTable) -> Grid:
    """python-docx repeats a merged cell wherever it reaches: only its first place counts."""
    seen: set[object] = set()
    grid = []
    for row in table.rows:
        cells = []
        for cell in row.cells:
            cells.append("" if cell._tc in seen else cell.text)
            seen.add(cell._tc)
        grid.append(tuple(cells))
    return tuple(grid)


@pytest.mark.parametrize("name", ["form-2014.xlsx", "sheets.xlsx"])
def test_sheets_hold_the_values_behind_their_truth(name: str) -> None:
    truth = FILES[name].text
    book = openpyxl.load_workbook(io.BytesIO(bytes_of(name)))
    rows = [
        [cell.value for cell in row]
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        if any(cell.value is not None for cell in row)
    ]
    wanted = [
        [value_of(text)[0] for text in row]
        for table in truth.tables
        for row in table.grid
        if any(row)
    ]
    assert [row[: len(want)] for row, want in zip(rows[1:], wanted, strict=True)] == wanted


def test_a_7z_has_its_checksums_and_its_members() -> None:
    content = bytes_of("solid.7z")
    start = content[12:32]
    size, length, checksum = struct.unpack("<QQI", start)
    header = content[32 + size : 32 + size + length]
    assert struct.unpack("<I", content[8:12]) == (crc32(start),)
    assert (checksum, len(header)) == (crc32(header), length)
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
    unpacked = lzma.decompress(content[32 : 32 + size], lzma.FORMAT_RAW, filters=filters)
    assert unpacked.startswith(b"PK\x03\x04")
    assert unpacked.endswith("填表说明：各栏数据由党政综合办公室核定。".encode("gbk"))


def test_names_in_a_zip_are_gbk_without_a_flag_that_says_so() -> None:
    with zipfile.ZipFile(io.BytesIO(bytes_of("gbk-names.zip"))) as archive:
        (member,) = archive.infolist()
    assert not member.flag_bits & 0x800
    assert member.filename.encode("cp437").decode("gbk").endswith("工作年度报告.docx")


# -- the scorer -------------------------------------------------------------------------------


def perfect(one: Attachment) -> Reading:
    grids = tuple(table.grid for table in one.text.tables)
    return Reading(truth_text(one.text), grids, one.outcome)


def changed(one: Attachment, change: Callable[[list[list[str]]], None]) -> Reading:
    """The reading with its second table, the requests, changed."""
    grids = [[list(row) for row in table.grid] for table in one.text.tables]
    change(grids[1])
    return Reading(
        truth_text(one.text),
        tuple(tuple(map(tuple, grid)) for grid in grids),
        one.outcome,
    )


FORM = FILES["form-2021.docx"]


def test_a_perfect_reading_has_full_marks() -> None:
    for one in FILES.values():
        marks = score(one, perfect(one) if one.has_text else Reading(outcome=one.outcome))
        for column in COLUMNS:
            assert getattr(marks, column).share in (None, 1.0), (one.name, column)


def test_a_shifted_column_is_seen_in_numbers_and_tables() -> None:
    def shift(grid: list[list[str]]) -> None:
        for row in grid[3:]:
            row[3:] = [row[-1], *row[3:-1]]

    marks = score(FORM, changed(FORM, shift))
    assert marks.tables == Count(2, 3)
    assert marks.numbers.of == 200
    assert marks.numbers.hits < 100  # some neighbours are alike


def test_a_lost_row_costs_its_own_numbers_only() -> None:
    marks = score(FORM, changed(FORM, lambda grid: grid.pop(8)))
    assert marks.numbers == Count(193, 200)


def test_a_number_in_another_row_is_not_in_its_place() -> None:
    def swap(grid: list[list[str]]) -> None:
        grid[3][3:], grid[4][3:] = grid[4][3:], grid[3][3:]

    alike = sum(
        a == b for a, b in zip(*(row[3:] for row in FORM.text.tables[1].grid[3:5]), strict=True)
    )
    assert score(FORM, changed(FORM, swap)).numbers.hits == 200 - 2 * (7 - alike)


def test_numbers_too_many_count_against_their_reader() -> None:
    def repeat(grid: list[list[str]]) -> None:
        for row in grid[3:]:
            row.extend(row[3:])

    assert score(FORM, changed(FORM, repeat)).numbers == Count(200, 200 + 25 * 7)


def test_a_table_parted_at_a_page_break_keeps_its_numbers_and_is_not_whole() -> None:
    one = perfect(FORM)
    own, requests, review = one.tables
    parted = Reading(one.text, (own, requests[:9], requests[9:], review), one.outcome)
    marks = score(FORM, parted)
    assert (marks.numbers, marks.tables) == (Count(200, 200), Count(2, 3))


def test_a_lost_a_broken_and_an_added_paragraph_are_seen() -> None:
    one = FILES["prose.docx"]
    lines = truth_text(one.text).split("\n")
    lost = score(one, Reading("\n".join(lines[:4] + lines[5:])))
    assert lost.paragraphs == Count(14, 15)
    assert lost.recall.hits == lost.recall.of - len(bare(lines[4]))
    broken = score(one, Reading("\n".join(lines).replace("扎实推进", "扎实\n推进")))
    assert (broken.recall.share, broken.paragraphs) == (1.0, Count(14, 15))
    added = score(one, Reading("\n".join([*lines, "打印本页关闭窗口"])))
    assert added.precision == Count(added.recall.of, added.recall.of + 8)


def test_an_outcome_is_right_without_its_tool_only_when_it_gives_no_text() -> None:
    one = FILES["office-prose.doc"]
    assert score(one, Reading(outcome="needs_tool")).outcome == Count(1, 1)
    assert score(one, Reading("云岭镇", outcome="needs_tool")).outcome == Count(0, 1)
    assert score(one, Reading(outcome="unsupported")).outcome == Count(0, 1)


def test_a_peers_markdown_is_read_kindly() -> None:
    text = "# 标题\n\n| 项目 | 数量 |\n| --- | --- |\n| 规章 | 3 |\n| NaN | 4 |\n\n正文"
    reading = reading_of({"text": text, "tables": [], "seconds": 0.1})
    assert reading.tables == ((("项目", "数量"), ("规章", "3"), ("", "4")),)
    assert reading.text.startswith("标题\n")


def test_the_project_reads_a_made_file_through_the_scorer() -> None:
    marks = score(FILES["prose.pdf"], ours("prose.pdf", bytes_of("prose.pdf")))
    assert (marks.recall.share, marks.outcome) == (1.0, Count(1, 1))

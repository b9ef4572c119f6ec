"""Hostile and broken office files: each ends by name, within limits, and touches nothing."""

from __future__ import annotations

import random
import struct
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from crawler.extraction.office import package
from crawler.extraction.office.docx import body as docx_body
from crawler.extraction.office.xlsx import read as xlsx_read
from crawler.extraction.office.xlsx.sheet import Budget
from crawler.items import PageOutcome
from tests.office_samples import (
    cell,
    docx,
    ofd,
    ofd_line,
    p,
    packed,
    read_file,
    relationships,
    row,
    tables,
    tbl,
    texts,
    xlsx,
)

PROSE = "一年来，我镇主动公开各类政府信息1448条，办结率100%，群众满意度进一步增强。"
ROW = '<sheetData><row><c t="inlineStr"><is><t>规章</t></is></c><c><v>3</v></c></row></sheetData>'
FILES: dict[str, Callable[[], bytes]] = {
    "docx": lambda: docx(p(PROSE) * 5 + tbl(row(cell("甲"), cell("1")))),
    "xlsx": lambda: xlsx(ROW),
    "ofd": lambda: ofd(ofd_line("政府信息公开", 30, 50), ofd_line("工作年度报告", 30, 50)),
}
MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "ofd": "OFD.xml"}


def with_main(kind: str, markup: str) -> bytes:
    """A package whose main part is ``markup``."""
    rels = relationships(officeDocument=MAIN[kind])
    return packed({"_rels/.rels": rels, MAIN[kind]: markup})


@pytest.mark.parametrize("kind", FILES)
def test_an_external_entity_is_never_fetched(kind: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密")
    markup = f'<!DOCTYPE a [<!ENTITY e SYSTEM "file://{secret}">]><a>&e;</a>'
    result = read_file(with_main(kind, markup))
    assert result.outcome is PageOutcome.ERROR
    assert result.warnings == (f"xml_dtd: {MAIN[kind]} declares a document type",)


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_billion_laughs_are_not_laughed(kind: str, encoding: str) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE a [<!ENTITY l0 "哈">{entities}]>'
    markup = f'<?xml version="1.0" encoding="{encoding}"?>{doctype}<a>&l9;</a>'
    content = packed(
        {
            "_rels/.rels": relationships(officeDocument=MAIN[kind]),
            MAIN[kind]: markup.encode(encoding),
        }
    )
    assert read_file(content).outcome is PageOutcome.ERROR


@pytest.mark.parametrize("kind", ["xlsx"])
def test_a_member_of_a_gigabyte_is_not_inflated(kind: str) -> None:
    content = with_main(kind, "<a>" + " " * (package.MAX_PART + 10) + "</a>")
    assert len(content) < 200_000
    tracemalloc.start()
    result = read_file(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.outcome is PageOutcome.KILLED
    assert peak < 4 * package.MAX_PART


def test_a_member_that_lies_about_its_size_is_broken_and_no_more() -> None:
    content = bytearray(docx(p(PROSE)))
    entry = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    struct.pack_into("<I", content, entry + 24, 5)
    entry = content.index(b"word/document.xml", entry) - 46
    struct.pack_into("<I", content, entry + 24, 5)
    assert read_file(bytes(content)).outcome is PageOutcome.ERROR


def test_a_million_paragraphs_are_a_named_end() -> None:
    result = read_file(docx("<w:p/>" * 1_600_000))
    assert result.outcome is PageOutcome.KILLED
    assert result.warnings[0].startswith("limit: tags over")


def test_text_without_end_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_body, "MAX_CHARS", 200)
    result = read_file(docx(p(PROSE) * 10))
    assert result.outcome is PageOutcome.TRUNCATED
    assert result.warnings == ("too_long: read 200 characters",)
    assert 0 < len(texts(result)) < 10


def test_cells_without_end_are_cut_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_read, "Budget", lambda: Budget(cells=10, chars=1_000))
    result = read_file(xlsx(ROW.replace("<row>", "<row>" + "<c><v>1</v></c>" * 50)))
    assert result.outcome is PageOutcome.TRUNCATED
    assert result.warnings == ("too_long: Sheet1 not read to its end",)
    assert tables(result) == [(("1",) * 10,)]


def test_tables_in_tables_without_end() -> None:
    inner = p("底")
    for _ in range(40):
        inner = tbl(row(cell(inner + p(""))))
    assert read_file(docx(inner)).outcome is PageOutcome.KILLED
    for _ in range(300):
        inner = tbl(row(cell(inner + p(""))))
    assert read_file(docx(inner)).outcome is PageOutcome.ERROR


def test_styles_that_are_based_on_one_another_in_a_circle() -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{a}"><w:basedOn w:val="{b}"/></w:style>'
        for a, b in ("AB", "BA")
    )
    content = docx(p(PROSE, properties='<w:pStyle w:val="A"/>'), styles=styles)
    assert texts(read_file(content)) == [PROSE]


def test_merged_areas_over_one_another_without_end() -> None:
    areas = '<mergeCell ref="A1:XFD1048576"/>' * 50_000
    sheet = f"{ROW}<mergeCells>{areas}</mergeCells>"
    assert read_file(xlsx(sheet)).outcome is PageOutcome.NOT_RELEVANT


def test_spans_and_figures_out_of_all_reason() -> None:
    wide = '<w:gridSpan w:val="99999999999999999999"/>'
    assert read_file(docx(tbl(row(cell("甲", wide), cell("1"))))).outcome in PageOutcome
    steps = ofd_line("一二三", 30, 50).replace("5.0 5.0", "g 999999999 1e999 g g g")
    assert read_file(ofd(steps)).outcome in PageOutcome
    numbers = (
        '<sheetData><row r="9" ><c s="-1"><v>1e400</v></c><c t="s"><v>-7</v></c></row></sheetData>'
    )
    assert read_file(xlsx(numbers)).outcome is PageOutcome.ERROR


def test_members_that_point_out_of_the_package_are_names_and_nothing_else(tmp_path: Path) -> None:
    rels = relationships(officeDocument="../../../../etc/passwd")
    content = packed(
        {"[Content_Types].xml": "", "_rels/.rels": rels, "word/x.xml": "", "../../evil": "x"}
    )
    result = read_file(content)
    assert result.outcome is PageOutcome.ERROR
    assert list(tmp_path.iterdir()) == []


def test_macros_are_never_looked_at() -> None:
    plain = read_file(docx(p(PROSE)))
    armed = read_file(docx(p(PROSE), related={"vbaProject": "vbaProject.bin"}))
    assert armed == plain


def test_an_encrypted_member_is_encrypted() -> None:
    content = bytearray(docx(p(PROSE)))
    for header, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = content.find(header)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(header, at + 4)
    assert read_file(bytes(content)).outcome is PageOutcome.ENCRYPTED


def test_too_many_members_are_a_named_end() -> None:
    members = {f"word/{n}": "" for n in range(package.MAX_MEMBERS)}
    content = packed({"_rels/.rels": "", **members})
    assert read_file(content).outcome is PageOutcome.KILLED


@pytest.mark.parametrize("kind", FILES)
def test_a_file_cut_anywhere_ends_by_name(kind: str) -> None:
    whole = FILES[kind]()
    for end in range(1, len(whole), max(1, len(whole) // 60)):
        assert read_file(whole[:end]).outcome is not PageOutcome.DOCUMENT
    cut = read_file(whole[:-30], truncated="length")
    assert cut.outcome is PageOutcome.TRUNCATED
    assert cut.warnings[0] == "cut:length"


@pytest.mark.parametrize("kind", FILES)
def test_flipped_bytes_never_raise(kind: str) -> None:
    whole = FILES[kind]()
    dice = random.Random(kind)
    for _ in range(300):
        content = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        assert read_file(bytes(content)).outcome in PageOutcome


@pytest.mark.parametrize("kind", FILES)
def test_flipped_characters_of_the_markup_never_raise(kind: str) -> None:
    """The zip is whole, so that the damage reaches the readers."""
    with ZipFile(BytesIO(FILES[kind]())) as file:
        members = {name: file.read(name) for name in file.namelist()}
    dice = random.Random(kind)
    for _ in range(300):
        broken = dict(members)
        name = dice.choice([one for one in members if members[one]])
        content = bytearray(broken[name])
        for _ in range(dice.randint(1, 3)):
            content[dice.randrange(len(content))] = dice.choice(b'0123456789-"<>/:aEg ')
        assert read_file(packed({**broken, name: bytes(content)})).outcome in PageOutcome

"""Old office files become readable ones by LibreOffice; of hostile ones a word is said."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from crawler.conversion.libreoffice import LibreOffice
from crawler.conversion.soffice_filters import filter_of
from crawler.conversion.soffice_run import LibreOfficeError, Limits
from crawler.conversion.tool import LIBREOFFICE, Made, NotMade
from crawler.extraction.extract import read
from crawler.items import Capture, Conversion, PageOutcome, PageResult, Table
from tests.attachments.compound import LOCKED_BOOK, LOCKED_WORD, SLIDES, compound, word
from tests.attachments.files import attachments
from tests.attachments.kitchen import made as kitchen_made
from tests.attachments.odf_made import open_document
from tests.benchmarks.attachments_jobs import capture_of
from tests.benchmarks.attachments_score import COLUMNS, Reading, score

needs_office = pytest.mark.skipif(
    LibreOffice().version() is None, reason=f"not installed: {LibreOffice.missing}"
)
TRUTHS = (
    "office-form-2014.doc", "office-form-2021.doc", "office-form-2019.wps", "office-small.xls",
    "office-small-hidden.xls", "office-sheets.xls", "hand-gbk.rtf", "hand-form-2019.rtf",
    "hand-form-2021.rtf", "hand-small.rtf", "hand-95.xls", "hand-2003.xls",
)  # fmt: skip
FILES = {one.name: one for one in attachments()}
SECRET = "canary-of-the-disk"

# -- what is done to all of them, once ----------------------------------------------------------


class Kitchen:
    """What LibreOffice made of everything below, in one call, and who was asked meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secret = folder / "secret.txt"
        self.secret.write_text(SECRET)
        self.asked: list[str] = []
        with self._server() as address:
            self.files = {**_truths(), **hostile(self.secret, address, folder), **broken()}
            self.tool = LibreOffice()
            answers = self.tool.convert(list(self.files.values()))
        self.made = dict(zip(self.files, answers, strict=True))

    def result(self, name: str) -> PageResult:
        return read(converted(name, self.files[name], self.made[name]))

    @contextmanager
    def _server(self) -> Iterator[str]:
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_error(404)

            do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 - the names it looks for

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


def converted(name: str, content: bytes, made: Made | NotMade) -> Capture:
    assert isinstance(made, Made), made
    one = Conversion("c", LIBREOFFICE, "1", made.settings, made.content_type, made.content)
    return replace(capture_of(name, content), conversions=(one,))


def _truths() -> dict[str, bytes]:
    files, missing = kitchen_made([FILES[name] for name in TRUTHS])
    assert not missing
    return {name: path.read_bytes() for name, path in files.items()}


def hostile(secret: Path, address: str, folder: Path) -> Mapping[str, bytes]:
    """Documents that ask for the network, for this disk, or for a program of their own."""
    box = '<draw:frame svg:width="1cm" svg:height="1cm">{}</draw:frame>'
    linked = (
        "<text:p>正文</text:p>"
        f'<text:section text:name="a"><text:section-source xlink:href="{secret.as_uri()}"/>'
        f'</text:section><text:section text:name="b"><text:section-source'
        f' xlink:href="{address}/section"/></text:section><text:p>'
        + box.format(f'<draw:image xlink:href="{address}/image.png"/>')
        + box.format(f'<draw:floating-frame xlink:href="{secret.as_uri()}"/>')
        + box.format(f'<draw:object xlink:href="{secret.as_uri()}"/>')
        + "</text:p>"
    )
    asking = (
        '<table:table table:name="a"><table:table-row>'
        f'<table:table-cell table:formula="of:=WEBSERVICE(&quot;{address}/cell&quot;)"/>'
        f"<table:table-cell table:formula=\"of:='{secret.as_uri()}'#$secret.A1\"/>"
        "<table:table-cell><text:p>正文</text:p></table:table-cell></table:table-row></table:table>"
    )
    include = rf'{{\field{{\*\fldinst INCLUDETEXT "{secret}"}}{{\fldrslt {{}}}}}}'
    return {
        "linked.odt": open_document("text", linked),
        "macro.odt": open_document("text", "<text:p>正文</text:p>", *_macro(folder / "ran")),
        "asking.ods": open_document("spreadsheet", asking),
        "including.rtf": rf"{{\rtf1\ansi text {include} after\par}}".encode(),
    }


def _macro(target: Path) -> tuple[str, dict[str, str]]:
    """A listener to the loading of the document, and the library with what it starts."""
    address = "vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document"
    head = (
        "<office:scripts><office:event-listeners><script:event-listener"
        f' script:language="ooo:script" script:event-name="dom:load" xlink:href="{address}"/>'
        "</office:event-listeners>"
        "</office:scripts>"
    )
    space = 'xmlns:library="http://openoffice.org/2000/library" library:name="Standard"'
    code = f'Sub Main\nOpen "{target}" For Output As #1\nClose #1\nEnd Sub'
    return head, {
        "Basic/script-lc.xml": f"<library:libraries {space}><library:library {space}"
        ' library:link="false"/></library:libraries>',
        "Basic/Standard/script-lb.xml": f"<library:library {space}>"
        '<library:element library:name="M"/></library:library>',
        "Basic/Standard/M.xml": '<script:module xmlns:script="http://openoffice.org/2000/script"'
        f' script:name="M" script:language="StarBasic">{code}</script:module>',
    }


def broken() -> Mapping[str, bytes]:
    whole = _truths()["office-form-2021.doc"]
    rtf = _truths()["hand-gbk.rtf"]
    return {
        "cut.doc": whole[: len(whole) // 2],
        "cut.rtf": rtf[: len(rtf) // 2],
        "noise.doc": compound({"WordDocument": b"\xff\0" * 4000}),
        "cut.odt": open_document("text", "<text:p>正文</text:p>" * 99)[:-99],
        "locked.odt": open_document("text", secret="<manifest:encryption-data/>"),
        "locked.doc": compound(LOCKED_WORD),
        "locked.xls": compound(LOCKED_BOOK),
        "slides.ppt": compound(SLIDES),
        "empty.doc": b"",
        "text.doc": "只有文字".encode("gbk"),
        "sheet.ods": open_document("spreadsheet", _sheet()),
    }


def _sheet() -> str:
    """Numbers behind formats, hidden things, merged cells, and a million rows of nothing."""

    def cell(inside: str, text: str, more: str = "") -> str:
        return f"<table:table-cell {inside} {more}><text:p>{text}</text:p></table:table-cell>"

    merged = 'table:number-columns-spanned="3" table:number-rows-spanned="1"'
    string, number = 'office:value-type="string"', 'office:value-type="float"'
    rows = (
        cell(string, "合计", merged)
        + '<table:covered-table-cell table:number-columns-repeated="2"/>',
        cell(f'{number} office:value="1234"', "1234")
        + cell(string, "12.50%")
        + cell(string, "2024年3月1日"),
    )
    shown = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    hidden = (
        f'<table:table-row table:visibility="collapse">{cell(string, "核对行")}</table:table-row>'
    )
    empty = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/>'
        "</table:table-row>"
    )
    return f'<table:table table:name="表">{shown}{hidden}{empty}</table:table>'


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kitchen]:
    found = Kitchen(tmp_path_factory.mktemp("office"))
    yield found
    found.tool.close()


# -- what LibreOffice makes -----------------------------------------------------------------------


@needs_office
@pytest.mark.parametrize("name", TRUTHS)
def test_every_letter_number_and_table_of_the_truth_comes_through(
    kitchen: Kitchen, name: str
) -> None:
    result = kitchen.result(name)
    tables = tuple(block.rows for block in result.blocks if isinstance(block, Table))
    marks = score(FILES[name], Reading(f"{result.title}\n{result.body}", tables, result.outcome))
    assert {column: getattr(marks, column).share for column in COLUMNS}.items() <= {
        (column, share) for column in COLUMNS for share in (1.0, None)
    }
    assert (result.text_source, result.conversion is not None) == ("office", True)


@needs_office
def test_a_sheet_is_as_it_was_printed(kitchen: Kitchen) -> None:
    result = kitchen.result("sheet.ods")
    assert (result.title, result.body) == ("合计", "1234\t12.50%\t2024年3月1日")


@needs_office
@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("cut.doc", PageOutcome.TRUNCATED),
        ("cut.rtf", PageOutcome.TRUNCATED),
        ("cut.odt", PageOutcome.TRUNCATED),
        ("noise.doc", PageOutcome.ERROR),
        ("locked.doc", PageOutcome.ENCRYPTED),
        ("locked.odt", PageOutcome.ENCRYPTED),
        ("locked.xls", PageOutcome.ENCRYPTED),
        ("slides.ppt", PageOutcome.UNSUPPORTED),
        ("empty.doc", PageOutcome.ERROR),
        ("text.doc", PageOutcome.UNSUPPORTED),
    ],
)
def test_a_bad_file_gets_its_word_and_no_text(
    kitchen: Kitchen, name: str, outcome: PageOutcome
) -> None:
    answer = kitchen.made[name]
    assert isinstance(answer, NotMade)
    assert answer.outcome is outcome
    assert answer.reason.startswith("expected a file that LibreOffice reads, found ")


@needs_office
def test_no_link_is_followed_and_no_macro_run(kitchen: Kitchen) -> None:
    for name in ("linked.odt", "macro.odt", "asking.ods", "including.rtf"):
        result = kitchen.result(name)
        assert SECRET not in f"{result.title}{result.body}", name
        assert "正文" in result.body or "after" in result.body, name
    assert kitchen.asked == []
    assert [one.name for one in kitchen.folder.iterdir()] == ["secret.txt"]


@needs_office
def test_made_again_it_reads_the_same(kitchen: Kitchen) -> None:
    name = "office-form-2021.doc"
    (again,) = kitchen.tool.convert([kitchen.files[name]])
    assert read(converted(name, kitchen.files[name], again)) == kitchen.result(name)


@needs_office
def test_the_version_is_the_one_it_says_of_itself() -> None:
    said = subprocess.run(["soffice", "--version"], capture_output=True, text=True).stdout
    assert said.startswith(f"{LibreOffice().version()} ")


@needs_office
def test_with_too_little_memory_for_itself_it_says_so() -> None:
    tool = LibreOffice(Limits(memory=100 << 20))
    with pytest.raises(LibreOfficeError, match="expected LibreOffice to start, found "):
        tool.convert([_truths()["hand-gbk.rtf"]])
    tool.close()


# -- which files it is given ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reads", "ending"),
    [
        (compound(word()), "MS Word 97", "docx"),
        (compound(word(version=0x68)), "MS Word 95", "docx"),
        (compound(word(version=0x65)), "MS WinWord 6.0", "docx"),
        (compound({"WpsCustomData": b"x", **word()}), "MS Word 97", "docx"),
        (compound({"Workbook": bytes(8)}), "MS Excel 97", "xlsx"),
        (compound({"Book": bytes(8), "Workbook": bytes(8)}), "MS Excel 97", "xlsx"),
        (compound({"Book": bytes(8)}), "MS Excel 95", "xlsx"),
        (rb"{\rtf1 a}", "Rich Text Format", "docx"),
        (open_document("text"), "writer8", "docx"),
        (open_document("spreadsheet-template"), "calc8", "xlsx"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>',
         "MS Word 2003 XML", "docx"),
        ('<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'.encode("utf-16"),
         "MS Excel 2003 XML Orcus", "xlsx"),
    ],
)  # fmt: skip
def test_the_filter_is_told_from_the_bytes(content: bytes, reads: str, ending: str) -> None:
    found = filter_of(content)
    assert found is not None
    assert (found.reads, found.target.ending) == (reads, ending)
    capture = capture_of("a", content)
    assert LibreOffice().wants(capture, read(capture))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"PK\3\4", b"%PDF-1.4", "文字".encode(), compound(SLIDES), compound(LOCKED_WORD),
        open_document("presentation"), compound(word())[:3000],
    ],
)  # fmt: skip
def test_what_it_cannot_help_it_does_not_want(content: bytes) -> None:
    capture = capture_of("a", content)
    assert filter_of(content) is None
    assert not LibreOffice().wants(capture, read(capture))


def test_without_libreoffice_a_file_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    tool = LibreOffice()
    assert tool.version() is None
    (answer,) = tool.convert([rb"{\rtf1 a}"])
    assert answer == NotMade(PageOutcome.NEEDS_TOOL, f"install {LibreOffice.missing}")

"""Old office files in archives: what a tool makes of members is kept, and read in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from scrapy.settings import Settings

from crawler.conversion import members
from crawler.conversion.lacking import make_lacking
from crawler.conversion.libreoffice import LibreOffice
from crawler.conversion.making import wishes
from crawler.conversion.members import MemberOffice
from crawler.conversion.members_worker import dump, load, take_out
from crawler.conversion.rar import Unrar
from crawler.conversion.tool import LIBREOFFICE, Made, NotMade, Tool
from crawler.extraction.archives.converted import CONTENT_TYPE, digest, dump_members
from crawler.extraction.extract import read
from crawler.isolation.pool import Pool
from crawler.items import BSDTAR, Capture, Context, Conversion, Note, PageOutcome, PageResult, Role
from crawler.layout import Layout
from crawler.warc.reader import ENTITY_LIMIT, CaptureReader
from crawler.warc.writer import WarcWriter
from tests.attachments.hostile import HOSTILE
from tests.attachments.odf_made import open_document
from tests.attachments.rared import rar5
from tests.attachments.sevenzip import sevenzip
from tests.attachments.zipped import unzipped, zipped
from tests.conversion_tools import SPOILED, LineMembers, LineTool, rtf, word
from tests.fetch_lab import Answer, Server
from tests.office_samples import docx, p, texts
from tests.small_portal import HOST, PORTAL, SmallPortal, serving
from tests.test_conversion_archive import (
    FOLDER,
    LINKED,
    PAGE,
    TEXT,
    TITLE,
    TOOLS,
    article,
    crawl,
    documents,
    escaped,
    report,
)
from tests.warc_samples import RUN, exchange

LINES = (TITLE.format(2017), "一、总体情况", TEXT)
OLD = rtf(*LINES)
ANNEX = rtf("附件：统计表", "规章三件。")
needs_rar = pytest.mark.skipif(Unrar().version() is None, reason=f"RAR: {Unrar.missing}")


def captured(content: bytes, made_of: Mapping[bytes, bytes] | None = None) -> Capture:
    """A file, with what was made of its members."""
    moment = datetime(2024, 3, 1, tzinfo=UTC)
    capture = Capture("urn:r", "http://a.gov.cn/f/1", moment, 200, (), content)
    if made_of is None:
        return capture
    made = dump_members({digest(old): new for old, new in made_of.items()})
    return with_conversion(capture, Made(CONTENT_TYPE, made))


def with_conversion(capture: Capture, made: Made | NotMade) -> Capture:
    assert isinstance(made, Made), made
    one = Conversion("urn:c", LIBREOFFICE, "1", made.settings, made.content_type, made.content)
    return replace(capture, conversions=(*capture.conversions, one))


# -- reading --------------------------------------------------------------------------------------


def test_a_member_is_read_from_what_was_made_of_it() -> None:
    content = zipped({"材料/年报.doc": OLD}, gbk=True)
    before = read(captured(content))
    assert before.outcome is PageOutcome.NEEDS_TOOL
    assert LineMembers().wants(captured(content), before)
    capture = captured(content, {OLD: word(LINES)})
    result = read(capture)
    assert (result.outcome, result.title) == (PageOutcome.DOCUMENT, LINES[0])
    assert (result.text_source, result.path) == ("office", "zip:libreoffice:docx")
    assert texts(result) == list(LINES[1:])
    assert result.conversion == capture.conversions[0].ref
    assert result.field_sources["members"] == ["材料/年报.doc"]
    assert not LineMembers().wants(capture, result)


def test_members_of_one_name_and_of_archives_inside_are_told_apart_by_their_bytes() -> None:
    inner = zipped({"1.doc": OLD})
    content = zipped({"1.doc": ANNEX, "内.zip": inner, "附表.doc": ANNEX})
    result = read(
        captured(content, {OLD: word(LINES), ANNEX: word(["附件：统计表", "规章三件。"])})
    )
    assert result.title == LINES[0]
    assert texts(result)[-1] == "规章三件。"
    assert "内.zip/1.doc" in result.field_sources["members"]


def test_a_report_that_is_read_cites_what_was_made_of_its_annex() -> None:
    own = docx(p(LINES[0], properties='<w:jc w:val="center"/>') + p(TEXT))
    content = zipped({"年报.docx": own, "附件：统计表.doc": ANNEX})
    alone = read(captured(content))
    assert (alone.outcome, alone.conversion) == (PageOutcome.DOCUMENT, None)
    assert LineMembers().wants(captured(content), alone)
    capture = captured(content, {ANNEX: word(["附件：统计表", "规章三件。"])})
    result = read(capture)
    assert (result.text_source, result.path) == ("docx", "zip:docx")
    assert texts(result) == [TEXT, "附件：统计表", "规章三件。"]
    assert result.conversion == capture.conversions[0].ref


def test_what_was_made_of_other_bytes_is_not_read() -> None:
    content = zipped({"年报.doc": OLD})
    capture = captured(content, {ANNEX: word(LINES)})
    assert read(capture).outcome is PageOutcome.NEEDS_TOOL
    broken = with_conversion(captured(content), Made(CONTENT_TYPE, b"PK\x03\x04 no zip"))
    assert (read(broken).outcome, read(broken).blocks) == (PageOutcome.TRUNCATED, ())


# -- taking out -----------------------------------------------------------------------------------


def test_only_what_libreoffice_reads_is_taken_out_and_each_once() -> None:
    inner = sevenzip({"a.doc": OLD, "b.docx": word(LINES)})
    content = zipped({"1.doc": ANNEX, "in.7z": inner, "2.doc": ANNEX, "x.jpg": b"\xff\xd8\xff"})
    assert load(take_out(content)) == [ANNEX, OLD]
    assert load(take_out(content[:30])) == []
    assert load(dump([])) == []


@pytest.mark.parametrize("answer", [b"9\nshort", b"-1\nx", b"one\nx", b"\xff"])
def test_an_answer_of_a_worker_that_lies_is_refused(answer: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        load(answer)


def test_a_tool_answers_for_each_archive() -> None:
    tool = LineMembers()
    spoiled = rtf(SPOILED)
    files = {
        "two": zipped({"年报.doc": OLD, "坏.doc": spoiled}),
        "spoiled": zipped({"坏.doc": spoiled}),
        "none": zipped({"年报.docx": word(LINES)}),
        "bomb": HOSTILE["nested-bombs.zip"](),
    }
    answers = dict(zip(files, tool.convert(list(files.values())), strict=True))
    tool.close()
    (stopped,) = tool.convert([files["two"]])
    assert isinstance(stopped, NotMade)
    assert stopped.reason == "a stop"
    two = answers.pop("two")
    assert isinstance(two, Made)
    assert list(unzipped(two.content)) == [digest(OLD)]
    assert two.settings == (("filter", "lines"),)
    assert read(with_conversion(captured(files["two"]), two)).title == LINES[0]
    assert [one.outcome for one in answers.values() if isinstance(one, NotMade)] == [
        PageOutcome.ERROR, PageOutcome.UNSUPPORTED, PageOutcome.UNSUPPORTED,
    ]  # fmt: skip


def test_more_than_an_archive_is_read_back_of_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    assert members.MAX_MADE <= ENTITY_LIMIT
    monkeypatch.setattr(members, "MAX_MADE", 1000)
    (answer,) = LineMembers().convert([zipped({"年报.doc": OLD})])
    assert isinstance(answer, NotMade)
    assert answer.outcome is PageOutcome.KILLED
    assert "limit: " in answer.reason


@pytest.mark.skipif(LibreOffice().version() is None, reason=f"needs {LibreOffice.missing}")
def test_libreoffice_converts_what_lies_in_an_archive() -> None:
    table = '<table:table table:name="a"><table:table-row><table:table-cell><text:p>规章</text:p>'
    sheet = open_document(
        "spreadsheet", f"{table}</table:table-cell></table:table-row></table:table>"
    )
    content = sevenzip({"年报.doc": escaped(*LINES), "附件：统计表.xls": sheet})
    tool = MemberOffice()
    try:
        (made,) = tool.convert([content])
    finally:
        tool.close()
    assert isinstance(made, Made)
    assert dict(made.settings)["reads"] == "Rich Text Format, calc8"
    result = read(with_conversion(captured(content), made))
    assert (result.outcome, result.title) == (PageOutcome.DOCUMENT, LINES[0])
    assert (result.text_source, result.path) == ("office", "7z:libreoffice:docx")
    assert result.field_sources["members"] == ["年报.doc", "附件：统计表.xls"]


# -- archives of portals --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A report in a zip behind a page, and one in a RAR that the list itself leads to."""
    rar = LINKED.replace(".doc", ".rar")
    answers = {
        PAGE: Answer(article(2016, "annex.zip")),
        f"{FOLDER}/annex.zip": Answer(zipped({"年报.doc": report(2016)}, gbk=True)),
        rar: Answer(rar5({"材料/年报.doc": report(2017)})),
    }
    with serving(SmallPortal([PAGE, rar], answers)) as server:
        yield server


@pytest.fixture
def toolbox() -> Iterator[list[Tool]]:
    tools: list[Tool] = [LineTool(), Unrar(), LineMembers()]
    yield tools
    for tool in tools:
        tool.close()


PATHS = {"zip:libreoffice:docx", "rar:libreoffice:docx"}


@needs_rar
def test_a_crawl_and_every_later_reading_read_the_members(server: Server, tmp_path: Path) -> None:
    tools = f"{TOOLS}LineTool,crawler.conversion.rar.Unrar,{TOOLS}LineMembers"
    done = crawl(server, tmp_path, CONVERT_TOOLS=tools)
    assert (done.returncode, done.stderr) == (0, "")
    found = [one.latest for one in documents(tmp_path).values()]
    assert {(one.text_source, one.path) for one in found} == {("office", path) for path in PATHS}
    assert all(TEXT in "".join(map(str, one.blocks)) for one in found)
    assert [c.engine for one in found for c in one.conversions] == [LIBREOFFICE] * 2
    captures = CaptureReader(Layout(tmp_path).warc_dir(PORTAL)).captures()
    results = [read(one, one.note.context) for one in captures if one.conversions]
    assert {(one.path, one.conversion, one.blocks) for one in results} == {
        (one.path, *one.conversions, tuple(one.blocks)) for one in found
    }


class Here:
    """A pool without workers."""

    def submit(self, capture: Capture, context: Context | None) -> Future[PageResult]:
        future: Future[PageResult] = Future()
        future.set_result(read(capture, context))
        return future


def wished(captures: Sequence[Capture], tools: Sequence[Tool], *, again: bool = False) -> list[str]:
    found = wishes(captures, tools, cast(Pool, Here()), {}, again=again)
    return [wish.tool.engine for wish in found]


@needs_rar
def test_what_an_archive_lacks_is_made_in_one_run_even_of_a_rar(
    tmp_path: Path, toolbox: list[Tool], capsys: pytest.CaptureFixture[str]
) -> None:
    layout = Layout(tmp_path)
    writer = WarcWriter(layout.warc_dir(PORTAL), PORTAL, RUN)
    note = Note(portal=PORTAL, spider=PORTAL, role=Role.ATTACHMENT, context=Context())
    for name, content in (
        ("1.rar", rar5({"年报.doc": OLD})),
        ("2.zip", zipped({"年报.doc": OLD})),
        ("3.doc", OLD),
    ):
        url = f"http://{HOST}{FOLDER}/{name}"
        writer.write_exchange(exchange(url=url, payload=content), note)
    writer.close()
    settings = Settings()
    settings.setmodule("crawler.settings")
    make_lacking(layout, PORTAL, toolbox, settings, 1, again=False)
    assert capsys.readouterr().out.strip() == f"{PORTAL}: 4 of 4 files converted"
    captures = list(CaptureReader(layout.warc_dir(PORTAL)).captures())
    assert [read(one).path for one in captures] == [
        "rar:libreoffice:docx", "zip:libreoffice:docx", "libreoffice:docx",
    ]  # fmt: skip
    assert [sorted(made.engine for made in one.conversions) for one in captures] == [
        [BSDTAR, LIBREOFFICE], [LIBREOFFICE], [LIBREOFFICE],
    ]  # fmt: skip
    assert wished(captures, toolbox) == []
    # All of it again: RARs first, what came out of them when that was done.
    assert wished(captures, toolbox, again=True) == [BSDTAR, LIBREOFFICE, LIBREOFFICE]
    later = [tool for tool in toolbox if tool.engine != BSDTAR]
    assert wished(captures, later, again=True) == [LIBREOFFICE] * 3

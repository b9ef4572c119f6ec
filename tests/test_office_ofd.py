"""OFD pages: the same lines, paragraphs and tables as those of a PDF."""

from __future__ import annotations

from crawler.items import Kind, PageOutcome
from tests.office_samples import ofd, ofd_line, ofd_rule, packed, read_file, tables, texts

TITLE = "示例县2023年政府信息公开工作年度报告"
SENTENCE = (
    "根据《中华人民共和国政府信息公开条例》要求，现将我镇政府信息公开工作情况报告如下，"
    "请予审阅并提出意见。"
)


def title() -> str:
    size = 7.0
    width = sum(size / 2 if one.isascii() else size for one in TITLE)
    return ofd_line(TITLE, (210 - width) / 2, 40, size)


def prose(top: float, ems: int = 34) -> tuple[str, float]:
    """The sentence set in lines of 34 characters, the first one indented."""
    text, layer, left = SENTENCE, "", 20.0 + 10.0
    room = ems - 2
    while text:
        layer += ofd_line(text[:room], left, top)
        text, left, room, top = text[room:], 20.0, ems, top + 9
    return layer, top


def grid(
    left: float, top: float, rows: int, columns: int, width: float = 50, height: float = 10
) -> str:
    lines = [
        ofd_rule(left, top + n * height, left + columns * width, top + n * height)
        for n in range(rows + 1)
    ]
    lines += [
        ofd_rule(left + n * width, top, left + n * width, top + rows * height)
        for n in range(columns + 1)
    ]
    return "".join(lines)


def test_a_page_is_its_title_its_paragraphs_and_its_ruled_table() -> None:
    layer, below = prose(60)
    layer += "".join(prose(below + 9 * n * 2)[0] for n in range(3))
    cells = {("项目", 0, 0), ("数量", 0, 1), ("规章", 1, 0), ("3", 1, 1)}
    table = grid(20, 150, 2, 2)
    table += "".join(ofd_line(text, 25 + 50 * c, 157 + 10 * r) for text, r, c in sorted(cells))
    number = ofd_line("- 1 -", 100, 285)
    result = read_file(ofd(title() + layer + table + number))
    assert result.outcome is PageOutcome.DOCUMENT
    assert (result.title, result.judgement.kind) == (TITLE, Kind.ANNUAL_REPORT)
    assert (result.text_source, result.path, result.warnings) == ("ofd", "ofd", ())
    assert texts(result) == [SENTENCE] * 4
    assert tables(result) == [(("项目", "数量"), ("规章", "3"))]


def test_a_paragraph_goes_on_over_the_page() -> None:
    first = ofd_line(SENTENCE[:32], 30, 250)
    rest = ofd_line(SENTENCE[32:], 20, 30)
    more = "".join(prose(60 + 30 * n)[0] for n in range(3))
    assert texts(read_file(ofd(more + first, rest + more)))[3] == SENTENCE


def test_the_template_of_a_page_is_printed_too_and_what_is_invisible_is_not() -> None:
    unseen = ofd_line("看不见", 30, 100, more='Visible="false"')
    result = read_file(
        ofd(ofd_line("自己的", 30, 80) + unseen, template=ofd_line("模板的", 30, 40))
    )
    assert texts(result) == ["模板的", "自己的"]


def test_a_matrix_moves_and_stretches_what_it_is_given_to() -> None:
    moved = (
        '<ofd:TextObject ID="1" Size="1" Boundary="30 100 100 10" CTM="5 0 0 5 10 5">'
        '<ofd:TextCode X="0" Y="0" DeltaX="1 1">政府网</ofd:TextCode></ofd:TextObject>'
    )
    beside = ofd_line("站", 30 + 10 + 15, 105)
    assert texts(read_file(ofd(moved + beside))) == ["政府网站"]


def test_letters_without_steps_follow_one_another() -> None:
    plain = (
        '<ofd:TextObject ID="1" Size="5" Boundary="30 50 100 10">'
        '<ofd:TextCode X="0" Y="5">共2018年</ofd:TextCode></ofd:TextObject>'
    )
    assert texts(read_file(ofd(plain))) == ["共2018年"]


def test_steps_that_repeat_or_break_off() -> None:
    odd = (
        '<ofd:TextObject ID="1" Size="5" Boundary="30 50 100 10">'
        '<ofd:TextCode X="0" Y="5" DeltaX="g 2 5 g">一二三四五</ofd:TextCode></ofd:TextObject>'
    )
    assert texts(read_file(ofd(odd))) == ["一二三四五"]


def test_pages_without_text_are_pictures() -> None:
    assert read_file(ofd("")).outcome is PageOutcome.IMAGE_ONLY


def test_an_encrypted_file_says_so() -> None:
    result = read_file(ofd(title(), main="<ofd:Encryptions>e.xml</ofd:Encryptions>"))
    assert (result.outcome, result.text_source) == (PageOutcome.ENCRYPTED, "ofd")


def test_a_missing_page_is_noted_and_a_missing_document_is_an_error() -> None:
    spaces = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    root = (
        f"<ofd:OFD {spaces}><ofd:DocBody><ofd:DocRoot>D/D.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )
    result = read_file(packed({"OFD.xml": root}))
    assert (result.outcome, result.warnings) == (PageOutcome.ERROR, ("part_missing: D/D.xml",))
    page = '<ofd:Pages><ofd:Page ID="1" BaseLoc="P.xml"/></ofd:Pages>'
    pages = f"<ofd:Document {spaces}>{page}</ofd:Document>"
    result = read_file(packed({"OFD.xml": root, "D/D.xml": pages}))
    assert "page_broken:1: D/P.xml is missing" in result.warnings

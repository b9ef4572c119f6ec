"""Word documents: what a reader of the printed document sees, in its order."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from crawler.items import Kind, PageOutcome
from tests.office_samples import (
    cell,
    docx,
    p,
    packed,
    r,
    read_body,
    read_file,
    relationships,
    row,
    said,
    tables,
    tbl,
    texts,
)

PROSE = "一年来，我镇主动公开各类政府信息1448条，办结率100%，群众满意度进一步增强。"
CENTRED = '<w:jc w:val="center"/>'


# -- a whole document -------------------------------------------------------------------------


def report() -> bytes:
    """A report as python-docx writes it."""
    document = Document()
    for line in ("示例县东园镇人民政府", "2023年政府信息公开工作年度报告"):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(line).font.size = Pt(22)
    paragraph = document.add_paragraph("（2024年1月15日）")
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(PROSE)
    document.add_paragraph("主动公开情况", style="List Number")
    document.add_paragraph("依申请公开情况", style="List Number")
    document.add_paragraph("附件", style="List Bullet")
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "项目"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "数量"
    for place, text in {
        (1, 1): "制发",
        (1, 2): "废止",
        (2, 0): "规章",
        (2, 1): "0",
        (2, 2): "3",
    }.items():
        table.cell(*place).text = text
    section = document.sections[0]
    section.header.paragraphs[0].text = "页眉"
    section.footer.paragraphs[0].text = "- 1 -"
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_a_report_is_read_whole_and_judged_by_its_own_title() -> None:
    result = read_file(report())
    assert result.outcome is PageOutcome.DOCUMENT
    assert result.title == "示例县东园镇人民政府2023年政府信息公开工作年度报告"
    assert (result.judgement.kind, result.judgement.report_year) == (Kind.ANNUAL_REPORT, 2023)
    assert (result.text_source, result.path, result.warnings) == ("docx", "docx", ())
    assert texts(result) == [
        "（2024年1月15日）",
        PROSE,
        "1.主动公开情况",
        "2.依申请公开情况",
        "附件",
    ]
    assert tables(result) == [(("项目", "数量", ""), ("", "制发", "废止"), ("规章", "0", "3"))]


def test_reading_twice_gives_the_same() -> None:
    assert read_file(report()) == read_file(report())


def test_the_strict_variant_of_the_standard_is_read_alike() -> None:
    strict = packed(
        {
            "_rels/.rels": relationships(officeDocument="word/document.xml"),
            "word/document.xml": (
                '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main">'
                f"<w:body>{p(PROSE)}</w:body></w:document>"
            ),
        }
    )
    assert texts(read_file(strict)) == [PROSE]


# -- runs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (
            "<w:ins>" + r("新增") + "</w:ins><w:del><w:r><w:delText>删去</w:delText></w:r></w:del>",
            "新增",
        ),
        (
            "<w:moveFrom>" + r("旧处") + "</w:moveFrom><w:moveTo>" + r("新处") + "</w:moveTo>",
            "新处",
        ),
        (r("看得见") + r("看不见", "<w:vanish/>"), "看得见"),
        (r("看得见", '<w:vanish w:val="0"/>'), "看得见"),
        (r("一　　二\u00a0三"), "一 二 三"),
        (r("甲") + "<w:r><w:tab/></w:r>" + r("乙"), "甲 乙"),
        (r("2018") + "<w:r><w:noBreakHyphen/></w:r>" + r("2019"), "2018-2019"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + r("是"), "☑是"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="00A3"/></w:r>' + r("否"), "□否"),
        ("<w:sdt><w:sdtPr/><w:sdtContent>" + r("内容控件") + "</w:sdtContent></w:sdt>", "内容控件"),
        ('<w:hyperlink r:id="x">' + r("链接") + "</w:hyperlink>", "链接"),
        (
            "<w:r><w:ruby><w:rt>"
            + r("zhen")
            + "</w:rt><w:rubyBase>"
            + r("镇")
            + "</w:rubyBase></w:ruby></w:r>",
            "镇",
        ),
    ],
)
def test_a_paragraph_says_what_is_printed(runs: str, text: str) -> None:
    assert said(p(runs)) == [text]


def field(code: str, result: str) -> str:
    def char(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    instruction = f"<w:r><w:instrText>{code}</w:instrText></w:r>"
    return char("begin") + instruction + r("码") + char("separate") + r(result) + char("end")


def test_fields_show_their_results_and_never_their_codes() -> None:
    nested = field("IF " + "x", "共") + field("= 3", "1448") + r("件")
    assert said(p(nested)) == ["共1448件"]
    assert said(p('<w:fldSimple w:instr="DATE">' + r("2024年") + "</w:fldSimple>")) == ["2024年"]


def test_a_field_may_end_in_another_paragraph() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + r("结果")
    assert said(p(r("前") + begin + r("码")), p(r("码") + end)) == ["前", "结果"]


def test_a_paragraph_whose_end_was_deleted_runs_on() -> None:
    merged = p("前半", properties="<w:rPr><w:del/></w:rPr>")
    assert said(merged, p("后半。")) == ["前半后半。"]


def test_line_breaks_inside_a_sentence_are_joined_and_others_part() -> None:
    broken = "<w:r><w:br/></w:r>"
    wrapped = r("为进一步推进全镇政府信息公开工作，现将有关情") + broken + r("况报告如下")
    assert said(p(wrapped)) == ["为进一步推进全镇政府信息公开工作，现将有关情况报告如下"]
    headed = r("（一）主动公开情况。全年通过镇政府门户网") + broken + r("站公开信息")
    assert said(p(headed)) == ["（一）主动公开情况。全年通过镇政府门户网站公开信息"]
    assert said(p(r("东园镇人民政府") + broken + r("2024年1月15日"))) == [
        "东园镇人民政府",
        "2024年1月15日",
    ]


def test_an_unknown_symbol_is_reported() -> None:
    result = read_body(p(PROSE, '<w:r><w:sym w:font="Webdings" w:char="F061"/></w:r>'))
    assert result.warnings == ("symbol_unknown:Webdings:F061",)


# -- text boxes, notes, foreign parts ---------------------------------------------------------


def test_a_text_box_is_read_once_and_in_its_place() -> None:
    inside = "<w:txbxContent>" + p("框中文字") + "</w:txbxContent>"
    box = (
        "<w:r><mc:AlternateContent>"
        f"<mc:Choice><w:drawing><wps:txbx>{inside}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{inside}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    assert said(p("前文"), p(box), p("后文")) == ["前文", "框中文字", "后文"]
    assert said(p(r("先文") + box)) == ["先文", "框中文字"]
    only_old = box.replace(inside, "", 1)
    assert said(p(only_old)) == ["框中文字"]


def test_footnotes_stand_at_the_end_behind_their_marks() -> None:
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = (
        '<w:footnote w:id="2">' + p("<w:r><w:footnoteRef/></w:r>", "含下属单位。") + "</w:footnote>"
    )
    found = said(p("共1448", reference, "件。"), p("结语。"), footnotes=notes)
    assert found == ["共1448¹件。", "结语。", "¹ 含下属单位。"]


def test_html_put_into_the_text_is_read_in_its_place() -> None:
    body = p("前文") + '<w:altChunk r:id="aFChunk"/>' + p("后文")
    content = docx(body, related={"aFChunk": "chunk.html"})
    stream = BytesIO(content)
    with ZipFile(stream, "a") as file:
        file.writestr("word/chunk.html", "<p>网页<b>文字</b></p><table><tr><td>甲<td>1</table>")
    result = read_file(stream.getvalue())
    assert texts(result) == ["前文", "网页文字", "后文"]
    assert tables(result) == [(("甲", "1"),)]


def test_pictures_without_text_are_a_scan() -> None:
    result = read_body(p("<w:r><w:drawing><pic:pic/></w:drawing></w:r>"))
    assert (result.outcome, result.warnings) == (PageOutcome.IMAGE_ONLY, ("no_text",))


def drawing(wide: int, high: int) -> str:
    """A picture of so many millimetres."""
    size = f'<a:ext cx="{wide * 36_000}" cy="{high * 36_000}"/>'
    filled = '<pic:blipFill><a:blip><a:extLst><a:ext uri="{x}"/></a:extLst></a:blip></pic:blipFill>'
    shape = f"<pic:spPr><a:xfrm>{size}</a:xfrm></pic:spPr>"
    return f"<w:r><w:drawing><pic:pic>{filled}{shape}</pic:pic></w:drawing></w:r>"


OLD_PICTURE = (
    '<w:r><w:pict><v:shape style="width:{};height:6cm"><v:imagedata/></v:shape></w:pict></w:r>'
)


@pytest.mark.parametrize(
    ("picture", "warnings"),
    [
        (drawing(150, 100), ("pictures_unread:1",)),
        (drawing(150, 100) + drawing(160, 200), ("pictures_unread:2",)),
        (drawing(40, 40), ()),  # a seal
        (OLD_PICTURE.format("400.5pt"), ("pictures_unread:1",)),
        (OLD_PICTURE.format("60pt"), ()),
    ],
)
def test_a_large_picture_in_a_text_may_be_a_scan(picture: str, warnings: tuple[str, ...]) -> None:
    result = read_body(p("收到申请情况见下表。") + p(picture))
    assert texts(result) == ["收到申请情况见下表。"]
    assert result.warnings == warnings


def test_a_document_without_anything_is_an_error() -> None:
    assert read_body(p("")).outcome is PageOutcome.ERROR


# -- tables -----------------------------------------------------------------------------------

SPAN2 = '<w:gridSpan w:val="2"/>'
FIRST, REST = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_merged_cells_print_their_text_once_in_their_first_place() -> None:
    table = tbl(
        row(cell("项目", FIRST), cell("数量", SPAN2)),
        row(cell("", REST), cell("上年"), cell("本年")),
        row(cell("规章"), cell("1"), cell("2")),
    )
    assert tables(read_body(table)) == [
        (("项目", "数量", ""), ("", "上年", "本年"), ("规章", "1", "2"))
    ]


def test_a_column_that_word_cuts_unevenly_is_one_column() -> None:
    table = tbl(
        row(cell("项目", SPAN2), cell("上年"), cell("本年", SPAN2)),
        row(cell("规章"), cell("1", SPAN2), cell("2", SPAN2)),
        row(cell("办法", SPAN2), cell("3", SPAN2), cell("4")),
    )
    assert tables(read_body(table)) == [
        (("项目", "上年", "本年"), ("规章", "1", "2"), ("办法", "3", "4"))
    ]


def test_a_cell_of_several_paragraphs_is_one_line() -> None:
    table = tbl(row(cell(p("本年") + p("新收")), cell("甲")), row(cell("1"), cell("2")))
    assert tables(read_body(table)) == [(("本年新收", "甲"), ("1", "2"))]


def test_a_small_table_in_a_cell_is_text_of_that_cell() -> None:
    inner = tbl(row(cell("内"), cell("表")))
    table = tbl(
        row(cell("说明文字在此"), cell(inner + p(""))), row(cell("规章制度"), cell("二三四五"))
    )
    assert tables(read_body(table)) == [(("说明文字在此", "内表"), ("规章制度", "二三四五"))]


def test_a_table_that_only_frames_another_is_no_table() -> None:
    inner = tbl(row(cell("规章制度"), cell("1")), row(cell("行政许可"), cell("2")))
    assert tables(read_body(tbl(row(cell(p("表") + inner + p("")), cell("左"))))) == [
        (("规章制度", "1"), ("行政许可", "2"))
    ]


def test_a_table_of_one_column_is_paragraphs() -> None:
    assert said(tbl(row(cell(p("甲文。") + p("乙文。"))), row(cell("丙文。")))) == [
        "甲文。",
        "乙文。",
        "丙文。",
    ]


def test_rows_and_cells_that_were_deleted_are_gone() -> None:
    table = tbl(
        row(cell("甲"), cell("1")),
        "<w:tr><w:trPr><w:del/></w:trPr>" + cell("乙") + cell("2") + "</w:tr>",
        row(cell("丙"), cell("3")),
    )
    assert tables(read_body(table)) == [(("甲", "1"), ("丙", "3"))]


def test_the_title_may_be_centred_by_its_style_or_by_blanks() -> None:
    title = "示例县2023年政府信息公开工作年度报告"
    styles = f'<w:style w:type="paragraph" w:styleId="T"><w:pPr>{CENTRED}</w:pPr></w:style>'
    by_style = read_body(p(title, properties='<w:pStyle w:val="T"/>'), p(PROSE), styles=styles)
    by_blanks = read_body(p("　　　　　" + title), p(PROSE))
    assert by_style.title == by_blanks.title == title
    assert texts(by_style) == texts(by_blanks) == [PROSE]


def test_a_figure_with_a_note_stays_a_figure() -> None:
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = '<w:footnote w:id="2">' + p("含下属单位。") + "</w:footnote>"
    table = tbl(row(cell("规章"), cell(p("1448", reference))))
    result = read_body(table, footnotes=notes)
    assert tables(result) == [(("规章", "1448"),)]
    assert texts(result) == ["¹ 含下属单位。"]

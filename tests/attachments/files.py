"""The catalogue of the attachments: what each is called, made of and expected to become.

`kitchen.made` turns an entry into a file. A carrier is a group that is scored together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from reportlab.lib.pagesizes import A5

from tests.attachments import disguised, docx_made, drawn, rtf_made, sheets
from tests.attachments.compound import LOCKED_BOOK, LOCKED_WORD, SLIDES, compound
from tests.attachments.docx_made import docx_of
from tests.attachments.drawn import pdf
from tests.attachments.ofd_made import ofd_of
from tests.attachments.rared import rar4, rar5
from tests.attachments.rtf_made import rtf_of
from tests.attachments.scans import Look as Scan
from tests.attachments.scans import scan
from tests.attachments.sevenzip import sevenzip
from tests.attachments.sheets import xlsx_of
from tests.attachments.sheets_2003 import excel_95, excel_xml
from tests.attachments.truth import Truth, truths
from tests.attachments.zipped import locked, zipped

Make = Callable[[], bytes]
#: Truths that are no report, and the word each must end in.
_OTHER_KINDS = {"budget": "look_alike", "notice": "not_relevant"}
_STAMP = (0.42, 0.37)  # over numbers of the first table of the truth ``page``
_STAMPED = ("云岭镇人民政府★", "云岭镇人民政府", "★")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to be made. ``outcome`` is the word when everything needed is installed.

    ``without`` are the words that are as right where a tool is not: then there is no text to
    score. ``optional`` are lines that two careful readers would keep or drop. LibreOffice writes
    the file from the one named ``source``, as ``to``, when there is no ``make``.
    """

    name: str
    carrier: str
    truth: str
    make: Make | None = None
    outcome: str = "document"
    without: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    source: str = ""
    to: str = ""

    @property
    def text(self) -> Truth:
        return truths()[self.truth]

    @property
    def has_text(self) -> bool:
        return self.outcome in ("document", "look_alike", "not_relevant")


def _drawn() -> Iterator[Attachment]:
    look = drawn.Look
    looks = {
        "prose": ("prose", look()),
        "prose-embedded": ("prose", look(embedded=True, head="云岭镇政府信息公开")),
        "points": ("points", look()),
        "long": ("long", look()),
        "long-small-pages": ("long", look(page=A5, size=12)),
        "columns": ("prose", look(columns=2, size=11)),
        "columns-long": ("long", look(columns=2, size=11, head="云岭公报")),
        "form-2014": ("old", look(repeat_head=1)),
        "form-2014-no-head": ("old", look(embedded=True, table_size=11)),
        "form-2019": ("form_2019", look(embedded=True)),
        "form-2021": ("form_2021", look()),
        "form-2021-turned": ("form_2021", look(turned=True)),
        "form-2021-filled": ("form_2021", look(filled_rules=True)),
        "split-row": ("wordy", look(split_rows=True, table_size=12, size=14)),
        "small": ("small", look(size=12)),
        "small-numbers": ("small", look(numbers="第{}页", head="云岭镇政务公开")),
        "owner-locked": ("form_2021", look(open_password="")),
        "budget": ("budget", look()),
    }
    for name, (truth, one) in looks.items():
        yield Attachment(
            f"{name}.pdf", "pdf drawn", truth, _from(truth, pdf, one),
            _OTHER_KINDS.get(truth, "document"),
        )  # fmt: skip


def _from(truth: str, write: Callable[..., bytes], *options: object, **named: object) -> Make:
    """Nothing is made before it is asked for."""
    return lambda: write(truths()[truth], *options, **named)


def _docx() -> Iterator[Attachment]:
    look = docx_made.Look
    looks = {
        "prose": ("prose", look(head="云岭镇政府信息公开")),
        "form-2014": ("old", look()),
        "form-2019": ("form_2019", look()),
        "form-2021": ("form_2021", look(head="云岭镇")),
        "form-2021-phantom": ("form_2021", look(phantom=True)),
        "small": ("small", look()),
        "points-numbered": ("points", look(numbered=True)),
        "tracked": ("prose", look(tracked=True)),
        "boxes": ("prose", look(boxes=True)),
        "footnote": ("prose", look(footnote=True)),
        "fields": ("prose", look(fields=True)),
        "table-in-table": ("old", look(wrapped=True)),
        "soft-breaks": ("prose", look(broken=True)),
        "tabs": ("prose", look(tabbed=True)),
        "notice": ("notice", look()),
    }
    for name, (truth, one) in looks.items():
        note = docx_made.FOOTNOTE
        marked = (note, f"1{note}", f"1 {note}", f"[1] {note}") if one.footnote else ()
        yield Attachment(
            f"{name}.docx", "docx", truth, _from(truth, docx_of, one),
            _OTHER_KINDS.get(truth, "document"), optional=marked,
        )  # fmt: skip


def _xlsx() -> Iterator[Attachment]:
    look, names = sheets.Look, ("表2", "表3")
    for name, truth, one in (
        ("form-2014", "sheet", look()),
        ("form-2014-text", "sheet", look(as_text=True)),
        ("small", "small", look(offset=2)),
        ("small-hidden", "small", look(hidden=True)),
        ("sheets", "sheets", look(sheets=True)),
    ):
        optional = names if one.sheets else ()
        yield Attachment(
            f"{name}.xlsx", "xlsx", truth, _from(truth, xlsx_of, one), optional=optional
        )
    yield Attachment("formula.xlsx", "xlsx", "sums", _from("sums", sheets.formula_sheet))


def _office() -> Iterator[Attachment]:
    """What LibreOffice makes of the files above."""
    tool = ("needs_tool",)
    by_name = {one.name: one for one in (*_docx(), *_xlsx())}
    for source, to, carrier in (
        ("prose.docx", "pdf", "pdf office"),
        ("points-numbered.docx", "pdf", "pdf office"),
        ("form-2014.docx", "pdf", "pdf office"),
        ("form-2019.docx", "pdf", "pdf office"),
        ("form-2021.docx", "pdf", "pdf office"),
        ("small.docx", "pdf", "pdf office"),
        ("prose.docx", "doc", "doc wps rtf odt"),
        ("points-numbered.docx", "doc", "doc wps rtf odt"),
        ("form-2014.docx", "doc", "doc wps rtf odt"),
        ("form-2021.docx", "doc", "doc wps rtf odt"),
        ("form-2019.docx", "wps", "doc wps rtf odt"),
        ("prose.docx", "rtf", "doc wps rtf odt"),
        ("form-2021.docx", "rtf", "doc wps rtf odt"),
        ("form-2021.docx", "odt", "doc wps rtf odt"),
        ("form-2014.xlsx", "xls", "xls ods"),
        ("small.xlsx", "xls", "xls ods"),
        ("small-hidden.xlsx", "xls", "xls ods"),
        ("sheets.xlsx", "xls", "xls ods"),
        ("small.xlsx", "ods", "xls ods"),
    ):
        stem = source.partition(".")[0]
        name = f"office-{stem}.{to}"
        yield Attachment(
            name, carrier, by_name[source].truth, without=() if to == "pdf" else tool,
            optional=by_name[source].optional, source=source, to="doc" if to == "wps" else to,
        )  # fmt: skip


def _by_hand() -> Iterator[Attachment]:
    """What LibreOffice reads and does not write, or writes too tidily."""
    tool = ("needs_tool",)
    for name, truth, escape in (
        ("hand-gbk", "prose", rtf_made.gbk),
        ("hand-form-2019", "form_2019", rtf_made.gbk),
        ("hand-form-2021", "form_2021", rtf_made.unicode),
        ("hand-small", "small", rtf_made.gbk),
    ):
        yield Attachment(
            f"{name}.rtf", "doc wps rtf odt", truth, _from(truth, rtf_of, escape), without=tool
        )
    for name, write in (("95.xls", excel_95), ("2003.xls", excel_xml)):
        yield Attachment(f"hand-{name}", "xls ods", "sums", _from("sums", write), without=tool)


def _scans() -> Iterator[Attachment]:
    for name, carrier, truth, look in (
        ("scan-prose.pdf", "scan clean", "prose", Scan()),
        ("scan-columns.pdf", "scan clean", "prose", Scan(columns=2)),
        ("scan-form-2019.pdf", "scan clean", "form_2019", Scan()),
        ("scan-form-2021.pdf", "scan clean", "form_2021", Scan()),
        ("scan-behind-text.pdf", "scan clean", "form_2021", Scan(layered=2)),
        ("scan-page.png", "scan clean", "page", Scan("PNG")),
        ("scan-page.jpg", "scan clean", "page", Scan("JPEG")),
        ("scan-small.webp", "scan clean", "small", Scan("WEBP", most=1)),
        ("scan-form-2014.tif", "scan clean", "old", Scan("TIFF")),
        ("scan-skewed-1.pdf", "scan marred", "page", Scan(skew=1.0)),
        ("scan-skewed-2.png", "scan marred", "page", Scan("PNG", skew=-2.0)),
        ("scan-skewed-3.tif", "scan marred", "page", Scan("TIFF", skew=3.0)),
        ("scan-skewed-form-2021.pdf", "scan marred", "form_2021", Scan(skew=1.5)),
        ("scan-stamped.pdf", "scan marred", "page", Scan(stamp=_STAMP)),
        ("scan-stamped-skewed.png", "scan marred", "page", Scan("PNG", 1.0, _STAMP)),
        ("scan-noisy.jpg", "scan marred", "page", Scan("JPEG", noisy=True)),
        ("scan-noisy-form-2014.pdf", "scan marred", "old", Scan(skew=-1.2, noisy=True)),
        ("scan-150-dpi.jpg", "scan marred", "page", Scan("JPEG", skew=0.7, noisy=True, dpi=150)),
        ("scan-overhead.png", "scan marred", "page", Scan("PNG", turned=180)),
        ("scan-sideways.pdf", "scan marred", "page", Scan(turned=90, skew=0.8)),
    ):
        yield Attachment(
            name, carrier, truth, partial(_scan, truth, look),
            without=("image_only", "needs_tool"), optional=_STAMPED if look.stamp else (),
        )  # fmt: skip


def _scan(truth: str, look: Scan) -> bytes:
    size = 14 if look.columns == 1 else 12
    return scan(
        pdf(truths()[truth], drawn.Look(embedded=True, size=size, columns=look.columns)), look
    )


def _ofd() -> Iterator[Attachment]:
    for name, truth, runs in (
        ("prose", "prose", False), ("form-2021", "form_2021", False), ("form-2014", "old", True),
        ("runs", "points", True), ("form-2019-runs", "form_2019", True),
    ):  # fmt: skip
        yield Attachment(f"{name}.ofd", "ofd", truth, _from(truth, ofd_of, runs=runs))


def _archives() -> Iterator[Attachment]:
    docx, annex = _from("form_2021", docx_of, docx_made.Look()), "附件/填表说明.txt"
    title = "云岭镇人民政府2023年政府信息公开工作年度报告"
    readme = "填表说明：各栏数据由党政综合办公室核定。".encode("gbk")
    archives: tuple[tuple[str, Make], ...] = (
        ("gbk-names.zip", lambda: zipped({f"{title}.docx": docx()}, gbk=True)),
        ("with-annex.zip", lambda: zipped({annex: readme, f"{title}.docx": docx()}, gbk=True)),
        ("nested.zip", lambda: zipped({"年报.zip": zipped({"年报.docx": docx()}, gbk=True)})),
        ("solid.7z", lambda: sevenzip({f"{title}.docx": docx(), annex: readme})),
        ("with-pdf.zip", lambda: zipped({"a.pdf": pdf(truths()["form_2021"], drawn.Look())})),
        ("stored.rar", lambda: rar5({f"{title}.docx": docx(), annex: readme})),
        ("stored-4.rar", lambda: rar4({f"{title}.docx": docx()})),
    )
    for name, make in archives:
        yield Attachment(
            name, "archive", "form_2021", make,
            without=() if name.endswith("zip") else ("needs_tool",),
            optional=(readme.decode("gbk"), "填表说明"),
        )  # fmt: skip
    yield Attachment("locked.zip", "refused", "prose", lambda: locked({"a": docx()}), "encrypted")
    plan = _from("points", docx_of, docx_made.Look())
    several = lambda: zipped({"报告.docx": docx(), "要点.docx": plan()}, gbk=True)  # noqa: E731
    yield Attachment("several.zip", "refused", "prose", several, "list")


def _texts() -> Iterator[Attachment]:
    for name, carrier, truth, make in (
        ("gbk.txt", "text", "prose", _from("prose", disguised.text_of, "gb18030")),
        ("utf-16.txt", "text", "points", _from("points", disguised.text_of, "utf-16")),
        ("utf-8-bom.txt", "text", "long", _from("long", disguised.text_of, "utf-8-sig")),
        ("html.doc", "disguised", "prose", _from("prose", disguised.word_html)),
        ("html-form-2021.doc", "disguised", "form_2021",
         _from("form_2021", disguised.word_html, "utf-8")),
        ("mhtml.doc", "disguised", "form_2019", _from("form_2019", disguised.mhtml)),
        ("mhtml-base64.doc", "disguised", "prose", _from("prose", disguised.mhtml, quoted=False)),
        ("html.xls", "disguised", "sheet", _from("sheet", disguised.excel_html)),
        ("is-pdf.doc", "disguised", "form_2021", _from("form_2021", pdf, drawn.Look())),
        ("is-docx.doc", "disguised", "small", _from("small", docx_of, docx_made.Look())),
        ("is-xlsx.xls", "disguised", "sheet", _from("sheet", xlsx_of, sheets.Look())),
    ):  # fmt: skip
        yield Attachment(name, carrier, truth, make)


def _refused() -> Iterator[Attachment]:
    """Files without a text to be had: the outcome word is all there is to score."""
    locked_pdf = _from("prose", pdf, drawn.Look(open_password="secret"))
    docx, text = _from("prose", docx_of, docx_made.Look()), _from("long", pdf, drawn.Look())
    secret = {"EncryptionInfo": b"\4\0\4\0\x40", "EncryptedPackage": b"\x7f" * 8000}
    for name, outcome, other, make in (
        ("locked.pdf", "encrypted", (), locked_pdf),
        ("locked.docx", "encrypted", (), lambda: compound(secret)),
        ("locked.xlsx", "encrypted", (), lambda: compound(secret)),
        ("locked.doc", "encrypted", (), lambda: compound(LOCKED_WORD)),
        ("locked.xls", "encrypted", (), lambda: compound(LOCKED_BOOK)),
        ("cut.doc", "truncated", (), lambda: compound(LOCKED_WORD)[:4000]),
        ("slides.ppt", "unsupported", (), lambda: compound(SLIDES)),
        ("cut.pdf", "truncated", ("error",), lambda: text()[:9000]),
        ("cut.docx", "truncated", ("error",), lambda: docx()[:9000]),
        ("empty.pdf", "error", (), lambda: b""),
        ("noise.doc", "unsupported", ("error",), lambda: bytes(range(256)) * 64),
    ):  # fmt: skip
        yield Attachment(name, "refused", "prose", make, outcome, without=other)


def attachments() -> tuple[Attachment, ...]:
    """All of them, in the order in which they are reported."""
    return (
        *_drawn(), *_docx(), *_xlsx(), *_office(), *_by_hand(), *_ofd(), *_scans(), *_archives(),
        *_texts(), *_refused(),
    )  # fmt: skip

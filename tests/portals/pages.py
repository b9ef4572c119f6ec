"""From entries to the pages of their family: articles with their frames and attachments."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from crawler.items import Paragraph
from tests.portals import gyct, nfcms, trs
from tests.portals.addresses import frame_path, path_of, pdf_path
from tests.portals.markup import STYLES, attr, cut_by_pixels, esc, paragraph, span_table
from tests.portals.model import PORTALS, Article, Entry
from tests.portals.pdfs import draw
from tests.portals.printed import date_of, info_block, source_of
from tests.portals.prose import Part, compose, read_back

# The requests table of the 2021 form; the others are too narrow to be cut.
_LONG_TABLE = 20
# On some portals the print and QR lines stand inside the content container.
_TOOLS_INSIDE = {
    "ningxia_lingwu": (
        '<p style="text-align:right">【打印本页】 【关闭窗口】</p>\n'
        '<p style="text-align:center"><img src="/images/qr.png" /><br />'
        "扫一扫在手机打开当前页</p>\n"
    ),
}


def markup_of(parts: Sequence[Part], style: int) -> str:
    """The text as HTML in one of the paragraph styles; tables stand between."""
    make = STYLES[style % len(STYLES)]
    pieces = []
    pending: list[str] = []
    for part in parts:
        if isinstance(part, Paragraph):
            pending.append(part.text)
            continue
        cut = len(part) > _LONG_TABLE and style % 2
        pieces += [make(pending), span_table(cut_by_pixels(part) if cut else part)]
        pending = []
    return "".join([*pieces, make(pending) if pending else ""])


def _body(entry: Entry) -> str:
    """The content container's HTML: the text itself, or what stands for it."""
    if entry.carrier == "pdf":
        name = attr(entry.title)
        link = f'<a href="{_pdf_href(entry)}" title="{name}.pdf">附件：{name}.pdf</a>'
        return paragraph(link)
    if entry.carrier == "frame":
        source = "./" + frame_path(entry).rpartition("/")[2]
        return f'<iframe src="{source}" width="100%" height="1200" frameborder="0"></iframe>\n'
    own_title = ""
    if entry.note == "own_title":
        own_title = paragraph(f"<strong>{esc(entry.title)}</strong>", "text-align:center")
    text = markup_of(compose(entry), zlib.crc32(entry.seed.encode()))
    return own_title + text + _TOOLS_INSIDE.get(entry.portal, "")


def _pdf_href(entry: Entry) -> str:
    path = pdf_path(entry)
    same_folder = path.rpartition("/")[0] == path_of(entry).rpartition("/")[0]
    return "./" + path.rpartition("/")[2] if same_folder else path


def article_html(
    entry: Entry, issuer: str, crumbs: tuple[str, ...], charset: str, foot: str = ""
) -> str:
    portal = PORTALS[entry.portal]
    info = info_block(entry, issuer).pairs
    article = Article(
        title=entry.title,
        body=_body(entry),
        crumbs=crumbs,
        published=date_of(entry),
        source=source_of(entry, issuer),
        info=info,
        foot=foot,
        charset=charset,
    )
    if portal.family == "trs":
        return trs.article_page(portal, article)
    if portal.family == "gyct":
        return gyct.show_page(portal, article, gyct.info_line(info))
    if info:
        return nfcms.gkmlpt_page(portal, article)
    return nfcms.article_page(portal, article)


def frame_html(entry: Entry, charset: str) -> str:
    """The page in an article's frame: the text and nothing else."""
    text = markup_of(compose(entry), 1)
    return (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}" />'
        f'</head><body><div class="TRS_Editor">{text}</div></body></html>\n'
    )


def pdf_bytes(entry: Entry) -> bytes:
    return draw(entry.title, read_back(compose(entry)))

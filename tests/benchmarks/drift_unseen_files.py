"""What happens to files in `drift_unseen`, frozen with it on 2026-11-22."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from urllib.parse import urlsplit

from lxml import html as parser
from lxml.html import HtmlElement

from crawler.items import FetchOutcome, Paragraph
from tests.benchmarks.drift_answers import (
    Asked,
    Change,
    body_of,
    emptied,
    is_html,
    mutated,
    on,
    unanswered,
)
from tests.portals.model import Answer
from tests.portals.pdfs import draw

_IMAGE = Answer(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "image/gif")
_NO_LEECHING = "/images/daolian.gif"
_FILE_HOST = "file."


def _files_linked(tree: HtmlElement) -> Iterator[HtmlElement]:
    return (link for link in list(tree.iter("a")) if (link.get("href") or "").endswith(".pdf"))


def _links_to_files_lost(tree: HtmlElement, asked: Asked) -> None:
    """A migration keeps the names of attachments as text and forgets the links."""
    for link in _files_linked(tree):
        link.drop_tag()


def _on_file_host(answer: Answer, asked: Asked) -> Answer:
    """Files move to a host of their own, whose certificate has expired."""
    host = urlsplit(asked.url).hostname or ""
    if host.startswith(_FILE_HOST):
        return unanswered(FetchOutcome.TLS)
    if asked.role != "article" or not is_html(answer):
        return answer

    def relink(tree: HtmlElement) -> None:
        for link in _files_linked(tree):
            name = link.get("href").rpartition("/")[2]
            link.set("href", f"https://{_FILE_HOST}{host.removeprefix('www.')}/{name}")

    return mutated(answer, relink)


def _is_there(answer: Answer, asked: Asked) -> bool:
    return asked.role == "file" and answer.status == 200


def _half_a_file(answer: Answer, asked: Asked) -> Answer:
    """The copying of files to another server broke off."""
    if not _is_there(answer, asked):
        return answer
    return replace(answer, body=answer.body[: len(answer.body) // 2])


@cache
def _guide() -> Answer:
    text = "为了更好地提供政府信息公开服务，方便公民、法人或者其他组织获取政府信息，特编制本指南。"
    return Answer(draw("网站使用指南", [Paragraph(text)]), "application/pdf")


def _one_file(answer: Answer, asked: Asked) -> Answer:
    """The download program ignores which file is meant, and always gives the same."""
    return _guide() if _is_there(answer, asked) else answer


def _no_leeching(answer: Answer, asked: Asked) -> Answer:
    """Files are kept from visitors who come from elsewhere: they get a picture."""
    if urlsplit(asked.url).path == _NO_LEECHING:
        return _IMAGE
    to_picture = Answer(b"", status=302, location=_NO_LEECHING)
    return to_picture if _is_there(answer, asked) else answer


@cache
def _ofd() -> Answer:
    """A scan in the format of official documents."""
    parts = {
        "OFD.xml": "<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>",
        "Doc_0/Document.xml": "<Document><Pages><Page BaseLoc='Page_0.xml'/></Pages></Document>",
        "Doc_0/Page_0.xml": "<Page><Content><ImageObject ResourceID='1'/></Content></Page>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return Answer(stream.getvalue(), "application/ofd")


def _as_ofd(answer: Answer, asked: Asked) -> Answer:
    """Documents are published as OFD files, scanned, in place of text."""
    if asked.url.endswith(".ofd"):
        return _ofd()
    if asked.role != "article" or not is_html(answer):
        return answer

    def filed(tree: HtmlElement) -> None:
        for body in body_of(tree):
            emptied(body)
            link = (
                f'<p><a href="/ofd/{zlib.crc32(asked.url.encode())}.ofd">点击查看版式文件</a></p>'
            )
            body.append(parser.fragment_fromstring(link))

    return mutated(answer, filed)


CHANGES: Mapping[str, Change] = {
    "links to files lost": on("article", _links_to_files_lost),
    "files on a host with an expired certificate": _on_file_host,
    "half of each file": _half_a_file,
    "one file for all": _one_file,
    "files kept from leeching": _no_leeching,
    "scanned OFD files for text": _as_ofd,
}

"""Faults of portals that answer well enough: lists without end, hostile links, broken text."""

from __future__ import annotations

import random
import re

from crawler.words import FetchOutcome as O
from tests.portals.faults_kit import (
    COLUMN,
    SICK,
    SOUND,
    Answers,
    Evidence,
    Fault,
    Script,
    always,
    html,
    listing,
    pages,
    reply,
    report,
)

_PAGE_NUMBER = re.compile(r"/nb/index_(\d+)\.html")
_PDF = "/nb/202001/P020200131000000000001.pdf"
_SOUND_ROW = (SOUND, "红寺堡区良好镇2019年政府信息公开工作年度报告")


def _endless(*, fresh: bool) -> Answers:
    """A list of a million pages by its pager: each with a new row, or each like the first."""

    def answers(path: str, _times: int) -> Script | None:
        match = _PAGE_NUMBER.fullmatch(path)
        if path != COLUMN and match is None:
            return None
        number = int(match[1]) if match else 0
        row = (f"/nb/202001/t20200131_{1000 + number * fresh}.html", "县领导调研乡村振兴工作")
        pager = f'<script>createPageHTML(1000000, {number}, "index", "html")</script>'
        return [reply(listing(_SOUND_ROW, row, more=pager))]

    return answers


def _below(path_prefix: str, page: str) -> Answers:
    """``page`` wherever a path begins so; the list leads there."""

    def answers(path: str, times: int) -> Script | None:
        if path == COLUMN:
            return [reply(listing(_SOUND_ROW, (path_prefix, "乡镇（街道）")))]
        return [reply(page.format(times=times))] if path.startswith(path_prefix) else None

    return answers


def _list(*rows: tuple[str, str]) -> Answers:
    return always(reply(listing(*rows, _SOUND_ROW)), at=COLUMN)


def _on_list(name: str, does: str, answers: Answers, **stats: int) -> Fault:
    names = {key.replace("__", "/"): count for key, count in stats.items()}
    return Fault(name, does, O.OK, Evidence.EXCHANGE, answers, at=COLUMN, stats=names)


LISTS = (
    _on_list("list_without_end", "brings a new row on each of a million list pages",
             _endless(fresh=True), lists__stopped__limit=1),
    _on_list("page_1_for_ever", "shows page 1 whatever page is asked for",
             _endless(fresh=False), lists__stuck=1),
    _on_list("stub_without_end", "redirects by script to another query string, for ever",
             _below("/nb/stub/", "<script>location.href='/nb/stub/?{times}1'</script>"),
             lists__stopped__depth=1),
    _on_list("frame_in_frame", "frames itself under another query string, for ever",
             _below("/nb/frame/", '<html><iframe src="/nb/frame/?{times}1"></iframe></html>'),
             lists__stopped__depth=1),
    _on_list("folders_without_end", "links to a folder below each folder",
             _below("/nb/more/", '<html><a href="more/">更多</a></html>'),
             lists__stopped__depth=1),
)  # fmt: skip

LINKS = (
    _on_list("links_with_line_breaks", "breaks the links of a list with CR and LF",
             _list((f"/nb/2020\r\n01/{SICK.rpartition('/')[2]}", "2019年政府信息公开年度报告"))),
    _on_list("links_hostile", "links to files, scripts, this machine, other hosts, broken URLs",
             _list(*((href, "2019年政府信息公开工作年度报告") for href in (
                 "http://[broken/t20200131_1.html",
                 "javascript:alert(1)//202001/t20200131_1.html",
                 "file:///etc/passwd.pdf",
                 "http://127.0.0.1:22/202001/t20200131_1.html",
                 "//other.example.com/202001/t20200131_1.html",
                 "http://user:secret@www.nxlw.gov.cn/202001/t20200131_1.html",
                 "http://host name.gov.cn/202001/t20200131_1.html",
                 "http://a..b.gov.cn/202001/t20200131_1.html",
                 "http://www.faults.gov.cn:99999/202001/t20200131_1.html",
                 "/nb/" + "x" * 70_000 + "/202001/t20200131_3.html",
             )))),
    Fault("file_names_climb", "names attachments ../../../etc/passwd.pdf", O.OK, Evidence.EXCHANGE,
          pages({
              SICK: [reply(report(more='<p><a href="../../../../../etc/passwd.pdf">'
                                  f'../../../../etc/passwd.pdf</a> <a href="{_PDF}">..\\..\\b.pdf'
                                  "</a></p>"))],
              _PDF: [reply(b"%PDF-1.4\n", 'Content-Disposition: attachment; filename="../../x"')],
          })),
    Fault("attachment_is_a_page", "sends a captcha page where the attachment should be",
          O.OK, Evidence.EXCHANGE,
          pages({SICK: [reply(report(more=f'<p><a href="{_PDF}">附件.pdf</a></p>'))],
                 _PDF: [reply(html("请输入验证码"))]}), stats={"blocked/waf_page": 1}),
)  # fmt: skip


def _text(name: str, does: str, body: bytes | str, kind: str = "text/html") -> Fault:
    return Fault(name, does, O.OK, Evidence.EXCHANGE, always(reply(body, kind=kind)))


def _unread(name: str, does: str, body: bytes | str, word: str) -> Fault:
    answers = always(reply(body))
    stats = {f"page/{word}": 1}
    return Fault(name, does, O.OK, Evidence.EXCHANGE, answers, unread=True, stats=stats)


_META = report().replace("<head>", '<head><meta charset="utf-8">')
TEXTS = (
    _text("charset_says_utf_8_is_gbk", "declares UTF-8 twice and sends GBK",
          _META.encode("gb18030"), "text/html; charset=utf-8"),
    _text("charset_says_gbk_is_utf_8", "declares GB2312 and sends UTF-8",
          report(), "text/html; charset=gb2312"),
    _text("charset_says_latin", "declares ISO-8859-1 and sends GBK",
          report().encode("gb18030"), "text/html; charset=iso-8859-1"),
    _text("charset_unknown", "declares a charset that does not exist",
          report(), "text/html; charset=x-county"),
    _text("nul_bytes", "has NUL bytes between its characters", report().replace("年", "年\0")),
    _text("type_wrong", "declares a page to be a PNG image", report(), "image/png"),
    _unread("page_over_the_reading_limit", "sends a page of 12 MB",
            report() + "<p>x</p>" * (12 * 1024 * 1024 // 8), "killed"),
    _unread("page_of_200000_levels", "nests 200,000 elements", "<div>" * 200_000 + report(),
            "killed"),
    _unread("page_of_noise", "sends 3 MB of random bytes as a page",
            random.Random(2).randbytes(3 * 1024 * 1024), "unsupported"),
)  # fmt: skip
CONTENTS = (*LISTS, *LINKS, *TEXTS)

"""Pages and their files by every family's way of naming them: one real crawl, asserted many ways.

The portal's list leads to one page for each thing that files of a page may be.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from crawler.catalogue import Catalogue, StoredDocument
from crawler.items import AttachmentInfo, Paragraph, Role, Use
from crawler.layout import Layout
from crawler.warc.reader import CaptureReader
from tests.fetch_lab import Answer, Server
from tests.office_samples import cell, docx, p, row, tbl
from tests.pdf_samples import Sheet
from tests.portals.demo import FAST, scrapy
from tests.portals.faults_kit import html
from tests.small_portal import HOST, LIST, PORTAL

FILES = "files.nx.gov.cn"
ELSEWHERE = "files.example.com"
TOWN = "太阳山镇"
PROSE = (
    "全镇主动公开政府信息三十条，受理依申请公开两件，均已答复，没有行政复议和行政诉讼。",
    "镇党政办公室负责政务公开的日常工作，按照年初制定的要点逐项落实，并在年底进行了检查和通报。",
    "公开的内容还不够全面，公开的时效有待提高，下一步将加强队伍建设，完善考核制度，提升公开质量。",
    "镇政府在便民服务中心设立查阅点，配备电脑和资料，由专人接待，全年接待群众查阅一百五十余人次。",
    "村务公开栏、政府网站和微信公众号是公开的主要渠道，群众可以随时查阅，也可以向镇政府提出申请。",
)
MORE = (
    "财政预算和决算在编制完成后二十日内公布，惠民补贴的名单和标准逐村张贴，接受群众监督和询问。",
    "依申请公开的两件均在法定期限内作出答复，一件予以公开，一件告知申请人向有关部门另行提出申请。",
    "全年组织政务公开培训四次，参加的干部一百二十人次，机关和各村的信息员都接受了一次以上的培训。",
    "本年度没有因政府信息公开申请提起的行政复议和行政诉讼，也没有收取任何检索、复制和邮寄的费用。",
)
UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
SCAN = b"\xff\xd8\xff\xe0" + b"\x00\x10JFIF\x00" + bytes(200) + b"\xff\xd9"
YEARS = {"vsb": 2011, "twin": 2012, "half": 2013, "scan": 2014, "away": 2015, "both": 2016,
         "ucap": 2017, "captcha": 2018, "many": 2019, "viewer": 2020}  # fmt: skip


def title(name: str) -> str:
    return f"{TOWN}{YEARS[name]}年政府信息公开工作年度报告"


def path(name: str) -> str:
    return f"{LIST}{YEARS[name] + 1}01/t{YEARS[name] + 1}0115_1.html"


def text(name: str) -> tuple[str, ...]:
    """The prose of a report, with what makes it this year's."""
    return tuple(f"{YEARS[name]}年，{paragraph}" for paragraph in PROSE)


def pdf(heading: str, paragraphs: tuple[str, ...]) -> bytes:
    sheet = Sheet()
    if heading:
        sheet.centred(heading)
    for paragraph in paragraphs:
        sheet.paragraph(paragraph)
    return sheet.pdf()


def word(heading: str, *paragraphs: str, table: str = "") -> bytes:
    return docx("".join(map(p, (heading, *paragraphs))) + table)


def file(content: bytes, name: bytes = b"", **more: Any) -> Answer:
    headers = {"Content-Type": "application/octet-stream"}
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name.decode("latin-1")}"'
    return Answer(content, headers=headers, **more)


def page(name: str, inner: str = "", *paragraphs: str) -> Answer:
    prose = "".join(f"<p>{one}</p>" for one in paragraphs)
    heading = title(name)
    body = f'<h1>{heading}</h1><div class="TRS_Editor">{prose}{inner}</div>'
    return Answer(html(body, heading))


def link(href: str, words: str = "点击下载") -> str:
    return f'<p><a href="{href}">{words}</a></p>'


VSB = "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid="
TWIN_PDF = "/xxgk/zfxxgknb/201301/P020130115000000000001.pdf"
ANNEX = tbl(row(cell("指标"), cell("数量")), row(cell("主动公开"), cell("30")))


def answers() -> dict[str, Answer]:
    own = f"http://{HOST}"
    pages = {
        "vsb": link(f"{VSB}1"),
        "twin": link(TWIN_PDF, "附件：年报.pdf"),
        "half": link("/f/half.pdf", title("half") + ".pdf"),
        "scan": "".join(f'<p><img src="/u/{n}.jpg"></p>' for n in (2, 1, 3))
        + '<p><img src="/images/logo.png"><img src="/u/qrcode.jpg" width="90"></p>',
        "away": link(f"http://{FILES}/1.pdf") + link(f"http://{ELSEWHERE}/2.pdf", "表.pdf"),
        "both": link("/f/both.docx", "附件1：年报.docx")
        + link("/f/both.pdf", "附件2：年报.pdf")
        + link(f"https://{HOST}/f/both.docx", "点击下载")
        + link("/f/annex.docx", "附件3：统计表.docx"),
        "ucap": link(f"/1a2b/files/{UUID}", title("ucap")),
        "captcha": link(f"{VSB}2"),
        "many": "".join(link(f"/f/{n}.pdf", f"附件{n}.pdf") for n in range(25)),
        "viewer": '<iframe src="/pdfjs/web/viewer.html?file=../../f/viewer.pdf"></iframe>',
    }
    printed = {"twin": text("twin"), "half": text("half"), "many": text("many")}
    found = {path(name): page(name, inner, *printed.get(name, ())) for name, inner in pages.items()}
    gbk = "太阳山镇2011年年报.pdf".encode("gbk")
    found[f"{VSB}1"] = file(pdf(title("vsb"), text("vsb")), gbk, referer=own + path("vsb"))
    found[f"{VSB}2"] = file(b"%PDF", referer="nobody")
    found[TWIN_PDF] = file(pdf(title("twin"), text("twin")))
    found["/f/half.pdf"] = file(pdf(title("half"), (*text("half"), *MORE)))
    found["/f/both.docx"] = file(word(title("both"), *text("both")))
    found["/f/both.pdf"] = file(pdf(title("both"), text("both")))
    found["/f/annex.docx"] = file(word("政府信息公开情况统计表", table=ANNEX))
    found[f"/1a2b/files/{UUID}"] = file(word(title("ucap"), *text("ucap")))
    found["/f/viewer.pdf"] = file(pdf(title("viewer"), text("viewer")))
    found |= {f"/u/{n}.jpg": file(SCAN) for n in (1, 2, 3)}
    rows = [(path(name), title(name), year) for name, year in YEARS.items()]
    rows.append((TWIN_PDF, title("twin"), YEARS["twin"]))
    found[LIST] = Answer(
        html(
            "<ul>"
            + "".join(
                f'<li><a href="{href}">{words}</a><span>{year + 1}-01-15</span></li>'
                for href, words, year in rows
            )
            + "</ul>"
        )
    )
    return found


class Crawled:
    def __init__(self, archive: Path, pages: Server, files: Server) -> None:
        self.archive, self.pages, self.files = archive, pages, files
        catalogue = Catalogue(Layout(archive))
        documents = list(catalogue.whole(catalogue.documents([PORTAL])))
        self.by_year = {found.row["report_year"]: found for found in documents}
        self.run: dict[str, Any] = json.loads(
            max(Layout(archive).run_dir(PORTAL).glob("2*.json")).read_text("utf-8")
        )
        assert len(documents) == len(self.by_year), [found.row["url"] for found in documents]

    def __getitem__(self, name: str) -> StoredDocument:
        return self.by_year[YEARS[name]]

    def attached(self, name: str) -> tuple[AttachmentInfo, ...]:
        return self[name].latest.attachments

    def body(self, name: str) -> list[str]:
        """The paragraphs; a table is its first cell."""
        return [
            one.text if isinstance(one, Paragraph) else one.rows[0][0]
            for one in self[name].latest.blocks
        ]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    archive = tmp_path_factory.mktemp("archive")
    known = answers()
    away = file(pdf(title("away"), text("away")), quote(f"{title('away')}.pdf").encode())
    with (
        Server(lambda asked: known.get(asked, Answer(status=404))) as pages,
        Server(lambda asked: away if asked == "/1.pdf" else Answer(status=404), "127.0.0.2") as far,
    ):
        hosts = {
            HOST: f"{pages.host}:{pages.port}",
            FILES: f"{far.host}:{far.port}",
            ELSEWHERE: f"{far.host}:{far.port}",
        }
        done = scrapy(
            *("crawl", PORTAL, "-L", "WARNING"),
            **{**FAST, "POLITENESS_BACKOFF": 0.01, "RETRY_TIMES": 0, "NOW": "2030-01-15"},
            ARCHIVE_DIR=archive,
            CONNECT_TO=json.dumps(hosts),
        )
        assert "Traceback" not in done.stderr, done.stderr
        yield Crawled(archive, pages, far)


def test_a_download_that_wants_to_know_where_one_comes_from_is_told(crawled: Crawled) -> None:
    assert crawled.body("vsb") == list(text("vsb"))
    (info,) = crawled.attached("vsb")
    assert (info.name, info.use) == ("太阳山镇2011年年报.pdf", Use.BODY)


def test_a_page_in_place_of_a_file_is_a_missing_part(crawled: Crawled) -> None:
    assert YEARS["captcha"] not in crawled.by_year
    assert crawled.run["observed"]["pages"] == {"part_missing": 1, "image_only": 1}


def test_a_page_and_its_twin_are_one_document_at_two_addresses(crawled: Crawled) -> None:
    twin = crawled["twin"]
    assert crawled.body("twin") == list(text("twin"))
    assert [info.use for info in crawled.attached("twin")] == [Use.TWIN]
    assert sorted(row["role"] for row in twin.urls) == ["copy", "original"]
    assert len(twin.versions) == 1
    assert not twin.flags


def test_a_summary_gives_way_to_the_whole_report(crawled: Crawled) -> None:
    assert crawled.body("half") == [*text("half"), *MORE]
    assert crawled["half"].latest.text_source == "pdf"
    assert [info.use for info in crawled.attached("half")] == [Use.BODY]


def test_scans_are_archived_in_their_order_and_ornaments_are_not(crawled: Crawled) -> None:
    reader = CaptureReader(Layout(crawled.archive).warc_dir(PORTAL))
    scans = [one for one in reader.captures() if one.note.role is Role.IMAGE]
    scans.sort(key=lambda one: one.note.context.position)
    assert [one.url.rpartition("/")[2] for one in scans] == ["2.jpg", "1.jpg", "3.jpg"]
    assert {one.note.parent for one in scans} == {
        one.record_id for one in reader.captures() if one.url.endswith(path("scan"))
    }
    assert not [asked for asked in crawled.pages.pages if "logo" in asked or "qrcode" in asked]


def test_files_lie_on_government_hosts_and_others_are_named(crawled: Crawled) -> None:
    assert crawled.body("away") == list(text("away"))
    assert [(info.name, info.outcome) for info in crawled.attached("away")] == [
        (f"{title('away')}.pdf", "document"),
        ("表.pdf", "part_missing"),
    ]
    assert f"part_missing:http://{ELSEWHERE}/2.pdf" in crawled["away"].latest.warnings
    assert crawled.files.pages == ["/1.pdf"]


def test_a_report_attached_twice_is_read_once_and_its_annex_behind_it(crawled: Crawled) -> None:
    assert crawled.body("both") == [*text("both"), "政府信息公开情况统计表", "指标"]
    found = crawled.attached("both")
    assert [info.use for info in found] == [Use.BODY, Use.TWIN, Use.ANNEX]
    assert crawled.pages.pages.count("/f/both.docx") == 1
    assert crawled["both"].latest.text_source == "docx"


def test_a_file_without_an_ending_is_what_its_bytes_are(crawled: Crawled) -> None:
    assert crawled.body("ucap") == list(text("ucap"))
    (info,) = crawled.attached("ucap")
    assert (info.name, info.use) == (title("ucap"), Use.BODY)


def test_a_list_of_downloads_is_cut_by_name(crawled: Crawled) -> None:
    asked = [one for one in crawled.pages.pages if one.startswith("/f/") and one[3].isdigit()]
    assert len(asked) == len(set(asked)) == 20
    assert "parts_cut:25" in crawled["many"].latest.warnings


def test_a_viewer_takes_its_file_beside_itself(crawled: Crawled) -> None:
    assert crawled.body("viewer") == list(text("viewer"))


def test_the_archive_gives_the_same_documents_again(crawled: Crawled) -> None:
    before = {year: found.latest for year, found in crawled.by_year.items()}
    done = scrapy("reextract", PORTAL, "-L", "WARNING", ARCHIVE_DIR=crawled.archive)
    assert done.returncode == 0, done.stderr
    catalogue = Catalogue(Layout(crawled.archive))
    again = list(catalogue.whole(catalogue.documents([PORTAL])))
    assert {found.row["report_year"]: found.latest for found in again} == before

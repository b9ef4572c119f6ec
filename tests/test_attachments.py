"""Files of a page: which links lead to one, what it is called, and pages that hold nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extraction.extract import read
from crawler.items import Capture, PageOutcome, PageResult, Role

HOST = "http://www.mou.gov.cn"
TITLE = "某某镇2022年政府信息公开工作年度报告"
MENU = "".join(f"<li><a href=/c{number}/>栏目之{number}</a></li>" for number in range(12))
TEXT = "<p>某某镇2022年政府信息公开工作年度报告已编制完成，现予公布，请下载查看。</p>"


def read_page(inner: str) -> PageResult:
    markup = (
        f"<html><head><meta charset=utf-8><title>{TITLE}</title></head><body><ul>{MENU}</ul>"
        f"<h1>{TITLE}</h1><div>发布时间：2023-01-20 来源：某某镇</div>{inner}"
        "<div>某某县人民政府主办</div></body></html>"
    )
    url = f"{HOST}/a/t20230120_1.html"
    date = datetime(2023, 2, 1, tzinfo=UTC)
    return read(Capture("r", url, date, 200, (), markup.encode()), None)


def attached(inner: str) -> list[tuple[str, str]]:
    parts = read_page(f"<div id=zoom>{TEXT}</div>{inner}").parts
    return [(one.url.removeprefix(HOST), one.name) for one in parts if one.role is Role.ATTACHMENT]


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("<p><a href=/f/1.doc>2022年年报.doc</a></p>", "2022年年报.doc"),
        ("<p><a href=/f/1.doc title=2022年年报.doc>下载</a></p>", "2022年年报.doc"),
        # e06, f03: the name beside the link, the link's title says nothing more
        ("<p><i></i><span>年报.doc</span><a href=/f/1.doc title=下载>下载</a></p>", "年报.doc"),
        ("<li><b>年报.doc</b><b>（42KB）</b><a href=/f/1.doc>点击下载</a></li>", "年报.doc"),
        # f13: the link is an icon
        ("<li><img src=/i.png> 年报.doc <a href=/f/1.doc><img src=/d.png></a></li>", "年报.doc"),
        # a sentence is no name, nor is what stands behind the link or before another
        ("<p>全文已经发布，请需要的人，<a href=/f/1.doc>点击下载</a>。</p>", "点击下载"),
        ("<p>年报 <a href=/f/1.doc>下载</a> <a href=/x/>预览</a></p>", "年报"),
        ("<p><a href=/x/>预览</a> <a href=/f/1.doc>下载</a> 年报</p>", "下载"),
        # the heading of the page is none of it
        ("<div><h2>公开</h2><p><a href=/f/1.doc></a></p></div>", ""),
    ],
)  # fmt: skip
def test_what_a_file_is_called(link: str, name: str) -> None:
    assert attached(link) == [("/f/1.doc", name)]


def test_the_address_names_a_file_where_nothing_else_does() -> None:
    link = '<p><a href="/downfile.jsp?classid=0&showname=年报.doc&filename=4c7e.doc">下载</a></p>'
    [(_, name)] = attached(link)
    assert name == "年报.doc"


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("""<a href="javascript:void(0)" onclick="downFile('/g?id=1')">年报.pdf</a>""", "/g?id=1"),
        ("""<a href="javascript:openFile('/g?id=1')">年报.pdf</a>""", "/g?id=1"),
        ("""<span onclick="down('/f/1.pdf')">年报.pdf</span>""", "/f/1.pdf"),
        ("""<a href="#" onclick="go('/zwgk/list.html')">更多</a>""", ""),
        ("""<a href="/x/" onclick="count(this)">解读</a>""", ""),
    ],
)
def test_files_that_a_script_opens(link: str, wanted: str) -> None:
    assert attached(f"<p>{link}</p>") == ([(wanted, "年报.pdf")] if wanted else [])


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        # g24: the address says nothing, the words do
        ('<p><a href="/f/8812?dl=1">任务清单.docx</a></p>', [("/f/8812?dl=1", "任务清单.docx")]),
        (
            '<p><b>清单.docx</b> <a href="/f/1?dl=1">下载</a> <a href="/p/1?v=1">预览</a></p>',
            [("/f/1?dl=1", "清单.docx")],
        ),
        ('<p><a href="/oss?key=83" download>任务清单</a></p>', [("/oss?key=83", "任务清单")]),
        ('<p><a href="/downFileById?fid=8">清单</a></p>', []),
        ('<p><a href="/common/downloadFile?fileId=8">清单</a></p>',
            [("/common/downloadFile?fileId=8", "清单")]),
        ('<p><a href="#">任务清单.docx</a></p>', []),
        ('<p><a href="/zc/t2.html">关于任务清单的通知</a></p>', []),
    ],
)  # fmt: skip
def test_files_whose_address_does_not_say_so(link: str, wanted: list[tuple[str, str]]) -> None:
    assert attached(link) == wanted


def test_a_page_named_like_the_files_of_its_family_is_no_file() -> None:
    result = read_page(
        f"<div id=zoom>{TEXT}<iframe src=./W020220120395512344321.htm></iframe></div>"
    )
    assert [one.role for one in result.parts] == [Role.FRAME]  # d12


def test_a_picture_that_leads_to_itself_enlarged_is_no_file() -> None:
    pictures = "".join(f"<a href=/{n}.png><img data-src=/{n}.png></a>" for n in range(3))
    assert attached(pictures) == []  # d16
    assert attached("<a href=/1.png><img src=/icon.png>附图.png</a>") == [("/1.png", "附图.png")]


def test_a_viewers_script_in_the_text_names_its_file() -> None:
    script = "<script>PDFObject.embed('/upload/1.pdf', '#show'); load('/js/a.js')</script>"
    result = read_page(f"<div id=zoom>{TEXT}{script}</div>")
    assert [one.url for one in result.parts] == [f"{HOST}/upload/1.pdf"]


def test_lists_of_files_below_an_article_are_found_where_they_say_so() -> None:
    files = "<div>附件：<ul><li><a href=/f/1.pdf title=年报.pdf>点击下载</a></li></ul></div>"
    article = f"<div><div id=zoom>{TEXT}</div></div>"  # g20
    share = "<div>分享到：微信</div>"
    guide = "<div>常用：<a href=/guide.pdf>指南</a></div>"
    for below in (files, share + files):
        assert [one.name for one in read_page(article + below + guide).parts] == ["年报.pdf"]


MENU_WITH_FILES = (
    "".join(f"<li><a href=/c{n}/>栏目{n}</a></li>" for n in range(6))
    + "<li><a href=/u/form.doc>申请表下载</a></li><li><a href=/u/guide.pdf>公开指南</a></li>"
)


@pytest.mark.parametrize(
    "page",
    [
        "<div><ul>{menu}</ul><div id=zoom>{text}</div>{files}</div>",
        "<ul>{menu}</ul><div><div id=zoom>{text}</div>{files}</div>",
        "<div><div id=zoom>{text}</div>{files}<div><h3>下载</h3><ul>{menu}</ul></div></div>",
    ],
)
def test_files_of_a_menu_near_the_article_are_not_its_own(page: str) -> None:
    files = "<div>附件：<a href=/f/1.pdf>年报.pdf</a></div>"
    result = read_page(page.format(menu=MENU_WITH_FILES, text=TEXT, files=files))
    assert [one.name for one in result.parts] == ["年报.pdf"]


def test_a_row_of_a_table_of_files_has_the_name_in_a_cell_of_its_own() -> None:
    row = (
        "<tr><td>{0}</td><td>年报{0}.pdf</td><td>34KB</td><td><a href=/f/{0}.pdf>下载</a></td></tr>"
    )
    table = (
        f"<table><tr><th>序号<th>名称<th>大小<th>操作</tr>{row.format(1)}{row.format(2)}</table>"
    )
    assert attached(table) == [("/f/1.pdf", "年报1.pdf"), ("/f/2.pdf", "年报2.pdf")]  # h19


def test_a_list_of_files_beside_an_article_without_a_frame_is_found() -> None:
    files = "<div><b>附件</b><a href=/attachment/download?aid=1>附表.xlsx</a></div>"
    footer = "<p><a href=/help.pdf>网站使用帮助</a></p>"
    body = f"{files}<div id=zoom>{TEXT}</div><hr>{footer}"
    assert [one.name for one in read_page(body).parts] == ["附表.xlsx"]


SCANS = "".join(f'<p><img src="/upload/{number}.jpg"></p>' for number in range(3))


@pytest.mark.parametrize(
    ("inner", "body", "outcome"),
    [
        (f"<div>{SCANS}</div>", "", PageOutcome.IMAGE_ONLY),
        (f"<div><p>报告见下图。</p>{SCANS}</div>", "报告见下图。", PageOutcome.IMAGE_ONLY),
        (
            f"<table><tr><td>{SCANS}</td></tr></table><p><img src=/images/logo.png></p>",
            "",
            PageOutcome.IMAGE_ONLY,
        ),
        (
            "<div><p>报告全文如下：</p><iframe src='/pdfjs/v.html?file=/f/1.pdf'></iframe></div>"
            "<div><span>年报.pdf</span><a href=/f/1.pdf>下载</a></div>",
            "报告全文如下：",
            PageOutcome.ATTACHMENT_ONLY,
        ),
    ],
)
def test_a_page_without_prose_is_its_pictures_or_its_file(
    inner: str, body: str, outcome: PageOutcome
) -> None:
    result = read_page(inner)
    assert (result.body, result.outcome, result.path) == (body, outcome, "pictures")


@pytest.mark.parametrize(
    ("viewer", "file"),
    [
        ("/pdfjs/web/viewer.html?file=/f/1.pdf", "/f/1.pdf"),
        ("/pdfjs/web/viewer.html?file=../../f/1.pdf#page=2", "/f/1.pdf"),
        ("/pdfjs/web/viewer.html?file=%2Ff%2F1.pdf", "/f/1.pdf"),
        ("/pdfjs/web/viewer.html?file=%252Ff%252F1.pdf", "/f/1.pdf"),
        (f"/v.html?x=1&File={HOST}/f/1.pdf".replace(":", "%3A"), "/f/1.pdf"),
        ("/v.html?file=/d.jsp%3Ffilename%3D1.pdf", "/d.jsp?filename=1.pdf"),
        # a name in GBK is asked for by the bytes it has
        ("/v.html?file=/f/%C4%EA%B1%A8.pdf", "/f/%C4%EA%B1%A8.pdf"),
        ("./W020230120395512344321.pdf", "/a/W020230120395512344321.pdf"),
        ("/v.html?file=", ""),
        ("/v.html?file=http://[/1.pdf", ""),
        ("/v.html?file=javascript:1.pdf", ""),
    ],
)
@pytest.mark.parametrize("frame", ["<iframe src='{}'>", "<embed src='{}'>", "<object data='{}'>"])
def test_a_viewers_file(frame: str, viewer: str, file: str) -> None:
    found = attached(f"<div>{frame.format(viewer)}</div>")
    assert found == ([(file, "")] if file else [])


def test_a_viewers_script_names_its_file_wherever_it_stands() -> None:
    end = "<script>new PDFObject({url: 'x'}); PDFObject.embed('/v.html?file=/f/1.pdf')</script>"
    assert attached(end) == [("/f/1.pdf", "")]
    for nowhere in ("http://[/1.pdf", "file:///D:/1.pdf", "D:\\\\1.pdf", "javascript:1.pdf"):
        assert attached(f"<script>PDFObject.embed('{nowhere}')</script>") == []
    assert attached("<script>var guide = '/help/guide.pdf'</script>") == []


def test_a_file_linked_often_is_one_part_with_the_best_name() -> None:
    links = (
        "<a href=/f/1.pdf><img src=/i/pdf.png></a><a href=/f/1.pdf>下载</a>"
        f"<a href={HOST.replace('http', 'https')}/f/1.pdf>年报.pdf</a>"
        "<a href='/f/1.pdf;jsessionid=0A'>又一份.pdf</a><a href=/f/./1.pdf#top>查看</a>"
    )
    assert attached(f"<p>{links * 10}</p>") == [("/f/1.pdf", "年报.pdf")]


@pytest.mark.parametrize(
    ("address", "is_file"),
    [
        ("/1a/files/3f2504e0-4f89-41d3-9a0c-0305e82c3301", True),
        ("/1a/files/3f2504e04f8941d39a0c0305e82c3301", True),
        ("/1a/files/3f2504e0-4f89-41d3-9a0c-0305e82c3301/", True),
        ("/1a/files/3f2504e0-4f89-41d3-9a0c-0305e82c3301.html", False),
        ("/files/2023/", False),
        ("/attachment/1/1117/1117295/9484570", True),
    ],
)
def test_files_of_a_uuid_have_no_ending(address: str, is_file: bool) -> None:
    assert bool(attached(f"<p><a href={address}>2022年年报</a></p>")) is is_file


def test_scans_are_parts_of_a_page_without_text_in_their_order() -> None:
    ornaments = (
        "<img src=/images/logo.png><img src=/u/qr.jpg width=90><img src='data:image/png;base64,A'>"
    )
    late = "<p><img src=/images/loading.gif data-src=/upload/9.jpg></p>"
    result = read_page(f"<div>{SCANS}{SCANS}{late}<p>{ornaments}</p></div>")
    assert result.outcome is PageOutcome.IMAGE_ONLY
    assert [(one.role, one.url.removeprefix(HOST)) for one in result.parts] == [
        (Role.IMAGE, f"/upload/{number}.jpg") for number in (0, 1, 2, 9)
    ]


def test_pictures_beside_a_text_or_a_file_are_no_parts() -> None:
    prose = "<p>全镇主动公开政府信息三十条，受理依申请公开两件，均已答复，没有行政复议。</p>" * 5
    assert read_page(f"<div id=zoom>{prose}{SCANS}</div>").parts == ()
    assert {
        one.role for one in read_page(f"<div>{SCANS}<a href=/1.pdf>年报.pdf</a></div>").parts
    } == {Role.ATTACHMENT}


@pytest.mark.parametrize(
    "link",
    [
        "<p><span onclick=\"downFile('/file/get?id={n}')\">下载</span></p>",  # cubic once
        "<a href=/f/{n}.doc>下载</a>",
        "<td><a href=/f/{n}.doc>下载</a></td>",
        "<p><a href=/f/{n}.doc>附件{n}名称.doc</a></p>",
    ],
)
def test_a_list_of_thousands_of_files_costs_what_it_is_long(link: str) -> None:
    files = "".join(link.format(n=n) for n in range(4000))
    row = f"<table><tr>{files}</tr></table>" if link.startswith("<td") else f"<div>{files}</div>"
    assert len(attached(row)) in (0, 4000)

"""How pages end, and which files and frames belong to them."""

from __future__ import annotations

import pytest

from crawler.extraction.extract import read
from crawler.items import Context, Kind, PageOutcome, PartRef, Role
from tests.test_extraction_body import NAV, PROSE, capture, page, read_html

TITLE = "某某镇2022年政府信息公开工作年度报告"
TEXT = "".join(f"<p>{line}</p>" for line in PROSE)
HOST = "http://www.mou.gov.cn"


def article(inner: str, title: str = TITLE) -> bytes:
    return page(f"<div class=TRS_Editor>{inner}</div>", title)


def test_a_report_is_a_document() -> None:
    result = read_html(article(TEXT))
    assert result.outcome is PageOutcome.DOCUMENT
    assert result.judgement.kind is Kind.ANNUAL_REPORT
    assert result.path == "container:.TRS_Editor"


def test_other_news_is_not_relevant_but_still_read() -> None:
    result = read_html(article(TEXT, "某某镇召开防汛工作会议"))
    assert result.outcome is PageOutcome.NOT_RELEVANT
    assert result.body == "\n\n".join(PROSE)


def test_a_look_alike_is_named() -> None:
    result = read_html(article(TEXT, "某某县2022年法治政府建设年度报告"))
    assert result.outcome is PageOutcome.LOOK_ALIKE
    assert result.judgement.look_alike


def test_a_page_with_only_a_link_is_attachment_only() -> None:
    result = read_html(article('<p><a href="./P020190319608215495483.pdf">附件：年报.pdf</a></p>'))
    assert result.outcome is PageOutcome.ATTACHMENT_ONLY
    url = f"{HOST}/a/P020190319608215495483.pdf"
    assert result.parts == (PartRef(url, Role.ATTACHMENT, "附件：年报.pdf"),)


def test_a_page_with_only_pictures_is_image_only() -> None:
    result = read_html(article('<p><img src="W020230120.jpg"></p><img src="/images/icon/w.png">'))
    assert result.outcome is PageOutcome.IMAGE_ONLY


def test_decoration_is_no_picture_and_nothing_is_silent() -> None:
    result = read_html(article('<p><img src="/static/share_icon.png"></p>'))
    assert result.outcome is PageOutcome.PART_MISSING


def test_a_body_in_a_frame_of_the_same_host_is_a_part() -> None:
    frames = (
        '<iframe src="/content/body.html"></iframe><iframe src="http://other.cn/x.html"></iframe>'
        '<iframe src="/common/share.html"></iframe>'
        '<iframe src="about:blank"></iframe><iframe></iframe>'
    )
    result = read_html(article(frames))
    assert result.parts == (PartRef(f"{HOST}/content/body.html", Role.FRAME, ""),)
    assert result.outcome is PageOutcome.PART_MISSING


@pytest.mark.parametrize(
    "frame",
    [
        '<iframe src="/pdfjs/web/viewer.html?file=/files/2022nb.pdf"></iframe>',
        '<iframe src="/pdfjs/web/viewer.html?file=%2Ffiles%2F2022nb.pdf#page=1"></iframe>',
        '<embed src="/files/2022nb.pdf" type="application/pdf">',
        '<object data="/files/2022nb.pdf"></object>',
    ],
)
def test_a_viewer_resolves_to_the_file_it_shows(frame: str) -> None:
    result = read_html(article(frame))
    assert result.parts == (PartRef(f"{HOST}/files/2022nb.pdf", Role.ATTACHMENT, ""),)
    assert result.outcome is PageOutcome.ATTACHMENT_ONLY


@pytest.mark.parametrize(
    ("href", "name"),
    [
        (
            "/module/download/downfile.jsp?classid=0&showname=年报.pdf&filename=0123abc.pdf",
            "年报.pdf",
        ),
        (
            "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=2",
            "点击下载",
        ),
        ("/attachment/1/1117/1117295/9484570.pdf", "点击下载"),
        ("files/年报.DOCX", "点击下载"),
        ("./W020230120.wps", "点击下载"),
        ("/u/cms/2023/x.ofd", "点击下载"),
        ("/a/b.zip?v=2", "点击下载"),
    ],
)
def test_every_family_s_way_to_name_a_file_is_an_attachment(href: str, name: str) -> None:
    text = "" if "showname" in href else "点击下载"
    result = read_html(article(f'<p><a href="{href}">{text}</a></p>'))
    assert [(part.role, part.name) for part in result.parts] == [(Role.ATTACHMENT, name)]


@pytest.mark.parametrize(
    "href", ["/c1/", "javascript:void(0)", "mailto:a@b.cn", "#top", "http://[x", "t20230120_2.html"]
)
def test_other_links_are_no_attachments(href: str) -> None:
    assert read_html(article(f'{TEXT}<a href="{href}">链接</a>')).parts == ()


def test_attachments_beside_the_container_belong_to_the_page_and_count_once() -> None:
    files = (
        '<ul class=fj><li><a href="/f/1.pdf">年报</a></li><li><a href="/f/1.pdf">又</a></li></ul>'
    )
    result = read_html(page(f"<div><div class=TRS_Editor>{TEXT}</div>{files}</div>"))
    assert result.parts == (PartRef(f"{HOST}/f/1.pdf", Role.ATTACHMENT, "年报"),)


def test_files_far_from_the_article_are_not_its_parts() -> None:
    html = page(f"<div><div><div><div class=TRS_Editor>{TEXT}</div></div></div></div>").decode()
    sidebar = "<div class=side><a href='/f/other.pdf'>指南</a></div></body>"
    assert read_html(html.replace("</body>", sidebar).encode()).parts == ()


def test_a_list_of_reports_is_a_list_and_not_a_document() -> None:
    rows = "".join(
        f'<li><a href="t{n}.html">某某镇{2000 + n}年政府信息公开工作年度报告</a>'
        f"<span>2023-01-{n:02}</span></li>"
        for n in range(1, 16)
    )
    html = f"<html><title>{TITLE}</title><body><ul>{NAV}</ul><h1>{TITLE}</h1><ul>{rows}</ul></body>"
    assert read_html(html.encode()).outcome is PageOutcome.LIST


def test_the_context_names_only_a_page_without_any_title() -> None:
    context = Context(link_text=TITLE)
    bare = read(capture(f"<body><div id=zoom>{TEXT}</div></body>".encode()), context)
    assert (bare.title, bare.outcome) == (TITLE, PageOutcome.DOCUMENT)
    assert bare.field_sources["title"]["where"] == "context"
    titled = read(capture(article(TEXT, "某某镇召开防汛工作会议")), context)
    assert titled.title == "某某镇召开防汛工作会议"


def test_an_empty_container_of_the_template_is_not_the_body() -> None:
    prose = "".join(f"<p>{line}</p>" for line in PROSE)
    result = read_html(f"<body><div id=zoom> </div><div>{prose}</div>".encode())
    assert (result.path, result.body) == ("prose", "\n\n".join(PROSE))


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("2022年，我局公开信息36条，未收到申请。", PageOutcome.DOCUMENT),
        ("报告已编制完成，现予公布。全乡共公开信息268条。详见附件。", PageOutcome.DOCUMENT),
        ("某局2022年政府信息公开工作年度报告详见附件。", PageOutcome.ATTACHMENT_ONLY),
        ("现将我局2022年年度报告予以公布，请点击下载。", PageOutcome.ATTACHMENT_ONLY),
    ],
)
def test_a_short_text_is_a_document_when_it_reports(sentence: str, outcome: PageOutcome) -> None:
    inner = f'<p>{sentence}</p><p><a href="./P020190319608215495483.pdf">附件</a></p>'
    assert read_html(article(inner)).outcome is outcome


def test_furniture_around_a_frame_is_no_text() -> None:
    html = (
        f"<title>{TITLE}</title><ul>{NAV}</ul><h1>{TITLE}</h1>"
        "<p>【信息来源：区商务局】 【信息时间：2023-01-25】</p>"
        '<iframe src="/x/content.html"></iframe>'
    )
    result = read_html(html.encode())
    assert (result.outcome, result.body) == (PageOutcome.PART_MISSING, "")
    assert (result.published, result.source) == ("2023-01-25", "区商务局")


def test_a_notice_of_main_tasks_is_work_points_and_a_report_on_them_is_not() -> None:
    title = "某县人民政府办公室关于印发2023年全县政务公开重点工作任务的通知"
    assert read_html(article(TEXT, title)).judgement.kind is Kind.WORK_POINTS
    title = "某县2023年政务公开重点工作任务完成情况"
    assert read_html(article(TEXT, title)).judgement.kind is None


def test_an_article_of_links_is_a_list_with_its_words_and_one_of_files_is_not() -> None:
    """l15, d26, k21."""
    rows = "".join(f"<p>{n}.<a href=t{n}.html>某某镇第{n}分区年度报告</a></p>" for n in range(1, 9))
    lead = "各镇2022年年度报告已经公布，请点击名称查看："
    listed = read_html(article(f"<p>{lead}</p>{rows}"))
    assert (listed.outcome, listed.body.count("年度报告")) == (PageOutcome.LIST, 9)
    cells = "".join(
        f"<tr><td>·<a href=a{n}.html>某某镇{n}村公开情况报告</a></td>"
        f"<td>·<a href=b{n}.html>某某镇{n}组公开情况报告</a></td></tr>"
        for n in range(1, 9)
    )
    tabled = read_html(article(f"<table>{cells}</table>"))
    assert tabled.outcome is PageOutcome.LIST
    assert "\t" not in tabled.body
    files = rows.replace(".html", ".pdf")
    assert read_html(article(files)).outcome is PageOutcome.ATTACHMENT_ONLY


def test_other_documents_listed_within_a_text_do_not_make_it_a_list() -> None:
    rows = "".join(f"<li><a href=t{n}.html>某某镇第{n}号结果公示通知</a></li>" for n in range(9))
    box = f"<div><h4>相关信息</h4><ul>{rows}</ul></div>"
    sentence = "2022年，某某镇通过公开栏公开信息25条，未收到政府信息公开申请。"
    signed = "<p>某某镇人民政府</p>"
    for inside in (f"<p>{sentence}</p>{box}{signed}", f"<p>{sentence}</p>{signed}{box}"):
        result = read_html(page(f"<div class=own>{inside}</div>", TITLE))
        assert result.outcome is PageOutcome.DOCUMENT
        assert result.body == f"{sentence}\n\n某某镇人民政府"


def test_a_notice_to_do_the_main_work_is_the_work_points() -> None:
    """g24, k13."""
    title = "某县人民政府办公室关于做好2016年政务公开重点工作的通知"
    assert read_html(article(TEXT, title)).judgement.kind is Kind.WORK_POINTS


def test_a_line_that_points_to_the_file_is_the_text_of_a_page_without_prose() -> None:
    """j19: whatever menus surround it."""
    line = f"{TITLE}（详见附件）"
    file = "<div class=fj><p><a href=/f/1.pdf>年报.pdf</a></p></div>"
    result = read_html(page(f"<div class=own><p>{line}</p></div>{file}", TITLE))
    assert (result.outcome, result.body) == (PageOutcome.ATTACHMENT_ONLY, line)
    assert result.path == "pictures"

"""The five seed documents as the pages their texts were taken from, rebuilt.

Each page is made from its gold text in ``tests/fixtures/seed-gold`` and carries the cause of
what the seed text shows: chrome in its own elements, pieces of words in spans of their own, real
breaks where a carrier broke a line. What a seed lost before it was saved (``建议4,``) is printed
as lost: nothing is repaired.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from crawler.items import Paragraph, Table
from tests.portals import gyct, nfcms, trs
from tests.portals.hanzi import simplify, traditional
from tests.portals.markup import INDENT, esc, paragraph, runs
from tests.portals.model import MIRROR_HOST, MIRRORED, PORTALS, Article
from tests.portals.pdfs import LINE_BREAK, PAGE_BREAK, draw

GOLD = Path(__file__).parent.parent / "fixtures" / "seed-gold"
ORIGINAL_002 = Path(__file__).parent / "data" / "002_original.txt"

URLS = {
    "000": "http://www.hongsibu.gov.cn/xxgk/zfxxgknb/xzjd/tysz/201903/t20190315_1314504.html",
    "001": "http://www.spt.gov.cn/xxgk/xzxxgkml/dyz/fdzdgknr_41180/zcwj_41187/201807/t20180704_862211.html",
    "002": "http://tzchery.com/zt/xxgknb/zjbm/content/post_1451957.html",
    "002_original": "http://www.suixi.gov.cn/zt/xxgknb/zjbm/content/post_1451957.html",
    "003": "http://www.gyct.gov.cn/xxgk/show/20160107093735-488266-00-000.html",
    "004": "http://www.nxlw.gov.cn/zwgk/zfxxgknb/xzjd/lhz/201903/t20190319_1325860.html",
}
PDF_NAME = "P020190319608215495483.pdf"
PDF_URL = URLS["004"].rsplit("/", 1)[0] + "/" + PDF_NAME

# Where a carrier broke a line: (text before, text after) of every real break.
SENTENCE_BREAK = ("公開基本內容的基礎", "上,重點公開")
PAGE_TURN = ("“互联网+政务服务”宣", "传，提高群众知晓率")
CAPTION_BREAK = ("灵武市临河镇 2018 年度政府信息公开情况", "统计表")
CELL_BREAKS = (
    ("（一）主动公开政府信息数", "（不同渠道和方式公开"),
    ("（一）回应公众关注热点或重大舆情数", "（不同方式回应"),
    ("公共安全、经济安全和社会", "稳定"),
    ("（不包括政府公报及政府网站工作人员", "数）"),
    ("（不包括用于政府公报编辑管理", "及政府网站建设维护"),
)
TABLE_TURN = "2. 同意公开答复数"

_PIECES_000 = re.compile(r"。二(?=是)|(?<!。)二(?=是信息)|三是|(?<=建议)4|4(?=.?件)|[0-9]+(?=条)")
_LETTERHEAD_LINES = 1
_TITLE_SLOT, _BODY_SLOT = "{title}", "{body}"
_TITLE_003 = ("关于2015年度政务公开工作开展情况的", "自查报告")
_INFO_003 = (
    ("索 引 号 : 008463720/2016-00001", "发布机构: 陈家乡", "成文日期: 2016-01-07"),
    ("发布时间: 2016-01-07", "发文字号:", "公文种类: 无"),
    ("有 效 性 : 有效", "字体: [ 大 中 小 ]"),
)


@cache
def gold(seed: str) -> str:
    """The text a seed must become; ``002_original`` is the simplified original of 002."""
    if seed == "002_original":
        return ORIGINAL_002.read_text(encoding="utf-8")
    (path,) = GOLD.glob(f"{seed}_*.txt")
    return path.read_text(encoding="utf-8")


def _parts(seed: str) -> tuple[str, list[str]]:
    """Title and body blocks of a gold text."""
    head, _, body = gold(seed).partition("\n\n")
    return head.split("\n")[0], body.rstrip("\n").split("\n\n")


def _seed_000() -> str:
    title, body = _parts("000")
    style = "FONT-SIZE: 16pt; FONT-FAMILY: 仿宋_GB2312"
    lines = (
        paragraph(f'{INDENT}<span style="{style}">{runs(line, _PIECES_000, style)}</span>')
        for line in body
    )
    return trs.article_page(
        PORTALS["ningxia_hongsibu"],
        Article(
            title=title,
            body="".join(lines),
            crumbs=("政府信息公开", "政府信息公开年报", "乡镇(街道)", "太阳山镇"),
            published="2019-03-15",
            source="红寺堡区太阳山镇",
        ),
    )


def _paragraph_001(line: str) -> str:
    if line == "2018年7月4日":
        return paragraph(esc(line) + "&nbsp;" * 7, "text-align:right")
    if line.endswith("东园镇人民政府"):
        blank = paragraph("&nbsp;")
        return blank + blank + paragraph(INDENT + esc(line), "text-align:right")
    if line == "东园镇2018年政务公开工作要点":
        return paragraph("&nbsp;") + paragraph(esc(line), "text-align:center") + paragraph("&nbsp;")
    if line.startswith("各村"):
        return paragraph(esc(line))
    # the spaces inside a sentence (`意图。 (镇`, `25 号`) are printed as the page had them
    return paragraph(INDENT + esc(line))


def _seed_001() -> str:
    title, body = _parts("001")
    return trs.article_page(
        PORTALS["ningxia_shapotou"],
        Article(
            title=title,
            body="".join(map(_paragraph_001, body)),
            crumbs=("政府信息公开", "乡镇信息公开目录", "东园镇", "法定主动公开内容", "政策文件"),
            published="2018年07月04日",
            source="沙坡头区东园镇",
            info=tuple(
                ("", value)
                for value in (
                    "640502017/2018-41187",
                    "东政发〔2018〕112号",
                    "沙坡头区东园镇",
                    "沙坡头区东园镇",
                    "有效",
                    "2018年07月04日",
                )
            ),
            under_title="东政发〔2018〕112号",
            foot='<div class="detail-files">附件下载:<ul></ul></div>\n',
        ),
    )


def _seed_002(seed: str) -> str:
    title, body = _parts(seed)
    before, after = SENTENCE_BREAK
    if seed != "002":
        before, after = simplify(before), simplify(after)
    broken = [esc(line).replace(before + after, f"{before}<br>{after}") for line in body]
    page = nfcms.article_page(
        MIRRORED,
        Article(
            title=_TITLE_SLOT,
            body=_BODY_SLOT,
            crumbs=("专题专栏", "信息公开年报", "镇街部门"),
            meta=False,
        ),
    )
    if seed == "002":
        # the mirror's machine converts its chrome too; the text itself is the gold's
        page = traditional(page).replace(MIRRORED.host, MIRROR_HOST)
    text = "".join(paragraph(INDENT + line) for line in broken)
    return page.replace(_TITLE_SLOT, esc(title)).replace(_BODY_SLOT, text)


def _seed_003() -> str:
    _, body = _parts("003")
    letterhead, text = body[:_LETTERHEAD_LINES], body[_LETTERHEAD_LINES:]
    closing = text.index("广元市朝天区陈家乡人民政府") + 1
    desktop = "".join(paragraph(INDENT + esc(line)) for line in letterhead + text[:closing])
    mobile = "".join(paragraph(esc(line)) for line in (*_TITLE_003, *text))
    copies = (
        f'<div class="hidden-xs">\n{desktop}</div>\n'
        f'<div class="visible-xs"><h3>{esc(_TITLE_003[0])}</h3>\n{mobile}</div>\n'
    )
    return gyct.show_page(
        PORTALS["sichuan_chaotian"],
        Article(title=_TITLE_003[0], body=copies, crumbs=("信息公开", "乡镇信息公开", "陈家乡")),
        gyct.info_table(_INFO_003),
    )


def _seed_004() -> str:
    title, _ = _parts("004")
    link = (
        f'<a href="./{PDF_NAME}" target="_blank">灵武市临河镇2018年政府信息公开工作年度报告.pdf</a>'
    )
    return trs.article_page(
        PORTALS["ningxia_lingwu"],
        Article(
            title=title,
            body=paragraph(link),
            crumbs=("政务公开", "政府信息公开年报", "乡镇(街道)", "临河镇"),
            meta=False,
        ),
    )


@cache
def seed_pdf() -> bytes:
    """The attachment of seed 004: prose over several pages and a ruled table of 66 rows."""
    title, body = _parts("004")
    blocks: list[Paragraph | Table] = []
    for part in body:
        if "\t" in part:
            blocks.append(Table(tuple(_broken_row(row) for row in part.split("\n"))))
            continue
        text = part.replace("".join(PAGE_TURN), PAGE_BREAK.join(PAGE_TURN))
        blocks.append(
            Paragraph(text.replace("".join(CAPTION_BREAK), LINE_BREAK.join(CAPTION_BREAK)))
        )
    return draw(title, blocks)


def _broken_row(row: str) -> tuple[str, ...]:
    for before, after in CELL_BREAKS:
        row = row.replace(before + after, before + LINE_BREAK + after)
    if row.startswith(TABLE_TURN):
        row = PAGE_BREAK + row
    return tuple(row.split("\t"))


def seed_page(seed: str) -> tuple[str, bytes]:
    """URL and bytes of a seed's page: ``000`` … ``004`` or ``002_original``."""
    builders = {
        "000": _seed_000,
        "001": _seed_001,
        "002": lambda: _seed_002("002"),
        "002_original": lambda: _seed_002("002_original"),
        "003": _seed_003,
        "004": _seed_004,
    }
    return URLS[seed], builders[seed]().encode()

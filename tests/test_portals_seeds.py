"""The seeds' pages and the PDF attachments carry the causes of what the seed texts show."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest

from crawler.items import Paragraph
from tests.portals.addresses import pdf_path
from tests.portals.hanzi import simplify
from tests.portals.model import MIRROR_HOST, PORTALS
from tests.portals.routes import answer
from tests.portals.seed_pages import (
    CAPTION_BREAK,
    CELL_BREAKS,
    PAGE_TURN,
    SENTENCE_BREAK,
    URLS,
    gold,
    seed_page,
    seed_pdf,
)
from tests.portals.truth import targets

ROOT = Path(__file__).parent.parent


def _pdf_text(data: bytes) -> list[str]:
    """The lines of a PDF's text layer, page by page, pages parted by `<page>`."""
    document = pypdfium2.PdfDocument(data)
    pages = [page.get_textpage().get_text_range() for page in document]
    return [line.strip() for line in "\r\n<page>\r\n".join(pages).split("\r\n")]


def _visible(html: str) -> str:
    """The page's text without tags and white space, entities resolved."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>|&nbsp;|\s", "", html, flags=re.S)
    return text.replace("&lt;", "<").replace("&gt;", ">")


@pytest.mark.parametrize("seed", ["000", "001", "002", "002_original", "003"])
def test_a_seed_page_prints_every_paragraph_of_its_gold(seed: str) -> None:
    url, page = seed_page(seed)
    text = _visible(page.decode())
    body = gold(seed).partition("\n\n")[2].split("\n\n")
    assert url == URLS[seed]
    assert [line for line in body if re.sub(r"\s", "", line) not in text] == []


def test_the_original_of_002_is_its_mirror_in_simplified_characters() -> None:
    original = gold("002_original")
    assert "www.suixi.gov.cn" in original and "tzchery" not in original
    assert original == simplify(gold("002")).replace(MIRROR_HOST, "www.suixi.gov.cn")


def test_seed_pages_have_the_causes_of_what_their_texts_show() -> None:
    pages = {seed: seed_page(seed)[1].decode() for seed in URLS}
    assert "您当前的位置:首页 &gt; 政府信息公开" in pages["000"]
    assert re.search(r"<span[^>]*>。二</span>", pages["000"])
    assert re.search(r"<span[^>]*>三是</span>", pages["000"])
    assert re.search(r"建议<span[^>]*>4</span>,", pages["000"])
    assert "<li>640502017/2018-41187</li>" in pages["001"]
    assert "&lt;队、中心&gt;" in pages["001"] and "<队" not in pages["001"]
    assert "<br>".join(SENTENCE_BREAK) in pages["002"]
    assert "".join(SENTENCE_BREAK) not in pages["002"]
    assert pages["003"].count("(此页无正文)") == 2
    assert pages["003"].count("2015年12月9日</p>") == 1
    assert '<h1 class="show-title">关于2015年度政务公开工作开展情况的</h1>' in pages["003"]
    assert "P020190319608215495483.pdf" in pages["004"] and "一、" not in pages["004"]


def test_the_pdf_of_004_breaks_its_lines_where_the_seed_shows_it() -> None:
    lines = _pdf_text(seed_pdf())
    for before, after in (CAPTION_BREAK, *CELL_BREAKS):
        breaks = [i for i, line in enumerate(lines) if line.endswith(before)]
        assert any(lines[i + 1].startswith(after) for i in breaks), before
    turn = next(i for i, line in enumerate(lines) if line.endswith(PAGE_TURN[0][-9:]))
    assert lines[turn + 1] == "<page>" and lines[turn + 2].startswith(PAGE_TURN[1])


def test_the_pdf_of_004_holds_all_of_its_gold() -> None:
    text = re.sub(r"\s|<page>", "", "".join(_pdf_text(seed_pdf())))
    for part in gold("004").partition("\n\n")[2].split("\n"):
        for cell in part.split("\t"):
            assert re.sub(r"\s", "", cell) in text, cell


def test_generated_pdfs_read_back_and_break_only_between_han_characters() -> None:
    attached = [t for t in targets() if t.way == "attachment" and not t.seed]
    assert len(attached) >= 8
    for target in attached:
        data = answer(PORTALS[target.portal].host, pdf_path(target.entry)).body
        lines = [line for line in _pdf_text(data) if line and line != "<page>"]
        joined = "".join(lines)
        assert all(b.text in joined for b in target.blocks if isinstance(b, Paragraph))


def test_seeds_and_their_gold_come_in_pairs() -> None:
    fixtures = ROOT / "tests" / "fixtures"
    names = sorted(path.name for path in (fixtures / "seeds").glob("*.txt"))
    assert names == sorted(path.name for path in (fixtures / "seed-gold").glob("*.txt"))
    assert len(names) == 5

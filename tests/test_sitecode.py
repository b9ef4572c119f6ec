"""Whose portal a page belongs to, by what it says itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.extraction.page import Page
from crawler.extraction.sitecode import SiteOwner, place_named_by
from crawler.items import Capture

REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "real" / "pages"
FOOTER = "<p>主办：遂溪县人民政府办公室 网站标识码：4408230001 粤ICP备05012345号</p>"


def owner(content: str | bytes, url: str = "http://www.example.gov.cn/") -> SiteOwner:
    raw = content.encode() if isinstance(content, str) else content
    headers = (("Content-Type", "text/html"),)
    return place_named_by(
        Page(Capture("urn:x", url, datetime(2026, 1, 1, tzinfo=UTC), 200, headers, raw))
    )


def page(title: str = "", code: str = "", name: str = "", footer: str = "") -> str:
    metas = f'<meta name="SiteIDCode" content="{code}">' if code else ""
    metas += f'<meta name="SiteName" content="{name}">' if name else ""
    head = f"<meta charset=utf-8><title>{title}</title>{metas}"
    return f"<html><head>{head}</head><body>{footer}</body></html>"


@pytest.mark.parametrize(
    ("html", "adcode", "printed"),
    [
        (page(code="5108120013", name="广元市朝天区人民政府"), "510812", "广元市朝天区人民政府"),
        (page(footer=FOOTER), "440823", "遂溪县人民政府办公室"),
        (page("遂溪县人民政府门户网站"), "440823", "遂溪县人民政府门户网站"),
        (page("首页_欢迎访问遂溪县人民政府网"), "440823", "遂溪县人民政府"),
        (page("政务公开 - 年报 - 遂溪县人民政府"), "440823", "遂溪县人民政府"),
        # a prefecture's cloud prints its own code on every county's pages
        (page(code="4408000004", name="遂溪县人民政府"), "440823", "遂溪县人民政府"),
        (page(code="4408000004", name="湛江市人民政府"), "440800", "湛江市人民政府"),
        (page(code="4408000004"), "440800", ""),
        # a name many counties have: the code says which one
        (page(code="3201060001", name="鼓楼区人民政府"), "320106", "鼓楼区人民政府"),
        (page(code="3201000001", name="鼓楼区人民政府"), "320106", "鼓楼区人民政府"),
        # a bureau's site is its county's
        (page(code="4408230019", name="湛江市教育局"), "440823", "湛江市教育局"),
        # a code copied with the template of another province
        (page(code="4500000001", name="河南省人民政府"), "410000", "河南省人民政府"),
    ],
)
def test_places_that_the_registry_has(html: str, adcode: str, printed: str) -> None:
    found = owner(html)
    assert found.place and (found.place.adcode, found.printed) == (adcode, printed)


@pytest.mark.parametrize(
    ("html", "printed", "adcode"),
    [
        (page("示例县人民政府门户网站"), "示例县人民政府", ""),
        (page(code="9901010001", name="示例县人民政府"), "示例县人民政府", "990101"),
        # not taken for the prefecture it lies in
        (page(code="4408000004", name="示例县人民政府"), "示例县人民政府", "440800"),
        (page("鼓楼区人民政府"), "鼓楼区人民政府", ""),  # which of several is open
    ],
)
def test_places_it_does_not_have_keep_the_printed_name(
    html: str, printed: str, adcode: str
) -> None:
    assert owner(html)[:2] == (None, printed)
    assert owner(html).adcode == adcode


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<html></html>",
        page("首页"),
        page(code="暂无"),
        page("新闻" * 500),
        page(footer="网站标识码：12345"),
    ],
)
def test_a_page_that_says_nothing(html: str) -> None:
    assert owner(html) == SiteOwner(None, "", "")


def test_the_evidence_says_where_code_and_name_stood() -> None:
    assert owner(page(footer=FOOTER)).evidence == "网站标识码 4408230001; line 遂溪县人民政府办公室"
    found = owner(page(code="5108120013", name="朝天区人民政府"))
    assert found.evidence == "meta SiteIDCode 5108120013; meta SiteName 朝天区人民政府"


def test_real_home_pages_name_their_county() -> None:
    if not REAL.is_dir():
        pytest.skip("the collection of real pages is not on this machine")
    names = {
        "bianba-home.html": "边坝县",
        "changdu-home.html": "昌都市",
        "jiangda-home.html": "江达县",
        "suibin.html": "绥滨县",
        "yichun-home.html": "宜春市",
        "henan.html": "河南省",
        "yinhai-shgy.html": "银海区",
        "langxian-zwgk.html": "朗县",
    }
    found = {name: owner((REAL / name).read_bytes()).place for name in names}
    assert {name: place.county if place else None for name, place in found.items()} == names

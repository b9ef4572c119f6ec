"""大汉's pages of annual reports: ``xxgkAnnualReport.jsp?area=<body>&fbtime=<year>``.

With body and year the address is a report; without one of them it is an index, whose select boxes
and links name the bodies and the years. Every pair of them is a row.
"""

from __future__ import annotations

import re
from itertools import islice, product
from urllib.parse import parse_qs, urlencode, urlsplit

from lxml.html import HtmlElement

from crawler.cms.answers import merged
from crawler.cms.listing import absolute, anchors
from crawler.extraction.page import Page
from crawler.items import Link, Rel

_PATH = "/module/xxgk/xxgkAnnualReport.jsp"
_YEAR = re.compile(r"20[0-4]\d")
#: 统一社会信用代码, 组织机构代码, or an internal number of the module.
_AREA = re.compile(r"[0-9A-Z]{18}|\d{8}[0-9X]|\d{6,15}")
#: Sixty bodies of a county over twenty years.
_MAX_REPORTS = 1_500


def is_report(url: str) -> bool:
    return _is_module(url) and all(_area_and_year(url))


def is_report_index(url: str) -> bool:
    return _is_module(url) and not all(_area_and_year(url))


def report_grid(page: Page) -> list[Link]:
    """Bodies × years of an index; the text of a row is what the page calls the two."""
    url = page.capture.url
    if not is_report_index(url):
        return []
    own_area, own_year = _area_and_year(url)
    areas = {own_area: ""} if own_area else _options(page, _AREA)
    years = {own_year: own_year} if own_year else _options(page, _YEAR)
    found: list[Link] = []
    for (area, name), year in islice(product(areas.items(), years), _MAX_REPORTS):
        target = absolute(page, f"{_PATH}?{urlencode({'area': area, 'fbtime': year})}")
        if target:
            found.append(Link(target, f"{name}{year}年年度报告", rel=Rel.ROW))
    return merged(found, _linked(page))


def report_columns(page: Page) -> list[Link]:
    """The indexes that a page leads to: of each body it names, for all years."""
    found: list[Link] = []
    for anchor in anchors(page):
        area, _ = _area_and_year(anchor.url)
        if not _is_module(anchor.url):
            continue
        query = f"?{urlencode({'area': area})}" if area else ""
        url = absolute(page, _PATH + query)
        if url and url != page.capture.url:
            found.append(Link(url, anchor.text, rel=Rel.COLUMN))
    return merged(found)


def _linked(page: Page) -> list[Link]:
    """The reports that an index links to by itself."""
    return [
        Link(anchor.url, anchor.text, rel=Rel.ROW)
        for anchor in anchors(page)
        if is_report(anchor.url) and anchor.text
    ]


def _is_module(url: str) -> bool:
    return urlsplit(url).path.endswith("/xxgkAnnualReport.jsp")


def _area_and_year(url: str) -> tuple[str, str]:
    query = parse_qs(urlsplit(url).query)
    year = query.get("fbtime", [""])[0]
    return query.get("area", [""])[0], year if _YEAR.fullmatch(year) else ""


def _options(page: Page, shape: re.Pattern[str]) -> dict[str, str]:
    """The values of a shape that the page offers in select boxes, and what it calls them."""
    options = (option for select in page.tree.iter("select") for option in select.iter("option"))
    found = {_value(option): " ".join("".join(option.itertext()).split()) for option in options}
    return {value: name for value, name in found.items() if shape.fullmatch(value)}


def _value(option: HtmlElement) -> str:
    value: str = option.get("value") or "".join(option.itertext())
    return value.strip()

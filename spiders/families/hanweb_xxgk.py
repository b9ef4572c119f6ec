"""大汉 Hanweb xxgk: the disclosure module, ``/module/xxgk/`` below any JCMS site.

Platform: 大汉 JCMS with 信息公开 (浙江, 山东, 吉林, 内蒙古 …).
Recognised by: ``/module/xxgk/`` in the page or its address.
A column frames ``tree.jsp?area=…&divid=…``, whose nodes name categories (``funclick('A02', …)``).
The list of a category is a fragment of HTML asked by POST from ``search.jsp``, which says 共N页.
Annual reports have a page of their own, ``xxgkAnnualReport.jsp?area=<body>&fbtime=<year>``: years
and bodies stand in its select boxes and links (portals.md §1.1 E).
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from crawler.cms.answers import call, count_of, fragment, merged, page_of, question, script_fields
from crawler.cms.asks import wire_form
from crawler.cms.datastore import script_strings
from crawler.cms.listing import absolute, anchors
from crawler.cms.pagers import stated_total
from crawler.extraction.page import Page
from crawler.items import Link, Rel
from spiders.families.hanweb_jpage import HanwebJpage
from spiders.families.xxgk_reports import is_report, is_report_index, report_columns, report_grid

_SEARCH = "/module/xxgk/search.jsp"
_TREE = "/module/xxgk/tree.jsp"
_TREE_ADDRESS = re.compile(r"['\"](?P<url>[^'\"\s]{0,100}/module/xxgk/tree\.jsp\?[^'\"\s]{0,500})")
_SEARCH_NAMED = re.compile(r"/module/xxgk/search\.jsp(?:\?(?P<query>[^'\"\s]{0,1000}))?")
#: ``loadDynamic('/module/xxgk/search.jsp?…', 'div123', 'A02', …)``: what follows the address.
_HANDED = re.compile(
    r"['\"](?:\s*\+[^,()]{0,200})?(?:\s*,\s*['\"](?P<div>div\w{1,20})['\"])?"
    r"(?:\s*,\s*['\"](?P<type>\w{1,30})['\"])?"
)
#: What a script hands over stands so near.
_REACH = 1_500
_NODE = re.compile(
    r"funclick\(\s*['\"](?P<type>\w{1,30})['\"][^)]{0,200}\)[^>]{0,100}>\s*(?P<name>[^<]{1,60})",
    re.IGNORECASE,
)
_COLUMN_ID = re.compile(r"/col/col(\d+)/")
_MAX_CATEGORIES = 400
#: What search.jsp is asked with; the page's own words replace these.
_FORM = {
    "infotypeId": "",
    "jdid": "1",
    "area": "",
    "divid": "",
    "vc_title": "",
    "vc_number": "",
    "sortfield": ",compaltedate:0",  # sic
    "currpage": "1",
    "vc_filenumber": "",
    "vc_all": "",
    "texttype": "0",
    "fbtime": "-1",
}
#: Parameters that pages hand on under another name.
_SAID_AS = {"vc_xxgkarea": "area", "number": "infotypeId", "webid": "jdid"}
_ASKABLE = frozenset({*_FORM, "standardXxgk", "isAllList", "requestUrl", "unit"})


class HanwebXxgk(HanwebJpage):
    """大汉's disclosure module."""

    name = "hanweb_xxgk"

    def is_article(self, page: Page) -> bool:
        if is_report_index(page.capture.url):
            return False
        return is_report(page.capture.url) or super().is_article(page)

    def is_answer(self, page: Page) -> bool:
        return urlsplit(page.capture.url).path in (_SEARCH, _TREE)

    def rows(self, page: Page) -> list[Link]:
        if _path(page) == _TREE:
            return []
        if _path(page) == _SEARCH:
            return super().rows(fragment(page, page.html, at="/"))
        return merged(report_grid(page), super().rows(page))

    def further(self, page: Page) -> list[Link]:
        if self.is_answer(page):
            return _next(page) if _path(page) == _SEARCH else []
        return super().further(page)

    def calls(self, page: Page) -> list[Link]:
        path = _path(page)
        if path == _TREE:
            return _categories(page)
        if path == _SEARCH:
            return []
        return [*call(_list(page)), *_trees(page), *report_columns(page), *super().calls(page)]


def _path(page: Page) -> str:
    return urlsplit(page.capture.url).path


def _said(query: str) -> dict[str, str]:
    """The parameters of an address that search.jsp knows, under its names."""
    pairs = {_SAID_AS.get(name, name): values[0] for name, values in parse_qs(query).items()}
    return {name: value for name, value in pairs.items() if name in _ASKABLE}


def _search(page: Page, said: dict[str, str]) -> str | None:
    return question(page, _SEARCH, urlencode({**_FORM, **said}))


def _list(page: Page) -> str | None:
    """The list that a column's own script or form asks for, where it says which."""
    match = _SEARCH_NAMED.search(page.html)
    if match is None:
        return None
    near = page.html[max(0, match.start() - _REACH) : match.end() + _REACH]
    handed = _HANDED.match(page.html, match.end())
    column = _COLUMN_ID.search(_path(page))
    said = {"divid": f"div{column[1]}"} if column else {}
    if handed and handed["div"]:
        said["divid"] = handed["div"]
    if handed and handed["type"]:
        said["infotypeId"] = handed["type"]
    said |= _filled(script_fields(near.replace("&amp;", "&")))
    said |= _filled(_form(page)) | _said((match["query"] or "").replace("&amp;", "&"))
    said |= _said(urlsplit(page.capture.url).query) | {"currpage": "1"}
    return _search(page, said) if said.get("infotypeId") or said.get("area") else None


def _filled(fields: dict[str, str]) -> dict[str, str]:
    """Those of a script's or a form's fields that search.jsp is asked with."""
    named = {_SAID_AS.get(name, name): value for name, value in fields.items()}
    return {name: value for name, value in named.items() if name in _ASKABLE and value}


def _form(page: Page) -> dict[str, str]:
    """The fields of a form that is sent to search.jsp."""
    for form in page.tree.iter("form"):
        if _SEARCH in (form.get("action") or ""):
            inputs = form.iter("input")
            return {field.get("name") or "": field.get("value") or "" for field in inputs}
    return {}


def _trees(page: Page) -> list[Link]:
    """The trees of categories that the page frames."""
    matches = _TREE_ADDRESS.finditer(page.html)
    urls = (absolute(page, match["url"].replace("&amp;", "&")) for match in matches)
    return [link for url in dict.fromkeys(urls) for link in call(url)]


def _categories(page: Page) -> list[Link]:
    """The lists of a tree's categories, each by its name."""
    said = _said(urlsplit(page.capture.url).query)
    found: list[Link] = []
    for node in _NODE.finditer(script_strings(page.html)):
        url = _search(page, {**said, "infotypeId": node["type"]})
        found += call(url, " ".join(node["name"].split()), Rel.COLUMN)
        if len(found) == _MAX_CATEGORIES:
            break
    return merged(found)


def _next(page: Page) -> list[Link]:
    """The next page of a list, as far as the fragment says there are pages."""
    asked = wire_form(page.capture.url).body.decode("utf-8", "replace")
    form = dict(parse_qsl(asked, keep_blank_values=True))
    number = count_of(form.get("currpage")) or 1
    if number >= (stated_total(page) or 0) or not any(anchors(page)):
        return []
    body = urlencode({**form, "currpage": str(number + 1)})
    return page_of(question(page, _SEARCH, body), number + 1)

"""Where the pages of a column stand, and the doors that lead to them, family by family."""

from __future__ import annotations

from collections.abc import Sequence

from tests.portals import gyct, nfcms, trs
from tests.portals.markup import esc
from tests.portals.model import PORTALS, Column, Portal, Row

_STUB_FOLDER = "lmxx/"
_SHELLS = {"trs": trs.shell, "nfcms": nfcms.shell, "gyct": gyct.shell}


def _family(column: Column) -> str:
    return PORTALS[column.portal].family


def page_path(column: Column, page: int) -> str:
    """The path of a list's page, counted from 0; ``?page=N`` stands for itself."""
    if _family(column) == "gyct" or "/api/all/" in column.path:
        base = column.path.replace("/list/", "/inner/") if column.via == "frame" else column.path
        return base if page == 0 else f"{base}?page={page + 1}"
    folder = column.path + (_STUB_FOLDER if column.via in ("refresh", "script") else "")
    stem = "list" if column.via == "frame" else "index"
    if page == 0:
        return f"{folder}{stem}.html"
    # TRS counts from 0 (page 2 is index_1), NFCMS from 1 (page 2 is index_2)
    return f"{folder}{stem}_{page if _family(column) == 'trs' else page + 1}.html"


def door_path(column: Column) -> str:
    """The path a link to the column leads to, as stored (``/a/`` is ``/a/index.html``)."""
    return column.path + "index.html" if column.path.endswith("/") else column.path


def list_html(
    column: Column, crumbs: Sequence[str], rows: Sequence[Row], at: tuple[int, int]
) -> str:
    portal = PORTALS[column.portal]
    if portal.family == "trs":
        stem = "list" if column.via == "frame" else "index"
        return trs.list_page(portal, crumbs, rows, at, stem, column.charset)
    if portal.family == "nfcms":
        return nfcms.list_page(portal, crumbs, rows, at)
    return gyct.list_page(portal, crumbs, rows, at, page_path(column, 0))


def door_html(column: Column) -> str:
    """The page that stands before a framed or redirected list."""
    first = page_path(column, 0)
    if column.via == "frame":
        frame = f'<iframe src="{first}" width="100%" height="800"></iframe>'
        return _shell(PORTALS[column.portal], column.name, f'<div class="list">{frame}</div>')
    if column.via == "refresh":
        return f'<html><head><meta http-equiv="refresh" content="0;url={first}"></head></html>\n'
    return f'<html><head><script>window.location.href="{first}";</script></head></html>\n'


def _shell(portal: Portal, name: str, body: str) -> str:
    return _SHELLS[portal.family](portal, f"<title>{esc(name)}</title>", body)


def _links(columns: Sequence[Column]) -> str:
    return "".join(f'<li><a href="{c.path}">{esc(c.name)}</a></li>\n' for c in columns)


def hub_html(column: Column, crumbs: Sequence[str], below: Sequence[Column]) -> str:
    trail = " &gt; ".join(["首页", *map(esc, crumbs)])
    body = f'<div class="location">当前位置:{trail}</div>\n<ul class="tree">\n{_links(below)}</ul>'
    return _shell(PORTALS[column.portal], column.name, body)


def home_html(portal: Portal, top: Sequence[Column], news: Sequence[Row]) -> str:
    rows = "\n".join(map(trs.list_row, news))
    body = (
        f'<ul class="channels">\n{_links(top)}</ul>\n'
        f'<div class="latest"><h3>最新动态</h3><ul>\n{rows}\n</ul></div>'
    )
    return _shell(portal, f"{portal.county}人民政府", body)

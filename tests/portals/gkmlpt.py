"""The disclosure platform of Guangdong: an index page with its tree, and a JSON service.

``GET /<site>/gkmlpt/api/all/<category>?page=N&sid=<SID>`` answers with 100 articles a page.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from tests.portals import nfcms
from tests.portals.addresses import url_of
from tests.portals.model import PORTALS, Column, Entry
from tests.portals.printed import doc_number, infobox_of

SID = "759012"
_BEIJING = timezone(timedelta(hours=8))


def category(column: Column) -> int:
    return int(column.path.rpartition("/")[2])


def index_html(column: Column, below: Sequence[tuple[Column, int]]) -> str:
    """The index page: no rows of its own, but the tree of (category, number of articles)."""
    tree = [
        {"id": category(child), "name": child.name, "post_count": count, "children": []}
        for child, count in below
    ]
    script = (
        "<script>window._CONFIG = {SITE_ID:'" + SID + "',SID:'" + SID + "',"
        f"TREE:{json.dumps(tree, ensure_ascii=False)}}};</script>"
    )
    body = f'{script}\n<div id="app"></div><script src="/gkmlpt/static/js/app.js"></script>'
    return nfcms.shell(PORTALS[column.portal], f"<title>{column.name}</title>", body)


def _article(entry: Entry, issuer: str) -> dict[str, object]:
    made = datetime.fromisoformat(f"{entry.published}T10:26:31").replace(tzinfo=_BEIJING)
    return {
        "id": entry.number,
        "title": entry.list_title,
        "url": url_of(entry),
        "post_url": "",
        "type": "normal",
        "create_time": int(made.timestamp()),
        "date": entry.published,
        "publisher": issuer,
        "document_number": doc_number(entry),
        "identifier": dict(infobox_of(entry, issuer))["索引号"],
        "is_expired": 0,
        "is_abolished": 0,
    }


def api_json(column: Column, entries: Sequence[tuple[Entry, str]], offset: int, total: int) -> str:
    """One page of the service's answer; ``entries`` are (entry, issuer)."""
    answer = {
        "classify": {"id": category(column), "name": column.name, "post_count": total},
        "total": total,
        "offset": offset,
        "articles": [_article(entry, issuer) for entry, issuer in entries],
    }
    return json.dumps(answer, ensure_ascii=False)

"""Pages written by hand, for tests of what is read from them."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from crawler.cms.asks import wire_form
from crawler.cms.family import Family, recognise
from crawler.extraction.page import Page
from crawler.items import Capture, Context, Link, Note

HOST = "http://www.shili.gov.cn"


def page(body: str, path: str = "/zwgk/tzgg/index.html", context: Context | None = None) -> Page:
    """The page ``body`` at a path of the sample host."""
    return Page(
        Capture(
            record_id="urn:test",
            url=path if path.startswith("http") else HOST + path,
            date=datetime(2026, 1, 1, tzinfo=UTC),
            status=200,
            headers=(("Content-Type", "text/html; charset=utf-8"),),
            content=body.encode(),
            note=Note(portal="sample", spider="sample", context=context or Context()),
        )
    )


def paths(links: list[Link]) -> list[str]:
    """Where links lead on the sample host."""
    return [link.url.removeprefix(HOST) for link in links]


def form_of(link: Link) -> dict[str, str]:
    """The form that a link posts."""
    body = wire_form(link.url).body.decode()
    return {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def served_by(family: Family, at: Page) -> bool:
    """Does the page itself say its family?"""
    found = recognise(at)
    return found is not None and found.family == family.name

"""What each host answers to a request: its site, a redirect, the mirror, or a 404."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

from tests.portals.hanzi import traditional
from tests.portals.model import MIRROR_HOST, MIRRORED, PORTALS, Answer
from tests.portals.seed_pages import URLS, seed_page
from tests.portals.sites import site


@cache
def _made(host: str, key: str) -> Answer | None:
    if host == MIRROR_HOST:
        return _mirrored(key)
    portal = next((p for p in PORTALS.values() if p.host == host), None)
    if portal is None:
        return None
    makers = site(portal.key).makers
    if key in makers:
        return makers[key]()
    if f"{key}/index.html" in makers:
        return Answer(b"", status=301, location=f"{key}/")
    return None


def _mirrored(key: str) -> Answer | None:
    """The mirror's copy: the same path in traditional characters, its own host written in."""
    if key == urlsplit(URLS["002"]).path:
        return Answer(seed_page("002")[1])
    original = _made(MIRRORED.host, key)
    if original is None or not original.content_type.startswith(("text/html", "application/json")):
        return original
    text = traditional(original.body.decode()).replace(MIRRORED.host, MIRROR_HOST)
    return Answer(text.encode(), original.content_type, original.status, original.location)


def key_of(target: str) -> str:
    """A request target as the makers are keyed: no session id, only the page of the query."""
    parts = urlsplit(target)
    path = parts.path.partition(";")[0]
    if path.endswith("/"):
        path += "index.html"
    pages = [
        value
        for name, _, value in (p.partition("=") for p in parts.query.split("&"))
        if name == "page"
    ]
    return f"{path}?page={pages[0]}" if pages and pages[0] != "1" else path


def answer(host: str, target: str) -> Answer:
    """What ``host`` answers to ``target`` (path and query)."""
    found = _made(host.lower(), key_of(target))
    missing = "<html><head><title>404</title></head><body><h1>404 Not Found</h1></body></html>\n"
    return found or Answer(missing.encode(), status=404)

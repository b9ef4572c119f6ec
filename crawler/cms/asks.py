"""Questions asked by POST, named by a URL: the form web-archive tools use.

``http://host/path?__wb_method=POST&<form body>`` names a form, and
``…?__wb_method=POST&__wb_post_type=<media type>&__wb_post_data=<base64url>`` any other body. A
query of the URL's own stands before the mark. The name is what links, queue, state, contexts,
replay and catalogue use; only the wire and the WARC records know method and body.

Both ways are exact: a body that would not survive inside a URL is written in base64.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
#: A longer body is no question to a list; a page must not fill the queue with its script.
MAX_BODY: Final = 16 * 1024

_MARK: Final = "__wb_method"
_TYPE: Final = "__wb_post_type="
_DATA: Final = "__wb_post_data="
_NAME = re.compile(rf"[?&]{_MARK}=POST(?:&(?P<ask>.*))?$", re.DOTALL)
#: What no URL library touches: a form of these characters is its own name.
_PLAIN = re.compile(r"(?:[A-Za-z0-9\-._~*+=&:@!$(),;/?]|%[0-9A-Fa-f]{2})*")


class WireForm(NamedTuple):
    """A request as it goes over the wire."""

    method: str
    url: str
    body: bytes = b""
    content_type: str = ""


def post_url(url: str, body: str, content_type: str = FORM) -> str:
    """The name of a POST of ``body`` to ``url``; ValueError where that would be no question."""
    return _name(url, body.encode("utf-8"), content_type)


def is_post(url: str) -> bool:
    return _NAME.search(url) is not None


def mentions_post(url: str) -> bool:
    """Would ``url`` be a POST, or be taken for one in any spelling? No page may name one."""
    return _MARK in unquote(url).lower()


def true_url(url: str) -> str:
    """The URL that is really asked: what servers, robots.txt and the WARC know."""
    match = _NAME.search(url)
    return url[: match.start()] if match else url


def wire_form(url: str) -> WireForm:
    """What the name stands for; a GET where ``url`` is no name."""
    match = _NAME.search(url)
    if match is None:
        return WireForm("GET", url)
    target, ask = url[: match.start()], match["ask"] or ""
    if not ask.startswith((_TYPE, _DATA)):
        return WireForm("POST", target, ask.encode("utf-8"), FORM)
    kind, _, data = ask.rpartition(_DATA)
    content_type = unquote(kind.removeprefix(_TYPE).rstrip("&")) or FORM
    return WireForm("POST", target, _decoded(data), content_type)


def again(url: str, target: str) -> str:
    """The question ``url``, put to another address (a redirect that keeps the method)."""
    form = wire_form(url)
    return _name(target, form.body, form.content_type)


def asked_by(url: str, head: bytes, body: bytes) -> str | None:
    """The name of a request on record; None where it was no POST, or one of no question."""
    if not head.startswith(b"POST "):
        return None
    lines = head.decode("latin-1").splitlines()[1:]
    headers = {name.strip().lower(): value.strip() for name, _, value in map(_field, lines)}
    content_type = headers.get("content-type", FORM)
    if content_type.partition(";")[0].strip().lower() == FORM:
        content_type = FORM  # browsers add a charset, which says nothing about a form in ASCII
    try:
        return _name(url, body, content_type)
    except ValueError:
        return None


def _field(line: str) -> tuple[str, str, str]:
    return line.partition(":")


def _name(url: str, body: bytes, content_type: str) -> str:
    if mentions_post(url) or "#" in url or len(body) > MAX_BODY:
        raise ValueError(
            f"expected the URL of a question with at most {MAX_BODY} bytes to say, found"
            f" {url[:200]!r} with {len(body)} bytes"
        )
    return f"{url}{'&' if '?' in url else '?'}{_MARK}=POST&{_ask(body, content_type)}".rstrip("&")


def _ask(body: bytes, content_type: str) -> str:
    text = body.decode("latin-1")
    if content_type == FORM and _is_plain(text):
        return text
    data = base64.urlsafe_b64encode(body).decode("ascii").rstrip("=")
    kind = "" if content_type == FORM else f"{_TYPE}{quote(content_type, safe='/')}&"
    return f"{kind}{_DATA}{data}"


def _is_plain(form: str) -> bool:
    # A trailing & would be taken for the name's own.
    reserved = form.startswith((_TYPE, _DATA)) or form.endswith("&")
    return not reserved and _PLAIN.fullmatch(form) is not None


def _decoded(data: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))
    except (binascii.Error, ValueError):  # written by somebody else: nothing to say
        return b""

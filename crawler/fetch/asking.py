"""Questions asked by POST, between their names (`crawler.cms.asks`) and the wire.

Above the download handler a POST is its name, a GET by all that Scrapy knows: queue, retries and
replay need no body. The handler sends what the name stands for.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Response

from crawler.cms.asks import again, is_post, mentions_post, true_url, wire_form
from crawler.fetch.refusals import OutOfScope
from crawler.items import Context, Note, Role

#: Redirects that keep the method (RFC 9110, 15.4); after all others a GET is asked.
_KEEPS_METHOD: Final = frozenset({307, 308})


def wire_request(request: Request) -> Request:
    """The request as it is sent. Names stay ours: a Referer tells the URL of the page alone."""
    referer = (request.headers.get("Referer") or b"").decode("latin-1")
    if not is_post(request.url) and not is_post(referer):
        return request
    form = wire_form(request.url)
    headers = request.headers.copy()
    if referer:
        headers["Referer"] = true_url(referer)
    if form.content_type:
        headers["Content-Type"] = form.content_type
    method = request.method if form.method == "GET" else form.method
    body = form.body or request.body
    return request.replace(url=form.url, method=method, body=body, headers=headers)


class AskingMiddleware:
    """Only the lists of a portal are asked by POST, and what is asked says where it stands."""

    def process_request(self, request: Request) -> None:
        note: Note | None = request.meta.get("note")
        if note is None:
            return
        if note.role is not Role.PAGE and is_post(request.url):
            raise OutOfScope(request.url, "a page named a POST as a part of it")
        referer = _referer(request.url, note.context)
        if note.role is Role.PAGE and referer:
            request.headers.setdefault("Referer", referer)


def _referer(url: str, context: Context) -> str:
    """Where a page stands that is asked again in a later run, and so comes from no page: on its
    list; what a script asked, on the site. Some services answer 404 to whoever does not say."""
    at_root = urlsplit(url)._replace(path="/", query="").geturl()
    return context.list_url or (at_root if "?" in url else "")


class MethodRedirectMiddleware(RedirectMiddleware):
    """Scrapy's redirects, which see a GET, made right for questions asked by POST."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        location = response.headers.get("Location")
        if location is None:
            return super().process_response(request, response)
        target = location.decode("latin-1")
        if mentions_post(target):
            raise OutOfScope(request.url, "redirected to the name of a POST")
        if is_post(request.url) and response.status in _KEEPS_METHOD:
            headers = response.headers.copy()
            headers["Location"] = again(request.url, target.partition("#")[0])
            response = response.replace(headers=headers)
        return super().process_response(request, response)

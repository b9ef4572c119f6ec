"""Questions asked by POST and the URLs that name them."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from crawler.cms.asks import (
    FORM,
    JSON,
    MAX_BODY,
    again,
    asked_by,
    is_post,
    mentions_post,
    post_url,
    true_url,
    wire_form,
)
from crawler.cms.listing import absolute, anchors
from crawler.discovery.links import searches
from crawler.fetch.asking import wire_request
from crawler.items import Note
from crawler.urls import canonical_url
from tests.page_kit import page as page_at

URL = "http://www.a.gov.cn/module/xxgk/search.jsp"
URLS = st.sampled_from([URL, URL + "?startrecord=1&endrecord=45", URL + "?", URL + "?a=1&"])
TYPES = st.sampled_from([FORM, JSON, "text/plain; charset=gbk"])
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(URLS, st.text(), TYPES)
def test_any_body_comes_back_from_its_name_byte_for_byte(url: str, body: str, kind: str) -> None:
    name = post_url(url, body.encode("utf-8", "replace").decode("utf-8"), kind)
    form = wire_form(name)
    assert (form.method, form.url, form.content_type) == ("POST", url, kind)
    assert form.body == body.encode("utf-8", "replace")
    assert is_post(name)
    assert true_url(name) == url


@given(URLS, st.text(alphabet=string.ascii_letters + "=&%_-+[]{}", max_size=40))
def test_forms_that_look_like_parts_of_names_come_back_too(url: str, tail: str) -> None:
    for body in (f"__wb_post_data={tail}", f"a=1&__wb_method=POST&{tail}", f"{tail}&"):
        assert wire_form(post_url(url, body)).body == body.encode()


@given(JSON_VALUES)
def test_any_json_comes_back_from_its_name(value: object) -> None:
    name = post_url(URL, json.dumps(value), JSON)
    assert json.loads(wire_form(name).body) == value


@given(URLS, st.text(), TYPES)
def test_a_name_goes_through_scrapy_unchanged_and_the_wire_gets_the_question(
    url: str, body: str, kind: str
) -> None:
    body = body.encode("utf-8", "replace").decode("utf-8")
    request = Request(post_url(url, body, kind))
    assert request.url == post_url(url, body, kind)
    sent = wire_request(request)
    assert (sent.method, sent.url, sent.body) == ("POST", Request(url).url, body.encode())
    assert sent.headers["Content-Type"] == kind.encode()


@given(URLS, st.text(), TYPES)
def test_the_request_on_record_gives_its_name_back(url: str, body: str, kind: str) -> None:
    name = post_url(url, body.encode("utf-8", "replace").decode("utf-8"), kind)
    form = wire_form(name)
    head = f"POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\n\r\n".encode()
    assert asked_by(url, head, form.body) == name


def test_a_form_is_readable_in_its_name() -> None:
    name = post_url(URL, "infotypeId=A02&currpage=2")
    assert name == URL + "?__wb_method=POST&infotypeId=A02&currpage=2"
    assert post_url(URL + "?a=1", "b=2") == URL + "?a=1&__wb_method=POST&b=2"
    assert post_url(URL, "") == URL + "?__wb_method=POST"


def test_browsers_charset_makes_no_other_name() -> None:
    head = b"POST /x HTTP/1.1\r\ncontent-type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
    assert asked_by(URL, head, b"a=1") == post_url(URL, "a=1")


def test_gets_and_uploads_have_no_name() -> None:
    assert asked_by(URL, b"GET /x HTTP/1.1\r\n\r\n", b"") is None
    assert asked_by(URL, b"POST /x HTTP/1.1\r\n\r\n", b"x" * (MAX_BODY + 1)) is None


@pytest.mark.parametrize(
    ("url", "body"),
    [(URL + "?__wb_method=POST", "a=1"), (URL + "#top", "a=1"), (URL, "x" * (MAX_BODY + 1))],
)
def test_what_cannot_be_a_question_is_refused(url: str, body: str) -> None:
    with pytest.raises(ValueError, match="expected the URL of a question"):
        post_url(url, body)


def test_ordinary_urls_are_gets() -> None:
    for url in (URL, URL + "?__wb_method=GET", URL + "?x__wb_method=POST", URL + "?__wb_methods=1"):
        assert not is_post(url)
        assert wire_form(url).method == "GET"
        assert true_url(url) == url


def test_damaged_base64_is_an_empty_question_not_a_crash() -> None:
    assert wire_form(URL + "?__wb_method=POST&__wb_post_data=a").body == b""


def test_the_canonical_form_of_a_name_asks_the_same() -> None:
    form = "a=%E6%96%87&b=1&c="
    for name, body in (
        (post_url(URL, form), form.encode()),
        (post_url(URL, '{"a": "县"}', JSON), '{"a": "县"}'.encode()),
    ):
        assert wire_form(canonical_url(name)).body == body
    assert canonical_url(post_url(URL, "p=1")) != canonical_url(post_url(URL, "p=2"))
    assert canonical_url(post_url(URL, "p=1")) != canonical_url(URL + "?p=1")


def test_the_same_question_may_be_put_to_another_address() -> None:
    name = again(post_url(URL, '{"a":1}', JSON), "/moved")
    assert wire_form(name) == ("POST", "/moved", b'{"a":1}', JSON)


def test_a_referer_tells_no_names() -> None:
    page = Request("http://www.a.gov.cn/x.html", headers={"Referer": post_url(URL, "a=1")})
    assert wire_request(page).headers["Referer"] == URL.encode()
    assert wire_request(page).method == "GET"
    plain = Request("http://www.a.gov.cn/x.html", headers={"Referer": URL})
    assert wire_request(plain) is plain


@pytest.mark.parametrize(
    "href",
    [
        "/delete.jsp?__wb_method=POST&id=1",
        "?__wb_method=POST",
        "/delete.jsp?__wb%5Fmethod=POST&id=1",
        "/delete.jsp?__WB_METHOD=POST",
        "/a?b=1&__wb_post_data=x&__wb_method=PUT",
    ],
)
def test_a_page_cannot_make_us_post(href: str) -> None:
    page = page_at(f'<a href="{href}">年度报告</a><base href="{href}">', URL)
    assert mentions_post("http://h" + href)
    assert absolute(page, href) is None
    assert list(anchors(page)) == []


def test_a_search_form_cannot_make_us_post() -> None:
    form = (
        '<form action="/search"><input type="hidden" name="{}" value="POST">'
        '<input type="text" name="q"></form>'
    )
    assert searches(page_at(form.format("__wb_method"), URL)) == []
    assert searches(page_at(form.format("site"), URL)) != []


def test_links_of_an_answer_that_lead_back_to_it_are_none() -> None:
    page = page_at('<a href="">x</a><a href="#">x</a>', post_url(URL, "currpage=1"))
    assert list(anchors(page)) == []


def test_wire_request_keeps_the_note() -> None:
    note = Note(portal="demo", spider="demo")
    assert wire_request(Request(post_url(URL, "a=1"), meta={"note": note})).meta["note"] is note

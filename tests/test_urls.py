from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.urls import CANONICAL_VERSION, canonical_url, doc_id, host, is_gov, url_path_key

# Frozen: document ids are made of these. A changed line is a new CANONICAL_VERSION.
CASES = [
    # scheme, host, port
    ("http://www.suixi.gov.cn/a", "http://www.suixi.gov.cn/a"),
    ("https://www.suixi.gov.cn/a", "http://www.suixi.gov.cn/a"),
    ("HTTPS://WWW.Suixi.GOV.cn/A", "http://www.suixi.gov.cn/A"),
    ("http://h.cn:80/a", "http://h.cn/a"),
    ("https://h.cn:443/a", "http://h.cn/a"),
    ("https://h.cn:80/a", "http://h.cn/a"),
    ("http://h.cn:8080/a", "http://h.cn:8080/a"),
    ("http://h.cn:08080/a", "http://h.cn:8080/a"),
    ("http://h.cn:/a", "http://h.cn/a"),
    ("http://h.cn./a", "http://h.cn/a"),
    ("http://user:secret@h.cn/a", "http://h.cn/a"),
    ("http://中国.gov.cn/a", "http://xn--fiqs8s.gov.cn/a"),
    ("http://中国。cn/a", "http://xn--fiqs8s.cn/a"),
    ("http://ｗｗｗ.h.cn/a", "http://www.h.cn/a"),
    ("http://[::1]:80/a", "http://[::1]/a"),
    ("http://h%2Ecn/a", "http://h.cn/a"),
    # white space and carriers' breaks
    ("  http://h.cn/a \n", "http://h.cn/a"),
    ("http://h.cn/a\n\tb", "http://h.cn/ab"),
    ("http:\\\\h.cn\\a\\b", "http://h.cn/a/b"),
    # path
    ("http://h.cn", "http://h.cn/"),
    ("http://h.cn?x=1", "http://h.cn/?x=1"),
    ("http://h.cn/a/./b/../c/", "http://h.cn/a/c/"),
    ("http://h.cn/../../a", "http://h.cn/a"),
    ("http://h.cn/a/..", "http://h.cn/"),
    ("http://h.cn/a/%2e%2E/b", "http://h.cn/b"),
    ("http://h.cn//a//b/", "http://h.cn//a//b/"),
    ("http://h.cn/index.html", "http://h.cn/index.html"),
    # escapes
    ("http://h.cn/%e4%b8%ad", "http://h.cn/%E4%B8%AD"),
    ("http://h.cn/中", "http://h.cn/%E4%B8%AD"),
    ("http://h.cn/a b", "http://h.cn/a%20b"),
    ("http://h.cn/%7Euser/%41", "http://h.cn/~user/A"),
    ("http://h.cn/a%2fb%3fc", "http://h.cn/a%2Fb%3Fc"),
    ("http://h.cn/100%", "http://h.cn/100%25"),
    ("http://h.cn/%%34%31", "http://h.cn/%2541"),
    ('http://h.cn/"<>`{|}^', "http://h.cn/%22%3C%3E%60%7B%7C%7D%5E"),
    ("http://h.cn/a?n=%d6%d0", "http://h.cn/a?n=%D6%D0"),
    ("http://h.cn/a?n=中&m=a+b", "http://h.cn/a?n=%E4%B8%AD&m=a+b"),
    # query
    ("http://h.cn/a?b=2&a=1", "http://h.cn/a?b=2&a=1"),
    ("http://h.cn/a?", "http://h.cn/a"),
    ("http://h.cn/a?x&y=&&z", "http://h.cn/a?x&y=&&z"),
    ("http://h.cn/a?u=http://x.cn/?q", "http://h.cn/a?u=http://x.cn/?q"),
    # fragment
    ("http://h.cn/gkmlpt/index#123", "http://h.cn/gkmlpt/index"),
    ("http://h.cn/a?x=1#/route?y=2", "http://h.cn/a?x=1"),
    # sessions
    ("http://h.cn/a.jsp;jsessionid=0A1B.n1?id=3", "http://h.cn/a.jsp?id=3"),
    ("http://h.cn/a;JSESSIONID=1/b", "http://h.cn/a/b"),
    ("http://h.cn/a?jsessionid=1&id=3", "http://h.cn/a?id=3"),
    ("http://h.cn/a?id=3&PHPSESSID=x", "http://h.cn/a?id=3"),
    ("http://h.cn/a?ASPSESSIONIDCQ=x", "http://h.cn/a"),
    ("http://h.cn/a?sessionid=1&session_id=2&b", "http://h.cn/a?b"),
    ("http://h.cn/(S(abcdefghijklmnopqrstuvwx))/a.aspx", "http://h.cn/a.aspx"),
    ("http://h.cn/api/all/0?page=1&sid=660001", "http://h.cn/api/all/0?page=1&sid=660001"),
    ("http://h.cn/a;v=1", "http://h.cn/a;v=1"),
    ("http://h.cn/a?mysessionid=1", "http://h.cn/a?mysessionid=1"),
]


@pytest.mark.parametrize(("url", "canonical"), CASES)
def test_canonical_forms(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


def test_the_table_is_of_this_version() -> None:
    assert CANONICAL_VERSION == 1
    assert len(CASES) >= 40


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/a",
        "ftp://h.cn/",
        "javascript:void(0)",
        "http://",
        "http:///a",
        "http://h.cn:99999/",
        "http://h.cn:8x/",
        "http://a[b/",
        "http://℀.cn/",
        "mailto:a@h.cn",
    ],
)
def test_what_is_no_http_url_is_refused_with_the_url(url: str) -> None:
    with pytest.raises(ValueError, match="expected an absolute http") as refused:
        canonical_url(url)
    assert repr(url) in str(refused.value)
    assert host(url) == ""


PIECES = st.sampled_from(
    [
        "/",
        "..",
        ".",
        "%2e",
        "%",
        "%4",
        "1",
        "a",
        "A",
        "中",
        ";jsessionid=",
        "JSESSIONID=1",
        "&",
        "?",
        "(S(aaaaaaaaaaaaaaaaaaaaaaaa))",
        "#",
        "=",
        " ",
        "\\",
        "\t",
        "@",
        ":80",
        "[",
        "℀",
        "。",
        "ß",
        "\ud800",
        "%e4",
    ]
)
STARTS = st.sampled_from(["http://", "https://", "http://h.cn/", "https://h.cn:80/"])


@settings(max_examples=500)
@given(STARTS, st.lists(PIECES | st.text(max_size=3), max_size=12))
def test_a_canonical_url_is_its_own_canonical_form(start: str, pieces: list[str]) -> None:
    try:
        canonical = canonical_url(start + "".join(pieces))
    except ValueError:
        return
    assert canonical.isascii()
    assert canonical.startswith("http://")
    assert canonical_url(canonical) == canonical
    assert canonical_url("https" + canonical.removeprefix("http")) == canonical


def test_document_ids_are_of_the_canonical_form() -> None:
    url = "http://www.hongsibu.gov.cn/xxgk/zfxxgknb/xzjd/tysz/201903/t20190315_1314504.html"
    assert doc_id(url) == hashlib.sha256(url.encode()).hexdigest()[:16] == "aba4a92c11031fc1"
    assert doc_id(url.replace("http:", "https:") + "#top") == doc_id(url)


def test_hosts() -> None:
    assert host("https://WWW.Suixi.gov.cn:8443/a") == "www.suixi.gov.cn"
    assert host("nothing") == ""
    assert is_gov("www.suixi.gov.cn")
    assert is_gov("gov.cn")
    assert not is_gov("tzchery.com")
    assert not is_gov("www.fakegov.cn")
    assert not is_gov("gov.cn.tzchery.com")


def test_a_mirror_keeps_path_and_query() -> None:
    mirror = "http://tzchery.com/zt/xxgknb/zjbm/content/post_1451957.html?x=1"
    original = "https://www.suixi.gov.cn/zt/xxgknb/zjbm/content/post_1451957.html?x=1"
    assert url_path_key(mirror) == url_path_key(original)
    assert url_path_key(mirror) != url_path_key(mirror.replace("?x=1", "?x=2"))
    with pytest.raises(ValueError, match="absolute"):
        url_path_key("/zt/")

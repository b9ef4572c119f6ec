"""The wire handler records every exchange byte for byte, and every failure with its name."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from crawler.items import Context, FetchOutcome, Note, Role
from crawler.warc.entity import parse_head
from tests.wire_crawl import Crawl, Seen, crawl
from tests.wire_server import (
    CLOSE,
    HANG,
    ODD_HEAD,
    OK,
    RESET,
    STREAM,
    Script,
    WireServer,
    sized,
)

HOST = "portal.test"
PAGE = "<html><body>信息公开</body></html>".encode()
ZIPPED = gzip.compress(PAGE, mtime=0)

BARE_HEAD = b"HTTP/1.0 200\nServer: old\nContent-Length: 2\n\n"
INTERIM = (b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n")


SCRIPTS: dict[str, Script] = {
    "/odd": [ODD_HEAD, b"abc"],
    "/bare": [BARE_HEAD + b"ok", CLOSE],
    "/pieces": [OK[:9], OK[9:] + b"Content-Le", b"ngth: 6\r\n\r", b"\nab", b"cd", b"ef"],
    "/chunked": [
        OK + b"A: 1\r\nTransfer-ENCODING: chunked\r\nTrailer: X-Sum,\r\n X-More\r\nB: 2\r\n\r\n",
        b"5;name=value;flag\r\nhel",
        b"lo\r\n0000A\r\n0123456789\r\n0;last\r\nX-Sum: 15\r\nX-More: yes\r\n\r\n",
    ],
    "/bad-chunk": [OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\nrest", CLOSE],
    "/cut-chunk": [OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n9\r\nde", CLOSE],
    "/interim": [INTERIM[0], INTERIM[1] + sized(b"after")],
    "/first": [sized(b"first")],
    "/second": [sized(b"second")],
    "/third": [sized(b"third")],
    "/closing": [OK + b"\r\n", b"until ", b"the end", CLOSE],
    "/gzip": [sized(ZIPPED, b"Content-Encoding: gzip", b"Content-Type: text/html")],
    "/brotli": [sized(b"not for us", b"Content-Encoding: br")],
    "/head": [OK + b"Content-Length: 999\r\nTransfer-Encoding: chunked\r\n\r\n"],
    "/204": [b"HTTP/1.1 204 Nothing\r\nX: y\r\n\r\n"],
    "/304": [b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 77\r\n\r\n'],
    "/query": [sized(b"asked")],
    "/post": [sized(b"posted")],
    "/short": [OK + b"Content-Length: 10\r\n\r\nhalf", CLOSE],
    "/reset": [OK + b"Content-Length: 10\r\n\r\nhalf", RESET],
    "/reset-open": [OK + b"\r\nhalf", RESET],
    "/slow": [OK + b"Content-Length: 10\r\n\r\nhalf", HANG],
    "/endless": [OK + b"Transfer-Encoding: chunked\r\n\r\n", b"8\r\n01234567\r\n", STREAM],
    "/announced": [OK + b"Content-Length: 5000\r\n\r\n", b"x" * 5000],
    "/bomb": [sized(gzip.compress(b"\0" * 100_000, mtime=0), b"Content-Encoding: gzip")],
    "/overlong": [sized(b"right") + b"wrong"],
    "/silent": [HANG],
    "/gone": [CLOSE],
    "/broken": [RESET],
    "/cut-head": [OK + b"Server: x", CLOSE],
    "/ssh": [b"SSH-2.0-OpenSSH_9.2\r\nkeep this \xff\x00\r\n", CLOSE],
    "/noise": [b"\x15\x03\x01\x00\x02\x02\x46", CLOSE],
    "/two-lengths": [OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", CLOSE],
    "/huge-head": [OK, b"X: " + b"y" * 8000 + b"\r\n", STREAM],
    "/moved": [b"HTTP/1.1 302 Moved\r\nLocation: /first?again\r\nContent-Length: 0\r\n\r\n"],
}
NOTE = Note("portal", "spider", Role.ATTACHMENT, Context(link_text="年报"), "urn:uuid:parent")
SMALL = {"download_maxsize": 1000}
HASTE = {"download_timeout": 0.5}
# Each connection's first request names it; those after it depend on what stands before them.
REQUESTS: dict[str, dict[str, Any]] = {
    **{path: {} for path in SCRIPTS},
    "/head": {"method": "HEAD"},
    "/post": {"method": "POST", "body": b"a=1&b=\xff", "meta": {"note": NOTE, "retry_times": 2}},
    "/endless": {"meta": SMALL},
    "/announced": {"meta": SMALL},
    "/bomb": {"meta": SMALL},
    "/slow": {"meta": HASTE},
    "/silent": {"meta": HASTE},
}
QUERY = "/query?a=%2f%2F&b=%B9%AB&c=%e5%85%AC+x&&=&d=[1]|;~'*&e"


class Run(NamedTuple):
    crawl: Crawl
    server: WireServer

    def seen(self, path: str) -> Seen:
        return self.crawl.seen[list(REQUESTS).index(path)]

    def asked(self, path: str) -> list[tuple[int, bytes]]:
        wanted = path.encode()
        return [a for a in self.server.asked if a.data.split(b" ")[1].split(b"?")[0] == wanted]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    urls = {path: f"http://{HOST}{path}" for path in REQUESTS} | {"/query": f"http://{HOST}{QUERY}"}
    jobs = [{"url": urls[path], **REQUESTS[path]} for path in REQUESTS]
    with WireServer(SCRIPTS, "127.0.2.1") as server:
        yield Run(crawl(jobs, CONNECT_TO={HOST: server.place}, REDIRECT_ENABLED=False), server)


@pytest.mark.parametrize("path", SCRIPTS)
def test_the_request_is_recorded_as_the_server_received_it(run: Run, path: str) -> None:
    record = run.crawl.of(path)
    ((_, data),) = run.asked(path)
    assert record.request_head + getattr(record, "request_body", b"") == data


def test_header_block_keeps_case_order_repeats_reason_folds_and_latin1(run: Run) -> None:
    assert run.crawl.exchange("/odd").response_head == ODD_HEAD
    assert run.crawl.exchange("/odd").payload == b"abc"


def test_header_block_with_bare_line_feeds_is_kept(run: Run) -> None:
    assert run.crawl.exchange("/bare").response_head == BARE_HEAD
    assert run.crawl.exchange("/bare").payload == b"ok"


def test_segments_of_any_size_make_one_exchange(run: Run) -> None:
    exchange = run.crawl.exchange("/pieces")
    assert exchange.response_head == OK + b"Content-Length: 6\r\n\r\n"
    assert exchange.payload == b"abcdef"


def test_chunked_body_is_dechunked_and_its_framing_kept_aside(run: Run) -> None:
    exchange = run.crawl.exchange("/chunked")
    assert exchange.response_head == OK + b"A: 1\r\nB: 2\r\n\r\n"
    assert exchange.payload == b"hello0123456789"
    assert exchange.removed_lines == (
        b"Transfer-ENCODING: chunked\r\n",
        b"Trailer: X-Sum,\r\n",
        b" X-More\r\n",
        b"X-Sum: 15\r\n",
        b"X-More: yes\r\n",
    )
    assert exchange.truncated is None


def test_interim_responses_are_kept_apart(run: Run) -> None:
    exchange = run.crawl.exchange("/interim")
    assert exchange.interim_heads == INTERIM
    assert exchange.response_head + exchange.payload == sized(b"after")


def test_exchanges_of_one_kept_alive_connection_are_separate(run: Run) -> None:
    connections = {run.asked(path)[0][0] for path in ("/first", "/second", "/third")}
    assert len(connections) == 1
    for body in (b"first", b"second", b"third"):
        exchange = run.crawl.exchange("/" + body.decode())
        assert exchange.response_head + exchange.payload == sized(body)
        assert exchange.ip == "127.0.2.1"


def test_close_delimited_body_is_complete(run: Run) -> None:
    assert run.crawl.exchange("/closing").payload == b"until the end"
    assert run.crawl.exchange("/closing").truncated is None


def test_body_is_stored_encoded_and_shown_decoded(run: Run) -> None:
    exchange, seen = run.crawl.exchange("/gzip"), run.seen("/gzip")
    assert exchange.payload == ZIPPED
    assert b"Content-Encoding: gzip\r\n" in exchange.response_head
    assert seen.body == PAGE
    assert b"Content-Encoding" not in dict(seen.headers)
    assert seen.kind == "HtmlResponse"
    assert seen.capture is not None
    assert seen.capture.content == PAGE
    assert seen.capture.header("content-encoding") == "gzip"


def test_unknown_content_encoding_is_left_alone(run: Run) -> None:
    assert run.seen("/brotli").body == run.crawl.exchange("/brotli").payload == b"not for us"


def test_answers_without_a_body(run: Run) -> None:
    head = run.crawl.exchange("/head")
    assert head.response_head == OK + b"Content-Length: 999\r\n\r\n"
    for path in ("/204", "/304"):
        assert run.crawl.exchange(path).response_head == SCRIPTS[path][0]
    assert all(run.crawl.exchange(path).payload == b"" for path in ("/head", "/204", "/304"))
    assert [run.seen(path).status for path in ("/head", "/204", "/304")] == [200, 204, 304]


def test_query_is_recorded_as_sent(run: Run) -> None:
    exchange = run.crawl.exchange("/query")
    target = exchange.request_head.split(b" ")[1].decode()
    assert exchange.url == f"http://{HOST}{target}"
    assert target.startswith("/query?a=%2f%2F&b=%B9%AB&c=%e5%85%AC+x&&=&d=")


def test_note_gets_attempt_and_frontier_id(run: Run) -> None:
    (note,) = [note for record, note in run.crawl.records if record.url.endswith("/post")]
    assert (note.portal, note.role, note.parent) == ("portal", Role.ATTACHMENT, "urn:uuid:parent")
    assert note.context.link_text == "年报"
    assert note.attempt == 3
    assert len(note.frontier_id) == 40
    seen = run.seen("/post")
    assert seen.capture is not None and seen.capture.note == note
    assert run.crawl.exchange("/post").request_body == b"a=1&b=\xff"


def test_capture_is_what_was_stored(run: Run) -> None:
    capture = run.seen("/odd").capture
    assert capture is not None
    assert capture.status == 200
    assert capture.headers == parse_head(ODD_HEAD)[2]
    assert (capture.content, capture.truncated) == (b"abc", None)
    assert capture.date == run.crawl.exchange("/odd").started
    assert capture.note.portal == "wire"


def test_start_is_now_in_utc(run: Run) -> None:
    started = [record.started for record, _ in run.crawl.records]
    assert started == sorted(started)
    assert all(moment.tzinfo is UTC for moment in started)
    assert abs(datetime.now(UTC) - started[-1]) < timedelta(minutes=10)


@pytest.mark.parametrize(
    ("path", "payload", "truncated", "outcome", "error"),
    [
        ("/short", b"half", "disconnect", FetchOutcome.TRUNCATED, "ResponseDataLossError"),
        ("/reset", b"half", "disconnect", FetchOutcome.RESET, "ResponseDataLossError"),
        ("/reset-open", b"half", "disconnect", FetchOutcome.RESET, "ResponseDataLossError"),
        ("/cut-chunk", b"abcde", "disconnect", FetchOutcome.TRUNCATED, "ResponseDataLossError"),
        ("/bad-chunk", b"abc", "disconnect", FetchOutcome.TRUNCATED, "ResponseDataLossError"),
        ("/slow", b"half", "time", FetchOutcome.TIMEOUT, "DownloadTimeoutError"),
    ],
)
def test_cut_body_is_stored_with_its_reason(
    run: Run, path: str, payload: bytes, truncated: str, outcome: FetchOutcome, error: str
) -> None:
    exchange, seen = run.crawl.exchange(path), run.seen(path)
    assert (exchange.payload, exchange.truncated) == (payload, truncated)
    assert (seen.outcome, seen.error) == (outcome, error)
    assert seen.stored is not None


def test_bytes_after_a_broken_chunk_are_kept(run: Run) -> None:
    assert run.crawl.exchange("/bad-chunk").removed_lines[-1] == b"zz\r\nrest"


def test_body_without_end_is_cut_at_the_limit(run: Run) -> None:
    exchange, seen = run.crawl.exchange("/endless"), run.seen("/endless")
    assert exchange.truncated == "length"
    assert exchange.payload.startswith(b"01234567" * 125)
    assert exchange.payload == (b"01234567" * len(exchange.payload))[: len(exchange.payload)]
    assert seen.outcome is FetchOutcome.TOO_LARGE


def test_body_announced_too_large_is_not_fetched(run: Run) -> None:
    exchange = run.crawl.exchange("/announced")
    assert exchange.truncated == "length"
    assert exchange.response_head == OK + b"Content-Length: 5000\r\n\r\n"
    assert set(exchange.payload) <= {ord("x")}
    assert run.seen("/announced").outcome is FetchOutcome.TOO_LARGE


def test_bomb_is_stored_whole_and_not_unpacked(run: Run) -> None:
    exchange, seen = run.crawl.exchange("/bomb"), run.seen("/bomb")
    assert exchange.truncated is None
    assert gzip.decompress(exchange.payload) == b"\0" * 100_000
    assert seen.outcome is FetchOutcome.TOO_LARGE
    assert seen.error == "DownloadCancelledError"


def test_bytes_beyond_the_stated_length_do_not_reach_the_next_exchange(run: Run) -> None:
    assert run.crawl.exchange("/overlong").payload == b"right"
    following = list(REQUESTS)[list(REQUESTS).index("/overlong") + 1]
    assert run.asked(following)[0][0] != run.asked("/overlong")[0][0]


@pytest.mark.parametrize(
    ("path", "outcome", "raw"),
    [
        ("/silent", FetchOutcome.TIMEOUT, b""),
        ("/gone", FetchOutcome.RESET, b""),
        ("/broken", FetchOutcome.RESET, b""),
        ("/cut-head", FetchOutcome.TRUNCATED, OK + b"Server: x"),
        ("/ssh", FetchOutcome.BAD_RESPONSE, SCRIPTS["/ssh"][0]),
        ("/noise", FetchOutcome.BAD_RESPONSE, SCRIPTS["/noise"][0]),
        ("/two-lengths", FetchOutcome.BAD_RESPONSE, SCRIPTS["/two-lengths"][0]),
    ],
)
def test_fetch_without_an_answer_is_a_named_failure(
    run: Run, path: str, outcome: FetchOutcome, raw: bytes
) -> None:
    failed, seen = run.crawl.failed(path), run.seen(path)
    assert (failed.outcome, failed.raw) == (outcome, raw)
    assert seen.outcome is outcome
    assert seen.error in failed.error
    assert failed.ip == "127.0.2.1"


def test_header_block_without_end_is_given_up(run: Run) -> None:
    failed = run.crawl.failed("/huge-head")
    assert failed.outcome is FetchOutcome.BAD_RESPONSE
    assert 256 * 1024 < len(failed.raw) < 1024 * 1024


def test_every_attempt_is_recorded_once(run: Run) -> None:
    assert len(run.crawl.records) == len(REQUESTS) == len(run.crawl.seen)


def test_connection_failures_have_names() -> None:
    with WireServer({}) as closed:
        place = closed.place
    result = crawl(
        ["http://nowhere.test/dns", "http://closed.test/refused", "http://bad..test/name"],
        dns={"other.test": ["192.0.2.1"]},
        CONNECT_TO={"closed.test": place},
    )
    assert result.failed("/dns").outcome is FetchOutcome.DNS
    assert result.failed("/refused").outcome is FetchOutcome.REFUSED
    assert result.failed("/refused").ip == "127.0.0.1"
    assert result.failed("/name").outcome is FetchOutcome.DNS


def test_retries_and_redirects_are_exchanges_of_their_own() -> None:
    with WireServer(SCRIPTS) as server:
        result = crawl(
            [
                {"url": f"http://{HOST}/moved", "meta": {"handle_httpstatus_all": False}},
                f"http://{HOST}/gone",
            ],
            CONNECT_TO={HOST: server.place},
            RETRY_ENABLED=True,
            RETRY_TIMES=1,
        )
    hops = [(r.url, note.attempt) for r, note in result.records]
    assert hops.count((f"http://{HOST}/moved", 1)) == 1
    assert hops.count((f"http://{HOST}/first?again", 1)) == 1
    assert [attempt for url, attempt in hops if url.endswith("/gone")] == [1, 2]
    assert result.seen[0].capture is not None
    assert result.seen[0].capture.url == f"http://{HOST}/first?again"
    ids = [note.frontier_id for record, note in result.records if record.url.endswith("/gone")]
    assert len(set(ids)) == 1

"""Exchanges through proxies, and of several hosts."""

from __future__ import annotations

from crawler.items import FetchOutcome
from tests.wire_crawl import crawl
from tests.wire_server import ConnectProxy, Script, WireServer, sized

HOST = "portal.test"


def test_three_hosts_are_three_addresses() -> None:
    script: dict[str, Script] = {"/": [sized(b"here")]}
    names = ("a.gov.test", "b.gov.test", "c.gov.test")
    with (
        WireServer(script, "127.0.3.1") as a,
        WireServer(script, "127.0.3.2") as b,
        WireServer(script, "127.0.3.3") as c,
    ):
        servers = dict(zip(names, (a, b, c), strict=True))
        result = crawl(
            [f"http://{names[0]}/", f"http://{names[1]}/", f"http://{names[2]}:8080/"],
            CONNECT_TO={
                names[0]: a.place,
                f"http://{names[1]}": b.place,
                f"{names[2]}:8080": c.place,
            },
        )
    for (record, _), (name, server) in zip(result.records, servers.items(), strict=True):
        ((_, data),) = server.asked
        port = b":8080" if name == names[2] else b""
        assert record.ip == server.host
        assert data.startswith(b"GET / HTTP/1.1\r\n")
        assert b"\r\nHost: " + name.encode() + port + b"\r\n" in data


def test_exchange_through_an_http_proxy() -> None:
    with WireServer({"/page": [sized(b"proxied")]}, "127.0.4.1") as proxy:
        meta = {"proxy": f"http://{proxy.place}"}
        headers = {"Proxy-Authorization": "Basic dXNlcjpzZWNyZXQ="}
        result = crawl([{"url": f"http://{HOST}/page?x", "meta": meta, "headers": headers}])
    exchange = result.exchange("/page")
    assert (exchange.ip, exchange.via_proxy) == (None, proxy.place)
    assert exchange.response_head + exchange.payload == sized(b"proxied")
    sent = proxy.asked[0].data
    assert sent.startswith(f"GET http://{HOST}/page?x HTTP/1.1\r\n".encode())
    secret = b"Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n"
    assert secret in sent
    assert exchange.request_head == sent.replace(secret, b"")


def test_proxy_that_opens_no_tunnel_is_a_refusal() -> None:
    with ConnectProxy(answer=b"HTTP/1.1 403 Forbidden") as proxy:
        meta = {"proxy": f"http://{proxy.place}"}
        result = crawl([{"url": f"https://{HOST}/tunnel", "meta": meta}])
    failed = result.failed("/tunnel")
    assert (failed.outcome, failed.ip, failed.via_proxy) == (
        FetchOutcome.REFUSED,
        None,
        proxy.place,
    )

"""The crawl connects to public addresses only, however a host is spelled or answered for."""

from __future__ import annotations

from typing import Any, cast

import pytest
from twisted.internet.defer import succeed
from twisted.internet.testing import MemoryReactorClock
from twisted.web.client import URI

from crawler.errors import ConfigurationError
from crawler.fetch import endpoint
from crawler.fetch.addresses import ConnectTo, first_forbidden, forbidden_literal
from crawler.fetch.endpoint import CheckedEndpointFactory, RefusedAddress
from crawler.items import FetchOutcome
from tests.wire_crawl import crawl
from tests.wire_server import ConnectProxy, Script, WireServer

PUBLIC = ["8.8.8.8", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
FORBIDDEN = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",  # shared address space
    "100.100.100.200",  # a cloud's metadata service
    "169.254.169.254",  # and another's
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",  # IPv4-compatible, long deprecated
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "ff02::1",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_is_allowed(address: str) -> None:
    assert first_forbidden([address]) is None


@pytest.mark.parametrize("address", FORBIDDEN)
def test_any_other_address_is_refused(address: str) -> None:
    assert first_forbidden([address]) == address
    assert first_forbidden([*PUBLIC, address]) == address


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "127.0.0.1",
        "[::1]",
        "::ffff:127.0.0.1",
        "169.254.169.254",
        "169.254.169.254.",
    ],
)
def test_every_spelling_of_an_address_is_recognised(host: str) -> None:
    assert forbidden_literal(host) is not None


@pytest.mark.parametrize("host", ["www.example.gov.cn", "8.8.8.8", "localhost.gov.cn", ""])
def test_names_and_public_addresses_are_no_forbidden_literals(host: str) -> None:
    assert forbidden_literal(host) is None


def test_connect_to_prefers_the_more_precise_key() -> None:
    table = ConnectTo(
        {
            "a.test": "127.0.0.1:1",
            "https://a.test": "127.0.0.2:2",
            "a.test:8443": "127.0.0.3:3",
            "B.Test": "127.0.0.4:4",
        }
    )
    assert table.target("http", "a.test", 80) == ("127.0.0.1", 1)
    assert table.target("https", "A.TEST", 443) == ("127.0.0.2", 2)
    assert table.target("https", "a.test", 8443) == ("127.0.0.3", 3)
    assert table.target("http", "b.test", 80) == ("127.0.0.4", 4)
    assert table.target("http", "www.a.test", 80) is None


@pytest.mark.parametrize(
    "value", ["192.0.2.1:80", "10.0.0.1:80", "localhost:80", "127.0.0.1", "127.0.0.1:http", ""]
)
def test_connect_to_leads_to_this_machine_only(value: str) -> None:
    with pytest.raises(ConfigurationError, match=r"'a\.test' expected to lead to 127"):
        ConnectTo({"a.test": value})


def connects(monkeypatch: pytest.MonkeyPatch, answers: list[tuple[int, str]]) -> MemoryReactorClock:
    """What the reactor is asked to connect to when a host's name has these answers."""
    found = [(family, 1, 6, "", (address, 80)) for family, address in answers]
    monkeypatch.setattr(endpoint, "resolve", lambda *_: succeed(found))
    reactor = MemoryReactorClock()
    factory = CheckedEndpointFactory(
        reactor,
        cast(Any, None),
        ConnectTo({}),
        lambda address: None,
        timeout=5,
        bind_address=None,
    )
    connecting = factory.endpointForURI(URI.fromBytes(b"http://portal.gov.cn/")).connect(
        cast(Any, None)
    )
    connecting.addErrback(lambda failure: failure.trap(RefusedAddress))
    return reactor


def test_the_checked_address_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    reactor = connects(monkeypatch, [(10, "2400:3200::1"), (2, "8.8.8.8")])
    assert [client[:2] for client in reactor.tcpClients] == [("8.8.8.8", 80)]


def test_one_bad_answer_among_good_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    reactor = connects(monkeypatch, [(2, "8.8.8.8"), (2, "127.0.0.1")])
    assert reactor.tcpClients == []


def test_crawl_refuses_what_leads_inside() -> None:
    """Nothing but the mapped host may be connected to, though a server listens everywhere."""
    moved = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
    scripts: dict[str, Script] = {}
    with WireServer({}) as inside, WireServer(scripts) as portal:
        port = inside.port
        hosts = ["localhost", "127.0.0.1", "2130706433", "[::ffff:127.0.0.1]", "169.254.169.254"]
        urls = [f"http://{host}:{port}/{number}" for number, host in enumerate(hosts)]
        urls += [f"http://mixed.gov.cn:{port}/mixed", f"https://inside.gov.cn:{port}/tls"]
        scripts["/moved"] = [moved + f"http://localhost:{port}/hop\r\n\r\n".encode()]
        dns = {
            **{host.strip("[]"): ["127.0.0.1"] for host in hosts},
            "mixed.gov.cn": ["8.8.8.8", "127.0.0.1"],
            "inside.gov.cn": ["::1"],
        }
        redirect = {"url": "http://portal.test/moved", "meta": {"handle_httpstatus_all": False}}
        result = crawl(
            [*urls, redirect],
            dns=dns,
            CONNECT_TO={"portal.test": portal.place},
            RETRY_ENABLED=True,
        )
        assert inside.asked == []
    assert len(result.records) == len(urls) + 2  # the redirect itself, and nothing twice
    for path in ["/0", "/1", "/2", "/3", "/4", "/mixed", "/tls", "/hop"]:
        failed = result.failed(path)
        assert failed.outcome is FetchOutcome.OUT_OF_SCOPE
        assert "refused_address" in failed.error
        assert failed.ip is None
    assert {seen.error for seen in result.seen.values()} == {"RefusedAddress"}
    assert {seen.outcome for seen in result.seen.values()} == {FetchOutcome.OUT_OF_SCOPE}


def test_literal_addresses_are_refused_behind_a_proxy() -> None:
    with WireServer({}) as plain, ConnectProxy() as tunnel:
        result = crawl(
            [
                {"url": "http://2130706433/plain", "meta": {"proxy": f"http://{plain.place}"}},
                {"url": "https://127.0.0.1/tunnel", "meta": {"proxy": f"http://{tunnel.place}"}},
                {"url": "https://localhost/name", "meta": {"proxy": f"http://{tunnel.place}"}},
            ]
        )
        assert plain.asked == []
        assert tunnel.asked == []
    for path in ("/plain", "/tunnel", "/name"):
        assert result.failed(path).outcome is FetchOutcome.OUT_OF_SCOPE

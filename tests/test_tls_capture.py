"""Exchanges inside TLS are recorded in plain, with what is wrong with the certificate."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.items import FetchOutcome
from crawler.warc.records import Exchange
from tests.wire_crawl import Crawl, crawl
from tests.wire_server import CLOSE, HANG, RESET, ConnectProxy, Script, WireServer

HOST = "secure.test"
ANSWER = b"HTTP/1.1 200 Inside TLS\r\nX-Case: kEpT\r\nContent-Length: 6\r\n\r\ninside"
CLOSING = b"HTTP/1.1 200 OK\r\n\r\nuntil the end"
SCRIPTS: dict[str, Script] = {
    "/page": [ANSWER],
    "/next": [ANSWER],
    "/short": [b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", CLOSE],
    "/slow": [b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", HANG],
    "/closing": [CLOSING, CLOSE],
    "/torn": [CLOSING, RESET],
}


class Certificate(NamedTuple):
    """Files of a certificate and the context of a server that shows it."""

    file: Path
    context: ssl.SSLContext


def certificate(folder: Path, name: str, *, days: int = 1, ip: str | None = None) -> Certificate:
    """A self-signed certificate for ``name``, valid until ``days`` from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if ip is not None:
        names.append(x509.IPAddress(ipaddress.ip_address(ip)))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return Certificate(file, context)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def own(folder: Path) -> Certificate:
    return certificate(folder, HOST)


class Run(NamedTuple):
    crawl: Crawl
    server: WireServer


@pytest.fixture(scope="module")
def run(own: Certificate) -> Run:
    jobs = [
        {"url": f"https://{HOST}{path}", "meta": {"download_timeout": 0.5 if "slow" in path else 9}}
        for path in SCRIPTS
    ]
    with WireServer(SCRIPTS, "127.0.5.1", own.context) as server:
        return Run(crawl(jobs, CONNECT_TO={f"https://{HOST}": server.place}), server)


def test_plain_bytes_inside_tls_are_recorded(run: Run) -> None:
    exchange = run.crawl.exchange("/page")
    assert exchange.response_head + exchange.payload == ANSWER
    assert exchange.request_head == run.server.asked[0].data
    assert exchange.request_head.startswith(b"GET /page HTTP/1.1\r\n")
    assert f"\r\nHost: {HOST}\r\n".encode() in exchange.request_head
    assert exchange.ip == "127.0.5.1"


def test_server_name_is_the_host_not_the_mapped_address(run: Run) -> None:
    assert set(run.server.names) == {HOST}


def test_self_signed_certificate_is_recorded_and_not_fatal(run: Run) -> None:
    for path in ("/page", "/next"):  # the second on the first one's connection
        tls = run.crawl.exchange(path).tls
        assert tls is not None
        assert tls["unverified"] == "self-signed certificate"
        assert tls["version"] == "TLSv1.3"
        assert tls["cipher"].startswith("TLS_")
    assert run.server.asked[0].connection == run.server.asked[1].connection


@pytest.mark.parametrize(
    ("path", "truncated", "outcome"),
    [
        ("/short", "disconnect", FetchOutcome.TRUNCATED),
        ("/slow", "time", FetchOutcome.TIMEOUT),
    ],
)
def test_cut_bodies_inside_tls(run: Run, path: str, truncated: str, outcome: FetchOutcome) -> None:
    exchange = run.crawl.exchange(path)
    assert (exchange.payload, exchange.truncated) == (b"half", truncated)
    assert run.crawl.seen[list(SCRIPTS).index(path)].outcome is outcome


def test_close_delimited_body_with_and_without_close_notify(run: Run) -> None:
    for path in ("/closing", "/torn"):
        exchange = run.crawl.exchange(path)
        assert (exchange.payload, exchange.truncated) == (b"until the end", None)


def test_every_fault_of_a_certificate_is_named(folder: Path) -> None:
    expired = certificate(folder, "other.test", days=-1)
    with WireServer(SCRIPTS, context=expired.context) as server:
        result = crawl([f"https://{HOST}/page"], CONNECT_TO={HOST: server.place})
    tls = result.exchange("/page").tls
    assert tls is not None
    assert set(tls["unverified"].split("; ")) == {
        "self-signed certificate",
        "certificate has expired",
        "certificate is not for this host",
    }


def test_trusted_certificate_has_no_fault(own: Certificate) -> None:
    with WireServer(SCRIPTS, context=own.context) as server:
        result = crawl(
            [f"https://{HOST}/page"],
            CONNECT_TO={HOST: server.place},
            env={"SSL_CERT_FILE": str(own.file)},
        )
    tls = result.exchange("/page").tls
    assert tls is not None
    assert set(tls) == {"version", "cipher"}


def test_no_tls_behind_the_port_is_a_tls_failure() -> None:
    with WireServer({}) as server:
        server.serve = lambda _, connection: connection.sendall(b"HTTP/1.1 400 Bad\r\n\r\n")  # type: ignore[method-assign]
        result = crawl([f"https://{HOST}/page"], CONNECT_TO={HOST: server.place})
    failed = result.failed("/page")
    assert failed.outcome is FetchOutcome.TLS
    assert failed.raw == b""
    assert failed.ip == "127.0.0.1"


def test_inner_exchange_of_a_tunnel_is_recorded(own: Certificate) -> None:
    """The tunnel leads to the mapped server; what goes through it names the host."""
    with (
        WireServer(SCRIPTS, "127.0.5.2", own.context) as server,
        ConnectProxy("127.0.5.3") as proxy,
    ):
        meta = {"proxy": f"http://{proxy.place}"}
        headers = {"Proxy-Authorization": "Basic eDp5"}
        result = crawl(
            [
                {"url": f"https://{HOST}{path}", "meta": meta, "headers": headers}
                for path in ("/page", "/next")
            ],
            CONNECT_TO={HOST: server.place},
        )
    assert len(proxy.asked) == 1  # and the second request used the same tunnel
    assert proxy.asked[0].startswith(f"CONNECT {server.place} HTTP/1.1\r\n".encode())
    assert b"Proxy-Authorization: Basic eDp5" in proxy.asked[0]
    assert set(server.names) == {HOST}
    for (record, _), asked in zip(result.records, server.asked, strict=True):
        assert isinstance(record, Exchange)
        assert record.request_head == asked.data
        assert b"Proxy" not in asked.data
        assert record.response_head + record.payload == ANSWER
        assert (record.ip, record.via_proxy) == (None, proxy.place)
        assert record.tls is not None
        assert record.tls["unverified"] == "self-signed certificate"

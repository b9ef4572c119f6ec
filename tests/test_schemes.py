"""A portal that answers on one scheme only is reached on that one.

The crawls go through a proxy on loopback that answers for any host: plain requests by itself,
CONNECT by a tunnel to a TLS server.
"""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.fetch.schemes import other_scheme
from tests.fetch_lab import Answer, Crawl, Server, crawl, site

HOST = "www.suixi.gov.cn"
DEAD = Answer(hang_up=True)


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """A throw-away certificate; Scrapy accepts any."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def crawl_through(proxy: Server, tmp_path: Path, urls: list[str]) -> Crawl:
    env = {"http_proxy": proxy.url(""), "https_proxy": proxy.url("")}
    return crawl(tmp_path, urls, hosts=[HOST], env=env)


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("http://a.gov.cn/x?y=1", "https://a.gov.cn/x?y=1"),
        ("https://a.gov.cn", "http://a.gov.cn"),
        ("http://a.gov.cn:8080/x", None),
        ("ftp://a.gov.cn/x", None),
    ],
)
def test_the_other_scheme(url: str, other: str | None) -> None:
    assert other_scheme(url) == other


def test_http_takes_over_where_https_fails_and_is_remembered(tmp_path: Path) -> None:
    with Server(site({})) as proxy:  # refuses CONNECT
        urls = [f"https://{HOST}/{n}" for n in range(3)]
        done = crawl_through(proxy, tmp_path, urls)
    assert [done.ends[url] for url in urls] == [["ok", f"http://{HOST}/{n}"] for n in range(3)]
    assert done.stats[f"scheme/switched/{HOST}"] == "http"
    # robots.txt found out about it: no page was tried in vain.
    assert [hit.method for hit in proxy.hits].count("CONNECT") == 2
    assert done.count("outcome/refused") == 0


def test_https_takes_over_where_http_fails(tmp_path: Path, tls: ssl.SSLContext) -> None:
    with Server(lambda url: DEAD) as proxy, Server(site({})) as secure:
        secure.use_tls(tls)
        proxy.tunnel_to = secure.port
        url = f"http://{HOST}/a"
        done = crawl_through(proxy, tmp_path, [url])
    assert done.ends[url] == ["ok", f"https://{HOST}/a"]
    assert secure.pages == ["/a"]
    assert done.stats[f"scheme/switched/{HOST}"] == "https"


def test_a_host_that_answers_on_neither_is_tried_once_on_each(tmp_path: Path) -> None:
    with Server(lambda url: DEAD) as proxy:
        url = f"http://{HOST}/a"
        done = crawl_through(proxy, tmp_path, [url])
    assert done.ends[url][0] == "refused"
    asked = [(hit.method, hit.url) for hit in proxy.hits]
    # Each scheme is asked for robots.txt twice: once, and one retry.
    assert asked == [("GET", f"http://{HOST}/robots.txt")] * 2 + [("CONNECT", f"{HOST}:443")] * 2


def test_a_redirect_to_a_scheme_that_is_dead_does_not_bounce(tmp_path: Path) -> None:
    """http answers with a redirect to https, where nobody is: there is nothing to switch to."""

    def answers(url: str) -> Answer:
        if url.endswith("/robots.txt"):
            return Answer(status=404)
        return Answer(status=301, headers={"Location": url.replace("http://", "https://")})

    with Server(answers) as proxy:
        url = f"http://{HOST}/a"
        done = crawl_through(proxy, tmp_path, [url])
    assert done.ends[url][0] in ("robots", "TunnelError")
    assert proxy.pages.count(f"http://{HOST}/a") == 1


def test_one_failure_of_a_host_that_answers_switches_nothing(tmp_path: Path) -> None:
    with Server(site({f"http://{HOST}/cut": DEAD})) as proxy:
        url = f"http://{HOST}/cut"
        done = crawl_through(proxy, tmp_path, [f"http://{HOST}/a", url])
    assert done.ends[url][0] == "DownloadFailedError"
    assert [hit.method for hit in proxy.hits].count("CONNECT") == 0

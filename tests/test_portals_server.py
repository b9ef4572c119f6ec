"""The sample portals over real HTTP: every byte, redirects, TLS, the process."""

from __future__ import annotations

import gzip
import http.client
import json
import signal
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.portals.model import MIRROR_HOST, PORTALS
from tests.portals.routes import answer
from tests.portals.serve import Servers, running
from tests.portals.sites import site
from tests.portals.truth import Target, targets

ROOT = Path(__file__).parent.parent


def _get(target: Target) -> bytes:
    return answer(PORTALS[target.portal].host, urlsplit(target.url).path).body


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with running() as servers:
        yield servers


def _connection(servers: Servers, host: str) -> http.client.HTTPConnection:
    address, _, port = servers.connect_to[host].partition(":")
    return http.client.HTTPConnection(address, int(port), timeout=10)


def _ask(
    connection: http.client.HTTPConnection, host: str, path: str, accept: str = "gzip, deflate"
) -> http.client.HTTPResponse:
    connection.request("GET", path, headers={"Host": host, "Accept-Encoding": accept})
    return connection.getresponse()


def test_every_host_has_an_address_of_its_own(servers: Servers) -> None:
    hosts = {portal.host for portal in PORTALS.values()} | {MIRROR_HOST}
    assert set(servers.connect_to) == hosts
    assert len({where.partition(":")[0] for where in servers.connect_to.values()}) == len(hosts)
    assert all(where.startswith("127.") for where in servers.connect_to.values())


@pytest.mark.parametrize("key", PORTALS)
def test_bodies_arrive_byte_exact_over_one_kept_connection(servers: Servers, key: str) -> None:
    """Every list, target and file of a portal, plain, gzipped, chunked, or both."""
    host = PORTALS[key].host
    connection = _connection(servers, host)
    seen: Counter[tuple[bool, bool]] = Counter()
    for path in sorted(site(key).makers)[:250]:
        reply = _ask(connection, host, path)
        body = reply.read()
        zipped = reply.headers["Content-Encoding"] == "gzip"
        chunked = reply.headers["Transfer-Encoding"] == "chunked"
        assert chunked or int(reply.headers["Content-Length"]) == len(body)
        assert (gzip.decompress(body) if zipped else body) == answer(host, path).body, path
        seen[zipped, chunked] += 1
    connection.close()
    assert len(seen) == 4


def test_a_client_that_takes_no_gzip_gets_none(servers: Servers) -> None:
    host = PORTALS["ningxia_hongsibu"].host
    connection = _connection(servers, host)
    for path in sorted(site("ningxia_hongsibu").makers)[:40]:
        reply = _ask(connection, host, path, accept="identity")
        assert reply.headers["Content-Encoding"] is None
        assert reply.read() == answer(host, path).body
    connection.close()


def test_redirects_missing_pages_and_robots(servers: Servers) -> None:
    host = PORTALS["ningxia_hongsibu"].host
    connection = _connection(servers, host)
    expected = {
        "/xxgk": (301, f"http://{host}/xxgk/"),
        "/xxgk/nothing_here.html": (404, None),
        "/xxgk/tzgg/index_99.html": (404, None),
        "/robots.txt": (404, None),
    }
    for path, (status, location) in expected.items():
        reply = _ask(connection, host, path)
        reply.read()
        assert (reply.status, reply.headers["Location"]) == (status, location)
    moved = next(t for t in targets("ningxia_hongsibu") if t.entry.note == "moved")
    reply = _ask(connection, host, "/old" + urlsplit(moved.url).path)
    reply.read()
    assert (reply.status, reply.headers["Location"]) == (302, moved.url)
    connection.close()


def test_a_session_id_and_https_lead_to_the_same_page(servers: Servers) -> None:
    session = next(t for t in targets() if t.entry.note == "jsessionid")
    host, path = PORTALS[session.portal].host, urlsplit(session.url).path
    connection = _connection(servers, host)
    assert _ask(connection, host, f"{path};jsessionid=AB12", "").read() == _get(session)
    connection.close()
    secure = next(t for t in targets() if t.entry.note == "https")
    host, path = PORTALS[secure.portal].host, urlsplit(secure.url).path
    address, _, port = servers.connect_to[host].partition(":")
    context = ssl._create_unverified_context()
    over_tls = http.client.HTTPSConnection(address, int(port), timeout=10, context=context)
    assert _ask(over_tls, host, path, "").read() == _get(secure)
    over_tls.close()


def test_an_unknown_host_gets_nothing_of_a_portal(servers: Servers) -> None:
    connection = _connection(servers, PORTALS["ningxia_hongsibu"].host)
    reply = _ask(connection, "www.example.gov.cn", "/")
    reply.read()
    assert reply.status == 404
    connection.close()


def test_the_gkmlpt_service_pages_by_a_hundred(servers: Servers) -> None:
    host = PORTALS["guangdong_suixi"].host
    connection = _connection(servers, host)
    answers = []
    for page in (1, 2, 3):
        path = f"/zjsxmzj/gkmlpt/api/all/5801?page={page}&sid=759012"
        answers.append(json.loads(_ask(connection, host, path, "identity").read()))
    connection.close()
    assert [len(a["articles"]) for a in answers[:2]] == [100, 100]
    assert [a["offset"] for a in answers] == [0, 100, 200]
    assert sum(len(a["articles"]) for a in answers) == answers[0]["total"]
    ids = [article["id"] for a in answers for article in a["articles"]]
    assert len(ids) == len(set(ids))


def test_the_server_runs_as_a_process_logs_requests_and_stops(tmp_path: Path) -> None:
    ready, log = tmp_path / "ready.json", tmp_path / "log.jsonl"
    command = [sys.executable, "-m", "tests.portals.serve"]
    process = subprocess.Popen(
        [*command, "--ready-file", str(ready), "--log", str(log)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        printed = json.loads(process.stdout.readline())
        assert json.loads(ready.read_text()) == printed
        host = "www.spt.gov.cn"
        address, _, port = printed["connect_to"][host].partition(":")
        connection = http.client.HTTPConnection(address, int(port), timeout=10)
        reply = _ask(connection, host, "/robots.txt?x=1")
        assert b"Crawl-delay: 0.01" in (
            gzip.decompress(body) if (body := reply.read())[:2] == b"\x1f\x8b" else body
        )
        connection.close()
        logged = [json.loads(line) for line in log.read_text().splitlines()]
        assert logged == [{"host": host, "method": "GET", "target": "/robots.txt?x=1"}]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0


def test_requests_are_counted(servers: Servers) -> None:
    before = len(servers.requests())
    host = MIRROR_HOST
    connection = _connection(servers, host)
    _ask(connection, host, "/").read()
    connection.close()
    assert servers.requests()[before:] == [{"host": host, "method": "GET", "target": "/"}]

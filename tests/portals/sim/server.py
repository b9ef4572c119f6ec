"""Simulated portals on loopback: one process, an address a portal, HTTP and HTTPS on one port.

    with serving([portal("trs", "small")]) as served:
        served.connect_to          # host → 127.x.y.z:port, for the CONNECT_TO setting
        served.requests("www.sim-trs.gov.cn")

A process of its own, so that a crawl measured beside it does not pay for drawing pages. Requests
in absolute form (a client that takes the server for its proxy) are answered as well.
"""

from __future__ import annotations

import json
import multiprocessing
import signal
import ssl
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from multiprocessing.connection import Connection
from pathlib import Path
from socket import MSG_PEEK
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any, TextIO
from urllib.parse import urlsplit

from tests.portals.certificate import self_signed
from tests.portals.serve import TLS_HANDSHAKE
from tests.portals.sim.model import Reply
from tests.portals.sim.portal import SimPortal
from tests.portals.sim.traps import ELSEWHERE

_MAX_LINE = 65536
_MAX_BODY = 1 << 20
_START_SECONDS = 60
_PATIENCE = 10  # seconds a connection may stay idle


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server saw it; what a POST sent follows its target after a space."""

    host: str
    method: str
    target: str
    status: int


@dataclass(frozen=True)
class Served:
    """Where the hosts are, and what was asked of them. Other sites that the pages link to are
    here as well: a request for one is an answered 404 in the log."""

    connect_to: dict[str, str]
    log: Path

    def requests(self, host: str = "") -> list[Asked]:
        rows = [Asked(*json.loads(line)) for line in self.log.read_text("utf-8").splitlines()]
        return [row for row in rows if host in ("", row.host)]


class _Handler(StreamRequestHandler):
    """One connection: requests one after another until the client closes."""

    disable_nagle_algorithm = True
    timeout = _PATIENCE
    server: _Listener

    def setup(self) -> None:
        if self.request.recv(1, MSG_PEEK) == TLS_HANDSHAKE:
            self.request = self_signed().wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        with suppress(OSError):  # the client went away, or said nothing for too long
            while self._exchange():
                pass

    def _exchange(self) -> bool:
        parts = self.rfile.readline(_MAX_LINE).decode("latin-1").split()
        if len(parts) != 3:
            return False
        method, target, _ = parts
        fields = self._fields()
        body = self.rfile.read(min(int(fields.get("content-length") or 0), _MAX_BODY))
        host = fields.get("host", "").partition(":")[0].lower()
        if target.startswith("http"):
            split = urlsplit(target)
            host, target = split.hostname or host, target.partition(split.netloc)[2] or "/"
        reply = self.server.answer(host, method, target, fields, body)
        self.wfile.write(_wire(reply, host, method))
        return fields.get("connection", "").lower() != "close"

    def _fields(self) -> dict[str, str]:
        fields = {}
        while (line := self.rfile.readline(_MAX_LINE)) not in (b"\r\n", b"\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            fields[name.strip().lower()] = value.strip()
        return fields


def _wire(reply: Reply, host: str, method: str) -> bytes:
    head = [
        f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}",
        "Server: nginx",
        f"Content-Type: {reply.content_type}",
        f"Content-Length: {len(reply.body)}",
    ]
    if reply.location:
        goal = reply.location if "//" in reply.location else f"http://{host}{reply.location}"
        head.append(f"Location: {goal}")
    raw = "\r\n".join([*head, "", ""]).encode()
    return raw if method == "HEAD" else raw + reply.body


class _Listener(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], portal: SimPortal, log: TextIO) -> None:
        self._portal, self._log, self._lock = portal, log, threading.Lock()
        super().__init__(address, _Handler)

    def answer(
        self, host: str, method: str, target: str, fields: dict[str, str], body: bytes
    ) -> Reply:
        with self._lock:  # drawing a page is CPU: threads would only wait for each other
            reply = self._portal.answer(method, host, target, fields, body)
            asked = f"{target} {body.decode('utf-8', 'replace')}" if body else target
            self._log.write(json.dumps([host, method, asked, reply.status]) + "\n")
            self._log.flush()
        return reply

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks a connection or a handshake is no news; all else is."""
        if not isinstance(sys.exception(), ConnectionError | ssl.SSLError):
            super().handle_error(request, client_address)


def _run(portals: Sequence[tuple[Any, ...]], log: Path, ready: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
    connect_to: dict[str, str] = {}
    with log.open("a", encoding="utf-8") as out:
        for number, described in enumerate(portals):
            portal = SimPortal(*described)
            listener = _Listener((f"127.77.{number // 200}.{number % 200 + 1}", 0), portal, out)
            address, port = listener.server_address[:2]
            connect_to |= dict.fromkeys((*ELSEWHERE, *portal.hosts), f"{address!s}:{port}")
            threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True).start()
        ready.send(connect_to)
        with suppress(EOFError):
            ready.recv()  # until the parent closes its end, also by dying


@contextmanager
def serving(portals: Sequence[SimPortal]) -> Iterator[Served]:
    """The portals on loopback, in a process of its own, until the block ends."""
    described = [(p.family, p.scale, p.seed, p.generation) for p in portals]
    with tempfile.TemporaryDirectory(prefix="sim-portals-") as folder:
        log = Path(folder) / "requests.jsonl"
        log.touch()
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(
            target=_run, args=(described, log, theirs), daemon=True
        )
        process.start()
        theirs.close()
        try:
            if not ours.poll(_START_SECONDS):
                raise RuntimeError(f"the simulated portals are not up after {_START_SECONDS} s")
            yield Served(ours.recv(), log)
        finally:
            ours.close()
            process.join(_PATIENCE)
            if process.is_alive():
                process.kill()
                process.join()

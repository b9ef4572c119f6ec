"""One real HTTP/1.1 server process for all sample portals, each on a loopback address of its own.

    python -m tests.portals.serve [--ready-file FILE] [--port N] [--log FILE]

``running()`` does the same inside a test: a thread, and an object that knows where each host is.
"""

from __future__ import annotations

import argparse
import gzip
import json
import signal
import socket
import ssl
import sys
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from http import HTTPStatus
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

from tests.portals.certificate import self_signed
from tests.portals.changing import Changing
from tests.portals.model import MIRROR_ADDRESS, MIRROR_HOST, PORTALS, Answer
from tests.portals.routes import key_of

ADDRESSES = {portal.host: portal.address for portal in PORTALS.values()} | {
    MIRROR_HOST: MIRROR_ADDRESS
}
_MAX_LINE = 65536
_CHUNK = 3000
TLS_HANDSHAKE = b"\x16"


@cache
def wire(
    found: Answer, host: str, key: str, zipped: bool, validators: tuple[tuple[str, str], ...] = ()
) -> bytes:
    """The whole response as it goes over the wire.

    Which paths are compressed and which are chunked follows from the path alone; a client that
    does not accept gzip gets none.
    """
    dice = zlib.crc32(key.encode())
    head = [
        f"HTTP/1.1 {found.status} {HTTPStatus(found.status).phrase}",
        "Server: nginx",
        f"Content-Type: {found.content_type}",
        *(f"{name}: {value}" for name, value in validators),
    ]
    body = found.body
    if found.location:
        head.append(f"Location: http://{host}{found.location}")
    if zipped and dice % 3 == 0:
        body = gzip.compress(body, mtime=0)
        head += ["Content-Encoding: gzip", "Vary: Accept-Encoding"]
    if dice % 5 == 0:
        head.append("Transfer-Encoding: chunked")
        pieces = [body[i : i + _CHUNK] for i in range(0, len(body), _CHUNK)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    else:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*head, "", ""]).encode() + body


class _Handler(StreamRequestHandler):
    """One connection: requests one after another until the client closes."""

    disable_nagle_algorithm = True
    server: _Listener

    def setup(self) -> None:
        # The first byte of a TLS handshake is 0x16, of an HTTP request a letter.
        if self.request.recv(1, socket.MSG_PEEK) == TLS_HANDSHAKE:
            self.request = self_signed().wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        with suppress(ConnectionError, ssl.SSLError):
            while self._exchange():
                pass

    def _exchange(self) -> bool:
        line = self.rfile.readline(_MAX_LINE)
        parts = line.decode("latin-1").split()
        if len(parts) != 3:
            return False
        method, target, _ = parts
        fields = self._fields()
        host = fields.get("host", "").partition(":")[0].lower()
        self.server.servers.note(host, method, target)
        reply = self.server.servers.reply(host, target, fields)
        self.wfile.write(
            reply.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if method == "HEAD" else reply
        )
        return fields.get("connection", "").lower() != "close"

    def _fields(self) -> dict[str, str]:
        fields = {}
        while (line := self.rfile.readline(_MAX_LINE)) not in (b"\r\n", b"\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            fields[name.strip().lower()] = value.strip()
        return fields


class _Listener(ThreadingTCPServer):
    """One listening address."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], servers: Servers) -> None:
        self.servers = servers
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks a connection or a handshake is no news; all else is."""
        if not isinstance(sys.exception(), ConnectionError | ssl.SSLError):
            super().handle_error(request, client_address)


class Servers:
    """The running servers: where each host is, and what was asked of it."""

    def __init__(self, port: int = 0, log: Path | None = None) -> None:
        self._asked: list[dict[str, str]] = []
        self._sent = 0
        #: Edit, remove or lie here; see `Changing`.
        self.content = Changing()
        self._log = log.open("a", encoding="utf-8") if log else None
        self._lock = threading.Lock()
        self._listeners: list[_Listener] = []
        for address in dict.fromkeys(ADDRESSES.values()):
            listener = _Listener((address, port), self)
            port = listener.server_address[1]
            self._listeners.append(listener)
            threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True).start()
        self.port = port

    @property
    def connect_to(self) -> dict[str, str]:
        """Host → address:port, as the CONNECT_TO setting wants it."""
        return {host: f"{address}:{self.port}" for host, address in ADDRESSES.items()}

    def note(self, host: str, method: str, target: str) -> None:
        asked = {"host": host, "method": method, "target": target}
        with self._lock:
            self._asked.append(asked)
            if self._log:
                self._log.write(json.dumps(asked) + "\n")
                self._log.flush()

    def reply(self, host: str, target: str, fields: Mapping[str, str]) -> bytes:
        """The answer to a GET with these header fields (names in lower case)."""
        key = key_of(target)
        found = self.content.answer(host, key)
        given = self.content.validators(host, key, found)
        if self.content.unchanged(host, given, fields):
            lines = [f"{name}: {value}" for name, value in given.items()]
            reply = "\r\n".join(["HTTP/1.1 304 Not Modified", "Server: nginx", *lines, "", ""])
            answer = reply.encode()
        else:
            zipped = "gzip" in fields.get("accept-encoding", "")
            answer = wire(found, host, key, zipped, tuple(given.items()))
        with self._lock:
            self._sent += len(answer)
        return answer

    @property
    def sent(self) -> int:
        """Bytes of all answers so far."""
        with self._lock:
            return self._sent

    def requests(self) -> list[dict[str, str]]:
        """Every request so far: host, method, target."""
        with self._lock:
            return list(self._asked)

    def close(self) -> None:
        for listener in self._listeners:
            listener.shutdown()
            listener.server_close()
        if self._log:
            self._log.close()


@contextmanager
def running(port: int = 0, log: Path | None = None) -> Iterator[Servers]:
    servers = Servers(port, log)
    try:
        yield servers
    finally:
        servers.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve the sample portals on loopback.")
    parser.add_argument("--ready-file", type=Path, help="written (JSON: connect_to) when up")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--log", type=Path, help="append every request as a JSON line")
    options = parser.parse_args()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    with running(options.port, options.log) as servers:
        ready = json.dumps({"connect_to": servers.connect_to})
        if options.ready_file:
            # renamed into place: a reader never sees half of it
            part = options.ready_file.with_suffix(".part")
            part.write_text(ready, encoding="utf-8")
            part.rename(options.ready_file)
        print(ready, flush=True)
        stop.wait()


if __name__ == "__main__":
    main()

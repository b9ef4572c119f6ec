"""A quick HTTP server that logs when each request reached it and when its answer was out.

    python -m tests.benchmarks.polite_server LOG ADDRESS[=KIND] …

Listens on every address (the ports are printed as a JSON object) until SIGTERM, then writes LOG:
a JSON list of [address, host, path, arrived, answered] in seconds of the machine's clock.
SIGUSR1 prints how far it is.
KIND is how sick the address is; see `SICK`.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from crawler.fetch.clock import machine_now

_BODY = b"<html><body><p>%s</p></body></html>" % ("页面" * 40).encode()
_OK = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
)
_NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_FAILS = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
_SLOW_SECONDS = 3.0

Row = tuple[str, str, str, float, float]


@dataclass
class Log:
    rows: list[Row] = field(default_factory=list)

    def tell(self) -> None:
        """How many requests each address has answered, as a line of JSON."""
        print(json.dumps(Counter(row[0] for row in self.rows)), flush=True)


class Connection(asyncio.Protocol):
    """One connection; requests have no bodies and do not overlap."""

    def __init__(self, address: str, sickness: Sickness, log: Log) -> None:
        self._address = address
        self._sickness = sickness
        self._log = log
        self._head = b""
        self._arrived = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if not self._head:
            self._arrived = machine_now()
        self._head += data
        if not self._head.endswith(b"\r\n\r\n"):
            return
        first, _, rest = self._head.partition(b"\r\n")
        path = first.split(b" ")[1].decode()
        host = rest.lower().partition(b"host: ")[2].partition(b"\r\n")[0].decode()
        self._head = b""
        self._sickness(path, lambda answer: self._answer(answer, host, path))

    def _answer(self, answer: bytes, host: str, path: str) -> None:
        self._log.rows.append((self._address, host, path, self._arrived, machine_now()))
        self._transport.write(answer)


Sickness = Callable[[str, Callable[[bytes], None]], None]


def _is_robots(path: str) -> bool:
    return path == "/robots.txt"


def healthy(path: str, answer: Callable[[bytes], None]) -> None:
    answer(_NO_ROBOTS if _is_robots(path) else _OK)


def hangs(path: str, answer: Callable[[bytes], None]) -> None:
    if _is_robots(path):
        answer(_NO_ROBOTS)


def hangs_at_once(path: str, answer: Callable[[bytes], None]) -> None:
    """Not even robots.txt is answered."""


def fails(path: str, answer: Callable[[bytes], None]) -> None:
    answer(_NO_ROBOTS if _is_robots(path) else _FAILS)


def slow(path: str, answer: Callable[[bytes], None]) -> None:
    asyncio.get_running_loop().call_later(_SLOW_SECONDS, healthy, path, answer)


SICK: dict[str, Sickness] = {
    "healthy": healthy,
    "hangs": hangs,
    "hangs_at_once": hangs_at_once,
    "fails": fails,
    "slow": slow,
}


async def serve(log_file: Path, places: list[str]) -> None:
    log, ports = Log(), {}
    for place in places:
        address, _, kind = place.partition("=")
        sickness = SICK[kind or "healthy"]
        server = await asyncio.get_running_loop().create_server(
            lambda address=address, sickness=sickness: Connection(address, sickness, log),
            address,
            0,
            backlog=1024,
        )
        ports[address] = server.sockets[0].getsockname()[1]
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, log.tell)
    print(json.dumps(ports), flush=True)
    await stop.wait()
    log_file.write_text(json.dumps(log.rows), "ascii")


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2:]))

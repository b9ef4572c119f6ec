"""Serves faults on loopback: each at an address of its own, beside one page that is sound."""

from __future__ import annotations

import socket
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.portals.faults_kit import (
    COLUMN,
    SICK,
    SOUND,
    Door,
    Drip,
    Fault,
    Script,
    listing,
    reply,
    report,
)
from tests.portals.faults_tls import HANDSHAKE_FAILURE, LEGACY_HELLO, Certificates
from tests.wire_server import HANG, RESET, Then, WireServer, read_request

_NAMES = frozenset({Door.NO_NAME, Door.SLOW_NAME, Door.INSIDE, Door.MIXED, Door.METADATA})
#: What is said to a TLS client hello where no TLS is spoken.
_INSTEAD_OF_TLS: dict[Door, Script] = {
    Door.TLS_LEGACY: (LEGACY_HELLO, HANDSHAKE_FAILURE, HANG),
    Door.TLS_SILENT: (HANG,),
    Door.TLS_RESET: (RESET,),
    Door.TLS_PLAIN: (reply("plain"), HANG),
}
_CLIENT_HELLO = 1 << 16


def _sound_page(fault: Fault, path: str) -> Script:
    """What a host says where it is not at fault."""
    sound = f"红寺堡区{fault.name}镇2019年政府信息公开工作年度报告"
    bodies = {
        COLUMN: listing((SICK, "2019年政府信息公开工作年度报告"), (SOUND, sound)),
        SICK: report(),
        SOUND: report(sound),
    }
    if path in bodies:
        return [reply(bodies[path], kind="text/html; charset=utf-8")]
    return [reply("", status="404 Not Found")]


class FaultHost(WireServer):
    """One fault's host; its scripts depend on how often a path was asked for."""

    def __init__(self, fault: Fault, address: str, certificates: Certificates) -> None:
        self._instead = _INSTEAD_OF_TLS.get(fault.door)
        tls = fault.door.startswith("tls") and self._instead is None
        with warnings.catch_warnings():  # TLS 1.0 is deprecated, which is the fault
            warnings.simplefilter("ignore", DeprecationWarning)
            context = certificates.context(fault.door) if tls else None
        super().__init__({}, address, context)
        self._fault = fault
        self.times: Counter[str] = Counter()

    def serve(self, number: int, connection: socket.socket) -> None:
        if self._instead is not None:
            connection.recv(_CLIENT_HELLO)
            self._play(connection, self._instead)
            return
        talk = connection
        if self._context is not None:
            talk = self._context.wrap_socket(connection, server_side=True)
        while data := read_request(talk):
            path = data.split(b" ", 2)[1].decode("ascii")
            bare = path.partition("?")[0]
            script = self._fault.answers(bare, self.times[bare])
            self.times[bare] += 1
            if not self._play(talk, _sound_page(self._fault, path) if script is None else script):
                return

    def _play(self, connection: socket.socket, script: Sequence[bytes | Then | Drip]) -> bool:
        for number, step in enumerate(script):
            if isinstance(step, Drip):
                super()._play(connection, script[:number])
                for byte in step.data:
                    connection.sendall(bytes([byte]))
                    time.sleep(step.pause)
                return False
        return super()._play(connection, script)


def _closed(address: str) -> tuple[str, socket.socket]:
    """A port that is ours, so that nobody else gets it, and where nobody listens."""
    taken = socket.socket()
    taken.bind((address, 0))
    return f"{address}:{taken.getsockname()[1]}", taken


def _full(address: str, stack: ExitStack) -> str:
    """A port whose queue is full: the system answers no further connection."""
    listening = stack.enter_context(socket.create_server((address, 0), backlog=0))
    for _ in range(4):  # one is queued, the others wait with their handshake unanswered
        waiting = stack.enter_context(socket.socket())
        waiting.setblocking(False)
        waiting.connect_ex(listening.getsockname())
    return f"{address}:{listening.getsockname()[1]}"


@dataclass
class FaultServers:
    """``connect_to`` is what the setting CONNECT_TO wants, ``hosts`` the servers by fault."""

    authority: Path
    connect_to: dict[str, str] = field(default_factory=dict)
    hosts: dict[str, FaultHost] = field(default_factory=dict)


@contextmanager
def serving(faults: Sequence[Fault], folder: Path) -> Iterator[FaultServers]:
    certificates = Certificates(folder)
    servers = FaultServers(certificates.authority)
    with ExitStack() as stack:
        for number, fault in enumerate(faults):
            fault.answers(SICK, 0)  # what takes its time to be made is there when asked for
            address = f"127.61.{number // 200}.{number % 200 + 1}"
            key = f"{fault.host}:{fault.port}" if fault.port else fault.host
            if fault.door in _NAMES:
                continue
            if fault.door is Door.CLOSED:
                servers.connect_to[key], taken = _closed(address)
                stack.enter_context(taken)
            elif fault.door is Door.FULL:
                servers.connect_to[key] = _full(address, stack)
            else:
                host = stack.enter_context(FaultHost(fault, address, certificates))
                servers.hosts[fault.name] = host
                servers.connect_to[key] = host.place
        yield servers

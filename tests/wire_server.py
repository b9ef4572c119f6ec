"""Servers that send exactly the bytes they are told to, and keep those they were sent.

A script is what a server does when a path is asked for: bytes are sent as they are, and
`HANG`, `RESET` and `CLOSE` say how it goes on. A script that just ends keeps the connection.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import Enum, auto
from typing import NamedTuple, Self


class Then(Enum):
    HANG = auto()  # say nothing more until the client gives up
    RESET = auto()  # break the connection
    CLOSE = auto()  # end it in order
    STREAM = auto()  # send the last bytes again and again until the client gives up


HANG, RESET, CLOSE, STREAM = Then
Script = Sequence[bytes | Then]

OK = b"HTTP/1.1 200 OK\r\n"
#: Everything in it is odd and read by browsers all the same.
ODD_HEAD = (
    b"HTTP/1.1 200  Alles  in \xd6rdnung \r\n"
    b"sErVeR: one\r\n"
    b"X-Latin: caf\xe9 \xb9\xab\xbf\xaa\r\n"
    b"SERVER:two\r\n"
    b"X-Folded: first\r\n\t second\r\n"
    b"no colon here\r\n"
    b"X-Empty:\r\n"
    b"Server:   three  \r\n"
    b"Content-Length: 3\r\n"
    b"\r\n"
)


def sized(body: bytes, *lines: bytes) -> bytes:
    head = b"".join(line + b"\r\n" for line in (*lines, b"Content-Length: %d" % len(body)))
    return OK + head + b"\r\n" + body


class Asked(NamedTuple):
    """A request as it arrived: on which connection, and its bytes."""

    connection: int
    data: bytes


class _Listener:
    """Accepts connections in a thread, serves each in one of its own."""

    def __init__(self, address: str) -> None:
        self.host = address
        self._listening = socket.create_server((address, 0))
        self.port: int = self._listening.getsockname()[1]
        self.place = f"{address}:{self.port}"
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # A blocked accept() only returns when the socket is shut down, not when it is closed.
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _accept(self) -> None:
        number = 0
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            number += 1
            self._open.append(connection)
            threading.Thread(target=self._guarded, args=(number, connection), daemon=True).start()

    def _guarded(self, number: int, connection: socket.socket) -> None:
        with suppress(OSError):  # the client may leave whenever it likes
            self.serve(number, connection)
        with suppress(OSError):
            connection.close()

    def serve(self, number: int, connection: socket.socket) -> None:
        raise NotImplementedError


def read_request(connection: socket.socket) -> bytes:
    """One request with its body; what there is of it if the client leaves."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (piece := connection.recv(65536)):
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length and (piece := connection.recv(65536)):
        body += piece
        data += piece
    return data


class WireServer(_Listener):
    """Plays ``scripts`` by path; over TLS with a ``context``. Also takes proxied requests."""

    def __init__(
        self,
        scripts: Mapping[str, Script],
        address: str = "127.0.0.1",
        context: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(address)
        self._scripts = scripts
        self._context = context
        self.asked: list[Asked] = []
        self.names: list[str | None] = []  # server names of the TLS handshakes
        if context is not None:
            context.sni_callback = lambda _socket, name, _context: self.names.append(name)

    def serve(self, number: int, connection: socket.socket) -> None:
        talk = connection
        if self._context is not None:
            talk = self._context.wrap_socket(connection, server_side=True)
        while data := read_request(talk):
            self.asked.append(Asked(number, data))
            target = data.split(b" ", 2)[1].decode("ascii")
            path = "/" + target.partition("://")[2].partition("/")[2] if "://" in target else target
            if not self._play(talk, self._scripts[path.partition("?")[0]]):
                talk.close()
                return

    def _play(self, connection: socket.socket, script: Script) -> bool:
        """Follow a script; False when the connection is over."""
        last = b""
        for step in script:
            if isinstance(step, bytes):
                connection.sendall(step)
                last = step
            elif step is RESET:
                time.sleep(0.2)  # a break overtakes what the client has not read yet
                linger = struct.pack("ii", 1, 0)  # close() sends RST, not FIN
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return False
            elif step is CLOSE:
                if isinstance(connection, ssl.SSLSocket):
                    connection.unwrap()
                return False
            elif step is STREAM:
                while True:
                    connection.sendall(last)
            else:
                connection.recv(1)
                return False
        return True


class ConnectProxy(_Listener):
    """Tunnels whatever CONNECT asks for, if ``answer`` says so; keeps what it was asked."""

    def __init__(
        self, address: str = "127.0.0.1", answer: bytes = b"HTTP/1.1 200 Connection established"
    ) -> None:
        super().__init__(address)
        self._answer = answer
        self.asked: list[bytes] = []

    def serve(self, number: int, connection: socket.socket) -> None:
        request = read_request(connection)
        self.asked.append(request)
        host, _, port = request.split(b" ")[1].decode("ascii").rpartition(":")
        connection.sendall(self._answer + b"\r\n\r\n")
        if b" 200 " not in self._answer:
            return
        with socket.create_connection((host, int(port))) as onward:
            back = threading.Thread(target=_pour, args=(onward, connection), daemon=True)
            back.start()
            _pour(connection, onward)
            back.join()


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)

"""The words faults are written in: what a fault is, and the steps its server takes.

A script is a sequence of steps: bytes are sent as they are, the rest is in `tests.wire_server`
and in `Drip`. An HTTP answer is bytes like everything else; `reply` spells out the usual ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from crawler.words import FetchOutcome
from tests.wire_server import Then

#: All faults' hosts lie below it, so that one portal has them in its scope.
DOMAIN = "faults.gov.cn"
#: The list every host has; its first row is the fault, its second a report like any other.
COLUMN = "/nb/"
SICK = "/nb/202001/t20200131_1.html"
SOUND = "/nb/202001/t20200131_2.html"
ROBOTS = "/robots.txt"

#: Seconds of the crawl's DOWNLOAD_TIMEOUT, and how long a fault may take by default: two attempts
#: (robots.txt aside) and room for a busy machine.
TIMEOUT = 4.0
DEADLINE = 20.0


@dataclass(frozen=True, slots=True)
class Drip:
    """Bytes that come one by one, too slowly ever to be done."""

    data: bytes
    pause: float = 0.2


Script = Sequence[bytes | Then | Drip]
#: The script for a path that was asked for ``times`` times before; None: as if not at fault.
Answers = Callable[[str, int], Script | None]


class Door(StrEnum):
    """What stands at a host's address before any HTTP."""

    OPEN = "open"
    CLOSED = "closed"  # nobody listens
    FULL = "full"  # somebody listens and never accepts
    NO_NAME = "no_name"  # the resolver knows no such host
    SLOW_NAME = "slow_name"  # the resolver does not answer in time
    INSIDE = "inside"  # the name leads to this machine
    MIXED = "mixed"  # to a public address and to a private one
    METADATA = "metadata"  # to a cloud's metadata service
    TLS_SOUND = "tls_sound"
    TLS_EXPIRED = "tls_expired"
    TLS_SELF_SIGNED = "tls_self_signed"
    TLS_WRONG_HOST = "tls_wrong_host"
    TLS_NOT_YET_VALID = "tls_not_yet_valid"
    TLS_OLD = "tls_old"  # TLS 1.0 and nothing newer
    TLS_CLIENT_CERTIFICATE = "tls_client_certificate"  # wants one of us
    TLS_LEGACY = "tls_legacy"  # a ServerHello without secure renegotiation
    TLS_SILENT = "tls_silent"
    TLS_RESET = "tls_reset"
    TLS_PLAIN = "tls_plain"  # speaks plain HTTP where TLS was asked for


class Evidence(StrEnum):
    """What the WARC holds of a fault."""

    EXCHANGE = "exchange"  # request and response, whole
    CUT = "truncated"  # the same with WARC-Truncated
    FAILURE = "failure"  # a metadata record with the bytes that came
    REFUSAL = "refusal"  # a metadata record: robots.txt forbids it


@dataclass(frozen=True, slots=True)
class Fault:
    """``at`` is the path the fault ends at, and ``recorded`` the one the evidence is of.

    ``sound`` says that the host's other page must be found all the same, ``unread`` that the page
    at fault is no Document although its fetch is ``ok``.
    """

    name: str
    does: str
    outcome: FetchOutcome
    evidence: Evidence
    answers: Answers
    door: Door = Door.OPEN
    at: str = SICK
    recorded: str = ""
    sound: bool = True
    unread: bool = False
    deadline: float = DEADLINE
    tls_fault: str = ""
    #: Stats of the crawl that must be there, by name.
    stats: Mapping[str, int] = field(default_factory=dict)

    @property
    def document(self) -> bool:
        """Is the page it ends at one, all the same?"""
        return self.outcome is FetchOutcome.OK and self.at != COLUMN and not self.unread

    @property
    def host(self) -> str:
        return f"{self.name.replace('_', '-')}.{DOMAIN}"

    @property
    def port(self) -> int | None:
        """A port of its own where the other scheme must not be tried in its place."""
        return None if self.door is Door.OPEN else 8443

    def url(self, path: str) -> str:
        scheme = "https" if self.door.startswith("tls") else "http"
        place = f"{self.host}:{self.port}" if self.port else self.host
        return path if "://" in path else f"{scheme}://{place}{path}"


def always(*script: bytes | Then | Drip, at: str = SICK) -> Answers:
    """The same whenever the path is asked for."""
    return lambda path, _times: script if path == at else None


def turns(*scripts: Script, at: str = SICK) -> Answers:
    """One after the other; the last one from then on."""
    return lambda path, times: scripts[min(times, len(scripts) - 1)] if path == at else None


def pages(by_path: Mapping[str, Script]) -> Answers:
    return lambda path, _times: by_path.get(path)


# -- HTTP answers ---------------------------------------------------------------------------------


def head(*lines: str | bytes, status: str = "200 OK") -> bytes:
    """A header block, up to its blank line."""
    encoded = [line if isinstance(line, bytes) else line.encode() for line in lines]
    return b"\r\n".join([f"HTTP/1.1 {status}".encode(), *encoded, b"", b""])


def reply(
    body: bytes | str = b"", *lines: str | bytes, status: str = "200 OK", kind: str = "text/html"
) -> bytes:
    """A whole answer with the right length."""
    data = body.encode() if isinstance(body, str) else body
    return (
        head(f"Content-Type: {kind}", f"Content-Length: {len(data)}", *lines, status=status) + data
    )


def moved(location: str | bytes, *lines: str) -> bytes:
    target = location if isinstance(location, bytes) else location.encode()
    return reply(b"", b"Location: " + target, *lines, status="302 Found")


def html(body: str, title: str = "示例县人民政府") -> str:
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


PROSE = "本报告按照《条例》的规定编制，所列数据的统计期限自2019年1月1日起至2019年12月31日止。"


def report(title: str = "红寺堡区示例镇2019年政府信息公开工作年度报告", more: str = "") -> str:
    """A page that is a Document; ``more`` stands at the end of its body."""
    body = f"<p>{PROSE}</p>" * 4
    return html(f'<h1>{title}</h1><div class="TRS_Editor">{body}{more}</div>', title)


def listing(*rows: tuple[str, str], more: str = "") -> str:
    """A list page of TRS WCM."""
    items = "".join(
        f'<li><a href="{path}">{text}</a><span>2020-01-31</span></li>' for path, text in rows
    )
    return html(f"<h1>政府信息公开年报</h1><ul>{items}</ul>{more}")

"""All faults by name: what the server does, and how the fetch must end.

Served by `faults_server`, crawled and judged by tests/test_faults.py, printed in docs/faults.md.
"""

from __future__ import annotations

from crawler.words import FetchOutcome as O
from tests.portals.faults_kit import COLUMN, ROBOTS, Door, Evidence, Fault
from tests.portals.faults_lists import LINKS, LISTS, TEXTS
from tests.portals.faults_pages import CHALLENGES, REDIRECTS, ROBOTS_FILES, STATUSES
from tests.portals.faults_wire import CODINGS, CONNECTION, FRAMING, HEADERS, HOSTS


def _certificate(name: str, does: str, door: Door, tls_fault: str) -> Fault:
    return Fault(name, does, O.OK, Evidence.EXCHANGE, lambda *_: None, door, tls_fault=tls_fault)


def _handshake(name: str, does: str, door: Door, outcome: O) -> Fault:
    return Fault(
        name, does, outcome, Evidence.FAILURE, lambda *_: None, door,
        at=COLUMN, recorded=ROBOTS, sound=False,
    )  # fmt: skip


TLS = (
    _certificate("tls_expired", "shows an expired certificate",
                 Door.TLS_EXPIRED, "certificate has expired"),
    _certificate("tls_not_yet_valid", "shows a certificate of next week",
                 Door.TLS_NOT_YET_VALID, "certificate is not yet valid"),
    _certificate("tls_self_signed", "shows a self-signed certificate",
                 Door.TLS_SELF_SIGNED, "self-signed certificate"),
    _certificate("tls_wrong_host", "shows a certificate of another host",
                 Door.TLS_WRONG_HOST, "certificate is not for this host"),
    _handshake("tls_old", "speaks TLS 1.0 only", Door.TLS_OLD, O.TLS),
    _handshake("tls_legacy_renegotiation",
               "knows no secure renegotiation (which we put up with), then breaks off",
               Door.TLS_LEGACY, O.TLS),
    _handshake("tls_client_certificate", "wants a certificate of the client",
               Door.TLS_CLIENT_CERTIFICATE, O.TLS),
    _handshake("tls_none", "answers a TLS handshake with plain HTTP", Door.TLS_PLAIN, O.TLS),
    _handshake("tls_silent", "never answers the TLS handshake", Door.TLS_SILENT, O.ROBOTS),
    _handshake("tls_reset", "breaks the connection in the TLS handshake", Door.TLS_RESET, O.ROBOTS),
)  # fmt: skip

GROUPS = {
    "Names and addresses": HOSTS,
    "Connections": CONNECTION,
    "Framing": FRAMING,
    "Headers": HEADERS,
    "Codings and sizes": CODINGS,
    "TLS": TLS,
    "Statuses": STATUSES,
    "Redirects": REDIRECTS,
    "Challenges": CHALLENGES,
    "robots.txt": ROBOTS_FILES,
    "Lists": LISTS,
    "Links and files": LINKS,
    "Text": TEXTS,
}
FAULTS: tuple[Fault, ...] = tuple(fault for group in GROUPS.values() for fault in group)

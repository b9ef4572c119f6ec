"""Certificates that are wrong in one way each, made anew in every process and never kept.

All but the self-signed one come from an authority that the crawl is told to trust, so that each
has its own fault and no other.
"""

from __future__ import annotations

import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.portals.faults_kit import DOMAIN, Door

_DAY = timedelta(days=1)

#: A ServerHello of TLS 1.2 without the renegotiation_info extension, as servers from before 2010
#: send it: record and handshake headers, version, 32 random bytes, no session, a cipher suite.
LEGACY_HELLO = b"\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03" + b"\x2a" * 32 + b"\x00\xc0\x2f\x00"
#: The alert by which a server breaks a handshake off.
HANDSHAKE_FAILURE = b"\x15\x03\x03\x00\x02\x02\x28"


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True)
class Signed:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM) + self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def _sign(
    host: str, issuer: Signed | None, *, begins: timedelta = -_DAY, ends: timedelta = _DAY
) -> Signed:
    """A certificate for ``host``; without an issuer it signs itself, as authorities do."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(host))
        .issuer_name(issuer.certificate.subject if issuer else _name(host))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(issuer.key if issuer else key, hashes.SHA256())
    )
    return Signed(key, made)


class Certificates:
    """The servers' contexts by door, and the ``authority`` to put into SSL_CERT_FILE."""

    def __init__(self, folder: Path) -> None:
        self._root = _sign(f"authority.{DOMAIN}", None)
        self.authority = folder / "authority.pem"
        self.authority.write_bytes(self._root.certificate.public_bytes(serialization.Encoding.PEM))

    @cached_property
    def _wrong(self) -> dict[Door, Signed]:
        wide = f"*.{DOMAIN}"
        return {
            Door.TLS_EXPIRED: _sign(wide, self._root, begins=-9 * _DAY, ends=-_DAY),
            Door.TLS_NOT_YET_VALID: _sign(wide, self._root, begins=_DAY, ends=9 * _DAY),
            Door.TLS_WRONG_HOST: _sign("www.example.org", self._root),
            Door.TLS_SELF_SIGNED: _sign(wide, None),
        }

    def context(self, door: Door) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        signed = self._wrong.get(door) or _sign(f"*.{DOMAIN}", self._root)
        with tempfile.NamedTemporaryFile() as file:  # OpenSSL reads certificates from files only
            file.write(signed.pem)
            file.flush()
            context.load_cert_chain(file.name)
        if door is Door.TLS_OLD:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
        if door is Door.TLS_CLIENT_CERTIFICATE:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.authority)
        return context

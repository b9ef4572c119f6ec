"""TLS that records what is wrong with a certificate and goes on.

Many county portals run on expired or self-signed certificates; refusing them would lose the
evidence, accepting them silently (as Scrapy does) would hide that anybody could have answered.
"""

# Twisted is annotated in parts only: most of what is called here is untyped.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from functools import partial
from typing import Any

from OpenSSL import SSL
from OpenSSL.crypto import X509
from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from service_identity import CertificateError, VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, ServiceID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet._sslverify import ClientTLSOptions
from twisted.internet.ssl import CertificateOptions, platformTrust

# X509_verify_cert's codes; what is not listed is recorded as its number.
_FAULTS = {
    9: "certificate is not yet valid",
    10: "certificate has expired",
    18: "self-signed certificate",
    19: "self-signed certificate in chain",
    20: "unable to get issuer certificate",
    21: "unable to verify the first certificate",
    66: "key too weak",
    68: "signature digest too weak",
}
_NAME_MISMATCH = "certificate is not for this host"


def tls_facts(transport: Any) -> dict[str, Any] | None:
    """Version, cipher and certificate faults of a live connection; None if it is not TLS."""
    connection = transport.getHandle()
    if not isinstance(connection, SSL.Connection):
        return None
    facts: dict[str, Any] = {
        "version": connection.get_protocol_version_name(),
        "cipher": connection.get_cipher_name(),
    }
    if faults := connection.certificate_faults:
        facts["unverified"] = "; ".join(faults)
    return facts


class RecordingContextFactory(_ScrapyClientContextFactory):
    """Scrapy's TLS settings, checked against the system's trust roots."""

    _options: CertificateOptions | None = None

    def _get_cert_options_kwargs(self) -> dict[str, Any]:
        return {**super()._get_cert_options_kwargs(), "trustRoot": platformTrust()}

    def _get_cert_options(self) -> CertificateOptions:
        # One context for all connections: loading the trust roots takes milliseconds.
        if self._options is None:
            self._options = super()._get_cert_options()
        return self._options

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802
        options = self._get_cert_options()
        return _RecordingTLSOptions(options._makeTLSConnection, hostname.decode("ascii"))


class _RecordingTLSOptions(ClientTLSOptions):
    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:  # noqa: N802, N803
        connection = super().clientConnectionForTLS(tlsProtocol)
        wanted = (DNS_ID if self._hostnameIsDnsName else IPAddress_ID)(self._hostnameASCII)
        faults: list[str] = []
        connection.certificate_faults = faults  # type: ignore[attr-defined]  # read by tls_facts
        connection.set_verify(SSL.VERIFY_PEER, partial(_note_faults, faults, wanted))
        return connection


def _note_faults(
    faults: list[str],
    wanted: ServiceID,
    _connection: SSL.Connection,
    certificate: X509,
    error: int,
    depth: int,
    _ok: int,
) -> bool:
    """OpenSSL's verify callback: called for each fault, and once for each sound certificate."""
    found = [_FAULTS.get(error, f"certificate error {error}")] if error else []
    if depth == 0:
        try:
            verify_service_identity(extract_patterns(certificate), [wanted], [])
        except (CertificateError, VerificationError, ValueError):
            found.append(_NAME_MISMATCH)
    faults.extend(fault for fault in found if fault not in faults)
    return True

"""Why LibreOffice makes nothing of a file, as far as its bytes tell."""

from __future__ import annotations

from crawler.conversion.tool import NotMade
from crawler.extraction.filed import UnreadableError
from crawler.extraction.office.package import Package
from crawler.extraction.sniff import true_type
from crawler.items import PageOutcome

_MANIFEST = "META-INF/manifest.xml"
_SECRET = b"encryption-data"
_FILLING = b" \t\r\n\x00"
_TRIED = ("office", "rtf")
#: The type of a file that was never given to LibreOffice → the word for it.
_TYPES = {
    "encrypted": PageOutcome.ENCRYPTED,
    "cut_compound": PageOutcome.TRUNCATED,
    "broken_compound": PageOutcome.ERROR,
    "empty": PageOutcome.ERROR,
}
_FOUND = {
    PageOutcome.ENCRYPTED: "one with a password; ask its issuer for one without",
    PageOutcome.TRUNCATED: "one without its end; fetch it again",
    PageOutcome.ERROR: "one that is broken; fetch it again, open it by hand if it matters",
    PageOutcome.KILLED: "a package over the limits of `read`; open it by hand if it matters",
    PageOutcome.UNSUPPORTED: "another type; look for the same text in another file",
}


def known_fault(content: bytes) -> NotMade | None:
    """Why a file need not be tried; None where LibreOffice has to say."""
    kind = true_type(content)
    if kind in _TRIED:
        return None
    if kind == "odf":
        outcome = _package_fault(content)
        return _not_made(outcome, kind) if outcome else None
    return _not_made(_TYPES.get(kind, PageOutcome.UNSUPPORTED), kind)


def refused(content: bytes) -> NotMade:
    """What to say of a file that LibreOffice did not load."""
    kind = true_type(content)
    is_cut = kind == "rtf" and not content.rstrip(_FILLING).endswith(b"}")
    return _not_made(PageOutcome.TRUNCATED if is_cut else PageOutcome.ERROR, kind)


def _package_fault(content: bytes) -> PageOutcome | None:
    try:
        manifest = Package(content).read(_MANIFEST)
    except UnreadableError as error:
        return error.outcome
    return PageOutcome.ENCRYPTED if _SECRET in manifest else None


def _not_made(outcome: PageOutcome, kind: str) -> NotMade:
    reason = f"expected a file that LibreOffice reads, found {_FOUND[outcome]} (type:{kind})"
    return NotMade(outcome, reason)

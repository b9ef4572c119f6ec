"""The canonical form of a URL: the identity of a page.

``canonical_url`` is frozen: document ids are made of it. A change of a rule is a new
``CANONICAL_VERSION`` and a migration, never an edit. It leans on nothing that moves: no public
suffix list, no Unicode version later than the one built into IDNA 2003.

Version 1: https is written http; the host lower case, IDNA, without final dot; ports 80 and 443,
user names, fragments and session ids dropped; dot segments resolved; an empty path is ``/``;
unreserved characters decoded, every other escape upper case, everything unsafe escaped as UTF-8;
tabs and line breaks removed; the order of the query and empty parameters kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from typing import NamedTuple

CANONICAL_VERSION = 1

_IGNORED = dict.fromkeys(map(ord, "\t\n\r"))
_EDGES = "".join(map(chr, range(0x21)))  # C0 controls and space

_PARTS = re.compile(r"(?is)(https?):[/\\]{2}([^/\\?#]*)([^?#]*)(?:\?([^#]*))?")
_AUTHORITY = re.compile(r"(?s)(?:.*@)?(\[[0-9A-Fa-f:.]+\]|[^:\[\]@]+)(?::([0-9]*))?")
# Both ports go under either scheme, or http≡https would not hold for https://host:80.
_DEFAULT_PORTS = frozenset({80, 443})

_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]")
_TO_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?\[\]]")
# What IDNA may turn a name into; ℀ becomes a/c, which would be another URL.
_HOST_CHARACTERS = re.compile(r"[a-z0-9\-._~%!$&'()*+,;=]+|\[[0-9a-f:.]+\]")

_PATH_SESSION = re.compile(r"(?i);jsessionid=[^/;]*")
_ASPNET_SESSION_SEGMENT = re.compile(r"(?i)\(S\([a-z0-9]{24}\)\)")
# `sid` is missing on purpose: on gkmlpt portals it is the id of a site, not of a session.
_SESSION_PARAMETER = re.compile(
    r"(?i)(?:;?jsessionid|phpsessid|aspsessionid\w*|session_?id)(?:=.*)?", re.DOTALL
)


class _Parts(NamedTuple):
    host: str
    port: str
    path: str
    query: str


def _escape(text: str) -> str:
    """Decode escaped unreserved characters, upper-case other escapes, escape what is unsafe."""

    def one(match: re.Match[str]) -> str:
        if match[1]:
            char = chr(int(match[1], 16))
            return char if _UNRESERVED.match(char) else match[0].upper()
        return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))

    return _TO_ESCAPE.sub(one, text)


def _canonical_host(host: str) -> str:
    """The host's one spelling; empty when it has none."""
    if not host.isascii():
        # Labels that IDNA cannot spell are escaped below: still one name, one spelling.
        with contextlib.suppress(UnicodeError):
            host = host.encode("idna").decode("ascii")
    if not host.startswith("["):
        host = _escape(host)
    host = host.lower().rstrip(".")
    return host if _HOST_CHARACTERS.fullmatch(host) else ""


def _split(url: str) -> _Parts | None:
    url = url.strip(_EDGES).translate(_IGNORED)
    parts = _PARTS.match(url)
    authority = _AUTHORITY.fullmatch(parts[2]) if parts else None
    if not parts or not authority:
        return None
    host = _canonical_host(authority[1])
    port = int(authority[2] or 80)
    if not host or port > 65535:
        return None
    shown_port = "" if port in _DEFAULT_PORTS else f":{port}"
    return _Parts(host, shown_port, parts[3].replace("\\", "/"), parts[4] or "")


def _canonical_path(path: str) -> str:
    segments = [_PATH_SESSION.sub("", segment) for segment in _escape(path).split("/")[1:]]
    segments = [part for part in segments if not _ASPNET_SESSION_SEGMENT.fullmatch(part)]
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")  # /a/.. names a directory
    return "/" + "/".join(kept)


def _canonical_query(query: str) -> str:
    parameters = _escape(query).split("&")
    kept = [p for p in parameters if not _SESSION_PARAMETER.fullmatch(p)]
    query = "&".join(kept)
    return "?" + query if query else ""


def canonical_url(url: str) -> str:
    """The canonical form of an absolute http(s) URL; ValueError for anything else."""
    parts = _split(url)
    if parts is None:
        raise ValueError(f"expected an absolute http(s) URL, found {url[:200]!r}")
    path, query = _canonical_path(parts.path), _canonical_query(parts.query)
    return f"http://{parts.host}{parts.port}{path}{query}"


def without_session(url: str) -> str:
    """The URL as printed but without session ids, which servers write into links."""
    head, mark, query = url.partition("?")
    kept = "&".join(p for p in query.split("&") if not _SESSION_PARAMETER.fullmatch(p))
    return _PATH_SESSION.sub("", head) + (mark + kept if kept else "")


def doc_id(url: str) -> str:
    """The first 16 hex digits of the SHA-256 of the canonical form."""
    return hashlib.sha256(canonical_url(url).encode("ascii")).hexdigest()[:16]


def host(url: str) -> str:
    """The canonical host of a URL without its port, or an empty string."""
    parts = _split(url)
    return parts.host if parts else ""


def is_gov(host: str) -> bool:
    """Whether a host is authoritative by its name: gov.cn or below."""
    return host == "gov.cn" or host.endswith(".gov.cn")


def url_path_key(url: str) -> str:
    """Path and query of the canonical form: what a mirror keeps of the original's URL."""
    parts = _split(url)
    if parts is None:
        raise ValueError(f"expected an absolute http(s) URL, found {url[:200]!r}")
    return _canonical_path(parts.path) + _canonical_query(parts.query)

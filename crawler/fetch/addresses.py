"""Which addresses a crawl may connect to, and the one exemption: CONNECT_TO.

A page can name any host, and a host's DNS any address. A crawler that follows both can be made
to read services of its own machine or network into a public archive, so only addresses of the
public Internet are connected to.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from crawler.errors import ConfigurationError

Address = IPv4Address | IPv6Address
Target = tuple[str, int]

# IPv6 networks that carry an IPv4 address, and how many bits stand below it.
_CARRIERS = ((IPv6Network("64:ff9b::/96"), 0), (IPv6Network("2002::/16"), 80))


def is_public(address: Address) -> bool:
    """Is this, and every address wrapped in it, one of the public Internet?"""
    return all(
        inner.is_global and not inner.is_multicast and not inner.is_reserved
        for inner in _unwrapped(address)
    )


def _unwrapped(address: Address) -> Iterator[Address]:
    """The IPv4 address inside an IPv6 one, or the address itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            yield address.ipv4_mapped
            return
        for network, shift in _CARRIERS:
            if address in network:
                yield IPv4Address((int(address) >> shift) & 0xFFFFFFFF)
                return
    yield address


def first_forbidden(addresses: Iterable[str]) -> str | None:
    """The first address that is not public; one is enough to distrust the whole answer."""
    return next((text for text in addresses if not is_public(ip_address(text))), None)


def forbidden_literal(host: str) -> str | None:
    """The address a host name spells out, if it is not public.

    For fetches through a proxy, where names are resolved out of our sight. Every spelling that
    resolvers take for an address counts: ``2130706433``, ``0x7f.1``, ``127.1``.
    """
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return name
    try:
        address: Address = ip_address(name)
    except ValueError:
        try:
            address = IPv4Address(socket.inet_aton(name))
        except (OSError, UnicodeError):
            return None
    return None if is_public(address) else str(address)


class ConnectTo:
    """The CONNECT_TO setting: hosts that are test servers on this machine.

    Keys are ``host``, ``host:port`` or ``scheme://host``, values ``127.x.y.z:port``; the more
    precise key wins. Only where the connection goes changes, nothing of what is sent.
    """

    def __init__(self, table: Mapping[str, str]) -> None:
        self._targets = {key.lower(): _loopback(key, value) for key, value in table.items()}

    def target(self, scheme: str, host: str, port: int) -> Target | None:
        name = host.lower()
        for key in (f"{name}:{port}", f"{scheme}://{name}", name):
            if key in self._targets:
                return self._targets[key]
        return None


def _loopback(key: str, value: str) -> Target:
    host, _, port = value.rpartition(":")
    try:
        if ip_address(host).is_loopback:
            return host, int(port)
    except ValueError:
        pass
    raise ConfigurationError(
        f"CONNECT_TO: {key!r} expected to lead to 127.x.y.z:port, found {value!r}; "
        "only servers on this machine can be mapped"
    )

"""Which portal is meant by a division code or by the address of a home page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crawler.errors import ConfigurationError
from crawler.places import registry
from crawler.urls import host

#: How keys of portals begin that the registry does not know. The host can be read back from the
#: key: hosts have no underscores, and keys no hyphens (they set run and serial apart).
_SITE: Final = "site_"
_SPELT: Final = (("-", "_dash_"), (".", "_"))


@dataclass(frozen=True, slots=True)
class Home:
    """A portal's key, home page and county; ``adcode`` is empty where the registry has none."""

    portal: str
    url: str
    adcode: str = ""


def home_of(adcode: str = "", url: str = "") -> Home:
    """The portal of exactly one of the two."""
    if bool(adcode) == bool(url):
        raise ConfigurationError(
            "expected one of -a adcode=371525 (a county of the registry) and"
            f" -a home=http://www.….gov.cn/, found {'both' if adcode else 'neither'}"
        )
    return _registered(adcode) if adcode else _of_url(url)


def home_of_key(portal: str) -> Home | None:
    """The portal of a key as the archive has it; None for what is no key of ours."""
    if known := registry.portal(portal):
        return Home(known.key, known.url, known.adcode)
    if not portal.startswith(_SITE):
        return None
    name = portal.removeprefix(_SITE)
    for sign, spelt in _SPELT:
        name = name.replace(spelt, sign)
    return Home(portal, f"http://{name}/")


def _registered(adcode: str) -> Home:
    if known := registry.portal_of(adcode):
        return Home(known.key, known.url, known.adcode)
    raise ConfigurationError(
        f"adcode: expected a division code of crawler/data/portals.csv, found {adcode!r}; give the"
        " home page instead: -a home=http://www.….gov.cn/"
    )


def _of_url(url: str) -> Home:
    name = host(url)
    if not name or "_" in name:
        raise ConfigurationError(
            f"home: expected the address of a home page, http://www.….gov.cn/, found {url!r}"
        )
    # A host that serves two portals says which one by its path only: then it is named by itself.
    known = registry.portals_on(name)
    if len(known) == 1:
        return Home(known[0].key, url, known[0].adcode)
    for sign, spelt in _SPELT:
        name = name.replace(sign, spelt)
    return Home(_SITE + name, url)

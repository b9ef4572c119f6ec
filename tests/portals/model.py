"""The words of the sample portals: portals, articles, and what is true of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Portal:
    """One county's web presence on loopback. ``site_code`` is the footer's 网站标识码."""

    key: str
    family: str
    host: str
    address: str
    county: str
    adcode: str
    site_code: str

    @property
    def base(self) -> str:
        return f"http://{self.host}"


PORTALS = {
    portal.key: portal
    for portal in (
        Portal(
            key="ningxia_hongsibu",
            family="trs",
            host="www.hongsibu.gov.cn",
            address="127.40.3.1",
            county="红寺堡区",
            adcode="640303",
            site_code="6403030001",
        ),
        Portal(
            key="ningxia_shapotou",
            family="trs",
            host="www.spt.gov.cn",
            address="127.40.5.1",
            county="沙坡头区",
            adcode="640502",
            site_code="6405020002",
        ),
        Portal(
            key="ningxia_lingwu",
            family="trs",
            host="www.nxlw.gov.cn",
            address="127.40.1.1",
            county="灵武市",
            adcode="640181",
            site_code="6401810001",
        ),
        Portal(
            key="guangdong_suixi",
            family="nfcms",
            host="www.suixi.gov.cn",
            address="127.44.8.1",
            county="遂溪县",
            adcode="440823",
            site_code="4408230001",
        ),
        Portal(
            key="sichuan_chaotian",
            family="gyct",
            host="www.gyct.gov.cn",
            address="127.51.8.1",
            county="朝天区",
            adcode="510812",
            site_code="5108120013",
        ),
    )
}

MIRROR_HOST = "tzchery.com"
MIRROR_ADDRESS = "127.66.6.1"
MIRRORED = PORTALS["guangdong_suixi"]


@dataclass(frozen=True, slots=True)
class Article:
    """What an article page prints. The family's template adds its chrome around it.

    ``body`` is ready HTML. ``info`` holds the information block in the order printed; an empty
    label is a value without one (seed 001). ``meta`` switches the ``<meta>`` standard fields.
    """

    title: str
    body: str
    crumbs: tuple[str, ...] = ()
    published: str = ""
    source: str = ""
    info: tuple[tuple[str, str], ...] = ()
    under_title: str = ""
    foot: str = ""
    charset: str = "utf-8"
    meta: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a portal: a list of ``rows`` entries a page, or a hub of sub-columns (0 rows).

    ``via`` says how its page leads to the list: ``link`` (it is the list), ``frame`` (an iframe
    holds it), ``refresh`` or ``script`` (a stub redirects to it), ``api`` (a JSON service).
    """

    portal: str
    path: str
    name: str
    parent: str
    rows: int
    via: str
    charset: str
    fill: str
    count: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of a portal, whatever it is about.

    ``form`` picks the prose, ``seed`` its numbers. ``carrier``: the text stands on the ``page``,
    in a ``frame`` of it, or in a ``pdf`` beside it. ``name`` and ``short`` are the body that
    speaks, ``note`` a peculiarity of the entry (see the README of this directory).
    """

    portal: str
    column: str
    number: int
    published: str
    title: str
    form: str
    seed: str
    name: str
    short: str
    year: int
    carrier: str = "page"
    note: str = ""

    @property
    def list_title(self) -> str:
        """The title as lists print it."""
        return self.title[:24] + "…" if self.note == "cut" else self.title


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list page: link as written in the HTML, text as printed, date beside it."""

    href: str
    text: str
    date: str = ""
    title: str = ""  # the link's title attribute, where the text was cut


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path answers with."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    location: str = ""

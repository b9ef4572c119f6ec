"""The words of the simulated portals: bodies, columns, items, scales."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qsl, unquote, urlsplit

#: An item's number is its column's, times this, plus its position in the column's list.
ROOM = 10_000


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a portal is. ``pages`` is what news fill it up to, ``site`` how much of a full
    sub-site each body has."""

    pages: int
    bureaux: int
    townships: int
    years: int
    body_years: int
    site: float


SCALES = {
    "small": Scale(pages=300, bureaux=4, townships=3, years=4, body_years=2, site=0.25),
    "medium": Scale(pages=3_300, bureaux=34, townships=14, years=10, body_years=3, site=1.0),
    "large": Scale(pages=20_000, bureaux=38, townships=18, years=12, body_years=3, site=1.0),
}


@dataclass(frozen=True, slots=True)
class Body:
    """A body that speaks. ``name`` as printed; ``code`` is its 统一社会信用代码."""

    name: str
    short: str
    level: str
    slug: str
    code: str


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a list and the page it leads to.

    ``kind`` is empty for all that is no target, ``alike`` names the look-alike. ``carrier``:
    the text stands on the ``page``, in a ``frame`` of it, or the row links to a ``pdf``.
    ``link``: the row's href is ``plain``, uses the other scheme (``https``), or carries a
    session id (``session``). ``text`` is the link's text where it is not the title.
    """

    id: int
    title: str
    published: str
    form: str
    body: Body
    year: int
    kind: str = ""
    alike: str = ""
    carrier: str = "page"
    link: str = "plain"
    text: str = ""


@dataclass(eq=False, slots=True)
class Column:
    """A column: a list of ``size`` rows, or a hub of sub-columns (no fill, size 0).

    ``door`` is how a link to it leads to the list: ``link`` (it is the list), ``frame``,
    ``frameset``, ``refresh``, ``script`` or ``moved`` (a page or a redirect stands before it).
    ``label`` is the text of links to it; ``image:…`` is a picture with that alternative text.
    ``hidden`` columns have no link, only a sitemap or a search finds their items. ``cms`` is the
    family that serves it.
    """

    number: int
    slug: str
    name: str
    parent: Column | None
    body: Body
    cms: str
    fill: str = ""
    size: int = 0
    door: str = "link"
    label: str = ""
    trap: str = ""
    hidden: bool = False
    site: bool = False
    children: list[Column] = field(default_factory=list)
    planted: dict[int, Item] = field(default_factory=dict)

    @property
    def trail(self) -> list[Column]:
        """From the top column to this one."""
        above = self.parent.trail if self.parent else []
        return [*above, self]

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(column.slug for column in self.trail)

    @property
    def is_list(self) -> bool:
        return bool(self.size) or not self.children


class Request:
    """What the server was asked; header names in lower case. A session id in the path is cut."""

    def __init__(
        self, method: str, host: str, target: str, headers: dict[str, str], body: bytes
    ) -> None:
        parts = urlsplit(target)
        self.method, self.host, self.headers = method, host, headers
        self.path = unquote(parts.path.partition(";")[0])
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self._body = body

    @cached_property
    def form(self) -> dict[str, str]:
        """A POST's fields: of a form, or of a JSON object (also one below ``params``)."""
        text = self._body.decode("utf-8", "replace")
        if not text.lstrip().startswith("{"):
            return dict(parse_qsl(text, keep_blank_values=True))
        try:
            fields = json.loads(text)
        except ValueError:  # a client's mistake is answered, not a reason to stop the server
            return {}
        return {name: str(value) for name, value in fields.get("params", fields).items()}

    @property
    def target(self) -> str:
        """Path and query, as links write it."""
        query = "&".join(f"{name}={value}" for name, value in self.query.items())
        return f"{self.path}?{query}" if query else self.path


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request is answered with. ``location`` may be absolute."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    location: str = ""

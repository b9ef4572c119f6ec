"""What happens to the sample portals while they are served: edits, removals, and hosts that lie.

Also their validators. 红寺堡 and 灵武 give ETag and Last-Modified, 遂溪 ETag alone, 沙坡头
Last-Modified alone, 朝天 and the mirror neither.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from urllib.parse import urlsplit

from tests.portals.model import PORTALS, Answer
from tests.portals.routes import answer, key_of
from tests.portals.sites import site

_VALIDATORS: Mapping[str, tuple[bool, bool]] = {  # portal: (ETag, Last-Modified)
    "ningxia_hongsibu": (True, True),
    "ningxia_lingwu": (True, True),
    "ningxia_shapotou": (False, True),
    "guangdong_suixi": (True, False),
    "sichuan_chaotian": (False, False),
}
#: Lists and other pages without a date of their own were made then; edits came later.
_MADE = datetime(2025, 12, 22, tzinfo=UTC)
_EDITED = datetime(2026, 1, 1, tzinfo=UTC)


@cache
def _published(host: str) -> dict[str, datetime]:
    portal = next(portal for portal in PORTALS.values() if portal.host == host)
    return {
        one.path: datetime.fromisoformat(one.entry.published).replace(tzinfo=UTC)
        for placed in site(portal.key).entries.values()
        for one in placed
        if one.entry.published
    }


class Changing:
    """The portals as they are now: `answer` with what was changed since the start."""

    def __init__(self) -> None:
        self._changed: dict[tuple[str, str], Answer] = {}
        self._edits: Counter[tuple[str, str]] = Counter()
        self._lying: set[str] = set()

    def edit(self, url: str, change: Callable[[bytes], bytes]) -> None:
        """From now on ``url`` answers with the changed body (of nothing, where nothing was)."""
        place = _place(url)
        found = self.answer(*place)
        body = change(b"" if found.status == 404 else found.body)
        assert body != found.body, f"{url}: the edit changes nothing"
        self._put(place, replace(found, body=body, status=200))

    def remove(self, url: str) -> None:
        self._put(_place(url), Answer(b"<h1>404 Not Found</h1>\n", status=404))

    def lie(self, host: str) -> None:
        """From now on the host answers every conditional request with 304."""
        self._lying.add(host)

    def answer(self, host: str, key: str) -> Answer:
        return self._changed.get((host, key)) or answer(host, key)

    def validators(self, host: str, key: str, found: Answer) -> dict[str, str]:
        portal = next((portal for portal in PORTALS.values() if portal.host == host), None)
        if portal is None or found.status != 200:
            return {}
        etag, last_modified = _VALIDATORS[portal.key]
        given = {}
        if etag:
            given["ETag"] = f'"{hashlib.sha256(found.body).hexdigest()[:16]}"'
        if last_modified:
            given["Last-Modified"] = format_datetime(self._modified(host, key), usegmt=True)
        return given

    def unchanged(self, host: str, given: Mapping[str, str], fields: Mapping[str, str]) -> bool:
        """Is a request with these header fields answered by 304?"""
        asked = {name: fields.get(name) for name in ("if-none-match", "if-modified-since")}
        if host in self._lying:
            return any(asked.values())
        if asked["if-none-match"]:
            return asked["if-none-match"] == given.get("ETag")
        since = asked["if-modified-since"]
        return since is not None and since == given.get("Last-Modified")

    def _modified(self, host: str, key: str) -> datetime:
        edits = self._edits[host, key]
        if edits:
            return _EDITED + timedelta(hours=edits)
        return _published(host).get(key, _MADE)

    def _put(self, place: tuple[str, str], found: Answer) -> None:
        self._edits[place] += 1
        self._changed[place] = found


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return parts.hostname or "", key_of(target)

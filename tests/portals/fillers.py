"""The bulk of every portal: news and notices, from one table of phrases."""

from __future__ import annotations

from datetime import date, timedelta

from tests.portals.model import PORTALS, Column, Entry
from tests.portals.prose import PROSE, Facts
from tests.portals.truth import issuers

_NEWEST = date(2025, 12, 22)
_OLDEST = date(2010, 1, 4)
_FIRST_NUMBER = 2_000_000


def fillers(column: Column, first: int) -> list[Entry]:
    """``column.count`` entries, evenly over the years, newest first; numbers from ``first``."""
    places = [body.short for body in issuers().values() if body.portal == column.portal]
    step = (_NEWEST - _OLDEST) / max(column.count, 1)
    made = []
    for index in range(column.count):
        number = _FIRST_NUMBER + first + index
        seed = f"{column.portal}/{column.path}/{index}"
        facts = Facts(seed, place="", short="", name="", year=0, title="")
        place = facts.draw.choice(places)
        pattern = facts.draw.choice(PROSE[f"{column.fill}_titles"])
        day = _NEWEST - timedelta(days=int(step.days * index))
        made.append(
            Entry(
                portal=column.portal,
                column=column.path,
                number=number,
                published=day.isoformat(),
                title=pattern.format(place=place, topic=facts["topic"]),
                form=column.fill,
                seed=seed,
                name=PORTALS[column.portal].county,
                short=place,
                year=day.year,
            )
        )
    return made

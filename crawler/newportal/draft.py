"""From stored pages to a spider that is known to read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.cms.family import Family
from crawler.errors import ArchiveError
from crawler.extraction.extract import Reader
from crawler.extraction.extract import read as read_here
from crawler.items import Document, Place
from crawler.newportal.answers import Answers
from crawler.newportal.columns import MAX_COLUMNS, entries_of, families_of, named
from crawler.newportal.offline import Visit, entries, survey, walk
from crawler.newportal.source import load, source_of
from crawler.newportal.subject import Subject, registered_key
from crawler.portal.home import place_on
from crawler.portal.spider import PortalSpider


@dataclass(frozen=True, slots=True)
class Draft:
    """A spider's source, and what the discovery saw."""

    source: str
    families: tuple[Family, ...]
    columns: dict[str, str]
    entries: int
    pages: int
    documents: int


def place_of(subject: Subject, answers: Answers) -> Place:
    """The county: the registry's, else as the portal names itself, home page first."""
    if subject.place is not None:
        return subject.place
    home = answers.follow(subject.home)
    captures = (*([home.capture] if home else ()), *answers.pages())
    found = next(filter(None, map(place_on, captures)), None)
    if found is None or not found.adcode:
        raise ArchiveError(
            f"{subject.key}: expected a county and its code (网站标识码) on {subject.home}, found"
            f" {found.county if found else 'none'}; add the portal to crawler/data/portals.csv"
        )
    if key := registered_key(subject.key, found):
        raise ArchiveError(
            f"{subject.key}: {subject.home} names itself {''.join(found.names)}, which the registry"
            f" has as {key}; run: scrapy newportal {key} {subject.home}"
        )
    return found


def draft(
    subject: Subject,
    answers: Answers,
    any_portal: type[PortalSpider],
    day: str,
    read: Reader = read_here,
) -> Draft:
    """``any_portal`` is the spider that needs no knowledge of its portal: it reads the pages, and
    ``read`` the files among them."""
    place = place_of(subject, answers)
    spider = any_portal(home=subject.home)
    spider.place, spider.adcode = place, place.adcode
    visits = survey(spider, answers, read)
    found = entries_of(visits, subject.home)
    if not found:
        raise ArchiveError(_nothing(subject, visits))
    families = families_of(found[:MAX_COLUMNS], any_portal.families)
    columns = named(found, subject.home)
    documents = count_documents(visits)
    about = f"Columns as found on {len(visits)} pages; {documents} of them were documents."
    source = source_of(subject, place, families, columns, about, day)
    return Draft(source, families, columns, len(found), len(visits), documents)


def count_documents(visits: Iterable[Visit]) -> int:
    return sum(isinstance(visit.result, Document) for visit in visits)


def _nothing(subject: Subject, visits: Sequence[Visit]) -> str:
    lists = sum(visit.listing is not None for visit in visits)
    return (
        f"{subject.key}: expected a list with annual reports or work points, found none on"
        f" {len(visits)} pages ({lists} lists); raise --max-requests, or give"
        " pages of such a column: --from-saved DIR"
    )


def tried(path: Path, key: str, answers: Answers, read: Reader) -> tuple[PortalSpider, list[Visit]]:
    """The spider of a file, and the pages it comes to."""
    spider = load(path, key)()
    return spider, reached(spider, answers, read)


def reached(spider: PortalSpider, answers: Answers, read: Reader) -> list[Visit]:
    """The stored pages a spider comes to; an error where no document is among them."""
    visits = list(walk(spider, answers, entries(spider), read=read))
    if not count_documents(visits):
        raise ArchiveError(
            f"{spider.name}: expected documents from the columns {', '.join(spider.columns)}, found"
            f" none on the {len(visits)} stored pages they lead to; raise --max-requests, or give"
            " pages of a column and of its reports"
        )
    return visits

"""The pages a portal's test needs, copied byte for byte into one WARC file.

A WARC and not loose files: the very bytes with status and headers, in the format the archive has,
read by the archive's own reader; git takes it for binary, so no line end is ever converted. What a
reviewer reads is `expected`, which names the address of every page.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from crawler.items import Document, PageResult, Rel
from crawler.newportal.answers import Answers
from crawler.newportal.offline import Visit
from crawler.warc.scan import Record

PAGES: Final = "pages.warc.gz"
#: Articles that are Documents: a column, and in all, more where there are more columns.
_PER_COLUMN, _FEWEST, _MOST = 2, 3, 8
#: Pages that look like one and are none.
_OTHERS = 1
#: A page that with its parts is larger is left to the archive, unless it is the only one.
_LARGEST: Final = 300_000


def chosen(visits: Sequence[Visit]) -> list[Visit]:
    """Some articles of every column, the lists that lead to them, one further page."""
    articles = [*_documents(visits), *_others(visits)]
    further = [v for v in visits if v.rel is Rel.PAGE and v.listing][:1]
    needed = {id(one) for visit in (*articles, *further) for one in (visit, *visit.ancestors)}
    return [visit for visit in visits if id(visit) in needed]


def _documents(visits: Sequence[Visit]) -> Iterator[Visit]:
    """Documents from every column in turn; first what is not there yet (a kind, a PDF), then what
    needs fewest further lists."""
    found = [visit for visit in visits if isinstance(visit.result, Document)]
    ready = [visit for visit in found if _size(visit) <= _LARGEST] or found[:1]
    columns, sorts = Counter[str](), Counter[tuple[str, str]]()
    lists: set[int] = set()
    wanted = min(_MOST, max(_FEWEST, len({_column(visit) for visit in ready})))
    while ready and columns.total() < wanted:
        best = min(
            ready, key=lambda v: (sorts[_sort(v)], columns[_column(v)], len(_lists(v) - lists))
        )
        columns[_column(best)] += 1
        sorts[_sort(best)] += 1
        lists |= _lists(best)
        ready = [v for v in ready if v is not best and columns[_column(v)] < _PER_COLUMN]
        yield best


def _others(visits: Sequence[Visit]) -> Iterable[Visit]:
    """Look-alikes: what must go on being refused."""
    refused = (
        visit
        for visit in visits
        if isinstance(visit.result, PageResult) and visit.result.judgement.look_alike
    )
    return islice(refused, _OTHERS)


def _sort(visit: Visit) -> tuple[str, str]:
    assert isinstance(visit.result, Document)
    return visit.result.kind, visit.result.text_source


def _lists(visit: Visit) -> set[int]:
    return {id(one) for one in visit.ancestors}


def _column(visit: Visit) -> str:
    """The address of the entry a visit came from."""
    *_, first = (visit, *visit.ancestors)
    return first.asked


def _size(visit: Visit) -> int:
    return sum(len(capture.content) for capture in visit.stored)


def write_pages(path: Path, answers: Answers, visits: Iterable[Visit]) -> None:
    """The records of the visits as they are: a member each, the same bytes every time."""
    wanted = {capture.record_id for visit in visits for capture in visit.stored}
    with path.open("wb") as file:
        for record in answers.records(wanted):
            file.write(gzip.compress(_bytes(record), mtime=0))


def _bytes(record: Record) -> bytes:
    return b"".join((record.head, record.block, b"\r\n\r\n"))

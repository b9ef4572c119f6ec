"""Which parts of a page belong to it, and how a part's capture is tied to its page.

Shared by the fetching side, which writes the tie into the part's metadata record, and by
re-extraction, which follows it back. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from crawler.items import Context, Note, PageResult, PartRef, Role
from crawler.titles import judge
from crawler.urls import canonical_url

#: More parts than this on one page is a list of downloads, not a report with its annexes.
MAX_PARTS = 20
#: No report is scanned in more pages.
MAX_IMAGES = 60


def wants_parts(page: PageResult, context: Context) -> bool:
    """Whether a page's attachments and frames are worth fetching.

    Decided by the page's own title; where the page has none (its body stands in a frame), by the
    text of the link that led to it.
    """
    if page.judgement.kind or page.judgement.look_alike:
        return page.judgement.kind is not None
    return judge(context.link_text).kind is not None


def fetched_parts(page: PageResult) -> Sequence[PartRef]:
    """The parts of a page that are fetched: the first, in page order."""
    return page.parts[: _limit(page)]


def is_cut_short(page: PageResult) -> bool:
    """Whether a page has more parts than are fetched."""
    return len(page.parts) > _limit(page)


def _limit(page: PageResult) -> int:
    """Scans are fetched where a page has nothing else (`crawler.extraction.article`)."""
    return MAX_IMAGES if page.parts and page.parts[0].role is Role.IMAGE else MAX_PARTS


def places_of(refs: Sequence[PartRef], asked: Mapping[int, Iterable[str]]) -> list[int | None]:
    """The position under which each part of a page was archived, None where it never was.

    ``asked`` has by position the URLs that were asked for. Rules change, and with them what is a
    part and in which order: the URL decides. Where none of the parts has the URL that stands at a
    position (it led on to another one), the part at the same position is it.
    """
    by_url = {_form(url): place for place in sorted(asked, reverse=True) for url in asked[place]}
    forms = [_form(ref.url) for ref in refs]
    known = {by_url[form] for form in forms if form in by_url}
    left = asked.keys() - known
    return [by_url.get(form, at if at in left else None) for at, form in enumerate(forms)]


def _form(url: str) -> str:
    try:
        return canonical_url(url)
    except ValueError:  # a page may print anything
        return url


def note_of_part(ref: PartRef, position: int, page: PageResult, note: Note) -> Note:
    """The note of a part: its parent is the page's record, ``position`` its place in the page.

    The position ties it where the URL does not (`places_of`): a server redirects.
    """
    context = Context(
        list_url=page.url,
        link_text=ref.name,
        column=note.context.column,
        position=position,
        hops=note.context.hops + 1,
    )
    return replace(note, role=ref.role, parent=page.record_id, context=context)

"""Which parts of a page belong to it, and how a part's capture is tied to its page.

Shared by the fetching side, which writes the tie into the part's metadata record, and by
re-extraction, which follows it back. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from crawler.items import Context, Note, PageResult, PartRef
from crawler.titles import judge

#: More parts than this on one page is a list of downloads, not a report with its annexes.
MAX_PARTS = 20


def wants_parts(page: PageResult, context: Context) -> bool:
    """Whether a page's attachments and frames are worth fetching.

    Decided by the page's own title; where the page has none (its body stands in a frame), by the
    text of the link that led to it.
    """
    if page.judgement.kind or page.judgement.look_alike:
        return page.judgement.kind is not None
    return judge(context.link_text).kind is not None


def note_of_part(ref: PartRef, position: int, page: PageResult, note: Note) -> Note:
    """The note of a part: its parent is the page's record, ``position`` its place in the page.

    The position, not the URL, ties it: the URL changes when the server redirects.
    """
    context = Context(
        list_url=page.url,
        link_text=ref.name,
        column=note.context.column,
        position=position,
        hops=note.context.hops + 1,
    )
    return replace(note, role=ref.role, parent=page.record_id, context=context)

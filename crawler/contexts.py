"""How a link's context follows from the context of the list page it stands on.

Used twice with the same result: by the spider when it follows a link, and by the store when it
works out each page's smallest context from all links ever met.
"""

from __future__ import annotations

from crawler.items import Context, Link, Rel


def child_context(parent: Context, page_url: str, link: Link) -> Context:
    """The context of ``link`` as met on the list page ``page_url`` reached by ``parent``.

    Further pages and frames of a list inherit its context: they are the same place. A row or a
    sub-column is one hop deeper, and its column path grows by the name its list was reached by.
    """
    if link.rel in (Rel.PAGE, Rel.FRAME):
        return parent
    column = parent.column
    if parent.link_text:
        column = (*column, parent.link_text)
    return Context(
        list_url=page_url,
        link_text=link.text,
        list_date=link.date,
        column=column,
        position=link.position,
        hops=parent.hops + 1,
    )

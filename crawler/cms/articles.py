"""Whether a page is an article: by the shape of its address, by its fields, by its text.

An address says nothing on a CMS nobody has seen; then the page is asked, and in doubt it is a
list, because a list taken for an article would hide all that it leads to.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.cms.article_paths import is_article_url
from crawler.cms.rows import rows
from crawler.extraction.page import Page
from crawler.extraction.whitespace import han

#: With so many dated rows a page is a list, whatever else it says.
_DATED_ROWS = 5
#: The link to an article is a title, not the name of a column.
_TITLE_HAN = 10
#: An article has prose: so many Han characters outside links, in lines of so many.
_PROSE_HAN = 300
_PROSE_LINE = 20


def is_article(page: Page, article_path: re.Pattern[str]) -> bool:
    """Whether a page is to be read as an article, whatever links it carries."""
    url = page.capture.url
    if article_path.search(urlsplit(url).path) or is_article_url(url):
        return True
    if not (_names_its_article(page) or (_reached_as_row(page) and _has_prose(page))):
        return False
    return sum(1 for row in rows(page, article_path) if row.date) < _DATED_ROWS


def _names_its_article(page: Page) -> bool:
    """The metadata standard of government sites has fields for an article; columns leave them
    out or empty."""
    return bool(page.meta("ArticleTitle") and page.meta("PubDate"))


def _reached_as_row(page: Page) -> bool:
    context = page.capture.note.context
    return bool(context.list_date) or han(context.link_text) >= _TITLE_HAN


def _has_prose(page: Page) -> bool:
    prose = (line.unlinked for line in page.lines if line.unlinked >= _PROSE_LINE)
    return sum(prose) >= _PROSE_HAN

"""Any CMS without a family of its own: static and query pagers, article URLs by known shapes."""

from __future__ import annotations

from crawler.cms.family import Family


class Generic(Family):
    """A page that no family recognises."""

    name = "generic"

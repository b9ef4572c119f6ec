"""Where a host keeps the text of its articles, learned from the pages of the archive.

Nothing learned here is used by itself: `scrapy learn` writes a proposal, somebody reviews it, and
only then it stands in ``data/site_containers.toml``, which `crawler.extraction` reads.
"""

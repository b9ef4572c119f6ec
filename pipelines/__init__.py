"""What happens to what a spider hands on (`crawler.items.Item`), in this order:

1. `validate`     is it what it claims to be? Drops, loudly, what is not.
2. `deduplicate`  gives it its identity; drops what this run has handed on already.
3. `warc`         waits until every capture it was read from is on the disk; notes where.
4. `text`         makes sure that its text file can be written.
5. `catalogue`    records it: text file and catalogue rows change together, in one transaction.

Pipelines know no HTML and no spiders. Each is a plain class: Scrapy builds it by
``from_crawler``, re-extraction and tests by its constructor; ``process_item`` wants a running
asyncio loop and nothing else of Scrapy. List pages and absent checks pass 1, 2 and 4 untouched:
the store needs the ones to find every page's smallest context, and both to say what is gone.
"""

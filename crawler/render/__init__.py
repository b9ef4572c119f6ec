"""Pages that are nothing without their scripts, rendered by the installed Chromium.

`need` says which (pure), `browser` where Chromium is and how it is started, `requests` answers
everything the browser asks for by the crawl's own downloader, `renderer` does a page.
"""

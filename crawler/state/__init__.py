"""What a portal's crawl remembers between runs: its frontier and, per URL, what was seen last.

One SQLite file a portal (``archive/state/<portal>.sqlite``), written by the one crawl that holds
the portal's lock. Everything in it but the queue of the walk under way can be lost without harm:
the WARC files are the truth.
"""

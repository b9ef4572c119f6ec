"""Which functions run compiled: see `crawler.compiled`."""

from __future__ import annotations

from crawler.compiled import TWINS
from crawler.extraction import extract  # imports all that have twins
from crawler.tables import print_table

assert extract
rows = [
    [name, f"in Python: {one.reason}" if one.reason else "compiled"] for name, one in TWINS.items()
]
print_table(["function", "runs"], rows)

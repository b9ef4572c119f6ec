"""What the catalogue has of a portal, as its verdict needs it. Pure: rows in, `Holdings` out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from crawler.items import Kind
from crawler.runs.evidence import Holdings


def holdings_of(
    rows: Iterable[Mapping[str, Any]], expects: Mapping[Kind, tuple[int, int]]
) -> Holdings:
    """``rows`` are the portal's Documents (`crawler.catalogue`), ``expects`` its stated counts.

    A Document that is gone from the portal stays in the catalogue, but not among these: the
    stated counts are of what the portal shows.
    """
    kinds: Counter[str] = Counter()
    reports: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row.get("gone_since"):
            continue
        kinds[row["kind"]] += 1
        if row["kind"] == Kind.ANNUAL_REPORT and row["report_year"]:
            reports[row["issuer"]].add(row["report_year"])
    return Holdings(
        kinds=dict(sorted(kinds.items())),
        reports={issuer: frozenset(years) for issuer, years in sorted(reports.items())},
        expects={kind.value: bounds for kind, bounds in expects.items()},
    )

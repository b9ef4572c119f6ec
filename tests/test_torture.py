"""The short torture: a crawl killed at each named point, on a small portal."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.torture import PASSAGES, Torture, share
from tests.benchmarks.torture_site import serving

PAGES = 60
KILLS = len(PASSAGES) + 2


def test_crawls_killed_at_every_point_lose_nothing_and_fetch_nothing_twice(tmp_path: Path) -> None:
    with serving(PAGES) as site:
        losses = Torture(site, tmp_path, seed=1).run(share(KILLS))
    assert losses.kills.total() == KILLS
    assert set(losses.kills) == {*PASSAGES, "random"}
    assert (losses.lost, losses.different, losses.invalid, losses.twice) == ([], [], [], [])
    assert losses.answered_again == []
    assert losses.asked_again <= losses.in_flight

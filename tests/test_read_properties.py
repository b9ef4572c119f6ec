"""`read` on bytes nobody would write on purpose: it ends, by name, and says what the page says.

The same strategies run for 100,000 examples with ``make fuzz-extract``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from crawler.items import Capture, PageOutcome
from tests.html_strategies import KINDS
from tests.read_properties import check

# Derandomised: a page that fails is found by `make fuzz-extract`, not by somebody's CI.
QUICK = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_comes_is_read_and_nothing_is_made_up(kind: str) -> None:
    @QUICK
    @given(KINDS[kind])
    def holds(capture: Capture) -> None:
        check(capture)

    holds()


# -- hostile sizes ----------------------------------------------------------------------------

#: Twice the page may cost this many times as much, and what a machine's noise adds.
GROWTH, NOISE = 3.0, 0.25
READ_WHOLE = {"1,000,000 entities", "9 MB of one attribute"}


@pytest.fixture(scope="module")
def hostile() -> dict[str, Any]:
    """All hostile pages read in one process with little memory, which must come to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile_pages"],
        cwd=Path(__file__).resolve().parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_no_page_costs_more_than_its_size(hostile: dict[str, Any]) -> None:
    steep = {
        name: (once, twice)
        for name, (once, twice) in hostile["growth"].items()
        if twice > GROWTH * once + NOISE
    }
    assert len(hostile["growth"]) > 500
    assert not steep


def test_what_is_larger_than_any_page_ends_by_name(hostile: dict[str, Any]) -> None:
    for name, (_, outcome, warnings) in hostile["huge"].items():
        if name in READ_WHOLE:
            assert outcome in set(PageOutcome) - {PageOutcome.KILLED, PageOutcome.ERROR}, name
        else:
            assert outcome == PageOutcome.KILLED, name
            assert warnings[0].startswith("limit: "), name

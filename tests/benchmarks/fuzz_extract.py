"""``make fuzz-extract``: 100,000 broken pages through `read`, then the hostile ones at full size.

``XIANZHI_FUZZ_EXAMPLES`` says how many, ``XIANZHI_FUZZ_SEED`` where the dice begin: a run that
failed is repeated by its seed. Each failing page is kept, shrunk, under ``build/fuzz-extract``.
"""

from __future__ import annotations

import logging
import os
import sys
import time
import traceback
from collections import Counter
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings

from crawler.items import Capture
from tests.hostile_pages import HOSTILE, cost
from tests.html_strategies import KINDS
from tests.read_properties import check

EXAMPLES = 100_000
CHUNK = 500
KEPT = Path(__file__).resolve().parents[2] / "build" / "fuzz-extract"
#: CPU seconds; a page of the largest size that costs more is a page that stops a run.
LONGEST = 20.0


class Chunk(NamedTuple):
    kind: str
    examples: int
    seed: int


def run_chunk(chunk: Chunk) -> Counter[str]:
    """The outcomes of a chunk's examples; raises with the smallest failing one kept in a file."""
    logging.getLogger("trafilatura").setLevel(logging.ERROR)
    outcomes: Counter[str] = Counter()
    kept = KEPT / f"{chunk.kind}-{chunk.seed}.html"

    # Random generation only: what is learnt about one chunk's coverage has no use in the next.
    @seed(chunk.seed)
    @settings(
        max_examples=chunk.examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(KINDS[chunk.kind])
    def holds(capture: Capture) -> None:
        whole = False
        try:
            outcomes[check(capture).outcome] += 1
            whole = True
        finally:
            if not whole:  # the last one written is the one that hypothesis ends with
                kept.write_bytes(capture.content)

    holds()
    return outcomes


def chunks(examples: int, first_seed: int) -> list[Chunk]:
    kinds = list(KINDS)
    sizes = [min(CHUNK, examples - done) for done in range(0, examples, CHUNK)]
    return [
        Chunk(kinds[number % len(kinds)], size, first_seed + number)
        for number, size in enumerate(sizes)
    ]


def told(chunk: Chunk, future: Future[Counter[str]]) -> bool:
    """Whether a chunk held; what did not is printed with where its page lies."""
    error = future.exception()
    if error is None:
        return True
    print(f"FAILED {chunk}: the page is {KEPT / f'{chunk.kind}-{chunk.seed}.html'}")
    print("".join(traceback.format_exception(error)), flush=True)
    return False


def fuzz(examples: int, first_seed: int) -> int:
    """Run all chunks on all cores; the number that failed."""
    began = time.monotonic()
    total: Counter[str] = Counter()
    failed = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(run_chunk, one): one for one in chunks(examples, first_seed)}
        for number, future in enumerate(as_completed(running), 1):
            if told(running[future], future):
                total += future.result()
            else:
                failed += 1
            if number % 10 == 0 or number == len(running):
                print(
                    f"{number}/{len(running)} chunks, {time.monotonic() - began:.0f} s", flush=True
                )
    print(f"{sum(total.values())} pages read, failed chunks: {failed}")
    print("  ".join(f"{outcome} {count}" for outcome, count in total.most_common()))
    return failed


def hostile() -> int:
    """Every hostile shape as large as a page may be; the number that cost too much."""
    slow = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for name, (seconds, end) in zip(HOSTILE, pool.map(cost, HOSTILE), strict=True):
            slow += seconds > LONGEST
            print(
                f"{'SLOW ' if seconds > LONGEST else ''}{name}: {seconds:.1f} s, {end}", flush=True
            )
    return slow


def main() -> int:
    KEPT.mkdir(parents=True, exist_ok=True)
    examples = int(os.environ.get("XIANZHI_FUZZ_EXAMPLES", EXAMPLES))
    first_seed = int(os.environ.get("XIANZHI_FUZZ_SEED", "1"))
    failed = fuzz(examples, first_seed)
    return 1 if failed + hostile() else 0


if __name__ == "__main__":
    sys.exit(main())

"""Broken and hostile attachments through a reader, in a process with its memory limited.

    python -m tests.benchmarks.fuzz_attachments [--mutants 20000] [--seed 1] [--target M:F]

Mutants come from every file of `tests.attachments`; a failure is repeated by its name and seed
(``--only form-2021.docx/17``). The reader is ``module:function`` taking a name and bytes and
returning an outcome word; by default `read` as it is. What counts against it: an exception, a
process that died or hung, a file opened for writing, a connection, a program started. A reader in
a pool of its own must leave none of these; `read` alone may be ended by the limit of memory, which
is what the pool is for, and is shown apart.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from crawler.isolation.limits import Limits
from tests.attachments.files import attachments
from tests.attachments.hostile import HOSTILE
from tests.attachments.kitchen import folder, kept, made
from tests.benchmarks.fuzz_worker import Fuzzed, Worker

TARGET = "tests.benchmarks.fuzz_worker:read_outcome"
MUTANTS = 20_000
#: What a file may take on top of the process that reads it: as much as in a crawl.
MEMORY_MIB = Limits().memory >> 20
#: A hostile file is allowed this long; the pool's own limit is shorter.
SECONDS = 30.0


def jobs(mutants: int, seed: int, files: dict[str, Path]) -> Iterator[str]:
    """``name/seed`` over all files in turn, then the hostile ones by name."""
    names = sorted(name for name, path in files.items() if path.stat().st_size)
    for number in range(mutants if names else 0):
        yield f"{names[number % len(names)]}/{seed + number // len(names)}"
    yield from (f"hostile/{name}" for name in HOSTILE)


def fuzz(todo: Sequence[str], target: str, memory_mib: int = MEMORY_MIB) -> list[Fuzzed]:
    """Every job's end; a worker that died is replaced."""
    ends = []
    with Worker(target, folder(), memory_mib, SECONDS) as worker:
        for number, job in enumerate(todo, 1):
            ends.append(worker.read(job))
            if number % 1000 == 0:
                print(f"{number}/{len(todo)}", file=sys.stderr, flush=True)
    return ends


def tell(ends: Sequence[Fuzzed], memory_mib: int = MEMORY_MIB) -> int:
    """Prints the outcomes and what counts against the reader; how many that are."""
    for group, some in (
        ("mutants", [one for one in ends if not one.is_hostile]),
        ("hostile", [one for one in ends if one.is_hostile]),
    ):
        counts = Counter(one.outcome for one in some)
        print(f"{group}: {len(some)}: ", "  ".join(f"{w} {n}" for w, n in counts.most_common()))
    against = [one for one in ends if one.fault]
    for one in against[:50]:
        print(f"AGAINST {one.job}: {one.fault}")
    slowest = max(ends, key=lambda one: one.seconds, default=None)
    if slowest:
        print(f"slowest: {slowest.job} {slowest.seconds:.1f} s")
        most = max(ends, key=lambda one: one.peak_mib)
        print(
            f"most memory: {most.job} {most.peak_mib} MiB resident, limit {memory_mib} MiB a file"
        )
    print(f"{len(against)} of {len(ends)} count against the reader")
    return len(against)


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="fuzz-attachments", description=__doc__.splitlines()[0])
    parser.add_argument("--mutants", type=int, default=MUTANTS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", default=TARGET, help="module:function of (name, bytes)")
    parser.add_argument("--memory", type=int, default=MEMORY_MIB, metavar="MIB")
    parser.add_argument("--carrier", action="append", help="mutants of this carrier only")
    parser.add_argument("--only", nargs="+", metavar="JOB", help="these jobs only: name/seed")
    arguments = parser.parse_args(given)
    wanted = [
        one for one in attachments() if not arguments.carrier or one.carrier in arguments.carrier
    ]
    files, missing = made(wanted)
    for name, reason in missing.items():
        print(f"not made: {name}: {reason}", file=sys.stderr)
    for name, make in HOSTILE.items():
        kept(f"hostile-{name}", make)
    todo = arguments.only or list(jobs(arguments.mutants, arguments.seed, files))
    ends = fuzz(todo, arguments.target, arguments.memory)
    return 1 if tell(ends, arguments.memory) else 0


if __name__ == "__main__":
    sys.exit(main())

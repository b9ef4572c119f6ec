"""`make bench-attachments`: files of every carrier, made from ground truth, read beside peers.

The files are made on demand (`tests/attachments`); what this machine cannot make is said and left
out. One carrier takes seconds: ``--set docx``, one file too: ``--files form-2021.docx``. The exit
code is 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from tests.attachments.files import Attachment, attachments
from tests.attachments.kitchen import made
from tests.benchmarks import attachments_report as report
from tests.benchmarks.attachments_bars import bars
from tests.benchmarks.attachments_jobs import READERS, Run, ours, run_reader
from tests.benchmarks.attachments_real import check_huaian, huaian_file
from tests.benchmarks.attachments_score import Count
from tests.benchmarks.extract_jobs import OURS

REAL = "real"


def arguments_of(given: Sequence[str] | None) -> argparse.Namespace:
    carriers = tuple(dict.fromkeys(one.carrier for one in attachments()))
    parser = argparse.ArgumentParser(prog="bench-attachments", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--set", action="append", choices=(*carriers, REAL), help="only this (repeatable)"
    )
    parser.add_argument("--files", nargs="+", metavar="NAME", help="only these files")
    parser.add_argument("--extractors", nargs="+", choices=READERS, help="only these readers")
    parser.add_argument("--runs", type=int, default=2, help="readings for the speed (default 2)")
    parser.add_argument(
        "--details",
        action="store_true",
        help="name the files not perfect, of this project and of the readers asked for",
    )
    parser.add_argument("--print", action="store_true", help="print what this project read")
    return parser.parse_args(given)


def chosen(arguments: argparse.Namespace) -> list[Attachment]:
    return [
        one
        for one in attachments()
        if (not arguments.set or one.carrier in arguments.set)
        and (not arguments.files or one.name in arguments.files)
    ]


def run_all(wanted: Sequence[Attachment], arguments: argparse.Namespace) -> list[Run]:
    files, missing = made(wanted)
    for name, reason in missing.items():
        print(f"not made: {name}: {reason}", file=sys.stderr)
    names = [OURS, *(n for n in arguments.extractors or READERS if n != OURS)]
    runs = []
    for name in names:
        print(f"{name} …", file=sys.stderr)
        runs.append(run_reader(name, files, arguments.runs))
    return runs


def real_checks(arguments: argparse.Namespace) -> tuple[Count, list[str]] | None:
    asked = REAL in arguments.set if arguments.set else not arguments.files
    path = huaian_file()
    if not asked or not path.exists():
        return None
    return check_huaian(ours(path.name, path.read_bytes()))


def main(given: Sequence[str] | None = None) -> int:
    arguments = arguments_of(given)
    wanted = chosen(arguments)
    runs = run_all(wanted, arguments)
    console = Console(width=170)
    if arguments.print:
        for name, reading in (runs[0].found or {}).items():
            print(f"=== {name}: {reading.outcome}\n{reading.text}\n")
    report.show(console, wanted, runs)
    if arguments.details:
        for run in runs:
            if run.name == OURS or run.name in (arguments.extractors or ()):
                report.show_details(console, wanted, run)
    held = list(bars(wanted, runs, real_checks(arguments)))
    report.show_bars(console, held)
    return int(any(bar.met is False for bar in held))


if __name__ == "__main__":
    sys.exit(main())

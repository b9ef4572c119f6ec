"""Several ``scrapy`` command lines in one process: starting Python and Scrapy is most of what a
command costs that only says something and ends. Not for crawls, a reactor starts only once.

``python -m tests.one_process`` reads a JSON list of command lines from stdin.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from scrapy.cmdline import execute

ROOT = Path(__file__).resolve().parent.parent

Done = subprocess.CompletedProcess[str]


def scrapy_each(lines: Sequence[Sequence[str]]) -> list[Done]:
    """How each command line ends when it is given to ``scrapy``."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.one_process"],
        cwd=ROOT,
        input=json.dumps(lines),
        capture_output=True,
        text=True,
        check=True,
    )
    ends = json.loads(told.stdout)
    return [Done(list(line), *end) for line, end in zip(lines, ends, strict=True)]


def _end(line: Sequence[str]) -> tuple[object, str, str]:
    with redirect_stdout(io.StringIO()) as output, redirect_stderr(io.StringIO()) as errors:
        try:
            execute(["scrapy", *line])
        except SystemExit as end:
            code = end.code
    return code, output.getvalue(), errors.getvalue()


if __name__ == "__main__":
    json.dump([_end(line) for line in json.load(sys.stdin)], sys.stdout)

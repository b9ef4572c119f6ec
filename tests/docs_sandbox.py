"""Where the commands of the documents are run: a copy of the project, as its reader has it.

What a reader has at that point is there: a set-up ``.venv``, the archive of ``make demo`` in
``.demo``, a page saved from a browser in ``saved/``. The hosts of the sample portals, and of the
simulated one that docs/adding-a-portal.md adds, lead to loopback by the project's settings, so
that the live commands run exactly as printed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.portals.routes import answer
from tests.portals.seed_pages import URLS
from tests.portals.serve import running
from tests.portals.sim import portal, serving

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_FENCE = re.compile(
    r"^(?:<!-- docs-test: (?P<mark>\w+) -->\n)?```(?P<info>[^\n]+)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_SETTINGS = """\
import os

from crawler.settings import *

CLOSESPIDER_PAGECOUNT = int(os.environ.get("READER_PAGES", "0"))
CONNECT_TO = {connect_to!r}
POLITENESS_DELAY = POLITENESS_LATENCY_FACTOR = 0
"""

Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Block:
    """A fenced block: ``info`` is what follows the fence, ``mark`` the comment above it."""

    document: str
    line: int
    info: str
    mark: str
    code: str

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


def blocks(info: str) -> list[Block]:
    """The blocks of all documents that are marked as ``info``."""
    found = []
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for match in _FENCE.finditer(text):
            line = text.count("\n", 0, match.start("code"))
            block = Block(path.name, line, match["info"], match["mark"] or "", match["code"])
            found += [block] if block.info == info else []
    return found


def files() -> list[Path]:
    """The project's files, relative to its root: those git knows and those it will be told of."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (Path(name) for name in listed.stdout.split("\0") if name)
    return [path for path in paths if (ROOT / path).is_file()]


def settle(root: Path, connect_to: Mapping[str, str]) -> None:
    """A set-up copy of the project, whose hosts lead to loopback."""
    for path in files():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, root / path)
    settings = _SETTINGS.format(connect_to=dict(connect_to))
    (root / "reader_settings.py").write_text(settings, encoding="utf-8")
    (root / "scrapy.cfg").write_text("[settings]\ndefault = reader_settings\n")
    venv = root / ".venv"
    venv.mkdir()
    for entry in Path(sys.prefix).iterdir():
        if entry.name != ".ready":
            (venv / entry.name).symlink_to(entry)
    (venv / ".ready").touch()  # newer than pyproject.toml: make has nothing to set up


class Sandbox:
    """The copy, and what ``make demo`` printed in it."""

    def __init__(self, root: Path, connect_to: Mapping[str, str]) -> None:
        self.root = root
        settle(root, connect_to)
        self._save_a_page()
        self.demo = self.run("make demo")

    def _save_a_page(self) -> None:
        url = urlsplit(URLS["001"])
        (self.root / "saved").mkdir()
        (self.root / "saved/report.html").write_bytes(answer(url.hostname or "", url.path).body)

    def run(self, code: str, *, pages: int = 0) -> Done:
        """``pages``: let crawls end after that many, if they are more than none."""
        environment = {
            **os.environ,
            "READER_PAGES": str(pages),
            "PATH": f"{self.root / '.venv/bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(self.root),
        }
        # Reading the project's settings in this process leaves their name in the environment.
        environment.pop("SCRAPY_SETTINGS_MODULE", None)
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", code],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def sandbox(root: Path) -> Iterator[Sandbox]:
    with running() as servers, serving([portal("trs", "small")]) as simulated:
        yield Sandbox(root, {**servers.connect_to, **simulated.connect_to})

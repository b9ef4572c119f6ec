"""A spider and its fixtures appear together, or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crawler.atomic import write_atomically
from crawler.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Target:
    """Where a portal's files belong, below the project's root."""

    root: Path
    key: str

    @property
    def spider(self) -> Path:
        return self.root / "spiders" / f"{self.key}.py"

    @property
    def fixtures(self) -> Path:
        return self.root / "tests" / "fixtures" / self.key

    def refuse_existing(self, *, spider: bool) -> None:
        """``spider``: that file is written too."""
        for path in (self.spider, self.fixtures) if spider else (self.fixtures,):
            if path.exists():
                raise ConfigurationError(
                    f"{self.key}: {path.relative_to(self.root)} exists;"
                    " --force overwrites spider and fixtures"
                )


@contextmanager
def staged(target: Target) -> Iterator[Path]:
    """A directory on the same disk as the fixtures, gone when the block ends."""
    target.fixtures.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.fixtures.parent, prefix=".new-") as name:
        yield Path(name)


def put(new: Path, target: Target, source: str | None) -> None:
    """``new`` becomes the fixtures, ``source`` (if any) the spider. What was there comes back
    where either fails."""
    old = new.with_name(f"{new.name}.old")
    done = False
    if target.fixtures.exists():
        target.fixtures.rename(old)
    try:
        shutil.copytree(new, target.fixtures)
        if source is not None:
            write_atomically(target.spider, source.encode("utf-8"))
        done = True
    finally:
        if not done:
            shutil.rmtree(target.fixtures, ignore_errors=True)
            if old.exists():
                old.rename(target.fixtures)
        shutil.rmtree(old, ignore_errors=True)

"""``make`` says what it does, and what is missing when it cannot do it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

OLD = """#!/bin/sh
if [ "$1" = --version ]; then echo "Python 3.9.2"; exit 0; fi
exit 1
"""
#: As on a Debian without python3-venv: new enough, but ``import venv, ensurepip`` fails.
WITHOUT_VENV = """#!/bin/sh
case "$2" in *ensurepip*) exit 1;; esac
exit 0
"""


def make(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=folder,
        env={**os.environ, "LC_ALL": "C", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What set-up looks at, without a ``.venv``."""
    for name in ("Makefile", "pyproject.toml", "setup.py", "constraints.txt", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def interpreter(folder: Path, script: str) -> str:
    path = folder / "python-of-this-test"
    path.write_text(script)
    path.chmod(0o755)
    return str(path)


def test_help_lists_every_target() -> None:
    done = make(ROOT)
    assert done.returncode == 0
    listed = {line.split()[0] for line in done.stdout.splitlines()}
    phony = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert listed == set(phony[0].split())


def test_a_missing_python_is_named(clone: Path) -> None:
    done = make(clone, "demo", "PYTHON=no-such-python")
    assert done.returncode == 2
    assert "missing: no-such-python; on Debian: apt-get install python3-venv" in done.stderr


def test_an_old_python_is_named_with_its_version(clone: Path) -> None:
    done = make(clone, "test", f"PYTHON={interpreter(clone, OLD)}")
    assert done.returncode == 2
    assert "missing: Python 3.11 or newer, found Python 3.9.2" in done.stderr


def test_a_missing_venv_module_is_named(clone: Path) -> None:
    done = make(clone, "demo", f"PYTHON={interpreter(clone, WITHOUT_VENV)}")
    assert done.returncode == 2
    assert "missing: the venv module" in done.stderr
    assert "apt-get install python3-venv" in done.stderr


def offline(folder: Path, target: str) -> subprocess.CompletedProcess[str]:
    return make(
        folder,
        target,
        f"PYTHON={sys.executable}",
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL="http://127.0.0.1:9/simple",  # the discard port: nobody listens
        PIP_EXTRA_INDEX_URL="",
        PIP_FIND_LINKS="",
        PIP_NO_INDEX="0",
    )


def test_an_unreachable_package_index_is_named_and_setup_is_not_done(clone: Path) -> None:
    done = offline(clone, "setup")
    assert done.returncode == 2
    assert "the package index was not reachable" in done.stderr
    assert not (clone / ".venv/.ready").exists()


def test_peers_that_cannot_be_installed_do_not_stop_the_bench(clone: Path) -> None:
    done = offline(clone, ".venv-peers/.ready")
    assert done.returncode == 0
    assert "not all peers could be installed" in done.stderr
    assert not (clone / ".venv-peers/.ready").exists()


def test_every_dependency_is_pinned() -> None:
    """A name in pyproject.toml without a line in constraints.txt would be installed unpinned."""
    declared = re.findall(r'^ +"([A-Za-z0-9_-]+)', _requirements(), re.MULTILINE)
    pinned = re.findall(r"^([a-z0-9-]+)==", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert len(declared) > 20
    assert {name.lower().replace("_", "-") for name in declared} - set(pinned) == set()


def _requirements() -> str:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return text.partition("\ndependencies = [")[2].partition("\n[tool.")[0]

"""What a killed run had fetched is not fetched again, wherever the archive keeps its body."""

from __future__ import annotations

import re
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.layout import Layout
from crawler.warc.index import build_index
from tests.benchmarks.torture import PORTAL
from tests.benchmarks.torture_site import Site, serving
from tests.test_resume import crawl

SIZE, FRAMES = 12, 2
FIRST_DAY, WHEN_ALL_IS_DUE = "2030-01-15", "2030-03-01"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving(SIZE) as running:
        yield running


@pytest.fixture(scope="module")
def killed(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a walk that ended and one of revisits that was killed."""
    archive = tmp_path_factory.mktemp("killed")
    assert crawl(site, archive, NOW=FIRST_DAY).returncode == 0
    second = crawl(site, archive, torture="upsert:3", NOW=WHEN_ALL_IS_DUE)
    assert second.returncode == -signal.SIGKILL
    entries = build_index(Layout(archive).warc_dir(PORTAL)).entries.values()
    assert [entry.kind for entry in entries].count("revisit") > SIZE
    return archive


def go_on(site: Site, archive: Path) -> tuple[int, ...]:
    """The killed walk goes on: how much of it was queued, in flight, answered from the archive and
    re-fetched, as printed."""
    done = crawl(site, archive, NOW=WHEN_ALL_IS_DUE)
    said = re.search(
        r"(\d+) queued, (\d+) in flight \((\d+) answered .*\), (\d+) re-fetched", done.stdout
    )
    assert said is not None, done.stdout
    return tuple(map(int, said.groups()))


def test_a_revisit_is_answered_though_the_state_has_forgotten_where_its_body_lies(
    site: Site, killed: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(killed, archive)
    with closing(sqlite3.connect(Layout(archive).state(PORTAL))) as connection:
        connection.execute("UPDATE pages SET record_id = NULL")
        connection.commit()
    asked = len(site.asked)
    queued, in_flight, answered, refetched = go_on(site, archive)
    assert answered > 0 and in_flight == answered + refetched
    assert len(site.asked) - asked <= queued + refetched + FRAMES


def test_a_revisit_whose_body_is_lost_is_fetched_again_and_counted(
    site: Site, killed: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(killed, archive)
    runs = Layout(archive).warc_dir(PORTAL).glob("*.warc.gz")
    first = min(path.name.split("-")[1] for path in runs)
    for path in Layout(archive).warc_dir(PORTAL).glob(f"*-{first}-*"):
        path.unlink()
    asked = len(site.asked)
    _, in_flight, answered, refetched = go_on(site, archive)
    assert (answered, refetched) == (0, in_flight)
    assert len(site.asked) - asked >= refetched > 0

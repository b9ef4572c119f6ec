"""A state file that is damaged, locked, of another version, or on a full disk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from crawler.errors import StateError
from crawler.state import frontier
from crawler.state.db import VERSION, State
from crawler.state.frontier import Ending, Frontier
from tests.state_kit import anybody, entry


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state" / "demo.sqlite", "demo", [frontier.SCHEMA])


def test_a_damaged_state_file_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "demo.sqlite"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(StateError, match=f"demo: state file {path}.*WARC files have everything"):
        State(path, "demo")
    assert path.read_bytes() == b"no database" * 1000


def test_damage_inside_a_state_file_is_found_when_it_is_opened(state: State) -> None:
    queue = Frontier(state)
    queue.add(entry(f"{number}" * 50) for number in range(2000))
    state.close()
    with state.path.open("r+b") as file:
        file.seek(20 * 4096)
        file.write(b"\xff" * 4096 * 4)
    with pytest.raises(StateError, match="expected to read it"):
        State(state.path, "demo", [frontier.SCHEMA])


def test_a_state_file_of_a_later_version_is_refused(state: State) -> None:
    state.connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    state.close()
    with pytest.raises(StateError, match="update this installation"):
        State(state.path, "demo")


def test_a_full_disk_is_named_and_nothing_is_half_done(state: State) -> None:
    queue = Frontier(state)
    queue.add([entry("a")])
    row = queue.next(anybody)
    assert row is not None
    queue.mark()
    (used,) = state.connection.execute("PRAGMA page_count").fetchone()
    state.connection.execute(f"PRAGMA max_page_count = {used}")  # what a full disk looks like
    with pytest.raises(StateError, match=r"demo: .*full"):
        queue.end([Ending(row.id, children=[entry(f"{n}" * 40) for n in range(5000)])])
    state.connection.execute("PRAGMA max_page_count = 1000000")
    assert Frontier(state).counts().in_flight == 1


def test_a_locked_state_file_is_named(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    other = sqlite3.connect(state.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr("crawler.state.db.BUSY_SECONDS", 0.05)
    with pytest.raises(StateError, match="locked"):
        State(state.path, "demo", [frontier.SCHEMA])
    other.close()

"""What crawls agree on in the politeness file: turns, pauses, wishes; kills, restarts, damage."""

from __future__ import annotations

import math
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import chain, pairwise
from multiprocessing import get_context
from pathlib import Path

import pytest

from crawler.errors import ArchiveError
from crawler.fetch.clock import DAY, boot_id, machine_now
from crawler.fetch.pacing import Pace
from crawler.fetch.shared_pace import SharedPacer, Turn


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


class Lab:
    """Crawls of one machine: each `crawl` opens the file as a process of its own would."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / "state" / "politeness.sqlite"
        self.clock = Clock()

    def crawl(self, boot: str = "first", **pace: float) -> SharedPacer:
        values = {"own_delay": 2.0, "factor": 0.0, "backoff": 30.0, "patience": 300.0, "limit": 1}
        return SharedPacer(self.file, Pace(**{**values, **pace}), self.clock, boot)  # type: ignore[arg-type]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def started(pacer: SharedPacer, host: str, *addresses: str) -> Turn:
    assert pacer.wait(host, (host, *addresses)) == 0
    turn = pacer.start(host, (host, *addresses))
    assert turn is not None
    return turn


# -- one crawl --------------------------------------------------------------------------------


def test_the_longest_wish_decides_the_delay(lab: Lab) -> None:
    pacer = lab.crawl(factor=3)
    assert pacer.delay("a") == 2
    pacer.set_crawl_delay("a", 5)
    assert pacer.delay("a") == 5
    turn = started(pacer, "a")
    lab.clock.now += 10
    pacer.finish(turn, welcomed=True)
    assert pacer.delay("a") == 30
    assert pacer.delay("b") == 2


def test_latency_is_smoothed(lab: Lab) -> None:
    pacer = lab.crawl(own_delay=0, factor=1)
    for latency in (1, 9):
        turn = started(pacer, "a")
        lab.clock.now += latency
        pacer.finish(turn, welcomed=True)
        lab.clock.now += 100
    assert pacer.delay("a") == 3


def test_a_lane_takes_one_request_at_a_time_and_rests_after_it(lab: Lab) -> None:
    pacer = lab.crawl()
    turn = started(pacer, "a")
    lab.clock.now += 50
    assert pacer.wait("a", ["a"]) == math.inf
    assert pacer.start("a", ("a",)) is None
    pacer.finish(turn, welcomed=True)
    lab.clock.now += 0.5
    assert pacer.wait("a", ["a"]) == 1.5
    assert pacer.start("a", ("a",)) is None
    lab.clock.now += 1.5
    started(pacer, "a")


def test_several_at_a_time_still_start_a_delay_apart(lab: Lab) -> None:
    pacer = lab.crawl(limit=2)
    started(pacer, "a")
    assert pacer.wait("a", ["a"]) == 2
    lab.clock.now += 2
    started(pacer, "a")
    lab.clock.now += 2
    assert pacer.wait("a", ["a"]) == math.inf


def test_hosts_of_one_address_share_its_lane(lab: Lab) -> None:
    pacer = lab.crawl()
    started(pacer, "a", "10.0.0.1")
    lab.clock.now += 50
    assert pacer.wait("b", ["b", "10.0.0.1"]) == math.inf
    assert pacer.wait("b", ["b", "10.0.0.2"]) == 0


def test_429_without_a_wish_doubles_the_pause_until_an_answer_comes(lab: Lab) -> None:
    pacer = lab.crawl(own_delay=0)
    assert [pacer.throttled("a", ["a"], 0) for _ in range(3)] == [30, 60, 120]
    lab.clock.now += 20
    assert pacer.wait("a", ["a"]) == 100
    lab.clock.now += 100
    pacer.finish(started(pacer, "a"), welcomed=True)
    assert pacer.throttled("a", ["a"], 0) == 30


def test_an_absurd_wish_binds_its_host_for_a_day_and_the_address_only_briefly(lab: Lab) -> None:
    pacer = lab.crawl()
    assert pacer.throttled("a", ["a", "10.0.0.1"], math.inf) == math.inf
    assert pacer.wait("a", ["a", "10.0.0.1"]) == DAY
    assert pacer.wait("b", ["b", "10.0.0.1"]) == 300


# -- several crawls ---------------------------------------------------------------------------


def test_a_request_of_one_crawl_holds_off_the_others(lab: Lab) -> None:
    one, two = lab.crawl(), lab.crawl()
    turn = started(one, "a")
    lab.clock.now += 50
    # Nobody tells us when another crawl's request ends: look four times a delay.
    assert two.wait("a", ["a"]) == 0.5
    assert two.start("a", ("a",)) is None
    one.finish(turn, welcomed=True)
    assert two.wait("a", ["a"]) == 2
    lab.clock.now += 2
    started(two, "a")


def test_two_that_saw_a_free_lane_do_not_both_get_it(lab: Lab) -> None:
    one, two = lab.crawl(), lab.crawl()
    assert one.wait("a", ["a"]) == two.wait("a", ["a"]) == 0
    assert one.start("a", ("a",)) is not None
    assert two.start("a", ("a",)) is None


def test_what_one_crawl_learns_binds_the_others(lab: Lab) -> None:
    one, two = lab.crawl(factor=2), lab.crawl(factor=2)
    one.set_crawl_delay("a", 7)
    assert two.delay("a") == 7
    one.throttled("a", ["a"], 120)
    assert two.wait("a", ["a"]) == 120
    turn = started(one, "b")
    lab.clock.now += 5
    one.finish(turn, welcomed=True)
    assert two.delay("b") == 10


def test_the_more_patient_crawl_gets_its_distance_and_its_turn(lab: Lab) -> None:
    hasty, patient = lab.crawl(own_delay=1), lab.crawl(own_delay=5)
    hasty.finish(started(hasty, "a"), welcomed=True)
    assert patient.wait("a", ["a"]) == 5
    # … which holds for both now, or the hasty one would take every turn.
    assert hasty.wait("a", ["a"]) == 5


def test_after_a_kill_a_lane_rests_from_when_it_is_noticed(lab: Lab) -> None:
    """The request may have reached the wire just before, long after its turn began."""
    killed, other = lab.crawl(own_delay=20), lab.crawl(own_delay=20)
    started(killed, "a")
    killed._file._release()  # as the kernel does
    lab.clock.now += 500
    assert other.start("a", ("a",)) is None
    assert other.wait("a", ["a"]) == 20
    lab.clock.now += 20
    started(other, "a")


def test_the_next_crawl_notices_a_kill_when_it_starts(lab: Lab) -> None:
    killed = lab.crawl(own_delay=20)
    started(killed, "a")
    killed._file._release()
    lab.clock.now += 500
    assert lab.crawl(own_delay=20).wait("a", ["a"]) == 20


def test_a_frozen_crawl_holds_a_host_as_long_as_its_request_may_last(lab: Lab) -> None:
    frozen, other = lab.crawl(longest=65), lab.crawl()
    turn = started(frozen, "a")
    assert turn.send_before == lab.clock.now + 65
    # Sent at the last moment, it is still a delay away from the next one.
    lab.clock.now += 65 + 1.9
    assert other.wait("a", ["a"]) > 0
    assert other.start("a", ("a",)) is None
    lab.clock.now += 0.2
    held = started(other, "a")
    # … and what the frozen crawl says when it wakes frees nobody else's turn.
    frozen.finish(turn, welcomed=False)
    lab.clock.now += 10
    assert frozen.wait("a", ["a"]) > 0
    other.finish(held, welcomed=True)


def test_a_crawl_that_ends_gives_everything_back(lab: Lab) -> None:
    one, other = lab.crawl(own_delay=0), lab.crawl(own_delay=0)
    started(one, "a")
    one.close()
    started(other, "a")


# -- the file ---------------------------------------------------------------------------------


def test_pauses_outlive_the_crawls(lab: Lab) -> None:
    first = lab.crawl()
    first.throttled("a", ["a"], 250)
    first.close()
    lab.clock.now += 100
    assert lab.crawl().wait("a", ["a"]) == 150


def test_after_a_restart_of_the_machine_pauses_are_kept_in_full(lab: Lab) -> None:
    first = lab.crawl()
    first.throttled("a", ["a"], 250)
    started(first, "b")
    lab.clock.now = 12.0  # the clock begins anew: nothing can be said about the time between
    second = lab.crawl("second")
    assert second.wait("a", ["a"]) == 250
    assert second.wait("b", ["b"]) == 2
    lab.clock.now += 2
    started(second, "b")


def test_wishes_are_forgotten_after_a_day(lab: Lab) -> None:
    first = lab.crawl()
    first.set_crawl_delay("a", 100)
    first.close()
    lab.clock.now += DAY - 1
    assert lab.crawl().delay("a") == 100
    lab.clock.now += 2
    assert lab.crawl().delay("a") == 2


def test_a_damaged_file_is_named_with_the_remedy(lab: Lab) -> None:
    lab.file.parent.mkdir()
    lab.file.write_bytes(b"not a database, but long enough to look like one" * 20)
    with pytest.raises(ArchiveError, match=r"politeness\.sqlite: expected .* delete it"):
        lab.crawl()


def test_a_file_of_another_version_is_named_with_the_remedy(lab: Lab) -> None:
    lab.crawl().close()
    with sqlite3.connect(lab.file) as db:
        db.execute("pragma user_version = 7")
    with pytest.raises(ArchiveError, match="version 2, found 7; delete it"):
        lab.crawl()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a directory must be")
    with pytest.raises(ArchiveError, match=r"politeness\.sqlite"):
        Lab(tmp_path).crawl()


# -- real processes ---------------------------------------------------------------------------

_PACE = Pace(own_delay=0.004, factor=0, backoff=1, patience=300)


def take_turns(file: Path, turns: int) -> list[tuple[float, float]]:
    """As many turns as asked for, each a millisecond long: when each began and ended."""
    pacer = SharedPacer(file, _PACE)
    spans = []
    while len(spans) < turns:
        pause = pacer.wait("a", ("a", "10.0.0.1"))
        turn = pacer.start("a", ("a", "10.0.0.1")) if pause <= 0 else None
        if turn is None:
            time.sleep(min(pause, 0.05))
            continue
        time.sleep(0.001)
        spans.append((turn.began, machine_now()))
        pacer.finish(turn, welcomed=True)
    pacer.close()
    return spans


def test_eight_processes_that_start_at_once_never_come_too_close(tmp_path: Path) -> None:
    file = tmp_path / "politeness.sqlite"
    with get_context("spawn").Pool(8) as pool:
        spans = sorted(chain.from_iterable(pool.starmap(take_turns, [(file, 50)] * 8)))
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(spans)]
    assert len(spans) == 400
    assert min(gaps) >= _PACE.own_delay


_HOLD = """
import sys, time
from pathlib import Path
from crawler.fetch.pacing import Pace
from crawler.fetch.shared_pace import SharedPacer
pacer = SharedPacer(Path(sys.argv[1]), Pace(0, 0, 1, 300))
assert pacer.start("a", ("a",)) is not None
print("holding", flush=True)
time.sleep(60)
"""


def test_kill_9_frees_a_turn_at_once(tmp_path: Path) -> None:
    file = tmp_path / "politeness.sqlite"
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(file)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "holding\n"
        pacer = SharedPacer(file, Pace(0, 0, 1, 300))
        assert pacer.wait("a", ("a",)) > 0
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        pacer.wait("a", ("a",))  # notices
        assert pacer.wait("a", ("a",)) == 0
        assert pacer.start("a", ("a",)) is not None
    finally:
        holder.kill()
        holder.wait()


def test_the_clock_is_the_machines() -> None:
    assert machine_now() <= machine_now()
    assert len(boot_id()) == 36

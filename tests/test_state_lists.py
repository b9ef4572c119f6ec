"""How far a list is walked: known rows, unchanged pages, walks cut off."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from crawler.items import Context, Link, ListPage, Rel
from crawler.state import lists
from crawler.state.schedule import Schedule
from tests.state_kit import DAYS, LIST, NOW, SCHEDULE, connected


@pytest.fixture
def connection() -> sqlite3.Connection:
    return connected()


def listed(*names: str, page: int = 1, more: bool = True, text: str = "年报") -> ListPage:
    links = [Link(f"http://www.shili.example/art/{name}.html", text) for name in names]
    if more:
        links.append(Link(f"{LIST}{page + 1}", rel=Rel.PAGE))
    url = LIST if page == 1 else f"{LIST}{page}"
    return ListPage("urn:x", url, "demo_shili", Context(), tuple(links), NOW)


class Walks:
    """Walks of one list; each page is read as the spider reads it, and committed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.number = 0
        self.later = timedelta(0)

    def walk(self, *read: ListPage, commit_last: bool = True, on: bool = False) -> list[bool]:
        """Whether each page led on. Without ``commit_last`` the run is killed before that; ``on``:
        the walk before goes on."""
        self.number += not on
        led_on = []
        for number, page in enumerate(read):
            step = lists.step(
                self.connection,
                page,
                LIST if number else None,
                Schedule(30 * DAYS, NOW + self.later),
                f"g{self.number}",
            )
            led_on.append(step.go_on)
            if commit_last or number < len(read) - 1:
                step.write(self.connection)
        return led_on


@pytest.fixture
def walks(connection: sqlite3.Connection) -> Walks:
    return Walks(connection)


THREE = (listed("a", "b"), listed("c", "d", page=2), listed("e", page=3, more=False))


def test_a_new_list_is_walked_to_its_end(walks: Walks) -> None:
    assert walks.walk(*THREE) == [True, True, False]


def test_an_unchanged_list_is_one_request(walks: Walks) -> None:
    walks.walk(*THREE)
    assert walks.walk(THREE[0]) == [False]


def test_a_new_row_is_followed_to_the_first_page_known(walks: Walks) -> None:
    walks.walk(*THREE)
    assert walks.walk(listed("new", "a"), listed("b", "c", page=2)) == [True, False]
    assert walks.walk(listed("new", "a")) == [False]


def test_many_new_rows_are_followed_as_far_as_they_go(walks: Walks) -> None:
    walks.walk(*THREE)
    pages_now = (listed("p", "q"), listed("r", "s", page=2), listed("a", "b", page=3))
    assert walks.walk(*pages_now) == [True, True, False]


def test_all_is_walked_again_when_that_is_due(walks: Walks) -> None:
    walks.walk(*THREE)
    walks.later = 30 * DAYS
    assert walks.walk(*THREE) == [True, True, False]
    assert walks.walk(THREE[0]) == [False]


@pytest.mark.parametrize("commit_last", [True, False])
def test_a_walk_cut_off_is_done_again_in_full(walks: Walks, commit_last: bool) -> None:
    walks.walk(*THREE[:2], commit_last=commit_last)
    assert walks.walk(*THREE) == [True, True, False]


def test_a_walk_to_new_rows_cut_off_is_done_again_in_full(walks: Walks) -> None:
    walks.walk(*THREE)
    # Page 3 of this walk, with the last of the new rows, was never read.
    walks.walk(listed("p", "q"), listed("r", "s", page=2))
    now = (listed("p", "q"), listed("r", "s", page=2), listed("t", "a", page=3))
    assert walks.walk(*now) == [True, True, True]


def test_a_pager_that_repeats_a_page_ends_the_walk_but_not_the_doubt(walks: Walks) -> None:
    repeated = listed("a", "b", page=2)
    assert walks.walk(THREE[0], repeated) == [True, False]
    step = lists.step(walks.connection, THREE[0], None, SCHEDULE, "g2")
    assert step.go_on  # its end was never seen: throttled servers send page 1 for page 2


def test_a_list_without_end_is_not_walked_anew_in_every_run(walks: Walks) -> None:
    assert walks.walk(*THREE[:2]) == [True, True]
    lists.stop(walks.connection, LIST, NOW)
    assert walks.walk(THREE[0]) == [False]
    walks.later = 30 * DAYS
    assert walks.walk(THREE[0]) == [True]


def test_a_first_page_asked_again_in_a_walk_leads_to_its_new_rows_and_no_further(
    walks: Walks,
) -> None:
    walks.walk(*THREE)
    walks.later = DAYS
    assert walks.walk(THREE[0], on=True) == [False]
    assert walks.walk(listed("p", "q"), listed("a", "b", page=2), on=True) == [True, False]
    assert walks.walk(listed("p", "q")) == [False]  # nothing is in doubt


def test_a_first_page_asked_again_disturbs_no_walk_under_way(walks: Walks) -> None:
    walks.walk(*THREE[:2], commit_last=False)
    walks.later = DAYS
    assert walks.walk(listed("p", "a"), listed("b", "c", page=2), on=True) == [True, True]
    step = lists.step(walks.connection, THREE[2], LIST, SCHEDULE, "g1")
    step.write(walks.connection)
    assert walks.walk(listed("p", "a")) == [False]  # its end was seen


def test_a_row_printed_otherwise_is_named(walks: Walks) -> None:
    walks.walk(*THREE)
    edited = listed("a", "b", text="年报（更正）")
    step = lists.step(walks.connection, edited, None, SCHEDULE, "g2")
    assert step.reprinted == {link.url for link in edited.links if link.rel is Rel.ROW}
    assert step.go_on
    assert not lists.step(walks.connection, THREE[0], None, SCHEDULE, "g2").reprinted


def test_a_list_without_rows_is_no_list_to_page(walks: Walks) -> None:
    assert walks.walk(listed()) == [False]
    assert walks.walk(listed()) == [False]

"""Walks that would never end are ended, and ordinary ones are not."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.items import Context, Link, ListPage, Rel
from crawler.portal.bounds import MAX_FRAMES, MAX_HOPS, Bounds

ROOT = "http://www.hongsibu.gov.cn/nb/"


def page(hops: int = 0) -> ListPage:
    return ListPage(
        record_id="urn:uuid:1",
        url=ROOT,
        portal="ningxia_hongsibu",
        context=Context(hops=hops),
        links=(),
        date=datetime(2026, 1, 1, tzinfo=UTC),
    )


def link(rel: Rel) -> Link:
    return Link(ROOT + "more/", "更多", rel=rel)


def test_a_list_is_walked_for_so_many_pages() -> None:
    bounds = Bounds(max_list_pages=3)
    further = [bounds.passed(page(), link(Rel.PAGE), ROOT) for _ in range(4)]
    assert further == [None, None, "limit", "limit"]  # the first page is one of the three
    assert bounds.passed(page(), link(Rel.PAGE), ROOT + "other/") is None


def test_frames_in_frames_end() -> None:
    bounds = Bounds(max_list_pages=3)
    followed = [bounds.passed(page(), link(Rel.FRAME), ROOT) for _ in range(MAX_FRAMES + 1)]
    assert followed == [None] * MAX_FRAMES + ["depth"]
    assert bounds.passed(page(hops=1), link(Rel.FRAME), ROOT) is None


def test_folders_below_folders_end() -> None:
    bounds = Bounds(max_list_pages=3)
    assert bounds.passed(page(hops=MAX_HOPS - 1), link(Rel.COLUMN), ROOT) is None
    assert bounds.passed(page(hops=MAX_HOPS), link(Rel.COLUMN), ROOT) == "depth"


def test_rows_are_never_bounded() -> None:
    bounds = Bounds(max_list_pages=1)
    assert {bounds.passed(page(hops=99), link(Rel.ROW), ROOT) for _ in range(999)} == {None}

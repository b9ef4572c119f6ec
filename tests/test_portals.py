"""The sample portals keep what they promise: counts, ways, truth, bytes on the wire."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.items import Kind, Paragraph, Table
from tests.portals import truth
from tests.portals.addresses import frame_path, pdf_path
from tests.portals.hanzi import simplify, traditional
from tests.portals.model import MIRROR_HOST, PORTALS
from tests.portals.routes import answer
from tests.portals.seed_pages import (
    URLS,
    seed_page,
)
from tests.portals.sites import site
from tests.portals.truth import DIFFICULT, Target, targets
from tests.portals.walk import reached

ROOT = Path(__file__).parent.parent
_WORDS = re.compile(r"年度报告|年度报表|年报|要点")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def _text(target: Target) -> str:
    encoding = "gbk" if b"charset=gb2312" in _get(target) else "utf-8"
    return _get(target).decode(encoding)


def _get(target: Target) -> bytes:
    return answer(PORTALS[target.portal].host, urlsplit(target.url).path).body


# -- promises --------------------------------------------------------------------------------


@pytest.mark.parametrize("key", PORTALS)
def test_a_portal_has_three_hundred_pages_and_most_are_news_or_notices(key: str) -> None:
    entries = [one.entry for placed in site(key).entries.values() for one in placed]
    forms = Counter(entry.form for entry in entries)
    assert len(entries) >= 300
    assert forms.most_common(1)[0][0] == "news"
    assert forms["news"] + forms["notice"] > len(entries) * 2 / 3


def test_more_than_forty_targets_are_reached_only_in_a_difficult_way() -> None:
    difficult = Counter(t.way for t in targets() if t.way in DIFFICULT and not t.seed)
    assert set(difficult) == DIFFICULT
    assert difficult.total() >= 40


def test_more_than_sixty_look_alikes_carry_the_words_and_stand_in_the_targets_columns() -> None:
    found = truth.look_alikes()
    assert len(found) >= 60
    assert all(_WORDS.search(item.entry.title) for item in found)
    assert len({item.name for item in found}) >= 13
    target_columns = {(t.portal, t.entry.column) for t in targets()}
    shared = [i for i in found if (i.entry.portal, i.entry.column) in target_columns]
    assert len(shared) >= 50


def test_every_kind_and_the_years_from_2008_to_2025_occur() -> None:
    assert {t.kind for t in targets()} == set(Kind)
    assert {t.year for t in targets()} == set(range(2008, 2026))


def test_nothing_but_targets_and_look_alikes_carries_their_words() -> None:
    for key in PORTALS:
        fillers = (o.entry for p in site(key).entries.values() for o in p)
        assert not [
            e.title for e in fillers if e.form in ("news", "notice") and _WORDS.search(e.title)
        ]


# -- truth -----------------------------------------------------------------------------------


def test_no_two_documents_have_the_same_issuer_year_and_kind() -> None:
    keys = Counter((g[0].issuer_id, g[0].year, g[0].kind) for g in truth.documents().values())
    assert [key for key, count in keys.items() if count > 1] == []


def test_issuers_of_targets_are_those_of_the_tables() -> None:
    known = {body.id for body in truth.issuers().values()}
    assert {t.issuer_id for t in targets()} <= known


def test_bodies_differ_but_for_the_copied_and_the_republished_report() -> None:
    by_body: dict[str, list[Target]] = {}
    for target in targets():
        by_body.setdefault(target.body, []).append(target)
    equal = [group for group in by_body.values() if len(group) > 1]
    copied = [g for g in equal if len({t.document for t in g}) == 2]
    again = [g for g in equal if len({t.document for t in g}) == 1]
    assert len(copied) == len(again) == 1 and len(equal) == 2
    assert {t.same_body_as for t in copied[0]} == {"", copied[0][0].document}
    assert len({t.issuer_id for t in copied[0]}) == 2


def test_every_body_is_long_enough_to_be_merged_by_its_text() -> None:
    short = [t.url for t in targets() if len(_HAN.findall(t.body)) < 200]
    assert short == []


def test_all_zero_reports_differ_in_names_and_few_numbers_only() -> None:
    zero = [t for t in targets() if t.entry.form == "zero"]
    masked = {
        re.sub(r"\d+", "N", t.body.replace(t.entry.name, "").replace(t.entry.short, ""))
        for t in zero
    }
    assert len(zero) >= 10
    assert len(masked) == 1


def test_peculiar_targets_are_there() -> None:
    notes = Counter(t.entry.note for t in targets())
    expected = {"copy", "again", "cut", "jsessionid", "https", "moved", "restamped", "own_title"}
    assert expected <= set(notes)
    cut = [t.entry for t in targets() if t.entry.note == "cut"]
    assert all(e.list_title.endswith("…") and e.list_title != e.title for e in cut)
    restamped = [t for t in targets() if t.entry.note == "restamped"]
    assert all(int(t.published[:4]) > t.year + 1 for t in restamped)


def test_tables_of_the_2021_form_are_full_grids() -> None:
    tables = [
        b for t in targets() if t.entry.form == "tables" for b in t.blocks if isinstance(b, Table)
    ]
    shapes = {(len(table.rows), len(table.rows[0])) for table in tables}
    assert shapes == {(14, 4), (28, 10), (4, 15)}


def test_some_request_tables_have_columns_cut_by_pixels() -> None:
    """A figure cell over two grid columns, and not the same one in every row."""
    forms = [t for t in targets() if t.entry.form == "tables"]
    cut = [t for t in forms if re.search(r'<td colspan="2" [^>]*><p[^>]*><span[^>]*>\d', _text(t))]
    assert 0 < len(cut) < len(forms)


def test_two_builds_are_equal() -> None:
    """Another process, with other hash seeds, makes the same bytes."""
    code = (
        "import hashlib; from tests.portals.model import PORTALS;"
        "from tests.portals.sites import site;"
        "print([hashlib.sha256(b''.join(m().body for _, m in sorted(site(k).makers.items())))"
        ".hexdigest() for k in PORTALS])"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]


# -- ways ------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", PORTALS)
def test_each_target_is_reached_in_its_stated_way_and_only_so(key: str) -> None:
    everything, near = reached(key), reached(key, deep=False, frames=False, files=False)
    without = {
        "deep_list": reached(key, deep=False),
        "list_frame": reached(key, frames=False),
        "body_frame": reached(key, frames=False),
        "attachment": reached(key, files=False),
    }
    for target in targets(key):
        page = urlsplit(target.url).path
        text = {
            "body_frame": frame_path(target.entry),
            "attachment": seed_attachment(target) or pdf_path(target.entry),
        }.get(target.way, page)
        assert {page, text} <= everything, target.url
        if target.way == "list":
            assert page in near, target.url
        else:
            assert text not in without[target.way], target.url
        if target.way in ("deep_list", "list_frame"):
            other = without["list_frame" if target.way == "deep_list" else "deep_list"]
            assert page in other, target.url


def seed_attachment(target: Target) -> str:
    return "/zwgk/zfxxgknb/xzjd/lhz/201903/P020190319608215495483.pdf" if target.seed else ""


@pytest.mark.parametrize("key", PORTALS)
def test_look_alikes_are_served_and_every_page_is_reached(key: str) -> None:
    everything = reached(key)
    assert {urlsplit(item.url).path for item in truth.look_alikes(key)} <= everything
    unreached = set(site(key).makers) - everything
    assert all(path == "/robots.txt" or path.startswith("/old/") for path in unreached), unreached


def test_the_text_of_a_framed_or_attached_target_is_not_on_its_page() -> None:
    for target in targets():
        if target.way in ("body_frame", "attachment"):
            page = _get(target).decode()
            first = next(b.text for b in target.blocks if isinstance(b, Paragraph))
            assert first not in page, target.url


def test_two_columns_are_real_gb2312_bytes() -> None:
    pages = [t for t in targets("ningxia_lingwu") if t.entry.column == "/zwgk/zfxxgknb/bm/"]
    assert pages
    for target in pages:
        data = _get(target)
        assert target.title in data.decode("gbk")
        assert b"charset=gb2312" in data
        with pytest.raises(UnicodeDecodeError):
            data.decode("utf-8")


def test_the_mirror_serves_equal_paths_in_traditional_characters() -> None:
    copied = [t for t in targets("guangdong_suixi") if t.entry.column == "/zt/xxgknb/zjbm/"]
    for target in copied:
        page = answer(MIRROR_HOST, urlsplit(target.url).path).body.decode()
        assert "www.suixi.gov.cn" not in page
        if not target.seed:
            assert traditional(target.title) in page
            assert target.title in simplify(page)
    assert answer(MIRROR_HOST, urlsplit(URLS["002"]).path).body == seed_page("002")[1]

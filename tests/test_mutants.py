"""The mutants of gold pages: each kind keeps the words, changes what it says, reads as before."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest

from crawler.extraction.decode import decode
from tests.benchmarks.bench_mutants import KINDS, keeps_words, main, mutant
from tests.benchmarks.extract_found import ours
from tests.benchmarks.extract_score import score_page
from tests.benchmarks.mutants_block import block_of
from tests.benchmarks.mutants_fields import path_of
from tests.benchmarks.mutants_page import (
    LABEL,
    Kind,
    body_element,
    markup_of,
    reserialised,
    tree_of,
    words_of,
)
from tests.benchmarks.mutants_worse import worse
from tests.gold.pages import GoldPage, load

#: Pages of several layouts: an information block, tables, attachments, GBK bytes.
SAMPLE = (
    "a02-trs-view-2021-form",
    "a04-trs-zfxxgk-tasks-own-line",
    "d23-one-p-brbr-gbk",
)
#: What is known to be read worse and is worked on: kind, page.
KNOWN = {
    ("block-dash-li", "a02-trs-view-2021-form"),
}
BY_NAME = {kind.name: kind for kind in KINDS}


@cache
def pages() -> dict[str, GoldPage]:
    return {one.id: one for one in load("dev")}


def page(name: str) -> GoldPage:
    return pages()[name]


@cache
def base(name: str, from_tree: bool) -> GoldPage:
    return reserialised(page(name)) if from_tree else page(name)


def mutants(kind: Kind) -> list[tuple[GoldPage, GoldPage]]:
    """The pages of the sample a kind changes, before and after."""
    before = [base(name, kind.from_tree) for name in SAMPLE]
    pairs = [(one, mutant(kind, one)) for one in before]
    return [(one, other) for one, other in pairs if other is not None]


def changed(kind: str, name: str) -> str:
    other = mutant(BY_NAME[kind], base(name, BY_NAME[kind].from_tree))
    assert other is not None
    return markup_of(other)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_keeps_the_words_and_reads_as_the_page_unchanged(kind: Kind) -> None:
    pairs = mutants(kind)
    assert pairs, "no page of the sample has anything to change"
    for before, after in pairs:
        assert keeps_words(kind, words_of(before), after), after.id
        if (kind.name, after.id) in KNOWN:
            continue
        was, now = ours(before), ours(after)
        found = worse(after, (score_page(before, was), was), (score_page(after, now), now))
        assert found is None, (after.id, found)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_same_page_is_changed_the_same_way_in_every_run(kind: Kind) -> None:
    one = base(SAMPLE[2], kind.from_tree)
    assert mutant(kind, one) == mutant(kind, one)


def test_names_of_kinds_are_unique_and_each_says_why() -> None:
    assert len(BY_NAME) == len(KINDS)
    assert all(kind.why for kind in KINDS)


def test_a_change_that_loses_words_is_noticed() -> None:
    whole = base(SAMPLE[0], from_tree=True)
    kind = Kind("cut", "", lambda page, random: None, BY_NAME["names"].words)
    cut = BY_NAME["bom"].change(page(SAMPLE[1]), Random(0))
    assert cut is not None
    assert not keeps_words(kind, words_of(whole), cut)


def test_families_containers_keep_their_names_unless_the_cms_is_unknown() -> None:
    name = "a02-trs-view-2021-form"
    assert 'class="con-left"' not in changed("names", name)
    assert "TRS_UEDITOR" in changed("names", name)
    assert "TRS_UEDITOR" not in changed("names-containers", name)


def test_labels_are_padded_and_their_colons_changed() -> None:
    name = "a04-trs-zfxxgk-tasks-own-line"
    assert "备注/文号:" in changed("colons-swapped", name)
    assert LABEL.search("索 引 号：QZ09101")
    assert "2019年6月12日" in changed("dates-han", name)
    assert "[2019-06-12]" in changed("dates-bracketed", name)


def test_the_block_the_path_and_the_body_are_found_by_the_gold() -> None:
    one = page("a04-trs-zfxxgk-tasks-own-line")
    tree = tree_of(one)
    block, path, body = block_of(tree, one), path_of(tree, one), body_element(tree, one)
    assert block is not None and path is not None and body is not None
    assert (block[0].get("class"), path.get("class")) == ("clearfix de_title_l", "weizhi")
    assert block[1][0] == ("索引号", "QZ09101-0200-2019-00044")
    assert body.get("class") == "htmlcon"


def test_a_page_in_gbk_decodes_to_the_same_markup_whatever_it_declares() -> None:
    one = page("a04-trs-zfxxgk-tasks-own-line")
    for name in ("gbk-declared", "gbk-undeclared", "gbk-as-utf8"):
        other = mutant(BY_NAME[name], one)
        assert other is not None
        text, encoding = decode(other.content, other.content_type)
        assert (encoding, one.title in text) == ("gb18030", True)


def test_the_command_prints_its_table_and_refuses_unknown_kinds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--kinds", "bom", "--pages", "a02"]) == 0
    assert "bom" in capsys.readouterr().out
    assert main(["--kinds", "nothing-like-this"]) == 2

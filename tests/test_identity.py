"""Keys of bodies and Documents, and which sightings become one Document."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from crawler.identity.bodykey import BORDER, body_key, normal_body
from crawler.identity.contextgraph import LinkedPage, smallest_contexts
from crawler.identity.grouping import Resolved, resolve
from crawler.identity.keys import doc_key, identified, sighting_of
from crawler.identity.likeness import MAX_CHARACTERS, Likeness, likeness
from crawler.items import Block, Context, Document, Link, Paragraph, Rel, Table
from crawler.serial import from_json, to_json
from crawler.urls import doc_id
from tests.sightings import body, issuer, mirror, short_table, sighting


def key(*paragraphs: str) -> str:
    return body_key(tuple(map(Paragraph, paragraphs)), "1")


def resolved(*documents: Document) -> list[Resolved]:
    known = {document.record_id: identified(document) for document in documents}
    alike = Likeness(lambda record_id: known[record_id].blocks)
    return resolve(map(sighting_of, known.values()), alike)


def groups(*documents: Document) -> list[list[str]]:
    return [[page.canonical_url for page in found.pages] for found in resolved(*documents)]


def test_body_key_ignores_script_white_space_width_hosts_and_release_marks() -> None:
    plain = key("根据条例，现公布2020年报告，见www.suixi.gov.cn。", "共1211件")
    assert plain == key(
        "根據條例,現公布２０２０年報告，見tzchery.com。", "(此件公开发布)", "共 1,211 件"
    )
    assert plain == key("根据条例，现公布2020年报告，", "见https://a.gov.cn/x?y=1。", "共1211件")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("增长5%", "增长5"),
        ("增长3.5倍", "增长35倍"),
        ("同比-5个", "同比5个"),
        ("公开3、5条", "公开35条"),
        ("收到0件", "收到1件"),
        ("城月镇", "建新镇"),
    ],
)
def test_body_key_keeps_every_word_and_number(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_body_key_does_not_depend_on_where_lines_break() -> None:
    assert key("公开宣传", "工作12", "件") == key("公开宣传工作12件")


def test_repeated_long_paragraphs_count_once_but_table_rows_each_time() -> None:
    once, again = "全年主动公开政府信息一百二十条，其中机构职能类信息十二条。", "二、结语"
    assert key(once, again, once) == key(once, again)
    row = ("其中机构职能类信息一百二十条其中机构职能类信息", "0")
    assert body_key((Table((row, row)),), "1") != body_key((Table((row,)),), "1")


def test_a_dash_cell_is_an_answer_and_borders_stay() -> None:
    dash = normal_body((Table((("回应", "——"),)),))
    assert dash == f"{BORDER}回应{BORDER}-{BORDER}"
    assert dash != normal_body((Table((("回应", ""),)),))
    assert normal_body((Table((("1", "2"),)),)) != normal_body((Table((("12", ""),)),))


def test_body_keys_carry_their_rule_version() -> None:
    assert body_key(body(), "2").startswith("2:")


def test_a_supposed_issuer_is_not_known() -> None:
    document = replace(sighting(1), issuer=issuer(evidence="portal"))
    assert not doc_key(document).complete


def test_equal_body_under_two_urls_is_one_document() -> None:
    assert groups(sighting(1, "/a"), sighting(2, "/b")) == [
        ["http://www.suixi.gov.cn/a", "http://www.suixi.gov.cn/b"]
    ]


def test_short_bodies_never_merge_across_urls() -> None:
    pair = [sighting(n, f"/{n}", blocks=(Paragraph("详见附件"),)) for n in (1, 2)]
    found = resolved(*pair)
    assert len(found) == 2
    assert found[0].same_key_as == (found[1].doc_id,)
    assert found[0].same_body_as == ()


def test_a_body_copied_by_another_issuer_stays_apart_and_is_flagged() -> None:
    one, copied = resolved(sighting(1, "/a"), sighting(2, "/b", town="建新镇", blocks=body()))
    assert one.same_body_as == (copied.doc_id,)
    assert copied.same_body_as == (one.doc_id,)
    assert one.same_key_as == ()


def test_an_incomplete_key_joins_the_only_complete_one_of_its_body() -> None:
    unknown = sighting(2, "/b", year=None, blocks=body())
    assert len(groups(sighting(1, "/a"), unknown)) == 1
    other_year = sighting(3, "/c", year=2019, blocks=body())
    assert len(groups(sighting(1, "/a"), unknown, other_year)) == 3


def test_an_incomplete_key_that_contradicts_does_not_join() -> None:
    unknown = sighting(2, "/b", town="建新镇", year=None, blocks=body())
    assert len(groups(sighting(1, "/a"), unknown)) == 2


def test_a_year_conflict_merges_with_nothing() -> None:
    conflict = sighting(2, "/b", warnings=("year_conflict:2020/2019",))
    assert len(groups(sighting(1, "/a"), conflict)) == 2


def test_an_alike_body_under_the_same_key_is_a_version_and_another_is_not() -> None:
    revised = sighting(2, "/b", blocks=body(word="强化监督检查和考核"))
    rewritten = sighting(3, "/c", blocks=tuple(Paragraph(p.text[::-1]) for p in body()))
    one, other = resolved(sighting(1, "/a"), revised, rewritten)
    assert [version.source.url[-2:] for version in one.versions] == ["/a", "/b"]
    assert one.same_key_as == (other.doc_id,)


def test_all_zero_reports_of_thirty_townships_stay_apart() -> None:
    towns = [f"第{number}镇" for number in range(30)]
    reports = [sighting(n, f"/{n}", town=town) for n, town in enumerate(towns, start=1)]
    nameless = [
        sighting(n, f"/{n}", town=town, blocks=body("我镇", count=n), issuer=issuer(town, "portal"))
        for n, town in enumerate(towns, start=1)
    ]
    assert len(groups(*reports)) == 30
    assert len(groups(*nameless)) == 30


def test_a_page_and_the_same_text_as_a_file_are_one_version() -> None:
    page = sighting(1, "/a.html")
    reading = tuple(
        Paragraph(one.text.replace("，", " ").replace("12条", "12 条")) for one in body()
    )
    twin = sighting(2, "/a.pdf", blocks=(Paragraph("- 1 -"), *reading), text_source="pdf")
    (found,) = resolved(page, twin)
    assert [seen.canonical_url[-7:] for seen in found.pages] == ["/a.html", ".cn/a.pdf"[-7:]]
    (version,) = found.versions
    assert (version.source.url[-7:], version.last_seen) == ("/a.html", sighting_of(twin).date)
    # what the file says later is a version, as at any address
    revised = sighting(3, "/a.pdf", blocks=body(word="强化监督检查和考核"), text_source="pdf")
    (found,) = resolved(page, twin, revised)
    assert [version.source.record_id for version in found.versions] == [
        page.record_id,
        revised.record_id,
    ]


def test_the_text_of_a_twin_is_the_version_of_its_time() -> None:
    first, changed = sighting(1, "/a"), sighting(5, "/a", blocks=body(word="强化监督检查和考核"))
    for number, which in ((3, 0), (7, 1)):
        twin = sighting(number, "/a.pdf", blocks=body(count=121), text_source="pdf")
        (found,) = resolved(first, changed, twin)
        assert len(found.versions) == 2
        assert found.versions[which].last_seen == sighting_of(twin).date


def test_a_file_seen_before_its_page_gives_the_text() -> None:
    twin = sighting(1, "/a.pdf", blocks=body(count=121), text_source="pdf")
    (found,) = resolved(twin, sighting(2, "/a.html"))
    assert found.primary.canonical_url.endswith("/a.pdf")
    assert [version.source.record_id for version in found.versions] == [twin.record_id]


def test_a_text_without_its_annex_is_no_alteration() -> None:
    annex = (*body(), Paragraph("附件：" + "各村公开栏更换情况一览，" * 3))
    whole = [sighting(n, blocks=annex) for n in (1, 3)]
    lacking = sighting(2, warnings=("part_missing:http://f/1.pdf",))
    (found,) = resolved(whole[0], lacking, whole[1])
    (version,) = found.versions
    assert version.source.record_id == whole[0].record_id
    assert version.last_seen == sighting_of(whole[1]).date
    # where it never came, a change is a change
    again = sighting(3, blocks=body(count=121), warnings=lacking.warnings)
    (found,) = resolved(lacking, again)
    assert len(found.versions) == 2


def test_a_body_that_comes_back_is_a_third_version() -> None:
    first, second = body(), body(word="改了")
    (document,) = resolved(
        sighting(1, blocks=first),
        sighting(2, blocks=first),
        sighting(3, blocks=second),
        sighting(4, blocks=first),
    )
    assert [v.first_seen[14:16] for v in document.versions] == ["16", "18", "19"]
    assert [v.last_seen[14:16] for v in document.versions] == ["17", "18", "19"]


def test_two_pages_showing_two_bodies_side_by_side_make_two_versions() -> None:
    crawls = [
        sighting(n, "/a" if n % 2 else "/b", blocks=body(word="甲乙" if n % 2 else "丙丁"))
        for n in range(1, 9)
    ]
    (document,) = resolved(*crawls)
    assert len(document.versions) == 2


def test_new_rules_alone_open_no_version() -> None:
    (document,) = resolved(sighting(1), sighting(2, rules_version="2", blocks=body(word="多一行")))
    assert [version.source.rules for version in document.versions] == ["2"]


def test_primary_is_authoritative_then_earliest_then_smallest_url() -> None:
    early_mirror, late, same_time = mirror(1, "/a"), sighting(3, "/b"), sighting(4, "/a", minutes=3)
    (document,) = resolved(early_mirror, late, same_time)
    assert document.primary.canonical_url == "http://www.suixi.gov.cn/a"
    assert document.doc_id == doc_id("http://www.suixi.gov.cn/a")
    assert set(document.aliases) == {doc_id(late.url), doc_id(early_mirror.url)}


def test_a_mirror_joins_by_path_and_its_text_is_no_version() -> None:
    spam = mirror(1, blocks=body(word="鏡像改了很多") + short_table())
    (document,) = resolved(spam, sighting(2))
    assert len(document.versions) == 1
    assert document.current.url.startswith("http://www.suixi.gov.cn")
    assert [page.mirror for page in document.pages] == [False, True]


def test_a_mirror_joins_by_likeness_under_another_path_only_when_very_alike() -> None:
    alike = mirror(1, "/m", blocks=body(word="強化監督檢查"))
    assert len(groups(alike, sighting(2))) == 1
    changed = (*body()[:3], Paragraph("三、" + "其他需要报告的事项没有" * 6))
    assert len(groups(mirror(1, "/m", blocks=changed), sighting(2))) == 2


def test_a_mirror_of_another_year_under_the_same_path_stays_apart() -> None:
    assert len(groups(mirror(1, year=2019, blocks=body(year=2019)), sighting(2))) == 2


def test_a_mirror_never_glues_two_originals_together() -> None:
    first = sighting(1, "/a")
    second = sighting(2, "/b", blocks=tuple(Paragraph(p.text[::-1]) for p in body()))
    glue = [mirror(3, "/a"), mirror(4, "/b", blocks=second.blocks), mirror(5, "/c")]
    assert sorted(map(len, groups(first, second, *glue))) == [2, 3]


def test_a_report_known_from_mirrors_only_is_one_document() -> None:
    other = replace(mirror(2), url="http://other.com/zt/post_1.html")
    (document,) = resolved(mirror(1), other)
    assert document.primary.mirror
    assert len(document.pages) == 2


def test_huge_bodies_are_not_measured() -> None:
    assert likeness("公" * (MAX_CHARACTERS + 1), "公" * MAX_CHARACTERS) == 0.0


@pytest.mark.parametrize("seed", range(6))
def test_the_likeness_of_long_texts_is_that_of_short_ones(seed: int) -> None:
    chance = random.Random(seed)
    one = "".join(chance.choices("政府信息公开主动依申请条例机关件", k=6_000))
    kept = chance.uniform(0.7, 1)
    other = "".join(sign if chance.random() < kept else chance.choice("一二三") for sign in one)
    assert likeness(one, other) == Indel.normalized_similarity(one, other, score_cutoff=0.9)
    assert likeness(one, "".join(chance.sample(one, len(one)))) == 0.0


def _zoo() -> list[Document]:
    return [
        sighting(1, "/a"),
        sighting(2, "/b", year=None, blocks=body()),
        sighting(3, "/a", blocks=body(word="改了")),
        mirror(4, "/a"),
        sighting(5, "/c", town="建新镇", blocks=body()),
    ]


def test_resolution_does_not_depend_on_order() -> None:
    expected = resolved(*_zoo())
    assert all(resolved(*order) == expected for order in permutations(_zoo()))


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=9), st.randoms())
def test_context_of_a_page_is_the_smallest_whatever_the_order(
    path: list[str], chance: random.Random
) -> None:
    pages = [LinkedPage(f"http://{name}/", f"http://{name}/", Context(), ()) for name in ["root"]]
    last = "root"
    for name in path:
        link = (f"http://{name}/", Link(f"http://{name}/", name, "", 0, Rel.COLUMN))
        context = Context(list_url="http://x/", hops=chance.randrange(1, 9))
        pages.append(LinkedPage(f"http://{last}/", f"http://{last}/", context, (link,)))
        last = name
    expected = smallest_contexts(pages)
    chance.shuffle(pages)
    assert smallest_contexts(pages) == expected
    assert expected[f"http://{path[0]}/"].hops == 1


def test_further_pages_and_frames_inherit_and_redirected_lists_start_by_themselves() -> None:
    def page(url: str, context: Context, *links: Link) -> LinkedPage:
        return LinkedPage(url, url, context, tuple((link.url, link) for link in links))

    entry = Context(column=("年报",))
    chance = Context(list_url="http://z/", hops=7)
    contexts = smallest_contexts(
        [
            page("http://h/1", entry, Link("http://h/2", "下一页", rel=Rel.PAGE)),
            page("http://h/2", chance, Link("http://h/doc", "报告", "2020-01-02", 3)),
            page("http://h/moved", chance, Link("http://h/far", "报告")),
        ]
    )
    assert contexts["http://h/2"] == entry
    assert contexts["http://h/doc"] == Context("http://h/2", "报告", "2020-01-02", ("年报",), 3, 1)
    assert contexts["http://h/far"].hops == 8


_text = st.text(st.characters(codec="utf-8"), max_size=8)
_blocks: st.SearchStrategy[tuple[Block, ...]] = st.lists(
    st.builds(Paragraph, _text)
    | st.builds(Table, st.lists(st.tuples(_text, _text), max_size=2).map(tuple)),
    max_size=4,
).map(tuple)


@given(_blocks, st.dictionaries(_text, st.none() | st.integers() | _text), _text)
def test_documents_come_back_from_json_exactly(
    blocks: tuple[Block, ...], sources: dict[str, object], title: str
) -> None:
    document = identified(replace(sighting(1, blocks=blocks), title=title, field_sources=sources))
    assert from_json(Document, to_json(document)) == document

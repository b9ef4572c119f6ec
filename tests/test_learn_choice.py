"""Which container `scrapy learn` chooses for a host, and on what evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from crawler.extraction.extract import read
from crawler.extraction.page import Page
from crawler.extraction.whitespace import han
from crawler.learn.evidence import evidence_of
from crawler.learn.gather import once
from crawler.learn.rules import HostRules, learn
from crawler.learn.sample import Holder, Sample, sample_of
from tests.learn_kit import capture, sampled


def text_of(number: int) -> str:
    """Three paragraphs that no other page has."""
    return "".join(
        f"<p>{number}号文件第{part}段,各乡镇人民政府、县直各部门要结合第{number}{part}项实际,"
        f"认真抓好贯彻落实工作,确保取得实效。</p>"
        for part in range(3)
    )


FOOTER = "<p>本网站由县人民政府办公室主办,县大数据中心承办,未经许可不得转载本站内容。</p>"


def article(number: int, inside: str, day: int = 15, path: str = "/art/{}.html") -> Sample:
    """An article of a host without rules; ``inside`` is what is around {text}."""
    title = (
        f"<h1>关于{number}号事项的通知</h1><div class='date'>发布时间:2025-02-{number + 1:02}</div>"
    )
    text = inside.format(text=text_of(number), number=number)
    html = f"<html><body><div id='main'>{title}{text}</div>{FOOTER}</body></html>"
    return sampled(html, "http://www.shili.gov.cn" + path.format(number), day)


def learned(samples: Sequence[Sample], min_pages: int = 5) -> HostRules:
    (found,) = learn(samples, min_pages)
    return found


def containers(samples: Sequence[Sample]) -> list[str]:
    return [rule.container for rule in learned(samples).rules]


@pytest.mark.parametrize(
    ("inside", "container"),
    [
        ("<div id='wz'>{text}</div>", "div#wz"),
        ("<div class='a wz_b'>{text}</div>", "div.a"),
        ("<div class='x'>短</div><div class='x wz'>{text}</div>", "div.wz"),
        ("<div data-role='text'>{text}</div>", 'div[data-role="text"]'),
        ("<table class='t'><tr><td>{text}</td></tr></table>", "table.t"),
        ("<section class='s'><article>{text}</article></section>", "section.s"),
        ("<div class='row'><div id='c{number}'>{text}</div></div>", "div.row"),
        ("<div class='7x'>{text}</div>", 'div[class~="7x"]'),
    ],
)
def test_a_container_goes_by_its_plainest_name(inside: str, container: str) -> None:
    found = containers([article(number, inside) for number in range(6)])
    assert len(found) == 1
    # Of elements with the same text any will do; the one that is expected is among the best.
    assert found == [container]


def test_the_element_of_the_text_is_preferred_to_those_around_it() -> None:
    inside = "<div class='box'><p class='tools'>打印本页内容</p><div class='wz'>{text}</div></div>"
    assert containers([article(number, inside) for number in range(6)]) == ["div.wz"]


def test_an_element_that_stands_twice_is_no_container() -> None:
    halves = "<div class='half'>{text}</div><div class='half'>{text}</div>"
    found = containers([article(number, f"<div class='all'>{halves}</div>") for number in range(6)])
    assert found == ["div.all"]


def test_an_element_that_also_stands_where_the_text_is_not_is_no_container() -> None:
    """On most pages .wz has the text, on some a notice: a rule for it would lose those."""
    good = [article(number, "<div class='wz'>{text}</div>") for number in range(6)]
    bad = "<div class='wz'>详见下方</div><div class='other'>{text}</div>"
    samples = [*good, *(article(number, bad) for number in range(6, 12))]
    assert "div.wz" not in containers(samples)


def test_each_template_of_a_host_gets_its_own_rule() -> None:
    old = "<div class='o1'><span>旧</span></div><div class='oldtext'>{text}</div>"
    new = "<div class='n1'><div class='n2'><div class='newtext'>{text}</div></div></div>"
    samples = [
        *(article(number, old, day=1, path="/info/{}.htm") for number in range(6)),
        *(article(number, new, day=9, path="/art/{}.html") for number in range(6, 13)),
    ]
    # The outer element holds the text of both, and the title with it.
    split = [replace(one, holders=_without(one, "div#main")) for one in samples]
    found = learned(split)
    assert [rule.container for rule in found.rules] == ["div.newtext", "div.oldtext"]
    seen = [(one.first_seen, one.last_seen) for one in map(evidence_of, found.rules)]
    assert seen == [("2026-01-09", "2026-01-09"), ("2026-01-01", "2026-01-01")]
    assert found.left == ()


def _without(sample: Sample, *names: str) -> dict[str, Holder]:
    return {name: held for name, held in sample.holders.items() if name not in names}


def test_a_footers_sentences_are_not_the_text() -> None:
    """The footer is the longest text of the page; it is the same on all of them."""
    inside = "<div class='wz'>{text}</div><div class='foot'>" + 9 * FOOTER + "</div>"
    assert containers([article(number, inside) for number in range(6)]) == ["div.wz"]


def test_pages_of_one_day_or_of_one_address_prove_nothing() -> None:
    samples = [article(number, "<div class='wz'>{text}</div>") for number in range(6)]
    assert containers(samples) == ["div.wz"]
    assert containers([replace(one, published="2025-02-01") for one in samples]) == []
    assert containers([replace(one, url=samples[0].url) for one in samples]) == []


def test_a_page_captured_often_is_one_witness() -> None:
    days = [article(1, "<div class='wz'>{text}</div>", day) for day in (3, 9, 6)]
    (kept,) = once(days)
    assert (kept.first, kept.last) == ("2026-01-03", "2026-01-09")
    assert kept.record_id == days[1].record_id


def test_a_text_that_no_element_shows_teaches_nothing() -> None:
    hidden = f"<div class='wz' style='display:none'>{text_of(1)}{text_of(2)}</div>"
    page = Page(
        capture(
            f"<html><body><h1>关于1号事项的通知</h1>{hidden}</body></html>", "http://a.gov.cn/1"
        )
    )
    assert sample_of(page, read(page.capture)) is None


def test_evidence_tells_what_would_be_gained_and_lost() -> None:
    inside = "<div class='wz'>{text}</div><div class='sign'>县人民政府办公室</div>"
    samples = [article(number, inside) for number in range(6)]
    (rule,) = learned(samples).rules
    assert rule.container == "div.wz"
    whole = [replace(one, today=frozenset(range(len(one.lines)))) for one in samples]
    evidence = evidence_of(replace(rule, pages=tuple(whole)))
    assert evidence.gained == 0
    # Title, signature and footer of six pages.
    beside = "关于号事项的通知" + "发布时间" + "县人民政府办公室" + FOOTER
    assert evidence.lost == 6 * han(beside)
    empty = [replace(one, today=frozenset()) for one in samples]
    assert evidence_of(replace(rule, pages=tuple(empty))).gained > 6 * 60
    assert "关于5号事项的通知" in evidence.outside

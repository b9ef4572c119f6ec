"""Plausible prose for reports, work points, reviews, notices and news.

Sentences are data (``data/prose.json``); which ones a text takes and its numbers follow from a
seed string, so every build of the portals is the same.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crawler.items import Block, Paragraph
from tests.portals.forms import SpanRows, form_2021, grid
from tests.portals.model import Entry

PROSE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "prose.json").read_text(encoding="utf-8")
)
Part = Paragraph | SpanRows
_OLD_HEADINGS = (
    ("一、概述", "overview"),
    ("二、主动公开政府信息情况", "publish"),
    ("三、依申请公开政府信息情况", "request"),
    ("四、因政府信息公开申请行政复议、提起行政诉讼的情况", "review"),
    ("五、存在的主要问题", "problems"),
    ("六、改进措施和其他事项", "plans"),
)
_OFFICIAL_HEADINGS = (
    ("一、总体情况", "overview"),
    ("二、主动公开政府信息情况", "publish"),
    ("三、收到和处理政府信息公开申请情况", "request"),
    ("四、政府信息公开行政复议、行政诉讼情况", "review"),
    ("五、存在的主要问题及改进情况", "problems"),
    ("六、其他需要报告的事项", "others"),
)


class Facts(dict[str, Any]):
    """What a text says: names, year, and numbers drawn from its seed.

    The ranges keep the small numbers small: {a} files issued, {b} area code …, {f} items
    published, {i} requests.
    """

    def __init__(self, seed: str, **given: Any) -> None:
        draw = random.Random(seed)
        super().__init__(
            a=draw.randint(1, 9),
            b=draw.randint(100, 999),
            c=draw.randint(100000, 999999),
            d=draw.randint(2, 9),
            e=draw.randint(2, 6),
            f=draw.randint(180, 990),
            g=draw.randint(31, 170),
            h=draw.randint(11, 95),
            i=draw.randint(0, 7),
            j=draw.randint(3, 12),
            month=draw.randint(1, 12),
            day=draw.randint(1, 28),
            topic=draw.choice(PROSE["topics"]),
            **given,
        )
        self.draw = draw

    def say(self, sentence: str) -> str:
        return sentence.format_map(self)

    def one(self, key: str) -> str:
        return self.say(self.draw.choice(PROSE[key]))

    def all(self, key: str) -> list[str]:
        return [self.say(sentence) for sentence in PROSE[key]]


def _overview(facts: Facts) -> list[str]:
    count = facts.draw.randint(3, 5)
    chosen = sorted(facts.draw.sample(range(len(PROSE["overview"])), count))
    sentences = [facts.say(PROSE["overview"][index]) for index in chosen]
    return [f"（{number}）{text}" for number, text in zip("一二三四五", sentences, strict=False)]


def _section(facts: Facts, key: str) -> list[str]:
    if key == "overview":
        return _overview(facts)
    if key == "problems":
        return [facts.one("problems"), facts.one("plans")]
    return [facts.one(key)]


def report(facts: Facts, form: str) -> list[str]:
    """An annual report without tables: ``old`` headings, the ``six`` official ones, or ``zero``."""
    if form == "zero":
        return facts.all("zero")
    lines = [facts.one("opening")]
    for heading, key in _OLD_HEADINGS if form == "old" else _OFFICIAL_HEADINGS:
        lines += [heading, *_section(facts, key)]
    return lines


def report_with_tables(facts: Facts) -> list[Part]:
    """A report on the 2021 form: sections two to four are tables, spans and all."""
    own, requests, review = form_2021(facts)
    tables = {"publish": own, "request": requests, "review": review}
    parts: list[Part] = [Paragraph(facts.one("opening"))]
    for heading, key in _OFFICIAL_HEADINGS:
        parts.append(Paragraph(heading))
        if key in tables:
            parts.append(tables[key])
        else:
            parts += map(Paragraph, _section(facts, key))
    return parts


def read_back(parts: Sequence[Part]) -> tuple[Block, ...]:
    """The blocks a careful reader finds: spanning tables as grids."""
    return tuple(part if isinstance(part, Paragraph) else grid(part) for part in parts)


def chinese_date(iso: str) -> str:
    year, month, day = (int(part) for part in iso.split("-"))
    return f"{year}年{month}月{day}日"


def work_points(facts: Facts, date: str) -> list[str]:
    """A covering notice with its signature, then the points under a heading of their own."""
    heading = facts.say("{short}{year}年政务公开工作要点")
    return [
        "各有关单位：",
        PROSE["points_intro"].format(heading=heading),
        facts["name"],
        chinese_date(date),
        "（此件公开发布）",
        heading,
        *facts.all("points"),
    ]


def self_review(facts: Facts, date: str) -> list[str]:
    return [*facts.all("self_review"), "（此页无正文）", facts["name"], chinese_date(date)]


def compose(entry: Entry) -> list[Part]:
    """The text of an entry."""
    facts = Facts(
        entry.seed,
        name=entry.name,
        short=entry.short,
        year=entry.year,
        title=entry.title,
        place=entry.short,
    )
    if entry.form == "tables":
        return report_with_tables(facts)
    if entry.form == "points":
        return list(map(Paragraph, work_points(facts, entry.published)))
    if entry.form == "review":
        return list(map(Paragraph, self_review(facts, entry.published)))
    if entry.form in ("old", "six", "zero"):
        return list(map(Paragraph, report(facts, entry.form)))
    return list(map(Paragraph, facts.all(entry.form)))

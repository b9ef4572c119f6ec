"""Scores of fields and structure: every decision about a page is right or wrong.

A value that is missing and one that was made up are both wrong; an absent field found absent is
right only where the page could have had it (title, date, source, breadcrumb), so that long lists
of labels no page prints do not raise the share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable

from tests.benchmarks.extract_found import Details, Duty, Found, Heading
from tests.benchmarks.extract_text import bare
from tests.gold.pages import GoldPage

#: What peers can be asked for as well.
COMMON = ("title", "published", "source", "index_number", "doc_number")
#: Common fields that the share ``fields`` counts; the numbers come in with the block's labels.
_DECIDED = ("title", "published", "source")
#: A task's text is told by its beginning.
_TASK_HEAD = 12
#: Marks a heading may end with, or not, without being another heading.
_HEADING_END = "。：:；;"

Hits = tuple[int, int, int]  # right, wanted, given


def score_common(page: GoldPage, found: Found) -> dict[str, bool]:
    """Only what the extractor claims to read and the gold knows."""
    wanted = {name: getattr(page, name) for name in COMMON}
    return {
        name: bare(found.fields.get(name, "")) == bare(value)
        for name, value in wanted.items()
        if value is not None and name in found.fields
    }


def score_decisions(page: GoldPage, found: Found) -> dict[str, bool]:
    """Title, date, source, each label of the information block, breadcrumb."""
    common = score_common(page, found)
    decided = {name: common[name] for name in _DECIDED if name in common}
    if page.infobox is None or found.details is None:
        return decided | {name: common[name] for name in common.keys() - decided.keys()}
    got = found.details.infobox
    for label in sorted(page.infobox.keys() | got.keys()):
        same = bare(page.infobox.get(label, "")) == bare(got.get(label, ""))
        decided[label] = same and (label in page.infobox) == (label in got)
    if page.breadcrumb is not None:
        decided["breadcrumb"] = _bare(page.breadcrumb) == _bare(found.details.breadcrumb)
    return decided


def score_words(page: GoldPage, details: Details) -> dict[str, bool]:
    """What a page is and what was noted about it, each as a whole."""
    pairs = {
        "outcome": (page.outcome, details.outcome),
        "attachments": (_links(page.attachments), _links(details.attachments)),
        "table_images": (_set(page.table_images), _set(details.table_images)),
        "warnings": (_set(page.warnings), _set(details.warnings)),
        "mirror": (page.mirror, details.mirror),
    }
    return {name: wanted == got for name, (wanted, got) in pairs.items() if wanted is not None}


def score_headings(page: GoldPage, details: Details) -> Hits | None:
    if page.headings is None:
        return None
    return _hits(map(_heading, page.headings), map(_heading, details.headings))


def score_tasks(page: GoldPage, details: Details) -> Hits | None:
    """Each unit of each task is a decision: the task's beginning, the unit, its role.

    Only work plans have gold tasks; elsewhere the words 责任单位 mean something else.
    """
    if not page.tasks:
        return None
    wanted = (_duty((task.text, unit, task.role)) for task in page.tasks for unit in task.units)
    return _hits(wanted, map(_duty, details.duties))


def _hits(wanted: Iterable[Hashable], got: Iterable[Hashable]) -> Hits:
    one, other = Counter(wanted), Counter(got)
    return (one & other).total(), one.total(), other.total()


def _heading(heading: Heading) -> Heading:
    level, text = heading
    return level, bare(text).rstrip(_HEADING_END)


def _duty(duty: Duty) -> Duty:
    text, unit, role = duty
    return bare(text)[:_TASK_HEAD], bare(unit), bare(role)


def _bare(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(bare(text) for text in texts)


def _set(words: tuple[str, ...] | None) -> set[str] | None:
    return None if words is None else set(words)


def _links(links: tuple[tuple[str, str], ...] | None) -> set[tuple[str, str]] | None:
    return None if links is None else {(url, bare(name)) for url, name in links}

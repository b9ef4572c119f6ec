"""Which members of an archive are the document that its link promised. Pure.

An archive stands for the files that were packed into it: read alone, it is what a page without a
text would be that attached them all. But files on a page were put in order by an editor, and those
of an archive by nobody: so the report is told from its annexes here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from crawler.extraction.archives.member import Member
from crawler.extraction.archives.names import path_stem, stem
from crawler.extraction.document.twins import is_same_text
from crawler.extraction.whitespace import bare
from crawler.items import Context, Judgement, render_blocks
from crawler.titles import judge

_DATA = tomllib.loads(files("crawler").joinpath("data/archives.toml").read_text("utf-8"))
_ANNEX = re.compile(_DATA["annex"])
_ANNEX_TABLE = re.compile(_DATA["annex_table"])
_HEAD_CHARS = 2_000
_PICTURE = "image"
_NO_TEXT_TYPES = frozenset({_PICTURE, "empty", "binary"})


@dataclass(frozen=True, slots=True)
class Choice:
    """``main`` is the document, ``annexes`` go with it; or ``several`` are, and none was linked."""

    main: Member | None = None
    annexes: tuple[Member, ...] = ()
    several: tuple[Member, ...] = ()


def choose(members: Sequence[Member], context: Context | None) -> Choice:
    """The one report, else the one the link names; of files that are no report, all."""
    reports = _without_twins(_reports(members))
    if len(reports) > 1:
        linked = _linked(reports, context.link_text if context else "")
        return Choice(main=linked, several=() if linked else tuple(reports))
    annexes = [one for one in members if one.is_whole and _may_be_annex(one)]
    main = reports[0] if reports else _most_telling(members, annexes)
    further = (one for one in annexes if one is not main)
    if not main.result.blocks:  # annexes alone would pass for the document
        return Choice(main)
    return Choice(main, tuple(one for one in further if not is_same_text(main.result, one.result)))


def _most_telling(members: Sequence[Member], annexes: Sequence[Member]) -> Member:
    """What stands for an archive without a report: the file that may be one and was not read,
    else the first text, else whatever says most about why there is none."""
    unread = [one for one in members if not one.result.blocks and one.kind not in _NO_TEXT_TYPES]
    for found in (unread, annexes):
        if found:
            return found[0]
    return min(members, key=lambda one: (not one.result.blocks, one.kind != _PICTURE))


def _reports(members: Sequence[Member]) -> list[Member]:
    """Those whose title or name says so; where none does, those whose text does (城关镇.docx)."""
    own = [one for one in members if not _is_called_annex(one)]
    return [one for one in own if _named(one).kind] or [one for one in own if _opened(one).kind]


def _may_be_annex(member: Member) -> bool:
    """Whether a member is no report, and no explanation of one."""
    said = _named(member)
    return _is_called_annex(member) or (said.kind is None and said.look_alike is None)


def _is_called_annex(member: Member) -> bool:
    title, name = member.result.title, stem(member.name)
    is_table = _ANNEX_TABLE.search(title) or _ANNEX_TABLE.search(name)
    return bool(is_table or _ANNEX.search(title or name))


def _named(member: Member) -> Judgement:
    """What a member's title says it is, or the name of its file."""
    own = member.result.judgement
    return own if own.kind or own.look_alike else judge(stem(member.name))


def _opened(member: Member) -> Judgement:
    """What its name says together with the opening of its text."""
    return judge(stem(member.name), render_blocks(member.result.blocks)[:_HEAD_CHARS])


def _without_twins(reports: Sequence[Member]) -> list[Member]:
    """One member for each report: Word and PDF of the same title, or name, are one.

    Those that were read come first, so that a twin which was not costs nothing.
    """
    kept: list[Member] = []
    for one in sorted(reports, key=lambda report: not report.is_whole):
        if not any(_are_twins(one, other) for other in kept):
            kept.append(one)
    return kept


def _are_twins(one: Member, other: Member) -> bool:
    """Whether two files are one report. A title alone proves it only where there is no text to
    compare: thirty townships head their reports alike."""
    if path_stem(one.name) == path_stem(other.name):
        return True
    a, b = one.result, other.result
    if bare(a.title) != bare(b.title):
        return False
    if not (a.blocks and b.blocks):
        return bool(a.title)
    return a.blocks == b.blocks or (a.text_source != b.text_source and is_same_text(a, b))


def _linked(reports: Sequence[Member], link_text: str) -> Member | None:
    """The report that the link names by its title, by a part of it, or by kind and year alone."""
    wanted = bare(stem(link_text))
    said = judge(stem(link_text))
    for found in (
        [one for one in reports if wanted and wanted in _titles(one)],
        [one for one in reports if wanted and _is_part(wanted, _titles(one))],
        [one for one in reports if said.kind and _is_of(one, said)],
    ):
        if len(found) == 1:
            return found[0]
    return None


def _titles(member: Member) -> tuple[str, str]:
    return bare(member.result.title), bare(stem(member.name))


def _is_part(wanted: str, titles: tuple[str, str]) -> bool:
    return any(title and (wanted in title or title in wanted) for title in titles)


def _is_of(member: Member, said: Judgement) -> bool:
    own = _named(member)
    return own.kind is said.kind and None is not own.report_year == said.report_year

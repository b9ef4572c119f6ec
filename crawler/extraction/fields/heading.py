"""The title of a page: its heading, or what stands above its date, without the site's name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from crawler.extraction.boilerplate import is_chrome
from crawler.extraction.fields.breadcrumb import is_here
from crawler.extraction.fields.header import Header
from crawler.extraction.fields.title_lines import ends_whole, is_cut
from crawler.extraction.page import Page
from crawler.extraction.walk.flow import Element, is_hidden
from crawler.extraction.walk.lines import visible_lines
from crawler.extraction.whitespace import SOFT_BREAK, bare, han, joined, soften, squeeze

_HEADING_TAGS = {"ucaptitle": 4, "h1": 3, "h2": 2, "h3": 2, "h4": 1}
# Of names in lower case, each way with its letters first: `re` looks for these before it tries any.
_HEADING_NAME = re.compile(r"title|tit\b|-tit|biaoti|bt\b(?<![^-_ ]bt)|heading")
# Between the title and the site's name in <title>. Without blanks a hyphen or a dash may also be
# of the title (2018-2019年), and counts only before what ends like a site's name (b17, c29).
_SITE_END = "(?:网站?|政府|门户|平台|管委会|信息公开|政务公开)"
_SUFFIX = re.compile(
    r"\s*(?:[_|｜]|\s[-–—]+|[-–—]+\s|(?<=[网站府户])[-–—]+"
    rf"|(?<=\S)[-–—]+(?=[^-–—_|｜]*(?:{_SITE_END}|中国[\u3400-\u9fff]{{2,4}})\s*(?:[-–—_|｜]|\Z))"
    r"|(?<=[\u3400-\u9fff])[-–—]+(?=[\u3400-\u9fff]{2,16}[局厅委办县市区镇乡州盟旗道处]\Z))"
)
# What stands before a title that the site or the column comes before.
_BEHIND_COLUMN = re.compile(r"[\s_|｜>＞–—-]\Z")
# The name of a site, which some pages print as a heading or as their only <title>.
_SITE = re.compile(
    r"[^-–—_|｜>＞]{0,20}(?:人民政府|管委会|门户网站?|政府网站?|政务网|信息网|公开网|信息公开平台)"
    r"|[\u3400-\u9fff]{1,12}[省市县区旗州盟镇乡](?:(?:政府)?信息公开)?"  # e16, f09
    r"|[\u3400-\u9fff]{2,20}(?:局|厅|街道|办事处|办公室|委员会|联合会|中心)"  # g14
)
# What editors call a page that nobody named.
_UNTITLED = re.compile(
    r"无标题.*|新建网页.*|网页标题|(?:Untitled|New) (?:Document|Page).*", re.IGNORECASE
)
_MARKUP = re.compile("<[^<>]*>")
# A date some pages print into the heading; （2024年版） is none (a21).
_DATED = re.compile(r"\s*[(（]\s*(?:19|20)\d\d\s*[-年/.]\s*\d[^()（）]*[)）]\Z")
_SIGNS = frozenset(":：|｜")
_LONGEST = 200
_LONGEST_NAMED = (
    1000  # by a meta, or in a <title> with the site's name and columns; longer it was never closed
)
_SHORTEST = 4
_SHORTEST_PLAIN = 8  # Han of a line that nothing marks as a heading
_MOST_INSIDE = 400  # elements: even one that has each character in spans of its own has fewer
_TITLE_LINES = 6  # a title is printed on no more lines than this
_CERTAIN = 5  # what the head section names in full: nothing else is looked for
_MOST_AGREEMENT, _MOST_WITH_TITLE = 6, 3
_AGREED = 3  # the score of a heading that the head section or a strong tag confirms


@dataclass(slots=True)
class Heading:
    text: str
    where: str


class _Named(NamedTuple):
    """What the head section calls the page: by its meta, by <title> with the site's name.

    Made once, since each candidate is compared with all of it, blanks apart.
    """

    meta: str
    whole: str
    title: str  # without the site's name
    column: str  # what it begins with, up to any sign that may part it
    bare_meta: str
    bare_whole: str
    bare_title: str


def _named(meta: str, whole: str, title: str) -> _Named:
    column = _SUFFIX.split(whole, 1)[0]
    return _Named(meta, whole, title, column, bare(meta), bare(whole), bare(title))


_UNNAMED = _named("", "", "")


class _Candidate(NamedTuple):
    text: str
    score: int
    where: str = "heading"


def find_heading(
    page: Page, body: Sequence[Element], header: Header, columns: Sequence[str] = ()
) -> Heading:
    """The page's heading, else what its head section calls it.

    ``columns`` are the names of the breadcrumb: a <title> that is one of them names the column
    and not the page (d11), but a list has no other name (d25).
    """
    meta = squeeze(page.meta("ArticleTitle")[:_LONGEST_NAMED]) or _shared_title(page)
    named = _named(meta, *_document_title(page))
    of_column = not meta and (named.column in columns or _is_column(named.title))
    asked = _UNNAMED if of_column else named
    found = list(_candidates(page, body, asked))
    if not any(one.score >= _CERTAIN for one in found):
        found += _unmarked(header, asked)
    best = max(found, key=lambda one: one.score, default=None)
    # Where the head section names nothing, whatever is marked as a heading is the best there is.
    least = _AGREED if meta or named.whole else 1
    if best is not None and best.score >= least:
        return _whole(Heading(best.text, best.where), asked)
    if meta:
        return Heading(meta, "meta ArticleTitle")
    title = named.column if of_column else named.title
    return Heading(title, "title" if title else "")


def _is_column(name: str) -> bool:
    """Whether a <title> is too little for a document: 政务公开."""
    return han(name) <= _SHORTEST_PLAIN and not ends_whole(name)


def _shared_title(page: Page) -> str:
    """What a page is called where it is shared, unless that is only the site's name (g14)."""
    title = without_site(squeeze(page.meta("og:title")[:_LONGEST_NAMED]))
    return "" if _SITE.fullmatch(title) else title


def _whole(heading: Heading, named: _Named) -> Heading:
    """A heading the page cut short, as its head section has it in full."""
    start = bare(heading.text).rstrip(".…")
    for full, where in ((named.meta, "meta ArticleTitle"), (named.title, "title")):
        rest = bare(full)[len(start) :]
        if bare(full).startswith(start) and rest and is_cut(heading.text) and not is_cut(full):
            return Heading(full, where)
    return heading


def _document_title(page: Page) -> tuple[str, str]:
    """<title> and what it is without the site's name, unless it is only that or 信息查看 (f13).

    Some CMS put the heading's markup into it.
    """
    text = squeeze(_MARKUP.sub("", page.title))
    if len(text) > _LONGEST_NAMED or _SITE.fullmatch(text) or _UNTITLED.fullmatch(text):
        return "", ""
    title = without_site(text)
    return ("", "") if is_here(title) else (text, title)


def without_site(title: str) -> str:
    """The part of <title> before the site's name, or behind it where the site comes first."""
    site, _, rest = title.partition(" ")
    if _SITE.fullmatch(site) and han(rest) >= _SHORTEST:  # 某县人民政府 乡镇政府年报 (j20)
        return without_site(rest)
    match = _SUFFIX.search(title)
    while match and han(title[: match.start()]) < _SHORTEST:
        match = _SUFFIX.search(title, match.end())
    if not match:
        return title
    first, rest = title[: match.start()].strip(), title[match.end() :].strip()
    return without_site(rest) if _SITE.fullmatch(first) and han(rest) >= _SHORTEST else first


def _candidates(page: Page, body: Sequence[Element], named: _Named) -> Iterator[_Candidate]:
    """The elements marked as headings, by their tags and names."""
    inside = set(body)
    asked: dict[str, bool] = {}  # the rows of a table have the same names
    around = {ancestor for element in body for ancestor in element.iterancestors()}
    best, agreement = 0, _MOST_AGREEMENT if named.meta else _MOST_WITH_TITLE if named.whole else 0
    for element, tag, name, classes in page.named:
        tags = _HEADING_TAGS.get(tag, 0)
        if tags + 1 + agreement <= best:
            continue  # whatever it is called, it is no better than one before it
        names = f"{classes} {name}" if classes and name else classes or name
        if (titled := asked.get(names)) is None:
            titled = asked[names] = _HEADING_NAME.search(names.lower()) is not None
        if not tags + titled or tags + titled + agreement <= best:
            continue
        if element in inside or element in around or is_hidden(element):
            continue
        if page.flowed.count(element) > _TITLE_LINES:
            continue  # told before its descendants are counted
        if len(element) and _has_many_inside(element):
            continue
        text = _text(page, element)
        score = tags + titled + _agreement(text, named)
        if score > 0 and _may_be_title(text, _SHORTEST):  # with less no heading is taken
            best = max(best, score)
            yield _Candidate(text, score)
    wanted = named.bare_meta
    least = len(wanted)  # most lines are shorter than a title
    if wanted and any(len(one.text) >= least and bare(one.text) == wanted for one in page.lines):
        yield _Candidate(named.meta, 5)


def _has_many_inside(element: Element) -> bool:
    return next(islice(element.iterdescendants(), _MOST_INSIDE, None), None) is not None


def _unmarked(header: Header, named: _Named) -> Iterator[_Candidate]:
    """What the information block calls 标题, and the line above the date and the source.

    In the table layouts of old sites only the place tells a heading (c27, d21).
    """
    for pair in header.pairs:
        if pair.field == "title" and _may_be_title(pair.value, _SHORTEST_PLAIN):
            score = 3 + _agreement(pair.value, named)
            yield _Candidate(pair.value, score, f"label {pair.name}")
    text = squeeze(header.line_above_date())
    if _may_be_title(text, _SHORTEST_PLAIN):
        yield _Candidate(text, 3 + _agreement(text, named), "line above the date")
    for token in header.before[-_TITLE_LINES:]:
        text = squeeze(token.text)
        if len(text) < _SHORTEST_PLAIN:
            continue
        if ends_whole(text) and _may_be_title(text, _SHORTEST_PLAIN):
            yield _Candidate(text, 1 + _agreement(text, named), "line above the text")


def _may_be_title(text: str, shortest: int) -> bool:
    if not shortest <= len(text) <= _LONGEST or "。" in text:
        return False
    return not (is_chrome(text) or _SITE.fullmatch(text))


def _text(page: Page, element: Element) -> str:
    """The text of a heading on one line; a heading of many lines is none."""
    if not len(element) and (alone := (element.text or "").strip()).isprintable():
        return _undated(squeeze(alone))  # no breaks: no walk would find more
    found = page.lines_of(element)
    if any(line.marker for line in found[: _TITLE_LINES + 1]):
        found = visible_lines(element)  # without the number of the item it stands in
    lines = [line.text for line in found[: _TITLE_LINES + 1]]
    if len(lines) > _TITLE_LINES:
        return ""
    return _undated(joined(squeeze(soften(line.replace("\n", SOFT_BREAK))) for line in lines))


def _undated(text: str) -> str:
    return _DATED.sub("", text) if len(text) <= _LONGEST_NAMED else ""


def _agreement(text: str, named: _Named) -> int:
    """How well a heading agrees with what the head section says."""
    if not (named.meta or named.whole):
        return 0
    mine, meta = bare(text), named.bare_meta
    if meta and mine == meta:
        return 5
    score = 0
    if meta and (meta.startswith(mine.rstrip(".…")) or mine.startswith(meta.rstrip(".…"))):
        score += 3
    wholes = (named.bare_whole, named.bare_title)  # the site's name may come first
    begins = han(text) >= _SHORTEST and any(_begins(one, mine) for one in wholes)
    begins |= _is_longer(mine, wholes[1])
    ends = han(text) >= _SHORTEST_PLAIN and _BEHIND_COLUMN.search(named.whole.removesuffix(text))
    # 2023年_部门年报_某县人民政府 (e14)
    if begins or ends or text == named.column:
        score += 3
    return score or -2


def _begins(title: str, heading: str) -> bool:
    """Whether <title> begins with a heading, which may be cut short.

    政府信息公开 over a menu is no part of 政府信息公开年报 (q01).
    """
    start = heading.rstrip(".…")
    if not title.startswith(start):
        return False
    rest = title[len(start) :]
    return han(heading) >= _SHORTEST_PLAIN or start != heading or not han(rest[:1])


def _is_longer(heading: str, title: str) -> bool:
    """Whether a heading says more of a title that <title> cut short (g17)."""
    start = title.rstrip(".…")
    if han(start) < _SHORTEST_PLAIN or ends_whole(title) or not heading.startswith(start):
        return False
    return _SIGNS.isdisjoint(heading[len(start) :])  # no date and source in the same element

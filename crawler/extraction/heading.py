"""The title of a page: its heading, completed where the page cut it, without the site's name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.extraction.boilerplate import is_chrome
from crawler.extraction.flow import Element, Line, flow, is_hidden
from crawler.extraction.page import Page
from crawler.extraction.whitespace import SOFT_BREAK, bare, han, join, soften, squeeze
from crawler.items import Block, Paragraph

_HEADING_TAGS = {"ucaptitle": 4, "h1": 3, "h2": 2, "h3": 2, "h4": 1}
_HEADING_NAME = re.compile(r"title|tit\b|-tit|biaoti|(?:^|[-_ ])bt\b|heading", re.IGNORECASE)
# Between the title and the site's name in <title>; a hyphen or a dash may also be of the title.
_SUFFIX = re.compile(r"\s*(?:[_|｜]|\s[-–—]+|[-–—]+\s|(?<=\S)-(?=[^-]*(?:网|政府|门户)))")
# The name of a site, which some pages print as a heading or as their only <title>.
_SITE = re.compile(
    r".{0,20}(?:人民政府|管委会|门户网站?|政府网站?|政务网|信息网|公开网|信息公开平台)"
)
# A date some pages print into the heading.
_DATED = re.compile(r"\s*[(（]\s*(?:19|20)\d\d\s*[-年/.][^()（）]*[)）]\Z")
_CUT = re.compile(r"(?:[的、，]|\.\.\.|…+)\s*\Z")
_SENTENCE_END = re.compile(r"[。；！？]\Z")
_LONGEST = 200
_SHORTEST = 4
_TITLE_LINES = 6  # a title is printed on no more lines than this
_PROSE_HAN = 80
_AGREED = 3  # the score of a heading that the head section or a strong tag confirms


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    score: int


def find_heading(page: Page, body: Sequence[Element]) -> Heading:
    """The page's heading, else what its head section calls it."""
    named = squeeze(page.meta("ArticleTitle"))
    whole = _document_title(page.tree)
    best = max(_candidates(page, body, named, whole), key=lambda one: one.score, default=None)
    # Where the head section names nothing, whatever is marked as a heading is the best there is.
    least = _AGREED if named or whole else 1
    if best is not None and best.score >= least:
        return Heading(best.text, "heading")
    if named:
        return Heading(named, "meta ArticleTitle")
    stripped = without_site(whole)
    return Heading(stripped, "title" if stripped else "")


def _document_title(tree: Element) -> str:
    """<title>, unless it is only the site's name; some CMS put the heading's markup into it."""
    text = squeeze(re.sub(r"<[^<>]*>", "", tree.findtext(".//title") or ""))
    return "" if _SITE.fullmatch(text) else text


def without_site(title: str) -> str:
    """The part of <title> before the site's name."""
    match = _SUFFIX.search(title)
    while match and han(title[: match.start()]) < _SHORTEST:
        match = _SUFFIX.search(title, match.end())
    return title[: match.start()].strip() if match else title


def _candidates(
    page: Page, body: Sequence[Element], named: str, whole: str
) -> Iterator[_Candidate]:
    inside = set(body)
    for element in page.tree.iter():
        tags = _HEADING_TAGS.get(element.tag, 0)
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        titled = bool(_HEADING_NAME.search(name))
        if not (tags or titled) or element in inside or is_hidden(element):
            continue
        if any(one in inside for one in element.iterdescendants()):
            continue
        text = _text(element)
        if not _SHORTEST <= len(text) <= _LONGEST or is_chrome(text) or _SITE.fullmatch(text):
            continue
        yield _Candidate(text, tags + titled + _agreement(text, named, whole))
    if named and any(bare(line.text) == bare(named) for line in page.lines):
        yield _Candidate(named, 5)


def _text(element: Element) -> str:
    """The text of a heading on one line; a heading of many lines is none."""
    lines = [line.text for line in flow(element) if isinstance(line, Line)]
    if len(lines) > _TITLE_LINES:
        return ""
    text = ""
    for line in lines:
        for piece in soften(line.replace("\n", SOFT_BREAK)).split(SOFT_BREAK):
            text = join(text, squeeze(piece))
    return _DATED.sub("", text)


def _agreement(text: str, named: str, whole: str) -> int:
    """How well a heading agrees with what the head section says."""
    mine = bare(text)
    if named and mine == bare(named):
        return 5
    score = 0
    if named and (
        bare(named).startswith(mine.rstrip(".…")) or mine.startswith(bare(named).rstrip(".…"))
    ):
        score += 3
    if whole and han(text) >= _SHORTEST and bare(whole).startswith(mine):
        score += 3
    return score if score or not (named or whole) else -2


def is_cut(title: str) -> bool:
    """Whether a title breaks off: 关于…的, an open 《, an ellipsis."""
    return bool(_CUT.search(title)) or title.count("《") > title.count("》")


def completed(title: str, blocks: Sequence[Block]) -> str:
    """A cut title completed by the body's own title lines, else the title as it is."""
    if not is_cut(title):
        return title
    start = bare(title).rstrip(".…")
    for run in _runs(blocks):
        text = "".join(bare(line) for line in run)
        again = start in text[len(start) :]  # the page's heading repeated above the title lines
        if len(text) > len(start) and text.startswith(start) and not again and not is_cut(text):
            return _joined(run)
    return title


def without_title_lines(title: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks less the runs of lines, above the first prose, that together equal the title."""
    kept: list[Block] = []
    position = 0
    while position < len(blocks):
        if _is_prose(blocks[position]):
            break
        length = _run_length(bare(title), blocks, position)
        if not length:
            kept.append(blocks[position])
        position += length or 1
    return (*kept, *blocks[position:])


def _is_prose(block: Block) -> bool:
    """Where the text has begun: a title further down heads an annex or names a picture."""
    return not isinstance(block, Paragraph) or "。" in block.text or han(block.text) > _PROSE_HAN


def _run_length(title: str, blocks: Sequence[Block], start: int) -> int:
    """How many blocks from ``start`` make up the title exactly; 0 if they do not."""
    text = ""
    for length, block in enumerate(blocks[start : start + _TITLE_LINES], 1):
        if not isinstance(block, Paragraph):
            return 0
        text += bare(block.text)
        if text == title:
            return length
        if not title.startswith(text):
            return 0
    return 0


def _runs(blocks: Sequence[Block]) -> Iterator[list[str]]:
    """Runs of two to six short lines, none of them a sentence, anywhere in the body."""
    texts = [block.text if isinstance(block, Paragraph) else "" for block in blocks]
    for start in range(len(texts)):
        for end in range(start + 1, min(start + _TITLE_LINES, len(texts)) + 1):
            run = texts[start:end]
            if not run[-1] or _SENTENCE_END.search(run[-1]) or len(run[-1]) > _LONGEST:
                break
            yield run


def _joined(run: Sequence[str]) -> str:
    text = ""
    for line in run:
        text = join(text, line)
    return text

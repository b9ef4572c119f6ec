"""The title's lines in a body: they complete a title the page cut, and go where they repeat it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawler import hanzi
from crawler.extraction.whitespace import bare, han, join
from crawler.items import Block, Paragraph

_CUT = re.compile(r"(?:[的、，]|\.\.\.|…+)\s*\Z")
# How a title ends that is whole; one without such an end may be cut anywhere (g17).
_WHOLE = re.compile(
    r"(?:报告|年报|报表|通知|通报|公告|通告|要点|安排|方案|计划|清单|台账|分解|分工|总结|情况|意见|办法|规定|制度"
    r"|指南|目录|解读|问答|说明|函|[表书])(?:[（(][^（）()]*[)）])?\Z"
)
_TOP_BLOCKS = 12
_SENTENCE_END = re.compile(r"[。；！？]\Z")
_LONGEST = 200
_TITLE_LINES = 6  # a title is printed on no more lines than this
_PROSE_HAN = 80


def is_cut(title: str) -> bool:
    """Whether a title breaks off: 关于…的, an open 《, an ellipsis."""
    return bool(_CUT.search(title)) or title.count("《") > title.count("》")


def ends_whole(title: str) -> bool:
    """Whether a title ends in the word for what it heads."""
    return bool(_WHOLE.search(hanzi.fold(title)))


def completed(title: str, blocks: Sequence[Block]) -> str:
    """A cut title completed by the body's own title lines, else the title as it is.

    One that does not show its cut is completed by lines at the top that end like a title.
    """
    shows_cut = is_cut(title)
    if not title or (not shows_cut and ends_whole(title)):
        return title
    start = bare(title).rstrip(".…")
    for run in _runs(blocks if shows_cut else blocks[:_TOP_BLOCKS], start):
        text = "".join(bare(line) for line in run)
        again = start in text[len(start) :]  # the page's heading repeated above the title lines
        goes_on = len(text) > len(start) and text.startswith(start) and not again
        if goes_on and not is_cut(text) and (shows_cut or ends_whole(text)):
            return _joined(run)
    return title


def without_title_lines(title: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks less the runs of lines, above the first prose, that together equal the title."""
    kept: list[Block] = []
    wanted = bare(title)
    position = 0
    while position < len(blocks):
        if _is_prose(blocks[position]):
            break
        length = _run_length(wanted, blocks, position)
        if not length:
            kept.append(blocks[position])
        position += length or 1
    return (*kept, *blocks[position:])


def _is_prose(block: Block) -> bool:
    """Where the text has begun: a title further down heads an annex or names a picture."""
    if not isinstance(block, Paragraph) or "。" in block.text:
        return True
    return len(block.text) > _PROSE_HAN and han(block.text) > _PROSE_HAN


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


def _runs(blocks: Sequence[Block], title: str) -> Iterator[list[str]]:
    """Runs of up to six short lines, none of them a sentence, the first one of the title."""
    texts = [block.text if isinstance(block, Paragraph) else "" for block in blocks]
    for start, text in enumerate(map(bare, texts)):
        if not (text.startswith(title) or title.startswith(text)):
            continue
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

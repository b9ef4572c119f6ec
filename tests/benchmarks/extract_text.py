"""Scores of a body's text: characters, paragraphs, chrome left, residue of named phrases.

White space never counts, and lines named in ``optional_lines`` count neither way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

#: A page has chrome left when a run of this many characters is in the result, not in the gold.
CHROME_RUN = 4
#: What surrounds texts on these portals, as the pages print it.
PHRASES = (
    "字号：", "字体：", "【大中小】", "用微信扫描二维码", "分享至好友和朋友圈", "分享到", "扫一扫",
    "打印本页", "【打印】", "关闭窗口", "加入收藏", "设为首页", "返回顶部", "智能机器人",
    "智能问答", "无障碍浏览", "长者", "关怀版", "IPv6", "浏览次数", "访问次数", "点击数",
    "本站原创", "责任编辑", "上一篇", "下一篇", "相关链接", "网站标识码", "ICP备",
    "公网安备", "版权所有", "主办单位", "技术支持",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextScore:
    """``precision``, ``recall`` and ``f1`` are None where the gold has no body."""

    precision: float | None
    recall: float | None
    f1: float | None
    paragraphs: tuple[int, int]
    chrome: str
    residue: tuple[str, ...]


def score_text(wanted_body: str, found_body: str, optional_lines: Iterable[str]) -> TextScore:
    optional = {bare(line) for line in optional_lines}
    got, wanted = _joined(found_body, optional), _joined(wanted_body, optional)
    deleted = [op.src_pos for op in LCSseq.editops(got, wanted) if op.tag == "delete"]
    same = len(got) - len(deleted)
    precision = same / len(got) if got else 0.0
    recall = same / len(wanted) if wanted else 0.0
    both = precision + recall
    return TextScore(
        precision=precision if wanted else None,
        recall=recall if wanted else None,
        f1=(2 * precision * recall / both if both else 0.0) if wanted else None,
        paragraphs=_paragraphs(wanted_body, found_body, optional),
        chrome=_longest_run(got, deleted),
        residue=tuple(p for p in PHRASES if got.count(bare(p)) > wanted.count(bare(p))),
    )


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def plain(line: str) -> str:
    return re.sub(r"\s+", " ", line).strip()


def _joined(body: str, optional: set[str]) -> str:
    return "".join(line for line in map(bare, body.split("\n")) if line not in optional)


def _longest_run(got: str, deleted: list[int]) -> str:
    """The longest stretch of the result that the gold does not have, when it is long enough."""
    best = start = end = 0
    longest = ""
    for position in deleted:
        if position != end:
            start = position
        end = position + 1
        if end - start > best:
            best, longest = end - start, got[start:end]
    return longest if best >= CHROME_RUN else ""


def _paragraphs(wanted: str, found: str, optional: set[str]) -> tuple[int, int]:
    """How many paragraphs of the gold are a line of the result, and how many there are."""
    lines = [
        line
        for line in wanted.split("\n")
        if bare(line) and bare(line) not in optional and "\t" not in line
    ]
    left = [plain(line) for line in found.split("\n")]
    hits = 0
    for line in map(plain, lines):
        if line in left:
            left.remove(line)
            hits += 1
    return hits, len(lines)

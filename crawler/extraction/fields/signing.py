"""The day a text was signed, against the days its page states for it.

Both warnings leave every date as published; the evidence stands in ``field_sources``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crawler.dates import parse_date
from crawler.items import Block, Judgement, Kind, Paragraph

DATE_CONFLICT = "date_conflict"
RESTAMPED = "restamped"

# A page moved to a new system gets the day of the move as its publication date.
_MOVED_DAYS = 366
# 落款 and date are among the last lines of a text, or stand together before its annex.
_CLOSING_BLOCKS = 4
_SIGNER = (
    r"[^，。；：:\d]{2,30}"
    r"(?:政府|办公室|政办|委员会|管委会|办事处|局|厅|委|院|中心|站|所|队|办|镇|乡|街道)"
)
_NUMERAL = r"[〇○◯零Oo0一二三四五六七八九\d]"
_DAY = (
    rf"[12一二]{_NUMERAL}{{3}}\s*年\s*[\d一二三四五六七八九十]{{1,3}}\s*月\s*[\d一二三四五六七八九十]{{1,3}}\s*日"
    r"|(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}"
)
_SIGNED = re.compile(rf"(?P<signer>{_SIGNER})?\s*[（(]?\s*(?P<day>{_DAY})\s*[)）]?")
_ENDS_DAY = re.compile(r"[日\d\s)）]")
_IS_SIGNER = re.compile(_SIGNER)
_LONGEST = 60


def date_warnings(
    written: str, published: str, judgement: Judgement, blocks: Sequence[Block]
) -> Mapping[str, dict[str, Any]]:
    """The warnings a page's dates call for, each with its evidence."""
    signed = signed_days(blocks)
    days = [parse_date(raw) or "" for raw in signed]
    found: dict[str, dict[str, Any]] = {}
    if written and days and written not in days:
        found[DATE_CONFLICT] = {"where": "body", "written": written, "signed": days, "raw": signed}
    if evidence := _restamped(published, [*days[-1:], *filter(None, [written])], judgement):
        found[RESTAMPED] = evidence
    return found


def signed_days(blocks: Sequence[Block]) -> list[str]:
    """The days under the text as printed: lines of a date alone or behind the signer's name."""
    closing = len(blocks) - _CLOSING_BLOCKS
    found = []
    for position, block in enumerate(blocks):
        text = _line(block)
        signed = _SIGNED.fullmatch(text) if _ENDS_DAY.match(text[-1:]) else None
        if not signed or not parse_date(signed["day"]):
            continue
        above = _line(blocks[position - 1]) if position else ""
        if position >= closing or signed["signer"] or _IS_SIGNER.fullmatch(above):
            found.append(signed["day"])
    return found


def _line(block: Block) -> str:
    return block.text if isinstance(block, Paragraph) and len(block.text) <= _LONGEST else ""


def _restamped(published: str, days: Sequence[str], judgement: Judgement) -> dict[str, Any] | None:
    """Evidence that a page was published long after its text: signed, written or reported on."""
    if not published:
        return None
    then = date.fromisoformat(published)
    late = [day for day in days if (then - date.fromisoformat(day)).days >= _MOVED_DAYS]
    if late:
        return {"where": "dates", "published": published, "dated": late}
    year = judgement.report_year if judgement.kind is Kind.ANNUAL_REPORT else None
    if not days and year is not None and then.year > year + 1:
        return {"where": "report year", "published": published, "report_year": year}
    return None

"""What a page prints about its article besides the text: source, date, information block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.portals.model import PORTALS, Entry

# The fixed order of a text file's information block.
_BLOCK_ORDER = (
    "索引号",
    "发文字号",
    "责任部门",
    "发布机构",
    "公文种类",
    "主题分类",
    "有效性",
    "成文日期",
)
_CLOCK = "10:26:31"


def source_of(entry: Entry, issuer: str) -> str:
    """来源 as printed; 朝天区 prints none, and gkmlpt has a publisher instead."""
    family = PORTALS[entry.portal].family
    if family == "gyct" or "/gkmlpt/" in entry.column:
        return ""
    return "本网" if family == "nfcms" else issuer


def date_of(entry: Entry) -> str:
    """The publication date as the portal prints it."""
    if entry.portal == "ningxia_shapotou":
        year, month, day = entry.published.split("-")
        return f"{year}年{month}月{day}日"
    if PORTALS[entry.portal].family == "nfcms":
        return f"{entry.published} {_CLOCK}"
    return entry.published


@dataclass(frozen=True, slots=True)
class InfoBlock:
    """The information block as printed: (label, value) pairs; an empty label is a bare value."""

    pairs: tuple[tuple[str, str], ...] = ()
    meaning: Mapping[str, str] | None = None


def index_number(entry: Entry) -> str:
    return f"{PORTALS[entry.portal].adcode}017/{entry.published[:4]}-{entry.number % 100000:05d}"


def doc_number(entry: Entry) -> str:
    """发文字号, for work points only: the other forms carry none."""
    if entry.form != "points":
        return ""
    return f"{entry.short[0]}政发〔{entry.published[:4]}〕{entry.number % 150 + 1}号"


def _shapotou(entry: Entry, issuer: str) -> InfoBlock:
    values = {
        "索引号": index_number(entry),
        "发文字号": doc_number(entry),
        "责任部门": issuer,
        "发布机构": issuer,
        "有效性": "有效",
        "成文日期": entry.published,
    }
    kept = {label: value for label, value in values.items() if value}
    printed = {**kept, "成文日期": date_of(entry)}
    if doc_number(entry):
        return InfoBlock(tuple(("", value) for value in printed.values()), kept)
    spaced = {"索引号": "索 引 号", "有效性": "有 效 性"}
    return InfoBlock(tuple((spaced.get(k, k), v) for k, v in printed.items()), kept)


def _gkmlpt(entry: Entry, issuer: str) -> InfoBlock:
    kept = {
        "索引号": f"11440823007{entry.number}",
        "发布机构": issuer,
        "主题分类": "综合政务、政务公开",
        "成文日期": entry.published,
    }
    printed = (
        ("索引号", kept["索引号"]),
        ("分类", kept["主题分类"]),
        ("发布机构", issuer),
        ("成文日期", entry.published),
        ("名称", entry.title),
        ("文号", ""),
        ("发布日期", entry.published),
    )
    return InfoBlock(printed, kept)


def _gyct(entry: Entry) -> InfoBlock:
    number = entry.number
    kept = {
        "索引号": f"00846{number % 10000:04d}/{entry.published[:4]}-{number % 99999:05d}",
        "发布机构": entry.short,
        "公文种类": "无",
        "有效性": "有效",
        "成文日期": entry.published,
    }
    printed = (
        ("索 引 号 ", kept["索引号"]),
        ("发布机构", entry.short),
        ("成文日期", entry.published),
        ("发布时间", entry.published),
        ("发文字号", ""),
        ("公文种类", "无"),
        ("有 效 性 ", "有效"),
    )
    return InfoBlock(printed, kept)


def info_block(entry: Entry, issuer: str) -> InfoBlock:
    if entry.portal == "ningxia_shapotou":
        return _shapotou(entry, issuer)
    if "/gkmlpt/" in entry.column:
        return _gkmlpt(entry, issuer)
    if PORTALS[entry.portal].family == "gyct":
        return _gyct(entry)
    return InfoBlock()


def infobox_of(entry: Entry, issuer: str) -> tuple[tuple[str, str], ...]:
    """The block as a reader must find it: normal labels, fixed order, ISO dates, no empties."""
    meaning = info_block(entry, issuer).meaning or {}
    return tuple((label, meaning[label]) for label in _BLOCK_ORDER if meaning.get(label))

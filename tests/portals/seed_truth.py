"""The five seeds as targets: the facts of ``tests/fixtures/seed-gold/README.md``."""

from __future__ import annotations

from typing import Any

from crawler.items import Block, Kind, Paragraph, Table
from tests.portals.model import Entry
from tests.portals.seed_pages import URLS, gold


def seed_blocks(seed: str) -> tuple[Block, ...]:
    """The body of a seed's gold text as blocks."""
    body = gold(seed).partition("\n\n")[2].rstrip("\n")
    return tuple(
        Table(tuple(tuple(row.split("\t")) for row in part.split("\n")))
        if "\t" in part
        else Paragraph(part)
        for part in body.split("\n\n")
    )


def _head(seed: str) -> list[str]:
    return gold(seed).partition("\n\n")[0].rstrip("\n").split("\n")


def _infobox(seed: str) -> tuple[tuple[str, str], ...]:
    lines = [line for line in _head(seed)[1:] if not line.startswith("时间:")]
    return tuple((label, value) for label, _, value in (line.partition(":") for line in lines))


def _seed(
    seed: str, portal: str, column: str, kind: Kind, issuer: tuple[str, str], **more: Any
) -> dict[str, Any]:
    """The fields of a seed's Target; ``listed`` is its date on the list page."""
    issuer_id, printed = issuer
    entry = Entry(
        portal=portal,
        column=column,
        number=int(seed[:3]),
        published=more["listed"],
        title=_head(seed)[0],
        form="seed",
        seed=seed,
        name=printed,
        short=printed,
        year=more["year"],
        carrier=more.get("carrier", "page"),
    )
    return {
        "entry": entry,
        "url": URLS[seed],
        "kind": kind,
        "year": more["year"],
        "issuer_id": issuer_id,
        "issuer_printed": printed,
        "published": more.get("published", ""),
        "source": more.get("source", ""),
        "infobox": _infobox(seed),
        "way": more.get("way", "list"),
        "document": URLS[seed],
        "seed": seed,
    }


SEEDS: tuple[dict[str, Any], ...] = (
    _seed(
        "000",
        "ningxia_hongsibu",
        "/xxgk/zfxxgknb/xzjd/tysz/",
        Kind.ANNUAL_REPORT,
        ("640303/township/太阳山镇", "吴忠市红寺堡区太阳山镇人民政府"),
        year=2018,
        listed="2019-03-15",
        published="2019-03-15",
        source="红寺堡区太阳山镇",
    ),
    _seed(
        "001",
        "ningxia_shapotou",
        "/xxgk/xzxxgkml/dyz/fdzdgknr_41180/zcwj_41187/",
        Kind.WORK_POINTS,
        ("640502/township/东园镇", "中卫市沙坡头区东园镇人民政府"),
        year=2018,
        listed="2018-07-04",
        published="2018-07-04",
        source="沙坡头区东园镇",
    ),
    _seed(
        "002_original",
        "guangdong_suixi",
        "/zt/xxgknb/zjbm/",
        Kind.ANNUAL_REPORT,
        ("440823/township/城月镇", "城月镇人民政府"),
        year=2020,
        listed="2021-01-20",
        way="deep_list",
    ),
    _seed(
        "003",
        "sichuan_chaotian",
        "/xxgk/list/cjx.html",
        Kind.SELF_REVIEW,
        ("510812/township/陈家乡", "广元市朝天区陈家乡人民政府"),
        year=2015,
        listed="2016-01-07",
        published="2016-01-07",
    ),
    _seed(
        "004",
        "ningxia_lingwu",
        "/zwgk/zfxxgknb/xzjd/lhz/",
        Kind.ANNUAL_REPORT,
        ("640181/township/临河镇", "灵武市临河镇"),
        year=2018,
        listed="2019-03-19",
        carrier="pdf",
        way="attachment",
    ),
)

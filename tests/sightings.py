"""Sightings and list pages for the tests of identity and of the store."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select

from crawler.items import (
    AbsentCheck,
    Block,
    CaptureRef,
    Context,
    Document,
    FetchOutcome,
    Issuer,
    Kind,
    Level,
    Link,
    ListPage,
    Paragraph,
    Rel,
    Role,
    Table,
)
from crawler.layout import Layout
from crawler.store import schema
from crawler.urls import canonical_url

HOST = "http://www.suixi.gov.cn"
EPOCH = datetime(2026, 1, 15, 2, 15, tzinfo=UTC)

#: Long enough to be recognised anywhere; varied by a word in the middle.
PROSE = (
    "根据《中华人民共和国政府信息公开条例》的规定，现公布{town}{year}年政府信息公开工作年度报告。",
    "一年来，我镇认真贯彻落实上级关于政务公开工作的各项部署，坚持以公开为常态、不公开为例外，"
    "不断健全工作机制，拓宽公开渠道，{word}，保障了人民群众的知情权、参与权和监督权。",
    "一、主动公开情况。全年通过政府网站、公开栏、微信公众号等渠道主动公开政府信息{count}条，"
    "其中机构职能类信息12条，规范性文件0条，财政预决算2条，惠民政策类信息31条。",
    "二、依申请公开情况。全年收到政府信息公开申请0件，办结0件，没有因政府信息公开申请行政复议、"
    "提起行政诉讼的情况，没有收取任何费用。",
    "三、存在的主要问题和改进措施。公开的内容还不够全面，公开的时效有待提高，"
    "下一步将加强队伍建设，完善考核制度，提升公开质量。",
)


def body(
    town: str = "城月镇", year: int = 2020, word: str = "强化监督检查", count: int = 120
) -> Any:
    values = {"town": town, "year": year, "word": word, "count": count}
    return tuple(Paragraph(line.format(**values)) for line in PROSE)


def record(number: int) -> str:
    return f"urn:uuid:{uuid.UUID(int=number)}"


def issuer(short: str = "城月镇", evidence: str = "title") -> Issuer:
    return Issuer(
        id=f"440823/township/{short}",
        printed=f"{short}人民政府",
        name=f"遂溪县{short}人民政府",
        adcode="440823",
        level=Level.TOWNSHIP,
        short=short,
        evidence=evidence,
    )


def sighting(
    number: int,
    path: str = "/zt/post_1.html",
    *,
    host: str = HOST,
    town: str = "城月镇",
    year: int | None = 2020,
    blocks: tuple[Block, ...] | None = None,
    minutes: int | None = None,
    **changes: Any,
) -> Document:
    """Sighting ``number``; later numbers are later captures unless ``minutes`` says otherwise."""
    span = number if minutes is None else minutes
    date = EPOCH + timedelta(minutes=span)
    url = host + path
    values: dict[str, Any] = {
        "portal": "guangdong_suixi",
        "adcode": "440823",
        "url": url,
        "date": date,
        "record_id": record(number),
        "kind": Kind.ANNUAL_REPORT,
        "report_year": year,
        "issuer": issuer(town),
        "title": f"{town}人民政府{year or ''}年政府信息公开工作年度报告",
        "published": "2021-01-20",
        "source": "",
        "infobox": (("索引号", "440823/2021-1"),),
        "breadcrumb": ("首页", "年报"),
        "blocks": body(town, year or 2020) if blocks is None else blocks,
        "attachments": (),
        "text_source": "html",
        "authority": "original",
        "captures": (CaptureRef(record(number), url, date, Role.PAGE, _warc(span), number),),
        "context": Context(list_url=f"{HOST}/list", link_text="年报", hops=1, position=number),
        "warnings": (),
        "field_sources": {"title": {"where": "h1", "raw": "年报"}},
        "path": "container:.zw",
        "rules_version": "1",
    }
    return Document(**(values | changes))


def mirror(number: int, path: str = "/zt/post_1.html", **changes: Any) -> Document:
    return sighting(number, path, host="http://tzchery.com", authority="mirror", **changes)


def list_page(
    number: int,
    path: str,
    links: list[tuple[str, Rel]],
    context: Context | None = None,
    minutes: int | None = None,
) -> ListPage:
    return ListPage(
        record_id=record(10_000 + number),
        url=HOST + path,
        portal="guangdong_suixi",
        context=context or Context(),
        date=EPOCH + timedelta(minutes=number if minutes is None else minutes),
        links=tuple(
            Link(HOST + target, f"链接{target}", "2021-02-03", position, rel)
            for position, (target, rel) in enumerate(links)
        ),
        warc=_warc(number if minutes is None else minutes),
        offset=number,
    )


def absent(
    number: int,
    path: str,
    minutes: int,
    outcome: FetchOutcome = FetchOutcome.NOT_FOUND,
    host: str = HOST,
) -> AbsentCheck:
    """The server said at that minute that there is no such page."""
    return AbsentCheck(
        record_id=record(20_000 + number),
        url=host + path,
        canonical_url=canonical_url(host + path),
        portal="guangdong_suixi",
        date=EPOCH + timedelta(minutes=minutes),
        outcome=outcome,
        answer_url=host + path,
        warc=_warc(minutes),
        offset=number,
    )


def _warc(minutes: int) -> str:
    """One run a day, at its first second."""
    day = EPOCH + timedelta(minutes=minutes)
    return f"guangdong_suixi-{day:%Y%m%d}T000000Z-00000.warc.gz"


def short_table() -> tuple[Block, ...]:
    return (Table((("指标", "数"), ("申请", "—"))),)


def dump(layout: Layout) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the catalogue and every text file: what must not depend on any order."""
    engine = create_engine(schema.sqlite_url(layout.catalogue))
    with engine.connect() as connection:
        rows = {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in schema.metadata.sorted_tables
        }
    engine.dispose()
    texts = sorted(layout.root.glob("text/**/*"))
    rows["texts"] = [
        (str(p.relative_to(layout.root)), p.read_bytes()) for p in texts if p.is_file()
    ]
    return rows


def text_names(root: Path) -> list[str]:
    return sorted(path.name for path in root.glob("text/*/*"))

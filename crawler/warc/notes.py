"""The block of a ``metadata`` record: what the archive remembers about a fetch.

It is a JSON object (``application/json``, UTF-8), because a context nests and a header line may
hold any byte, neither of which ``application/warc-fields`` carries without a code of its own.
Bytes are written as latin-1 strings, except a whole answer, which is base64. Absent means empty::

    portal spider role parent frontier_id attempt asked  the Note
    context      {list_url link_text list_date column position hops}
    rules_version                                        of the software that fetched
    name                                                 of a question asked by POST (cms.asks)
    fetch_time_ms tls via_proxy                          of exchange or failed fetch
    removed_lines interim_heads                          what the response record lacks (design §7)
    outcome error request_head raw_base64                of a fetch without an HTTP answer
    engine version settings                              of a conversion
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from crawler.items import Context, FetchOutcome, Note, Role
from crawler.warc.records import Exchange, FailedFetch

CONTENT_TYPE = "application/json"

Facts = dict[str, Any]

_NAMES = {cls: tuple(f.name for f in fields(cls)) for cls in (Note, Context)}


def note_facts(note: Note) -> Facts:
    facts = _values(note)
    facts["context"] = _filled(_values(note.context))
    return facts


def exchange_facts(exchange: Exchange) -> Facts:
    return {
        "fetch_time_ms": exchange.duration_ms,
        "tls": dict(exchange.tls or {}),
        "via_proxy": exchange.via_proxy,
        "removed_lines": [line.decode("latin-1") for line in exchange.removed_lines],
        "interim_heads": [head.decode("latin-1") for head in exchange.interim_heads],
    }


def failure_facts(failed: FailedFetch) -> Facts:
    return {
        "fetch_time_ms": failed.duration_ms,
        "tls": dict(failed.tls or {}),
        "via_proxy": failed.via_proxy,
        "outcome": failed.outcome,
        "error": failed.error,
        "request_head": failed.request_head.decode("latin-1"),
        "raw_base64": base64.b64encode(failed.raw).decode("ascii"),
    }


def dump(facts: Facts) -> bytes:
    return json.dumps(_filled(facts), ensure_ascii=False, sort_keys=True).encode(
        "utf-8", "backslashreplace"
    )


def load(block: bytes) -> Facts | None:
    """The facts of a metadata record of ours; None for anybody else's."""
    try:
        facts = json.loads(block)
    except ValueError:
        return None
    return facts if isinstance(facts, dict) and isinstance(facts.get("portal"), str) else None


def note_of(facts: Facts) -> Note:
    """The Note as it was handed to the writer."""
    known = _known(facts, Note)
    known["role"] = Role(facts.get("role", Role.PAGE))
    context = _known(facts.get("context", {}), Context)
    context["column"] = tuple(context.get("column", ()))
    known["context"] = Context(**context)
    return Note(**{"spider": "", **known})


def failed_of(facts: Facts, url: str, date: datetime, ip: str | None) -> FailedFetch:
    """The failed fetch as it was handed to the writer."""
    try:
        raw = base64.b64decode(facts.get("raw_base64", ""))
    except binascii.Error:
        raw = b""
    return FailedFetch(
        url=url,
        started=date,
        outcome=FetchOutcome(facts["outcome"]),
        error=facts.get("error", ""),
        request_head=facts.get("request_head", "").encode("latin-1", "replace"),
        raw=raw,
        ip=ip,
        via_proxy=facts.get("via_proxy"),
        duration_ms=facts.get("fetch_time_ms", 0),
        tls=facts.get("tls"),
    )


def _filled(facts: Mapping[str, Any]) -> Facts:
    return {key: value for key, value in facts.items() if value not in (None, "", [], (), {})}


def _values(of: Note | Context) -> Facts:
    """One level, uncopied: `asdict` took a quarter of the time of writing an exchange."""
    return {name: getattr(of, name) for name in _NAMES[type(of)]}


def _known(facts: Facts, cls: type[Note | Context]) -> Facts:
    """Only the fields this version knows: a later one may write more."""
    return {key: facts[key] for key in _NAMES[cls] if key in facts}

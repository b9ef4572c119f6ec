"""The proposal file: entries as ``data/site_containers.toml`` has them, nobody's review yet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from crawler.extraction.body.site_containers import reviewed_of
from crawler.learn.evidence import Evidence
from crawler.learn.rules import Rule

_HEAD = """\
# Proposed by `scrapy learn {portal}`. To be looked at beside the example pages, then copied to
# crawler/data/site_containers.toml with the reviewer's name. Lines in `repeated` that are chrome
# go to crawler/data/boilerplate.toml.
"""


def proposal(portal: str, found: Sequence[tuple[Rule, Evidence]]) -> str:
    """The file's text."""
    return "\n".join([_HEAD.format(portal=portal), *(_entry(*one) for one in found)])


def _entry(rule: Rule, evidence: Evidence) -> str:
    versions = [one.version for one in reviewed_of(rule.host)]
    lines = [
        "[[site]]",
        f"host = {_text(rule.host)}",
        f"container = {_text(rule.container)}",
        f"version = {max(versions, default=0) + 1}",
        f"first_seen = {_text(evidence.first_seen)}",
        f"last_seen = {_text(evidence.last_seen)}",
        'reviewed_by = ""',
        "",
        "[site.evidence]",
        *_evidence(evidence),
    ]
    return "\n".join(lines) + "\n"


def _evidence(evidence: Evidence) -> Iterator[str]:
    yield f"pages = {evidence.pages}"
    yield f"of = {evidence.of}"
    yield f"share = {evidence.share:.4f}"
    yield f"published = {_texts(evidence.published)}"
    yield f"templates = {_texts(evidence.templates)}"
    yield f"records = {_texts([record for record, _ in evidence.examples])}"
    yield f"urls = {_texts([url for _, url in evidence.examples])}"
    yield f"today = {_texts([f'{path} {count}' for path, count in evidence.today])}"
    yield f"fell_back = {evidence.fell_back}"
    yield f"gained = {evidence.gained}"
    yield f"lost = {evidence.lost}"
    yield f"outside = {_texts(evidence.outside)}"
    yield f"repeated = {_texts(evidence.repeated)}"
    yield from (f"{field}_in = {_text(selector)}" for field, selector in evidence.fields)


def _text(value: str) -> str:
    """A TOML basic string; JSON's escapes are among TOML's, which forbids one character more."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"

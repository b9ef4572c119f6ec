"""Which records a fetch becomes (design §7).

Order within an exchange: request, metadata, response. The response closes the group: where it
stands, its note and its request stand too, so a file cut at any byte by a crash holds no capture
without its context, and `recover` takes away a group without its response.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import crawler
from crawler.cms.asks import is_post, true_url
from crawler.items import FetchOutcome, Note
from crawler.warc import notes
from crawler.warc.fields import digest, new_record_id, warc_date
from crawler.warc.notes import Facts
from crawler.warc.records import Exchange, FailedFetch, Reference
from crawler.warc.serialise import HTTP_REQUEST, HTTP_RESPONSE, record

_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
SAME_PAYLOAD = _PROFILE + "identical-payload-digest"
NOT_MODIFIED = _PROFILE + "server-not-modified"

_WARCINFO = {
    "software": f"xianzhi/{crawler.__version__}",
    "format": "WARC File Format 1.1",
    "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    "normalisations": (
        "HTTP/1.1 header blocks as on the wire less Transfer-Encoding and Trailer lines and 1xx"
        " responses, which the metadata record keeps; bodies de-chunked, still content-encoded;"
        " digests of that body"
    ),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Compressed records that belong together. The last one names the group."""

    record_id: str
    date: datetime
    records: tuple[bytes, ...]


class GroupMaker:
    """Makes the groups of one WARC file, beginning with its ``warcinfo``."""

    def __init__(self) -> None:
        self._warcinfo_id = new_record_id()

    def warcinfo(self, filename: str, info: Mapping[str, str]) -> bytes:
        """``info`` adds to what every file says: robots policy, user agent, portal, run."""
        lines = {**_WARCINFO, **info}
        return record(
            "warcinfo",
            self._warcinfo_id,
            datetime.now(UTC),
            ("".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode(),),
            content_type="application/warc-fields",
            fields=[("WARC-Filename", filename)],
        )

    def exchange(self, exchange: Exchange, note: Note, payload_digest: str) -> Group:
        fields = [("WARC-Payload-Digest", payload_digest)]
        if exchange.truncated:
            fields.append(("WARC-Truncated", exchange.truncated))
        block = (exchange.response_head, exchange.payload)
        return self._answer("response", block, fields, exchange, note)

    def revisit(self, exchange: Exchange, note: Note, of: Reference, profile: str) -> Group:
        fields = [
            ("WARC-Profile", profile),
            ("WARC-Refers-To", f"<{of.record_id}>"),
            ("WARC-Refers-To-Target-URI", true_url(of.url)),
            ("WARC-Refers-To-Date", warc_date(of.date)),
        ]
        if profile == SAME_PAYLOAD:
            # WARC 1.1 demands `length` where the equal payload is left out.
            payload_digest = digest(exchange.payload)
            fields += [("WARC-Payload-Digest", payload_digest), ("WARC-Truncated", "length")]
        return self._answer("revisit", (exchange.response_head,), fields, exchange, note)

    def failure(self, failed: FailedFetch, note: Note) -> Group:
        record_id = new_record_id()
        data = record(
            "metadata",
            record_id,
            failed.started,
            (_block(note, {**notes.failure_facts(failed), **_name(failed.url)}),),
            url=true_url(failed.url),
            content_type=notes.CONTENT_TYPE,
            fields=self._fields(failed.ip),
        )
        return Group(record_id, failed.started, (data,))

    def refusal(self, url: str, reason: str, note: Note) -> Group:
        return self.failure(FailedFetch(url, datetime.now(UTC), FetchOutcome.ROBOTS, reason), note)

    def resource(self, of: Reference, content_type: str, content: bytes, note: Note) -> Group:
        """A rendered DOM beside the response ``of`` that it was rendered from."""
        record_id, now = new_record_id(), datetime.now(UTC)
        link = ("WARC-Concurrent-To", f"<{of.record_id}>")
        data = record(
            "resource",
            record_id,
            now,
            (content,),
            url=of.url,
            content_type=content_type,
            fields=[*self._fields(), link],
        )
        about = self._about(record_id, of.url, now, "WARC-Concurrent-To", _block(note, {}))
        return Group(record_id, now, (about, data))

    def conversion(
        self, of: Reference, content_type: str, content: bytes, note: Note, facts: Facts
    ) -> Group:
        """What an engine made of the body of ``of``; ``facts`` say which, and how."""
        record_id, now = new_record_id(), datetime.now(UTC)
        data = record(
            "conversion",
            record_id,
            now,
            (content,),
            url=of.url,
            content_type=content_type,
            fields=[*self._fields(), ("WARC-Refers-To", f"<{of.record_id}>")],
        )
        # WARC 1.1 allows no Concurrent-To towards a conversion.
        about = self._about(record_id, of.url, now, "WARC-Refers-To", _block(note, facts))
        return Group(record_id, now, (about, data))

    def _answer(
        self,
        kind: str,
        block: tuple[bytes, ...],
        fields: list[tuple[str, str]],
        exchange: Exchange,
        note: Note,
    ) -> Group:
        record_id, url, date = new_record_id(), true_url(exchange.url), exchange.started
        common = self._fields(exchange.ip)
        request = record(
            "request",
            new_record_id(),
            date,
            (exchange.request_head, exchange.request_body),
            url=url,
            content_type=HTTP_REQUEST,
            fields=[*common, ("WARC-Concurrent-To", f"<{record_id}>")],
        )
        facts = _block(note, {**notes.exchange_facts(exchange), **_name(exchange.url)})
        about = self._about(record_id, url, date, "WARC-Concurrent-To", facts)
        fields = [*common, *fields]
        answer = record(
            kind, record_id, date, block, url=url, content_type=HTTP_RESPONSE, fields=fields
        )
        return Group(record_id, date, (request, about, answer))

    def _about(self, record_id: str, url: str, date: datetime, link: str, block: bytes) -> bytes:
        """The metadata record of another record."""
        return record(
            "metadata",
            new_record_id(),
            date,
            (block,),
            url=url,
            content_type=notes.CONTENT_TYPE,
            fields=[*self._fields(), (link, f"<{record_id}>")],
        )

    def _fields(self, ip: str | None = None) -> list[tuple[str, str]]:
        fields = [("WARC-Warcinfo-ID", f"<{self._warcinfo_id}>")]
        if ip is not None:
            fields.append(("WARC-IP-Address", ip))
        return fields


def _name(url: str) -> Facts:
    """What a question asked by POST is called everywhere but in a WARC record's own fields."""
    return {"name": url} if is_post(url) else {}


def _block(note: Note, facts: Facts) -> bytes:
    return notes.dump({**notes.note_facts(note), "rules_version": crawler.RULES_VERSION, **facts})

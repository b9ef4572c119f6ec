"""``scrapy learn``: where a portal's hosts keep their text, proposed from the archive's pages."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.atomic import write_atomically
from crawler.command import ProjectCommand
from crawler.errors import ArchiveError, ConfigurationError
from crawler.extraction.body.site_containers import entries, reviewed_of
from crawler.layout import check_portal
from crawler.learn.evidence import Evidence, evidence_of
from crawler.learn.gather import gather, once
from crawler.learn.proposal import proposal
from crawler.learn.rules import HostRules, Rule, learn
from crawler.learn.sample import Sample
from crawler.portal.choice import spider_for
from crawler.progress import track
from crawler.tables import print_table
from crawler.warc.reader import CaptureReader

_MIN_PAGES = 5
_HEADINGS = ("host", "container", "pages", "text", "published", "seen", "gain", "loss", "today")

Found = Sequence[tuple[Rule, Evidence]]


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] PORTAL"

    def short_desc(self) -> str:
        return "Propose from a portal's archived pages where its hosts keep their text"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}. Without the network. Of each host the element is looked for"
            " that stands once on its articles and holds the sentences in which they differ; shown"
            " with the pages it rests on and with what it would change. Nothing is used until"
            " somebody has reviewed it and copied it to crawler/data/site_containers.toml."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--min-pages",
            type=int,
            default=_MIN_PAGES,
            metavar="N",
            help="articles a rule must rest on (default: %(default)s)",
        )
        parser.add_argument("--limit", type=int, metavar="N", help="read N articles at most")
        parser.add_argument(
            "--write",
            action="store_true",
            help="write the proposals to ARCHIVE_DIR/learned/PORTAL.toml",
        )
        parser.add_argument(
            "--output", metavar="FILE", help="write the proposals there (implies --write)"
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError(f"expected one PORTAL, found {len(args)}", print_help=False)
        for name, least in (("min_pages", 2), ("limit", 1)):
            if (value := getattr(opts, name)) is not None and value < least:
                option = name.replace("_", "-")
                raise UsageError(
                    f"--{option}: expected {least} or more, found {value}", print_help=False
                )
        portal = check_portal(args[0])
        articles = self._articles(portal, opts.limit)
        hosts = list(learn(articles, opts.min_pages))
        found = [(rule, evidence_of(rule)) for host in hosts for rule in host.rules]
        _show(found)
        for host in hosts:
            _show_rest(host, opts.min_pages)
        if opts.write or opts.output:
            path = Path(opts.output) if opts.output else self.layout.learned(portal)
            _write(path, portal, [one for one in found if one[1].tells_news])

    def _articles(self, portal: str, limit: int | None) -> list[Sample]:
        assert self.settings is not None
        kind, arguments = spider_for(self.settings, portal)
        directory = self.layout.warc_dir(portal)
        if portal not in self.layout.portals():
            raise ConfigurationError(
                f"{portal}: expected WARC files in {directory}, found none;"
                f" run `scrapy crawl {portal}` first"
            )
        reader = CaptureReader(directory)
        spider = kind(**arguments)
        spider.recall(reader)
        found = gather(track(reader.captures(), portal), spider)
        articles = once(islice(found, limit))
        for damage in reader.damages:
            print(f"{portal}: {damage.warc} at {damage.offset}: {damage.reason}", file=sys.stderr)
            self.exitcode = 3
        if not articles:
            raise ArchiveError(
                f"{portal}: expected article pages with text in {directory}, found none;"
                f" `scrapy status {portal}` says how its last crawl ended"
            )
        return articles


def _show(found: Found) -> None:
    if not found:
        return
    print_table(_HEADINGS, [_row(*one) for one in found])
    for rule, evidence in found:
        print("\n" + "\n".join(_details(rule, evidence)))


def _row(rule: Rule, evidence: Evidence) -> list[str]:
    return [
        rule.host,
        rule.container,
        f"{evidence.pages} of {evidence.of}",
        f"{evidence.share:.1%}",
        "…".join(filter(None, evidence.published)) or "–",
        f"{evidence.first_seen}…{evidence.last_seen}",
        str(evidence.gained),
        str(evidence.lost),
        ", ".join(f"{path} {count}" for path, count in evidence.today),
    ]


def _details(rule: Rule, evidence: Evidence) -> Iterator[str]:
    if evidence.tells_news:
        yield f"{rule.host} {rule.container}: {evidence.fell_back} pages have no known container"
    else:
        yield f"{rule.host} {rule.container}: read so today, nothing to propose"
    yield f"  addresses: {', '.join(evidence.templates)}"
    yield from (f"  see {record} {url}" for record, url in evidence.examples)
    yield from (f"  {field} in {selector}" for field, selector in evidence.fields)
    yield from (f"  outside: {line}" for line in evidence.outside)
    yield from (f"  on all pages, chrome? {line}" for line in evidence.repeated)


def _show_rest(host: HostRules, min_pages: int) -> None:
    """What no rule explains, and reviewed rules that no longer hold."""
    if host.left:
        print(
            f"{host.host}: {len(host.left)} of {len(host.articles)} articles without a rule: no"
            f" element holds the text of {min_pages} or more of one template, e.g."
            f" {host.left[0].url}"
        )
    lost = [sample for sample in host.articles if sample.lost]
    if lost:
        newest = max(lost, key=lambda sample: (sample.last, sample.url))
        names = ", ".join(one.container for one in reviewed_of(host.host))
        print(
            f"{host.host}: reviewed {names}, not found on {len(lost)} of {len(host.articles)}"
            f" articles, e.g. {newest.url} ({newest.last})"
        )


def _write(path: Path, portal: str, found: Found) -> None:
    if not found:
        print("nothing to propose: no file written")
        return
    if path.is_dir():
        raise ConfigurationError(f"{path}: expected a file to write, found a folder")
    if path.is_file():
        signed = [one for one in entries(path.read_text("utf-8"), str(path)) if one.reviewed_by]
        if signed:
            raise ArchiveError(
                f"{path}: {signed[0].host} is reviewed by {signed[0].reviewed_by}; copy the"
                " entry to crawler/data/site_containers.toml and remove the file"
            )
    write_atomically(path, proposal(portal, found).encode())
    print(f"{len(found)} proposals written: {path}; nobody has reviewed them yet")

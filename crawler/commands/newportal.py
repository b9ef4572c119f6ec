"""``scrapy newportal``: a spider of ten lines for a portal, with frozen pages to review."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.conf import closest_scrapy_cfg

from crawler.command import ProjectCommand
from crawler.errors import ArchiveError, ConfigurationError
from crawler.isolation.pool import Pool
from crawler.layout import check_portal
from crawler.newportal import expected
from crawler.newportal.answers import Answers, read_warc
from crawler.newportal.discover import discover
from crawler.newportal.draft import count_documents, draft, reached, tried
from crawler.newportal.freeze import PAGES, chosen, write_pages
from crawler.newportal.offline import Visit
from crawler.newportal.put import Target, put, staged
from crawler.newportal.saved import read_saved_pages
from crawler.newportal.subject import subject_of
from crawler.portal.choice import ANY_PORTAL
from crawler.portal.spider import PortalSpider

_BUDGET = 60


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] KEY [URL]"

    def short_desc(self) -> str:
        return "Write a portal's spider and freeze the pages its test needs"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}. Look the portal over within a small budget of requests (or in a"
            " WARC, or in saved pages), write spiders/KEY.py on the CMS families recognised, with"
            " the columns that carry reports, and freeze some pages with what is read from them in"
            " tests/fixtures/KEY/. KEY is a key of the registry (`scrapy portals`), or a new one"
            " for the portal at URL. The test of the fixtures fails until somebody has reviewed"
            " them: --review --by NAME."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        pages = parser.add_mutually_exclusive_group()
        pages.add_argument("--from-warc", metavar="FILE", help="no network: read this WARC file")
        pages.add_argument("--from-saved", metavar="DIR", help="no network: read saved pages")
        pages.add_argument(
            "--reread", action="store_true", help="read the frozen pages again; voids the review"
        )
        pages.add_argument(
            "--review", action="store_true", help="sign expected.json: somebody has read it"
        )
        parser.add_argument("--by", metavar="NAME", default="", help="who has reviewed")
        parser.add_argument(
            "--url-of",
            metavar="FILE",
            help="where saved pages came from (default: DIR/pages.jsonl)",
        )
        parser.add_argument(
            "--max-requests", type=int, default=_BUDGET, metavar="N", help="default: %(default)s"
        )
        parser.add_argument(
            "--freeze-only", action="store_true", help="keep the spider there is, freeze its pages"
        )
        parser.add_argument("--force", action="store_true", help="overwrite spider and fixtures")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if not 1 <= len(args) <= 2:
            raise UsageError(f"expected KEY [URL], found {len(args)} arguments", print_help=False)
        if bool(opts.by) != opts.review:
            raise UsageError("--review and --by NAME go together", print_help=False)
        if opts.url_of and not opts.from_saved:
            raise UsageError("--url-of goes with --from-saved DIR", print_help=False)
        target = Target(Path(closest_scrapy_cfg()).parent, check_portal(args[0]))
        url = args[1] if len(args) > 1 else ""
        assert self.settings is not None
        with Pool.of(self.settings) as pool:
            self._read = pool.read
            if opts.review:
                self._review(target, opts.by)
            elif opts.reread:
                self._reread(target)
            elif opts.freeze_only:
                self._freeze(target, opts)
            else:
                self._write(target, url, opts)

    # -- reviewing ------------------------------------------------------------------------------

    def _review(self, target: Target, reviewer: str) -> None:
        """Sign what is there, if the spider still reads it so."""
        spider = self._spider(target.key)
        signed = expected.reviewed(expected.read_expected(target.fixtures), reviewer, _today())
        facts = expected.facts_of(spider, target.fixtures, self._read)
        if told := expected.changed(signed, facts, target.key):
            raise ArchiveError(told)
        expected.write_expected(target.fixtures, signed)
        print(f"{target.key}: {expected.EXPECTED} reviewed by {reviewer}")

    def _reread(self, target: Target) -> None:
        before = expected.read_expected(target.fixtures)
        facts = expected.facts_of(self._spider(target.key), target.fixtures, self._read)
        if told := expected.changed(before, facts, target.key):
            expected.write_expected(target.fixtures, expected.unreviewed(facts))
            print(f"{told}\n{target.key}: {expected.EXPECTED} written again, to be reviewed")
        else:
            print(f"{target.key}: the frozen pages are read as before")

    # -- making ---------------------------------------------------------------------------------

    def _write(self, target: Target, url: str, opts: argparse.Namespace) -> None:
        subject = subject_of(target.key, url)
        if not opts.force:
            target.refuse_existing(spider=True)
        with self._answers(opts, ANY_PORTAL, {"home": subject.home}, target) as answers:
            any_portal = self._spider_class(ANY_PORTAL)
            made = draft(subject, answers, any_portal, _today(), self._read)
            print(
                f"{target.key}: {made.pages} pages seen, {made.documents} documents among them;"
                f" families {', '.join(family.name for family in made.families)}"
            )
            for name, column in made.columns.items():
                print(f"  {name}: {column}")
            if made.entries > len(made.columns):
                print(
                    f"  {made.entries - len(made.columns)} more columns have reports: too many for"
                    " a file of data; `scrapy crawl portal` finds them by itself"
                )
            with staged(target) as new:
                file = new / "spider.py"
                file.write_text(made.source, "utf-8")
                spider, visits = tried(file, target.key, answers, self._read)
                _say_what_is_reached(count_documents(visits), made.documents)
                file.unlink()
                self._freeze_pages(new, answers, spider, visits)
                put(new, target, made.source)
        _say_what_next(target)

    def _freeze(self, target: Target, opts: argparse.Namespace) -> None:
        spider = self._spider(target.key)
        if not opts.force:
            target.refuse_existing(spider=False)
        with self._answers(opts, target.key, {}, target) as answers, staged(target) as new:
            visits = reached(spider, answers, self._read)
            self._freeze_pages(new, answers, spider, visits)
            put(new, target, None)
        _say_what_next(target)

    def _freeze_pages(
        self, new: Path, answers: Answers, spider: PortalSpider, visits: Sequence[Visit]
    ) -> None:
        write_pages(new / PAGES, answers, chosen(visits))
        facts = expected.facts_of(spider, new, self._read)
        expected.write_expected(new, expected.unreviewed(facts))

    @contextmanager
    def _answers(
        self, opts: argparse.Namespace, spider: str, arguments: dict[str, str], target: Target
    ) -> Iterator[Answers]:
        """The pages to work on; from the net or a directory they lie in a place of their own."""
        assert self.settings is not None
        with tempfile.TemporaryDirectory(prefix="newportal-") as name:
            if opts.from_warc:
                answers = read_warc(Path(opts.from_warc))
            elif opts.from_saved:
                manifest = Path(opts.url_of) if opts.url_of else None
                answers = read_saved_pages(
                    Path(opts.from_saved), manifest, Path(name, "saved.warc.gz")
                )
            else:
                asked = {**arguments, "max_requests": str(opts.max_requests)}
                answers = discover(self.settings, spider, asked, Path(name), target.root)
            for damage in answers.damages:
                print(damage)
            yield answers

    def _spider_class(self, key: str) -> type[PortalSpider]:
        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        if key not in loader.list():
            raise ConfigurationError(
                f"{key}: expected spiders/{key}.py, found none; have it written:"
                f" scrapy newportal {key}"
            )
        kind = loader.load(key)
        assert issubclass(kind, PortalSpider)
        return kind

    def _spider(self, key: str) -> PortalSpider:
        return self._spider_class(key)()


def _say_what_is_reached(reached: int, documents: int) -> None:
    print(f"  these lead to {reached} of the documents")
    if reached < documents:
        print(
            "  the others were met elsewhere (a search, a page that shows the latest): with a"
            " larger --max-requests their columns are named too"
        )


def _say_what_next(target: Target) -> None:
    fixtures = target.fixtures.relative_to(target.root)
    print(
        f"written: {target.spider.relative_to(target.root)}, {fixtures}/\n"
        f"next: read {fixtures}/{expected.EXPECTED} beside the pages it names, then:"
        f" scrapy newportal {target.key} --review --by NAME"
    )


def _today() -> str:
    return datetime.now(UTC).date().isoformat()

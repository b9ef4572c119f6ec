"""What capture costs: CPU of a plain Scrapy crawl beside the same crawl archived.

    python -m tests.benchmarks.bench_crawl [--pages 600] [--rounds 5]

A server process answers with synthetic Chinese pages of 30 to 60 KB, half of them gzipped. The
crawls run in turns, each in a process of its own that reports its user and system CPU; the
median of the rounds' ratios is the figure. Each pair runs twice: the spider reads every page's
links, as any crawl must (bar: 1.20), or does nothing at all with a page, so that capture's share
is the largest it can be.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import itertools
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import scrapy
from rich.console import Console
from rich.table import Table
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

BAR = 1.20
KINDS = ("plain", "archived")
HOST = "www.bench.example"
CONCURRENCY = 16
_DISTINCT_PAGES = 64
_ITSELF = (sys.executable, "-m", "tests.benchmarks.bench_crawl")

#: What one crawl reports: CPU and wall seconds, pages, bytes, bytes stored.
Result = dict[str, float]

_SHARED = {
    "CONCURRENT_REQUESTS": CONCURRENCY,
    "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
    "DOWNLOAD_DELAY": 0,
    "COOKIES_ENABLED": False,
    "LOG_LEVEL": "ERROR",
    "REMOTE_CONTROL_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "TELNETCONSOLE_ENABLED": False,
}


def page(number: int) -> bytes:
    """A page that compresses as real ones do: to about a quarter."""
    chance = random.Random(number)
    common = [chr(code) for code in range(0x4E00, 0x4E00 + 900)]

    def words(length: int) -> str:
        # Frequent characters far more often than rare ones, as in any language.
        return "".join(common[int(chance.paretovariate(0.4)) % 900] for _ in range(length))

    links = "".join(
        f'<li class="list-item"><span>2026-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}</span>'
        f'<a href="/art/2026/art_{chance.randint(1000, 9999)}.html" title="{(text := words(18))}"'
        f' target="_blank">{text}</a></li>\n'
        for _ in range(chance.randint(60, 170))
    )
    body = "".join(
        f'<p style="text-indent: 2em; line-height: 1.75;"><span>{words(90)}。</span></p>\n'
        for _ in range(chance.randint(40, 85))
    )
    return f"<html><body><ul>{links}</ul><div>{body}</div></body></html>".encode()


def answers() -> list[bytes]:
    """Whole HTTP messages; every other one is gzipped."""
    messages = []
    for number in range(_DISTINCT_PAGES):
        body = page(number)
        coding = b""
        if number % 2:
            body, coding = gzip.compress(body, 6), b"Content-Encoding: gzip\r\n"
        messages.append(
            b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html; charset=utf-8\r\n"
            b"Vary: Accept-Encoding\r\n%sContent-Length: %d\r\n\r\n%s" % (coding, len(body), body)
        )
    return messages


async def serve() -> None:
    """Answer on loopback until killed; the port is the first line of output."""
    messages = answers()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                number = int(head.split(b" ", 2)[1].strip(b"/"))
                writer.write(messages[number % len(messages)])
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class BenchSpider(scrapy.Spider):
    """Fetches every page and, if asked to, reads its links."""

    name = "bench_crawl"
    base = ""
    pages = 0
    reads = False

    async def start(self) -> Any:
        for number in range(self.pages):
            yield scrapy.Request(f"{self.base}/{number}")

    def parse(self, response: Response) -> None:
        self.crawler.stats.inc_value("bench/bytes", len(response.body))
        if self.reads:
            links = response.css("a::attr(href)").getall()
            self.crawler.stats.inc_value("bench/links", len(links))


def archived_settings(port: int, archive: str) -> dict[str, Any]:
    return {
        "ARCHIVE_DIR": archive,
        "CONNECT_TO": {HOST: f"127.0.0.1:{port}"},
        "DEFAULT_REQUEST_HEADERS": {"Accept-Encoding": "gzip, deflate"},
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None
        },
        "DOWNLOAD_HANDLERS": {"http": "crawler.fetch.handler.WireHandler"},
        "EXTENSIONS": {"crawler.fetch.archive.CrawlArchive": 0},
    }


def crawl(kind: str, port: int, pages: int, reads: bool) -> None:
    """One crawl; prints its CPU seconds and what it got."""
    with tempfile.TemporaryDirectory() as archive:
        own = archived_settings(port, archive) if kind == "archived" else {}
        base = f"http://{HOST}" if kind == "archived" else f"http://127.0.0.1:{port}"
        process = CrawlerProcess({**_SHARED, **own})
        crawler = process.create_crawler(BenchSpider)
        process.crawl(crawler, base=base, pages=pages, reads=reads)
        before, started = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
        process.start()
        after, ended = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
        stored = sum(path.stat().st_size for path in Path(archive).rglob("*.warc.gz"))
    print(
        json.dumps(
            {
                "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
                "wall": ended - started,
                "pages": crawler.stats.get_value("response_received_count", 0),
                "bytes": crawler.stats.get_value("bench/bytes", 0),
                "stored": stored,
            }
        )
    )


def measure(kind: str, port: int, pages: int, reads: bool) -> Result:
    """A crawl in a process of its own, checked to be complete."""
    arguments = ["--crawl", kind, "--port", str(port), "--pages", str(pages)]
    output = subprocess.check_output(
        [*_ITSELF, *arguments, *(["--reads"] if reads else [])], text=True
    )
    result: Result = json.loads(output.splitlines()[-1])
    if result["pages"] != pages:
        raise SystemExit(f"{kind}: expected {pages} pages, found {result['pages']:.0f}")
    return result


def compare(pages: int, rounds: int) -> None:
    runs: dict[tuple[str, bool], list[Result]] = defaultdict(list)
    with subprocess.Popen([*_ITSELF, "--serve"], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            for number, reads in itertools.product(range(rounds), (True, False)):
                for kind in sorted(KINDS, reverse=bool(number % 2)):
                    runs[kind, reads].append(measure(kind, port, pages, reads))
        finally:
            server.kill()
    if len({(reads, run["bytes"]) for (_, reads), found in runs.items() for run in found}) != 2:
        raise SystemExit("expected all crawls to see the same bytes, found a difference")
    show(runs, pages, rounds)


def show(runs: dict[tuple[str, bool], list[Result]], pages: int, rounds: int) -> None:
    table = Table(title=f"{pages} pages, {rounds} rounds, {os.cpu_count()} cores")
    for column in (
        "links",
        "crawl",
        "CPU ms/page",
        "least",
        "pages/s",
        "WARC KB",
        "ratio",
        "quiet",
    ):
        table.add_column(column, justify="right")
    for (kind, reads), results in sorted(runs.items(), reverse=True, key=lambda run: run[0][::-1]):
        cpu = [1000 * result["cpu"] / pages for result in results]
        plain = [1000 * result["cpu"] / pages for result in runs["plain", reads]]
        ratios = [own / other for own, other in zip(cpu, plain, strict=True)]
        table.add_row(
            "read" if reads else "ignored",
            kind,
            f"{statistics.median(cpu):.2f}",
            f"{min(cpu):.2f}",
            f"{statistics.median(pages / result['wall'] for result in results):.0f}",
            f"{statistics.median(result['stored'] for result in results) / pages / 1000:.1f}",
            f"{statistics.median(ratios):.3f}",
            # The machine's other work only ever adds: the least of each is the quiet ratio.
            f"{min(cpu) / min(plain):.3f}",
        )
    console = Console()
    console.print(table)
    console.print(f"bar: a ratio of {BAR:.2f} where links are read")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--crawl", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--reads", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        asyncio.run(serve())
    elif arguments.crawl:
        crawl(arguments.crawl, arguments.port, arguments.pages, arguments.reads)
    else:
        compare(arguments.pages, arguments.rounds)


if __name__ == "__main__":
    main()

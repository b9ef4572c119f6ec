"""The torture's other side: a plain Scrapy spider with JOBDIR over the same portal.

    python -m tests.benchmarks.torture_plain '{"jobdir": …, "port": …, "seen": …}'

is its child process, which appends every page that its callback got to a file.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

from tests.benchmarks.torture_site import Site, TortureSpider, pages

ROOT = Path(__file__).resolve().parents[2]
#: Scrapy as it comes, less what asks the network or opens ports by itself.
STOCK = {
    "LOG_LEVEL": "ERROR",
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "COOKIES_ENABLED": False,
}


#: Requests before a kill: what JOBDIR keeps reaches the disk in blocks of some two hundred, and a
#: crawl that dies sooner has nothing to resume and begins again.
_UNDER_WAY = 300


class PlainSpider(scrapy.Spider):
    name = "plain"
    task: dict[str, Any]

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for path in TortureSpider.columns.values():
            yield scrapy.Request(f"http://127.0.0.1:{self.task['port']}{path}")

    def keep(self, url: str) -> None:
        with Path(self.task["seen"]).open("a", encoding="utf-8") as seen:
            seen.write(url + "\n")

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        self.keep(response.url)
        links = response.css("li a::attr(href), iframe::attr(src)").getall()
        pager = response.css("script::text").re(r"\((\d+), (\d+),")
        if pager and int(pager[1]) + 1 < int(pager[0]):
            links.append(f"index_{int(pager[1]) + 1}.html")
        for link in links:
            yield scrapy.Request(urljoin(response.url, link))


def plain_losses(site: Site, jobdir: Path, kills: int) -> tuple[int, int]:
    """Pages seen by a crawl killed so often, and how many there are."""
    seen = jobdir.with_suffix(".seen")
    seen.touch()
    task = json.dumps({"jobdir": str(jobdir), "port": site.port, "seen": str(seen)})
    command = [sys.executable, "-m", "tests.benchmarks.torture_plain", task]
    dice = random.Random(kills)
    for number in range(kills + 1):
        enough = len(site.asked) + _UNDER_WAY
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        if number < kills:
            while process.poll() is None and len(site.asked) < enough:
                time.sleep(0.01)
            time.sleep(dice.random())
            process.kill()
        process.wait(timeout=600)
    return len(set(seen.read_text(encoding="utf-8").split())), len(pages(site.size))


def main(task: dict[str, Any]) -> None:
    process = CrawlerProcess(
        {**STOCK, "JOBDIR": task["jobdir"], "CONCURRENT_REQUESTS_PER_DOMAIN": 4}
    )
    process.crawl(PlainSpider, task=task)
    process.start()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

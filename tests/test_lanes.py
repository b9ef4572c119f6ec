"""Which lanes a request takes, and how many requests of a slow host leave the frontier."""

from __future__ import annotations

from pathlib import Path

from scrapy import Request

from crawler.fetch.addresses import ConnectTo
from crawler.fetch.lanes import Lanes
from tests.fetch_lab import Answer, Server, crawl, site, started


def lanes(**connect_to: str) -> Lanes:
    return Lanes(
        ConnectTo({key.replace("_", "."): value for key, value in connect_to.items()}), bool
    )


def test_a_mapped_host_shares_the_address_it_is_mapped_to() -> None:
    found = lanes(a_gov_cn="127.0.0.2:8000").of(Request("http://a.gov.cn/x"), "a.gov.cn")
    assert found == ("a.gov.cn", "127.0.0.2")


def test_an_address_is_one_lane() -> None:
    assert lanes().of(Request("http://1.2.3.4:81/"), "1.2.3.4") == ("1.2.3.4",)
    mapped = Lanes(ConnectTo({"127.0.0.2": "127.0.0.2:9"}), bool)
    assert mapped.of(Request("http://127.0.0.2/"), "127.0.0.2") == ("127.0.0.2",)


def test_behind_a_proxy_only_the_host_is_known() -> None:
    request = Request("http://a.gov.cn/", meta={"proxy": "http://10.0.0.1:3128"})
    assert lanes().of(request, "a.gov.cn") == ("a.gov.cn",)


def test_a_name_without_an_address_ends_as_dns_and_not_in_a_wait(tmp_path: Path) -> None:
    name = "a" * 64 + ".invalid"  # no label may be that long: refused without asking anybody
    url = f"http://{name}/a"
    with Server(site({"/b": Answer()})) as server:
        done = crawl(tmp_path, [url, server.url("/b")], hosts=[name, "127.0.0.1"])
    assert done.ends[url][0] == "dns"
    assert done.ends[server.url("/b")][0] == "ok"


def test_a_hanging_host_does_not_keep_the_others_from_the_wire(tmp_path: Path) -> None:
    stuck = {f"/{n}": Answer(delay=60) for n in range(20)}
    with Server(site(stuck)) as sick, Server(site({}), "127.0.0.2") as well:
        urls = [*(sick.url(path) for path in stuck), *(well.url(f"/{n}") for n in range(4))]
        settings = {
            "SCHEDULER": "crawler.state.scheduler.DurableScheduler",
            "CONCURRENT_REQUESTS": 4,
            "DOWNLOAD_TIMEOUT": 90,
        }
        with started(tmp_path, urls, hosts=["127.0.0.1", "127.0.0.2"], **settings):
            sick.wait_for("/robots.txt")
            # All pages of the one that hangs come first in the frontier, and fill all slots.
            well.wait_for("/3")

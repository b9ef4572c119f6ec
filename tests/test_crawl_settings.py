"""What a user may set wrong ends a crawl before its first request: by name, without a trace."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler import settings as production
from crawler.crawl_settings import check_crawl
from crawler.errors import ConfigurationError
from crawler.layout import Layout
from crawler.stated import table
from crawler.store import Store
from tests.portals.demo import scrapy

PORTAL = "ningxia_hongsibu"
PROJECT = {name: value for name, value in vars(production).items() if name.isupper()}


def test_the_projects_own_settings_are_in_order() -> None:
    check_crawl(Settings(PROJECT))
    assert table(Settings(PROJECT), "CONNECT_TO") == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOW", "tomorrow"),
        ("RETRY_TIMES", "x"),
        ("RETRY_TIMES", "-1"),
        ("RETRY_TIMES", "1.5"),
        ("DOWNLOAD_MAXSIZE", "64 MiB"),
        ("DOWNLOAD_TIMEOUT", "nan"),
        ("RENDER_TIMEOUT", "long"),
        ("CONCURRENT_REQUESTS", "0"),
        ("CLOSESPIDER_TIMEOUT", "1h"),
        ("CONDITIONAL_SAMPLE", None),
        ("CONDITIONAL_SAMPLE", "0"),
        ("ATTACHMENT_MEMORY", "lots"),
        ("ATTACHMENT_CONVERT", "perhaps"),
        ("POLITENESS_DELAY", "fast"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(name: str, value: str | None) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name}: expected .*, found {value!r}"):
        check_crawl(Settings(PROJECT | {name: value}))


@pytest.mark.parametrize("value", ["www.a.gov.cn", "5", "[1]", '{"a": 1}', '{"a": null}'])
def test_what_is_no_table_is_refused_by_name(value: str) -> None:
    with pytest.raises(ConfigurationError, match="CONNECT_TO: expected a JSON object of texts"):
        table({"CONNECT_TO": value}, "CONNECT_TO")


def test_an_archive_has_a_name() -> None:
    with pytest.raises(ConfigurationError, match="ARCHIVE_DIR: expected a folder, found nothing"):
        Layout("")


@pytest.mark.parametrize(
    "setting", [{"CONNECT_TO": "localhost"}, {"NOW": "tomorrow"}, {"ARCHIVE_DIR": ""}]
)
def test_a_crawl_says_so_and_leaves_nothing(setting: dict[str, str], tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    stated = {"ARCHIVE_DIR": archive, "CONTACT": "mou@example.org"} | setting
    done = scrapy("crawl", PORTAL, **stated)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert f"{next(iter(setting))}: expected" in done.stderr
    assert not archive.exists()


@pytest.mark.parametrize("command", [("status",), ("crawl", PORTAL)])
@pytest.mark.parametrize("url", ["catalogue", "postgre://mou:secret@localhost/x"])
def test_a_catalogue_whose_address_is_none_is_told(
    command: tuple[str, ...], url: str, tmp_path: Path
) -> None:
    done = scrapy(*command, ARCHIVE_DIR=tmp_path, CONTACT="mou@example.org", CATALOGUE_URL=url)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert "CATALOGUE_URL: expected an SQLAlchemy URL" in done.stderr
    assert "secret" not in done.stderr


def test_a_database_whose_driver_is_missing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError, match="CATALOGUE_URL: expected the driver"):
        Store(Layout(tmp_path), "postgresql+psycopg://localhost/x")


@pytest.mark.parametrize("command", [("crawldue",), ("status",), ("verify", PORTAL)])
def test_an_archive_without_a_name_is_told_by_every_command(command: tuple[str, ...]) -> None:
    done = scrapy(*command, ARCHIVE_DIR="")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert "ARCHIVE_DIR: expected a folder" in done.stderr

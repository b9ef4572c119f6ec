"""``scrapy portals`` as a user meets it."""

from __future__ import annotations

import json

import pytest

from crawler.commands.portals import matches, of_province
from crawler.places.registry import PORTALS
from tests.portals.demo import scrapy


def test_the_registry_is_listed_as_a_table() -> None:
    done = scrapy("portals", "suixi", "--province", "广东")
    assert done.returncode == 0, done.stderr
    heading, row = done.stdout.splitlines()
    assert heading.split()[:3] == ["key", "adcode", "name"]
    assert row.split()[:2] == ["guangdong_suixi", "440823"]
    assert "广东省湛江市遂溪县" in row
    assert "nfcms" in row


@pytest.mark.parametrize(
    "search", ["遂溪县", "湛江市遂", "guangdong_suixi", "440823", "WWW.suixi.gov"]
)
def test_a_portal_is_found_by_name_key_code_and_host(search: str) -> None:
    assert [portal.key for portal in PORTALS if matches(portal, search)] == ["guangdong_suixi"]


@pytest.mark.parametrize("name", ["宁夏", "宁夏回族自治区", "ningxia", "Ningxia"])
def test_a_province_is_known_by_name_and_pinyin(name: str) -> None:
    found = of_province(name)
    assert {portal.place.names[0] for portal in found} == {"宁夏回族自治区"}
    assert len(found) == 28  # the region, five prefectures, 22 counties


def test_a_family_narrows_the_list() -> None:
    done = scrapy("portals", "--province", "ningxia", "--family", "trs", "--json")
    assert done.returncode == 0, done.stderr
    found = {row["key"]: row for row in json.loads(done.stdout)}
    assert set(found) == {"ningxia_lingwu", "ningxia_hongsibu", "ningxia_shapotou"}
    assert found["ningxia_hongsibu"] == {
        "key": "ningxia_hongsibu",
        "adcode": "640303",
        "names": ["宁夏回族自治区", "吴忠市", "红寺堡区"],
        "pinyin": "hongsibu",
        "level": "county",
        "families": ["trs"],
        "url": "https://www.hongsibu.gov.cn/",
        "note": "",
    }


def test_the_check_tells_of_collisions_shared_hosts_and_names() -> None:
    done = scrapy("portals", "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    for told in (
        "henan_qixian: henan_kaifeng_qixian (410221 杞县), henan_hebi_qixian (410622 淇县)",
        "www.putuo.gov.cn: shanghai_putuo (310107 普陀区), zhejiang_putuo (330903 普陀区)",
        "henan_jiyuan (419001 济源示范区): there 济源市",
        "350527 金门县",
        "3209 portals, 0 faults",
    ):
        assert told in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["nowhere at all"], 3, "no portal of the 3209 in the registry matches nowhere at all"),
        (["--family", "lotus"], 3, "a family is known of portals with a spider of their own: "),
        (["--province", "陕"], 2, "expected one of beijing, "),
    ],
)
def test_mistakes_and_empty_answers_are_told(arguments: list[str], code: int, told: str) -> None:
    done = scrapy("portals", *arguments)
    assert done.returncode == code
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr

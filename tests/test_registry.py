from __future__ import annotations

import pytest

from crawler import registry
from crawler.items import Place

SUIXI = Place("440823", ("广东省", "湛江市", "遂溪县"))


def test_places_by_code() -> None:
    assert registry.place("440823") == SUIXI
    assert registry.place("440800") == Place("440800", ("广东省", "湛江市"))
    assert registry.place("310107") == Place("310107", ("上海市", "普陀区"))
    assert registry.place("999999") is None
    assert registry.place("") is None


@pytest.mark.parametrize(
    ("host", "adcode"),
    [
        ("www.suixi.gov.cn", "440823"),
        ("WWW.SUIXI.gov.cn.", "440823"),
        ("www.hongsibu.gov.cn", "640303"),
        ("xzf.suixi.gov.cn", "440823"),
        ("nync.pingliang.gov.cn", "620800"),
        ("www.nc.gov.cn", "360100"),  # the city's own host …
        ("unheard.nc.gov.cn", None),  # … but its districts publish below the same domain
        ("www.putuo.gov.cn", None),  # Shanghai's and Zhoushan's
        ("tzchery.com", None),
        ("gov.cn", None),
        ("", None),
    ],
)
def test_places_by_host(host: str, adcode: str | None) -> None:
    found = registry.place_of_host(host)
    assert (found.adcode if found else None) == adcode


@pytest.mark.parametrize(
    ("code", "adcode"),
    [
        ("5108120013", "510812"),  # 网站标识码
        ("640502017/2018-41187", "640502"),  # 宁夏 索引号, seed 001
        ("6107280000/2024-00012", "610728"),
        ("113715250044422281/2021-None", "371525"),  # 统一社会信用代码
        ("11411002005750994L", "411002"),
        (" 113708260043292687 ", "370826"),
        ("008463720/2016-00001", None),  # 组织机构代码, seed 003
        ("640502", None),
        ("99999900171234567X", None),
        ("无", None),
        ("", None),
    ],
)
def test_places_by_official_codes(code: str, adcode: str | None) -> None:
    found = registry.place_of_code(code)
    assert (found.adcode if found else None) == adcode


def test_every_row_of_the_registry_is_sound() -> None:
    adcodes = [place.adcode for place, _ in registry._ROWS]
    assert len(adcodes) == len(set(adcodes)) == 3208
    assert all(len(adcode) == 6 and adcode.isdigit() for adcode in adcodes)
    assert all(place.names and all(place.names) and host for place, host in registry._ROWS)


def test_what_lies_where() -> None:
    prefecture, province = registry.above(SUIXI)[1:]
    assert (prefecture.adcode, province.adcode) == ("440800", "440000")
    assert registry.within(SUIXI, prefecture)
    assert not registry.within(prefecture, SUIXI)
    assert [place.adcode for place in registry.above(Place("310107", ("上海市", "普陀区")))] == [
        "310107",
        "310000",
    ]


def test_place_names_at_the_head_of_a_text() -> None:
    meant, rest, count = registry.leading_places("吴忠市红寺堡区太阳山镇人民政府", None)
    assert ([place.adcode for place in meant], rest, count) == (["640303"], "太阳山镇人民政府", 2)
    assert registry.leading_places("城区街道办事处", None) == ([], "城区街道办事处", 0)


def test_the_nearest_of_places_with_one_name() -> None:
    meant, _, _ = registry.leading_places("鼓楼区教育局", None)
    assert len(meant) > 1
    assert registry.nearest(meant, None) is None
    in_nanjing = registry.place("320102")  # 南京市玄武区
    nearest = registry.nearest(meant, in_nanjing)
    assert nearest and nearest.names == ("江苏省", "南京市", "鼓楼区")

"""The registry of portals: its rows, its keys, and what belongs to which county."""

from __future__ import annotations

import csv
import re
import runpy
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import crawler
from crawler.extraction.document.issuer_names import home_of
from crawler.items import Place
from crawler.places import registry
from crawler.places.issuers import resolve
from crawler.places.registry_check import check
from tests.sightings import sighting

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


@pytest.mark.parametrize(
    ("code", "adcode"),
    [
        ("430122001/2010-00003", "430112"),  # 望城县, 望城区 since 2011
        ("320602000/2015-1", "320613"),  # 崇川区 got another code in 2020
        ("421024001/2019-1", "421024"),  # once 松滋县's, 江陵县's now
    ],
)
def test_a_code_of_the_past_is_of_the_county_that_came_of_it(code: str, adcode: str) -> None:
    found = registry.place_of_code(code)
    assert found is not None
    assert found.adcode == adcode


def test_a_former_name_is_a_name_unless_another_county_has_it_now() -> None:
    meant, rest, _ = registry.leading_places("望城县白箬铺镇", None)
    assert ([place.adcode for place in meant], rest) == (["430112"], "白箬铺镇")
    for name in ("郊区", "市区"):
        former = {place.county for place in registry.leading_places(f"{name}教育局", None)[0]}
        assert former <= {name}


def test_every_row_of_the_registry_is_sound() -> None:
    portals = registry.PORTALS
    adcodes = [portal.adcode for portal in portals if portal.adcode]
    assert len(adcodes) == len(set(adcodes)) == 3208
    assert len({portal.key for portal in portals}) == len(portals) == 3209
    assert all(re.fullmatch("[a-z0-9]+(_[a-z0-9]+){0,2}", portal.key) for portal in portals)
    assert all(portal.pinyin.isascii() and portal.pinyin.isalpha() for portal in portals)
    assert all(portal.place.names and all(portal.place.names) for portal in portals)
    assert all(portal.url.startswith(("http://", "https://")) for portal in portals)
    assert not [finding for finding in check(portals) if finding.fault]


# The readings that a machine gets wrong, or that decide between two provinces.
KEYS = {
    "610000": "shaanxi",
    "140000": "shanxi",
    "150000": "neimenggu",
    "500000": "chongqing",
    "350200": "fujian_xiamen",
    "341500": "anhui_luan",
    "341600": "anhui_bozhou",
    "340300": "anhui_bengbu",
    "411700": "henan_zhumadian",
    "411726": "henan_biyang",
    "371522": "shandong_shenxian",
    "371722": "shandong_shanxian",
    "371524": "shandong_donge",
    "371481": "shandong_laoling",
    "652823": "xinjiang_yuli",
    "440113": "guangdong_panyu",
    "361124": "jiangxi_yanshan",
    "341021": "anhui_shexian",
    "341023": "anhui_yixian",
    "340621": "anhui_suixi",
    "341621": "anhui_guoyang",
    "410621": "henan_xunxian",
    "410923": "henan_nanle",
    "320116": "jiangsu_luhe",
    "330382": "zhejiang_yueqing",
    "350104": "fujian_cangshan",
    "350105": "fujian_mawei",
    "350112": "fujian_changle",
    "130423": "hebei_linzhang",
    "131025": "hebei_daicheng",
    "130224": "hebei_luannan",
    "130225": "hebei_laoting",
    "130726": "hebei_yuxian",
    "140322": "shanxi_yuxian",
    "140428": "shanxi_zhangzi",
    "141024": "shanxi_hongtong",
    "140400": "shanxi_changzhi",
    "610681": "shaanxi_zichang",
    "610829": "shaanxi_wubu",
    "610727": "shaanxi_lueyang",
    "621223": "gansu_tanchang",
    "620802": "gansu_kongtong",
    "511822": "sichuan_yingjing",
    "510682": "sichuan_shifang",
    "511123": "sichuan_qianwei",
    "421303": "hubei_zengdu",
    "441422": "guangdong_dabu",
    "440811": "guangdong_mazhang",
    "450406": "guangxi_longxu",
    "451000": "guangxi_baise",
    "522701": "guizhou_duyun",
    "451228": "guangxi_duan",
    "222404": "jilin_hunchun",
    "231085": "heilongjiang_muling",
    "150203": "neimenggu_kundulun",
    "653125": "xinjiang_shache",
    "653100": "xinjiang_kashi",
    "110105": "beijing_chaoyang",
    # what is left of names with peoples and other units in them
    "150722": "neimenggu_molidawa",
    "150724": "neimenggu_ewenke",
    "150121": "neimenggu_tumotezuoqi",
    "450328": "guangxi_longsheng",
    "530925": "yunnan_shuangjiang",
    "622926": "gansu_dongxiang",
    "632324": "qinghai_henan",
    "653131": "xinjiang_tashikuergan",
    "429021": "hubei_shennongjia",
    "441803": "guangdong_qingxin",
    "140109": "shanxi_wanbailin",
    "310115": "shanghai_pudong",
    # collisions: with a county, with the prefecture, within one prefecture
    "410221": "henan_kaifeng_qixian",
    "410622": "henan_hebi_qixian",
    "430100": "hunan_changsha",
    "430121": "hunan_changsha_changsha",
    "653201": "xinjiang_hetian_hetianshi",
    "653221": "xinjiang_hetian_hetianxian",
    "310107": "shanghai_putuo",
    "330903": "zhejiang_putuo",
    # the portals with spiders
    "640303": "ningxia_hongsibu",
    "640502": "ningxia_shapotou",
    "640181": "ningxia_lingwu",
    "440823": "guangdong_suixi",
    "510812": "sichuan_chaotian",
}


def test_keys_are_read_as_the_places_are_called() -> None:
    found = {portal.adcode: portal.key for portal in registry.PORTALS if portal.adcode in KEYS}
    assert found == KEYS


def test_a_key_is_short_exactly_where_no_other_county_has_it() -> None:
    """Every member of a collision is named by its prefecture, and nobody else is."""
    plain = Counter(
        (portal.place.names[0], portal.pinyin)
        for portal in registry.PORTALS
        if len(portal.place.names) > 1
    )
    for portal in registry.PORTALS:
        if portal.level == "county":
            alone = plain[portal.place.names[0], portal.pinyin] == 1
            assert (portal.key.count("_") == 1) == alone, portal


def test_portals_by_key_code_and_host() -> None:
    suixi = registry.portal("guangdong_suixi")
    assert suixi is not None
    assert suixi == registry.portal_of("440823")
    assert registry.portals_on("www.suixi.gov.cn") == (suixi,)
    assert (suixi.place, suixi.level, suixi.host) == (SUIXI, "county", "www.suixi.gov.cn")
    assert registry.portal("xinjiang_bingtuan") is not None
    assert registry.portal("nowhere") is None
    assert registry.portal_of("") is None


SHARED = {
    "www.putuo.gov.cn": ("310107", "330903"),
    "www.yanbian.gov.cn": ("222400", "222404"),
    "www.chizhou.gov.cn": ("341700", "341702"),
    "www.huangshi.gov.cn": ("420200", "420281"),
}


def test_four_hosts_carry_two_portals_and_speak_for_neither() -> None:
    shared = registry.shared_hosts()
    found = {name: tuple(p.adcode for p in portals) for name, portals in shared.items()}
    assert found == SHARED
    for name in SHARED:
        assert registry.place_of_host(name) is None


@pytest.mark.parametrize("crawled", [0, 1])
@pytest.mark.parametrize("name", SHARED)
def test_a_page_of_a_shared_host_is_of_the_county_whose_code_it_prints(
    name: str, crawled: int
) -> None:
    """Whichever of the two is crawled: by 索引号, by 网站标识码, by the issuer's name."""
    portal, other = (registry.place(adcode) for adcode in SHARED[name])
    if crawled:
        portal, other = other, portal
    assert portal and other
    page = sighting(1, host=f"http://{name}")
    indexed = replace(page, infobox=(("索引号", f"{other.adcode}001/2020-1"),))
    coded = replace(page, field_sources={"site_code": {"raw": f"{other.adcode}0001"}}, infobox=())
    if other.adcode.endswith("00"):  # the system's owner says nothing of whose page it is
        assert home_of(indexed, portal)[0] == home_of(coded, portal)[0] == portal
    else:
        assert home_of(indexed, portal)[0] == home_of(coded, portal)[0] == other
    issuer = resolve([("signature", f"{''.join(other.names[-2:])}人民政府")], portal)
    assert issuer is not None
    assert issuer.adcode == other.adcode


def test_the_check_finds_what_is_wrong() -> None:
    suixi = registry.PORTALS[0]
    spoiled = [
        replace(suixi, key="Guangdong-Suixi"),
        replace(suixi, key="a_b", url="nothing", place=Place("44082", ("广东省", "遂溪县"))),
        replace(suixi, key="a_b", level="county", place=Place("440823", ("广东省", "碎溪县"))),
    ]
    faults = [finding.told for finding in check(spoiled) if finding.fault]
    for expected in ("a-z, 0-9", "not its own", "six digits", "no home page", "there 遂溪县"):
        assert any(expected in told for told in faults), expected


def test_the_keys_are_what_the_build_makes_of_the_names() -> None:
    pytest.importorskip("pypinyin", reason="only `make data` installs pypinyin")
    script = Path(crawler.__file__).parent / "data" / "build_keys.py"
    build = runpy.run_path(str(script))
    rows = list(csv.DictReader((script.parent / "portals.csv").read_text("utf-8").splitlines()))
    again = [{**row, "key": "", "pinyin": ""} for row in rows]
    build["assign"](again, build["load_readings"]())
    assert again == rows


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

"""Counties, townships and what counties were called before."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

import crawler
from crawler.items import Level
from crawler.places import authority
from crawler.places.authority import Former, Township
from crawler.places.issuers import resolve
from crawler.places.registry import place

DATA = Path(crawler.__file__).parent / "data"


def test_townships_of_the_seeds_have_their_codes() -> None:
    assert authority.townships("640303")["太阳山镇"] == Township(
        "640303101", "太阳山镇", Level.TOWNSHIP, abolished=False
    )
    assert authority.townships("640303")["新民街道"].level is Level.SUBDISTRICT
    assert "东园镇" in authority.townships("640502")
    assert "城月镇" in authority.townships("440823")
    assert "临河镇" in authority.townships("640181")
    assert not authority.townships("999999")


def test_townships_abolished_since_keep_their_codes() -> None:
    found = authority.townships("140213")["北关街道"]
    assert found.abolished
    assert found.code.startswith("140213")


def test_a_county_is_found_by_what_it_was() -> None:
    wangcheng = authority.county("430112")
    assert wangcheng is not None
    assert (wangcheng.name, wangcheng.former) == ("望城区", (Former("430122", "望城县", 2011),))
    assert authority.county("430122") == wangcheng
    assert authority.former_names()["望城县"] == ("430112",)
    assert authority.county("640303") is not None
    assert authority.county("000000") is None


def test_a_code_another_county_has_now_is_that_countys() -> None:
    """松滋县 had 421024 before 江陵县 did, 义马市 had 419001 before 济源市."""
    assert Former("421024", "松滋县", 1995) in [f for c in authority.counties() for f in c.former]
    for county in authority.counties():
        found = authority.county(county.adcode)
        assert found is not None
        assert (found.adcode, found.name) == (county.adcode, county.name)


def test_the_whole_file_is_sound() -> None:
    counties = list(authority.counties())
    townships = [t for c in counties for t in authority.townships(c.adcode).values()]
    assert len(counties) == 2847
    assert len(townships) == 38_749
    codes = [township.code for township in townships]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 9 and code.isdigit() for code in codes)
    assert not [t for t in townships if set(t.name) & set("（）() ,:\t")]
    assert {t.level for t in townships} == {Level.TOWNSHIP, Level.SUBDISTRICT}
    for county in counties:
        for former in county.former:
            assert (former.adcode, former.name) != (county.adcode, county.name)
            assert 1990 <= former.year <= 2026


def test_the_file_is_small_has_its_licence_and_tells_no_time() -> None:
    data = (DATA / "authority.tsv.gz").read_bytes()
    assert len(data) <= 700_000
    assert data[4:8] == bytes(4)  # the time gzip would note
    assert gzip.decompress(data).endswith(b"\n")
    assert "MIT License" in (DATA / "authority.LICENCE.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("adcode", "printed", "id_", "code"),
    [
        ("640303", "太阳山镇人民政府", "640303/township/太阳山镇", "640303101"),
        ("640303", "红寺堡区新民街道办事处", "640303/subdistrict/新民街道", "640303001"),
        ("440823", "城月鎮人民政府", "440823/township/城月镇", "440823107"),
        ("640303", "桃花源镇人民政府", "640303/township/桃花源镇", None),  # nobody knows it
        ("440823", "遂溪县人民政府", "440823/county/遂溪县", None),
        ("440823", "县农业农村局", "440823/department/农业农村局", None),
    ],
)
def test_issuers_below_the_county_carry_their_code(
    adcode: str, printed: str, id_: str, code: str | None
) -> None:
    issuer = resolve([("title", printed)], place(adcode))
    assert issuer is not None
    assert issuer.id == id_
    if code:
        assert issuer.township_code == authority.townships(adcode)[issuer.short].code == code
    else:
        assert issuer.township_code is None

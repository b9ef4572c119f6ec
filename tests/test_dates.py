from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.dates import find_dates, parse_date, period_year, report_years, without_dates


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2018年07月04日", "2018-07-04"),
        ("2018 年 7 月 4 日", "2018-07-04"),
        ("2018-7-4", "2018-07-04"),
        ("2018/07/04", "2018-07-04"),
        ("2018.7.4", "2018-07-04"),
        ("发布时间：2018-07-04 10:20:33", "2018-07-04"),
        ("2018-07-04T10:20:33+08:00", "2018-07-04"),
        ("2018年7月4号", "2018-07-04"),
        ("２０１８年７月４日", "2018-07-04"),
        ("二〇一八年七月四日", "2018-07-04"),
        ("二○一八年十二月三十一日", "2018-12-31"),
        ("二零一五年十月二十日", "2015-10-20"),
        ("二O一五年十一月十日", "2015-11-10"),
        ("2018年2月30日", None),
        ("2018-13-01", None),
        ("1018年7月4日", None),
        ("2018年7月", None),
        ("版本2018.7.4.1", None),
        ("192.168.2018.7.4", None),
        ("2018-07/04", None),
        ("2018年7月4件", None),
        ("20180704", None),
        ("", None),
    ],
)
def test_first_date_of_a_text(text: str, iso: str | None) -> None:
    assert parse_date(text) == iso


def test_compact_dates_only_when_asked() -> None:
    assert parse_date("t20180704_123.html", compact=True) == "2018-07-04"
    assert parse_date("20181304", compact=True) is None
    assert parse_date("1201807041", compact=True) is None


def test_an_impossible_date_does_not_hide_the_next() -> None:
    assert find_dates("2018年2月30日、2018年3月1日和2019/1/2") == ["2018-03-01", "2019-01-02"]


@given(st.dates(date(1949, 10, 1), date(2099, 12, 31)), st.text(alphabet="县年，:a ", max_size=5))
def test_every_way_to_write_a_date_reads_the_same(day: date, around: str) -> None:
    for text in (
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}-{day.month}-{day.day}",
        f"{day:%Y/%m/%d}",
        f"{day:%Y.%m.%d} 10:20",
    ):
        assert parse_date(f"{around} {text} {around}") == day.isoformat()


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2018年政府信息公开工作年度报告", [2018]),
        ("2018 年度", [2018]),
        ("2022度政务公开", [2022]),
        ("二〇一八年度", [2018]),
        ("２０１８年", [2018]),
        ("2018－2019年", [2018, 2019]),
        ("2018年至2019年", [2018, 2019]),
        ("2023年总结和2024年思路", [2023, 2024]),
        ("国办发〔2017〕24号2018年", [2018]),
        ("2014年1月20日公布2013年度", [2013]),
        ("32018年 1018年 2018件", []),
    ],
)
def test_years_a_text_is_about(text: str, years: list[int]) -> None:
    assert report_years(text) == years


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("统计期限自2020年1月1日起至2020年12月31日止", 2020),
        ("统计期限自2020年1月1日(起)至2020年12月31日(止)", 2020),
        ("所列數據的統計期限自2020年1月1日起至2020年12月31日止", 2020),
        ("现将我镇2018年1月1日至12月31日政府信息公开工作报告如下", 2018),
        ("自二〇一八年一月一日至二〇一八年十二月三十一日", 2018),
        ("统计期限为2008年5月1日—2008年12月31日", 2008),
        ("统计时限：2009年11月1日至2010年10月31日", 2010),
        ("统计期限为2011年1月1日至2012年2月1日", 2011),
        ("统计期限2018年1月至12月", 2018),
        ("本报告数据统计截止2018年12月31日", 2018),
        ("2013年1月1日至2013年6月30日试点；统计期限自2014年1月1日至12月31日", 2014),
        ("规划期2015年1月1日至2020年12月31日", None),
        ("2018年3月1日至3月5日举办培训", None),
        ("2018年7月4日", None),
        ("", None),
    ],
)
def test_year_of_the_reporting_period(text: str, year: int | None) -> None:
    assert period_year(text) == year


def test_texts_without_their_dates_keep_what_they_are_about() -> None:
    assert "2018" not in without_dates("示政发〔2018〕3号 2018年7月4日")
    assert "2018年政务" in without_dates("2018年政务公开")


@given(st.text(alphabet="0123456789年月日-/.〇○一二十自至统计期限〔〕号 ", max_size=60))
def test_no_text_raises(text: str) -> None:
    assert all(date.fromisoformat(found) for found in find_dates(text, compact=True))
    report_years(text)
    period_year(text)


def test_a_date_in_characters_alone_is_found_with_any_sign_of_the_year() -> None:
    assert (
        find_dates("二〇一八年一月二日") == find_dates("二零一八\uf98e一月二日") == ["2018-01-02"]
    )
    assert find_dates("发布机构") == []

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Level, Place
from crawler.places import registry
from crawler.places.bodynames import names_body, names_government
from crawler.places.issuers import printed_issuer, resolve
from tests import titles_table as table


def place(adcode: str) -> Place:
    found = registry.place(adcode)
    assert found
    return found


HONGSIBU, SHAPOTOU, LINGWU = place("640303"), place("640502"), place("640181")
SUIXI, CHAOTIAN = place("440823"), place("510812")
SAMPLE = Place("990101", ("示例省", "示例市", "示例县"))  # a county the registry does not have


@pytest.mark.parametrize(
    ("home", "printed", "id_", "name"),
    [
        # the seeds, in every wording their pages use
        (
            HONGSIBU,
            "吴忠市红寺堡区太阳山镇人民政府",
            "640303/township/太阳山镇",
            "吴忠市红寺堡区太阳山镇人民政府",
        ),
        (
            HONGSIBU,
            "红寺堡区太阳山镇",
            "640303/township/太阳山镇",
            "吴忠市红寺堡区太阳山镇人民政府",
        ),
        (SHAPOTOU, "东园镇", "640502/township/东园镇", "中卫市沙坡头区东园镇人民政府"),
        (
            SHAPOTOU,
            "沙坡头区镇罗镇人民政府",
            "640502/township/镇罗镇",
            "中卫市沙坡头区镇罗镇人民政府",
        ),
        (SUIXI, "城月鎮人民政府", "440823/township/城月镇", "遂溪县城月镇人民政府"),
        (SUIXI, "城月鎮(zhèn)人民政府", "440823/township/城月镇", "遂溪县城月镇人民政府"),
        (SUIXI, "湛江市城月镇", "440823/township/城月镇", "遂溪县城月镇人民政府"),
        (CHAOTIAN, "陈家乡", "510812/township/陈家乡", "广元市朝天区陈家乡人民政府"),
        (
            CHAOTIAN,
            "广元市朝天区陈家乡党政办",
            "510812/township/陈家乡",
            "广元市朝天区陈家乡人民政府",
        ),
        (LINGWU, "灵武市 临河镇", "640181/township/临河镇", "灵武市临河镇人民政府"),
        # the county government and its office are two
        (SUIXI, "遂溪县人民政府", "440823/county/遂溪县", "遂溪县人民政府"),
        (SUIXI, "县政府", "440823/county/遂溪县", "遂溪县人民政府"),
        (SUIXI, "遂溪县", "440823/county/遂溪县", "遂溪县人民政府"),
        (SUIXI, "遂溪县人民政府门户网站", "440823/county/遂溪县", "遂溪县人民政府"),
        (HONGSIBU, "红寺堡区人民政府", "640303/county/红寺堡区", "吴忠市红寺堡区人民政府"),
        (
            SUIXI,
            "遂溪县人民政府办公室",
            "440823/department/遂溪县人民政府办公室",
            "遂溪县人民政府办公室",
        ),
        (SUIXI, "县政府办", "440823/department/遂溪县人民政府办公室", "遂溪县人民政府办公室"),
        # bureaux
        (SAMPLE, "示例县农业农村局", "990101/department/农业农村局", "示例县农业农村局"),
        (SUIXI, "县农业农村局", "440823/department/农业农村局", "遂溪县农业农村局"),
        (SUIXI, "市场监督管理局", "440823/department/市场监督管理局", "遂溪县市场监督管理局"),
        (SUIXI, "县志办公室", "440823/department/县志办公室", "遂溪县县志办公室"),
        (SUIXI, "国家税务总局遂溪县税务局", "440823/department/税务局", "遂溪县税务局"),
        (LINGWU, "市教育局", "640181/department/教育局", "灵武市教育局"),
        (SUIXI, "市教育局", "440800/department/教育局", "湛江市教育局"),
        # below the county
        (SUIXI, "遂城街道办事处", "440823/subdistrict/遂城街道", "遂溪县遂城街道办事处"),
        (SUIXI, "遂城街办", "440823/subdistrict/遂城街道", "遂溪县遂城街道办事处"),
        (SUIXI, "安镇街道", "440823/subdistrict/安镇街道", "遂溪县安镇街道办事处"),
        (SUIXI, "城区街道办事处", "440823/subdistrict/城区街道", "遂溪县城区街道办事处"),
        (SUIXI, "红旗镇人民政府", "440823/township/红旗镇", "遂溪县红旗镇人民政府"),
        (SUIXI, "某某回族乡", "440823/township/某某回族乡", "遂溪县某某回族乡人民政府"),
        (
            place("150824"),
            "乌拉特中旗巴音乌兰苏木",
            "150824/township/巴音乌兰苏木",
            "乌拉特中旗巴音乌兰苏木人民政府",
        ),
        # an autonomous county's everyday name, a village
        (
            place("431227"),
            "新晃县环境保护局",
            "431227/department/环境保护局",
            "新晃侗族自治县环境保护局",
        ),
        (SUIXI, "白羊村村民委员会", "440823/other/白羊村村民委员会", "遂溪县白羊村村民委员会"),
        # zones and the party
        (SUIXI, "遂溪县产业园管理委员会", "440823/other/产业园管委会", "遂溪县产业园管委会"),
        (SUIXI, "中共遂溪县委员会办公室", "440823/other/遂溪县委办公室", "中共遂溪县委办公室"),
        (CHAOTIAN, "中共朝天区委组织部", "510812/other/朝天区委组织部", "中共广元市朝天区委组织部"),
        # bodies of elsewhere on this portal
        (SUIXI, "廉江市人民政府", "440881/county/廉江市", "廉江市人民政府"),
        (
            SUIXI,
            "硚口区人民政府汉正街道办事处",
            "420104/subdistrict/汉正街道",
            "武汉市硚口区汉正街道办事处",
        ),
        (
            SUIXI,
            "广东省人民政府办公厅",
            "440000/department/广东省人民政府办公厅",
            "广东省人民政府办公厅",
        ),
        (SUIXI, "鼓楼区人民政府", "440823/other/鼓楼区人民政府", "鼓楼区人民政府"),
        (
            SUIXI,
            "仙坛县临江镇人民政府",
            "440823/other/仙坛县临江镇人民政府",
            "仙坛县临江镇人民政府",
        ),
        # a county under its former name is the county it became
        (SUIXI, "开县临江镇人民政府", "500154/township/临江镇", "重庆市开州区临江镇人民政府"),
        (SUIXI, "望城县人民政府", "430112/county/望城区", "长沙市望城区人民政府"),
        (SUIXI, "国务院办公厅", "100000/other/国务院办公厅", "国务院办公厅"),
        # a Simplified name is never folded
        (place("610424"), "乾县人民政府", "610424/county/乾县", "乾县人民政府"),
    ],
)
def test_printed_names_and_their_issuers(home: Place, printed: str, id_: str, name: str) -> None:
    issuer = resolve([("infobox", printed)], home)
    assert issuer
    assert (issuer.id, issuer.name) == (id_, name)
    assert issuer.id == f"{issuer.adcode}/{issuer.level}/{issuer.short}"


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "全县",
        "各乡镇人民政府",
        "镇人民政府",
        "人民政府",
        "办公室",
        "党政办公室",
        "本站",
        "本站原创",
        "无",
        "管理员",
        "政务公开",
        "2018-07-04",
        "有效",
        "据" * 5000,
    ],
)
def test_what_names_no_body(printed: str) -> None:
    assert resolve([("infobox", printed)], SUIXI) is None


def test_without_a_place_only_names_that_carry_one_resolve() -> None:
    issuer = resolve([("title", "灵武市临河镇")], None)
    assert issuer and issuer.id == "640181/township/临河镇"
    assert resolve([("title", "陈家乡")], None) is None
    assert resolve([], SUIXI) is None


def test_the_first_that_names_a_body_decides() -> None:
    issuer = resolve([("title", "政务公开"), ("infobox", "陈家乡"), ("portal", "朝天区")], CHAOTIAN)
    assert issuer and (issuer.short, issuer.evidence) == ("陈家乡", "infobox")


def test_the_fullest_print_of_the_same_body_is_kept_with_its_evidence() -> None:
    issuer = resolve(
        [
            ("title", "东园镇"),
            ("infobox", "沙坡头区东园镇"),
            ("signature", "中卫市沙坡头区东园镇人民政府"),
            ("breadcrumb", "中卫市沙坡头区迎水桥镇人民政府"),
        ],
        SHAPOTOU,
    )
    assert issuer
    assert issuer.id == "640502/township/东园镇"
    assert (issuer.printed, issuer.evidence) == ("中卫市沙坡头区东园镇人民政府", "signature")


def test_place_names_count_more_than_length() -> None:
    issuer = resolve([("title", "灵武市临河镇"), ("signature", "临河镇人民政府")], LINGWU)
    assert issuer and issuer.printed == "灵武市临河镇"


def test_a_medium_that_passes_a_text_on_is_no_issuer() -> None:
    medium = "遂溪县融媒体中心"
    portal = ("portal", "遂溪县人民政府")
    passed_on = resolve([("source", medium), portal], SUIXI)
    assert passed_on and passed_on.level is Level.COUNTY
    own_report = resolve([("title", medium), portal], SUIXI)
    assert own_report and own_report.short == "融媒体中心"


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        (
            "吴忠市红寺堡区太阳山镇人民政府2018年政府信息公开工作年度报告",
            "吴忠市红寺堡区太阳山镇人民政府",
        ),
        ("关于印发东园镇2018年政务公开工作要点的通知", "东园镇"),
        ("城月鎮人民政府2020年度政府信息公開工作年度報告", "城月鎮人民政府"),
        ("2020年度城月鎮人民政府信息公開工作年度報告", "城月鎮人民政府"),
        ("灵武市临河镇 2018 年政府信息公开工作年度报告", "灵武市临河镇"),
        (
            "宣汉县人民政府办公室 关于印发《2023年全县政务公开工作要点》的通知",
            "宣汉县人民政府办公室",
        ),
        (
            "京政办发〔2016〕26号《北京市人民政府办公厅关于印发〈要点〉的通知》",
            "北京市人民政府办公厅",
        ),
        ("遂溪县教育局转发县人民政府办公室关于印发2018年政务公开工作要点的通知", "遂溪县教育局"),
        ("转发国务院办公厅关于印发2020年政务公开工作要点的通知", None),
        ("关于贯彻落实国务院办公厅2020年政务公开工作要点的通知", None),
        ("关于公布遂溪县财政局二〇一八年政府信息公开年度报告的公告", "遂溪县财政局"),
        ("关于2015年度政务公开工作开展情况的自查报告", None),
        ("2018年全县政务公开工作要点", None),
        ("2022年德清县政务公开工作要点", None),
        ("通许县2017年度政府信息公开年报", "通许县"),
        ("政府信息公开年度报告", None),
        ("", None),
    ],
)
def test_issuers_inside_titles(title: str, printed: str | None) -> None:
    assert printed_issuer(title) == printed


@pytest.mark.parametrize(("group", "floor"), [("real", 0.98), ("written dev", 0.99)])
def test_issuers_in_labelled_titles(group: str, floor: float) -> None:
    score = table.issuers(table.of_group(group))
    print(*score.wrong, sep="\n")
    assert score.asked >= 60 and score.share >= floor


@pytest.mark.parametrize(
    ("group", "floor"),
    # Four of the real ones are 平潭综合实验区: a county by its label, to us a zone beside 平潭县.
    [("real", 0.93), ("written dev", 0.98), ("written holdout", 0.98)],
)
def test_levels_of_labelled_issuers(group: str, floor: float) -> None:
    score = table.levels(table.of_group(group))
    print(*score.wrong, sep="\n")
    assert score.asked >= 25 and score.share >= floor


def test_fields_that_agree_make_an_issuer_surer() -> None:
    title = ("title", "东园镇")
    box, path = ("infobox", "沙坡头区东园镇"), ("breadcrumb", "东园镇")
    alone, twice, weak, supposed = (
        resolve(names, SHAPOTOU)
        for names in ([title], [title, box, box], [path], [("portal", "沙坡头区人民政府")])
    )
    assert alone and twice and weak and supposed
    assert 1 > twice.confidence > alone.confidence > weak.confidence > supposed.confidence > 0
    repeated = resolve([title, title], SHAPOTOU)
    assert repeated and repeated.confidence == alone.confidence
    unknown = resolve([("title", "仙坛县临江镇人民政府")], SHAPOTOU)
    assert unknown and unknown.confidence < alone.confidence


@pytest.mark.parametrize(
    ("text", "body", "government"),
    [
        ("示例县农业农村局", True, False),
        ("县政府办公室", True, False),
        ("遂溪县人民政府", True, True),
        ("示例县人民政府门户网站", True, True),
        ("遂溪县", True, True),
        ("白羊村村民委员会", True, False),
        ("首页", False, False),
        ("政务公开", False, False),
    ],
)
def test_texts_that_are_only_a_name(text: str, body: bool, government: bool) -> None:
    assert (names_body(text), names_government(text)) == (body, government)


PARTS = st.sampled_from(
    ["遂溪县", "湛江市", "城月镇", "人民政府", "办公室", "街道", "局", "市", "镇", "(", "鎮"]
)


@given(st.lists(PARTS | st.text(max_size=3), max_size=8), st.sampled_from([SUIXI, SAMPLE, None]))
def test_no_print_raises_and_ids_are_well_formed(parts: list[str], home: Place | None) -> None:
    printed = "".join(parts)
    printed_issuer(printed)
    issuer = resolve([("title", printed)], home)
    if issuer:
        assert issuer.id == f"{issuer.adcode}/{issuer.level}/{issuer.short}"
        assert issuer.short and issuer.name
        assert resolve([("title", printed)], home) == issuer

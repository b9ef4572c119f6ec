"""Labels without a colon: only where several stand together are they labels at all."""

from __future__ import annotations

import pytest

from tests.test_extraction_body import PROSE, page, read_html

BODY = "<div class=TRS_Editor>" + "".join(f"<p>{line}</p>" for line in PROSE) + "</div>"
INFO = (
    ("索引号", "DYZ-2018-0041"),
    ("发文字号", "东政发〔2018〕112号"),
    ("发布机构", "东园镇人民政府"),
    ("有效性", "有效"),
    ("成文日期", "2018-07-04"),
)


def block(markup: str, between: str = "") -> str:
    return between.join(markup.format(label=label, value=value) for label, value in INFO)


LAYOUTS = {
    "one element after the other": block("<li><b>{label}</b><span>{value}</span></li>"),
    "a line over a line": block("<div><b>{label}</b><p>{value}</p></div>"),
    "flat boxes": f"<div>{block('<div>{label}</div><div>{value}</div>')}</div>",
    "a heading over a line": f"<aside>{block('<h5>{label}</h5><p>{value}</p>')}</aside>",
    "a break between": block("<p>{label}<br>{value}</p>"),
    "all in one line": f"<div>{block('<i>{label}</i><i>{value}</i>')}</div>",
    "bars": f"<p>{block('{label} {value}', ' | ')}</p>",
    "dashes": f"<p>{block('{label} - {value}', '；')}</p>",
    "a wide gap": block("<li>{label}&emsp;&emsp;<a href=x>{value}</a></li>"),
}


@pytest.mark.parametrize("below", [False, True], ids=["above", "below"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_block_whose_labels_have_no_colon(layout: str, below: bool) -> None:
    html = LAYOUTS[layout]
    result = read_html(page(f"{BODY}<div><div>{html}</div></div>" if below else html + BODY))
    assert result.infobox == INFO
    assert result.body == "\n\n".join(PROSE)


@pytest.mark.parametrize(
    "html",
    [
        "<div><i>时间</i>2019-02-28 <i>作者</i>办公室 <i>来源</i>县交通运输局</div>",
        "<div>发布于 2019-02-28 11:20 / 来源 县交通运输局 / 纠错 / 打印</div>",
        "<div>来源</div><div>县交通运输局</div><div>时间</div><div>2019-02-28</div>",
    ],
)
def test_date_and_source_without_colons(html: str) -> None:
    result = read_html(f"<meta charset=utf-8><body>{html}{BODY}</body>".encode())
    assert (result.published, result.source) == ("2019-02-28", "县交通运输局")


@pytest.mark.parametrize(
    "html",
    [
        "<ul><li>分类 政策</li><li>主题 公开</li></ul>",
        "<p><a>索引</a> <a>时间</a> <a>来源</a></p>",
        "<div><div>标题</div><div>文号</div><div>成文日期</div></div>",
        "<p>来源 于生活</p>",
    ],
)
def test_words_of_menus_and_headers_of_lists_are_no_labels(html: str) -> None:
    plain, with_menu = read_html(page(BODY)), read_html(page(html + BODY))
    assert with_menu.infobox == plain.infobox == ()
    assert with_menu.source == plain.source
    assert with_menu.body == plain.body


def test_duties_that_open_a_text_are_no_block() -> None:
    duties = "<p>责任单位 县财政局</p><p>时间 2018年12月底前</p>"
    result = read_html(page(BODY.replace("TRS_Editor>", f"TRS_Editor>{duties}")))
    assert result.infobox == ()
    assert result.body.startswith("责任单位 县财政局\n\n时间 2018年12月底前")


@pytest.mark.parametrize("between", ["</span><span>", " | "])
def test_values_of_one_line_without_labels(between: str) -> None:
    values = ["SHQ018-2019-00121", "龙街办〔2019〕33号", "龙泉岭路街道", "2019-08-20", "有效"]
    result = read_html(page(f"<div><span>{between.join(values)}</span></div>{BODY}"))
    assert [value for _, value in result.infobox] == [
        "SHQ018-2019-00121",
        "龙街办〔2019〕33号",
        "龙泉岭路街道",
        "有效",
        "2019-08-20",
    ]


def test_an_unlisted_label_ends_the_value_before_it() -> None:
    line = "<p>索引号：FJ00402-0210-2017-00014 未见之名：主动公开 [公开单位：县林业局]</p>"
    assert read_html(page(line + BODY)).infobox == (
        ("索引号", "FJ00402-0210-2017-00014"),
        ("发布机构", "县林业局"),
    )


def test_an_empty_value_is_not_what_follows_the_block() -> None:
    rows = "<ul><li>索引号：11/2022-1</li><li>有效性：<b></b></li></ul><p>某镇公开信息的说明</p>"
    assert read_html(page(rows + BODY)).infobox == (("索引号", "11/2022-1"),)

"""The three tables of the annual report's form of 2021, filled with invented numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class _Span:
    """A cell of a form that reaches over several rows or columns."""

    text: str
    rows: int = 1
    columns: int = 1


_Row = list["str | _Span"]
_Form = list[_Row]


def _information() -> _Form:
    """第二十条: four small tables in one, as the form prints them."""
    form: _Form = [
        [_Span("第二十条第（一）项", columns=4)],
        ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        ["规章", "0", "0", "0"],
        ["行政规范性文件", "3", "1", "16"],
    ]
    for item, label, lines in (
        ("五", "本年处理决定数量", [("行政许可", "27")]),
        ("六", "本年处理决定数量", [("行政处罚", "5"), ("行政强制", "0")]),
        ("八", "本年收费金额<br>（单位：万元）", [("行政事业性收费", "1.35")]),
    ):
        form.append([_Span(f"第二十条第（{item}）项", columns=4)])
        form.append(["信息内容", _Span(label, columns=3)])
        form += [[name, _Span(value, columns=3)] for name, value in lines]
    return form


_RESULTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "（三）不予公开",
        (
            "1.属于国家秘密",
            "2.其他法律行政法规禁止公开",
            "3.危及“三安全一稳定”",
            "4.保护第三方合法权益",
            "5.属于三类内部事务信息",
            "6.属于四类过程性信息",
            "7.属于行政执法案卷",
            "8.属于行政查询事项",
        ),
    ),
    (
        "（四）无法提供",
        (
            "1.本机关不掌握相关政府信息",
            "2.没有现成信息需要另行制作",
            "3.补正后申请内容仍不明确",
        ),
    ),
    (
        "（五）不予处理",
        (
            "1.信访举报投诉类申请",
            "2.重复申请",
            "3.要求提供公开出版物",
            "4.无正当理由大量反复申请",
            "5.要求行政机关确认或重新出具已获取信息",
        ),
    ),
    (
        "（六）其他处理",
        (
            "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
            "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
            "3.其他",
        ),
    ),
)
_NOBODY = ["0"] * 7


def _people(natural: int, enterprise: int = 0) -> list[str]:
    return [str(natural), str(enterprise), "0", "0", "0", "0", str(natural + enterprise)]


def _requests() -> _Form:
    """三、: three columns of labels, seven of applicants."""
    form: _Form = [
        [
            _Span("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3),
            _Span("申请人情况", columns=7),
        ],
        [_Span("自然人", rows=2), _Span("法人或其他组织", columns=5), _Span("总计", rows=2)],
        ["商业<br>企业", "科研<br>机构", "社会公益组织", "法律服务机构", "其他"],
        [_Span("一、本年新收政府信息公开申请数量", columns=3), *_people(13, 1)],
        [_Span("二、上年结转政府信息公开申请数量", columns=3), *_people(2)],
        [
            _Span("三、本年度办理结果", rows=22),
            _Span("（一）予以公开", columns=2),
            *_people(9, 1),
        ],
        [
            _Span("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", columns=2),
            *_people(4),
        ],
    ]
    for group, results in _RESULTS:
        form.append([_Span(group, rows=len(results)), results[0], *_NOBODY])
        form += [[result, *_NOBODY] for result in results[1:]]
    form.append([_Span("（七）总计", columns=2), *_people(13, 1)])
    form.append([_Span("四、结转下年度继续办理", columns=3), *_people(2)])
    return form


def _litigation() -> _Form:
    """四、: three rows of headings over fifteen numbers."""
    results = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    return [
        [_Span("行政复议", columns=5), _Span("行政诉讼", columns=10)],
        [
            *(_Span(one.replace("结果", "结果<br>", 1), rows=2) for one in results),
            _Span("未经复议直接起诉", columns=5),
            _Span("复议后起诉", columns=5),
        ],
        [*results, *results],
        ["2", "0", "1", "0", "3", "1", "0", "0", "0", "1", "0", "0", "0", "0", "0"],
    ]


FORMS: tuple[_Form, ...] = (_information(), _requests(), _litigation())


def _as_span(cell: str | _Span) -> _Span:
    return cell if isinstance(cell, _Span) else _Span(cell)


def table_markup(form: _Form) -> str:
    """Bordered, each cell a paragraph: what Word leaves of a table in an editor."""
    rows = []
    for row in form:
        cells = "".join(
            f'<td rowspan="{cell.rows}" colspan="{cell.columns}"><p align="center">'
            f"<span>{cell.text}</span></p></td>"
            for cell in map(_as_span, row)
        )
        rows.append(f"<tr>{cells}</tr>")
    return f'<table border="1" cellspacing="0"><tbody>{"".join(rows)}</tbody></table>\n'


def grid(form: _Form) -> tuple[tuple[str, ...], ...]:
    """The form as a grid: each text once, where its cell begins."""
    width = sum(_as_span(cell).columns for cell in form[0])
    grid = [[""] * width for _ in form]
    taken: set[tuple[int, int]] = set()
    for row_number, row in enumerate(form):
        for cell in map(_as_span, row):
            column = next(n for n in range(width) if (row_number, n) not in taken)
            grid[row_number][column] = cell.text.replace("<br>", "")
            taken.update(
                (row_number + down, column + right)
                for down in range(cell.rows)
                for right in range(cell.columns)
            )
    return tuple(tuple(row) for row in grid)

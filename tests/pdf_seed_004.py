"""Seed 004, whose own PDF is not at hand, drawn with the breaks that file is known to have."""

from __future__ import annotations

from tests.pdf_samples import Sheet, broken, gold_004, measure_breaking_after

#: Where the lines, cells and pages of seed 004 end as it was published (seed-gold's README).
LINE_ENDS_004 = (
    ("公开情况", "统计表"), ("公开政府信息数", "（不同渠道"), ("重大舆情数", "（不同方式"),
    ("经济安全和社会", "稳定"), ("政府网站工作人员", "数）"), ("政府公报编辑管理", "及政府网站"),
)  # fmt: skip
PAGE_ENDS_004 = (
    ("“互联网+政务服务”宣", "传，提高"),
    ("1. 属于已主动公开范围数", "2. 同意公开答复数"),
)


def seed_004_as_published(*, repeats_head: bool) -> bytes:
    """Seed 004 with every break that the published file is known to have, and ``-1-`` below."""
    title, body = gold_004()
    for before, after in LINE_ENDS_004:
        body = body.replace(before + after, f"{before}\v{after}")
    *blocks, caption, table = body.split("\n\n")
    word, row = PAGE_ENDS_004[0][0], PAGE_ENDS_004[1][1]
    measure = measure_breaking_after(next(block for block in blocks if word in block), word, 14)
    sheet = Sheet(14, measure=measure, numbers="-{}-")
    sheet.centred(*broken(title, measure, 18), size=18)
    for block in blocks:
        sheet.paragraph(block, word)
    sheet.centred(*caption.split("\v"), size=16)
    rows = [line.split("\t") for line in table.split("\n")]
    sheet.rows(rows, [310, 60, 60], row, head=rows[0] if repeats_head else ())
    return sheet.pdf()

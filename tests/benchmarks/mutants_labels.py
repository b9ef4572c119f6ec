"""Labels as portals print them, for the mutants: the judge's own list.

The extractor's table (``crawler/data/labels.toml``) is what is judged, so it is not asked here.
"""

from __future__ import annotations

_BLOCK = {
    "索引号": (
        "索引号 索取号 索引编号 索引码 信息索取号 公开索引号 信息索引号 信息索引 "
        "政府信息索引号 索引代码 索引编码 信息索引码 信息索引编号 政府信息索引 目录索引号 "
        "索引"
    ),
    "发文字号": (
        "发文字号 文号 发文文号 文件编号 文件字号 公文字号 公文编号 文件文号 备注/文号 "
        "备注·文号 信息文号 公文文号 发文号 文件号 发文编号 公文号"
    ),
    "责任部门": (
        "责任部门 公开责任部门 责任单位 公开责任单位 信息责任部门 信息责任单位 公开责任科室 "
        "责任处（科）室 责任处(科)室 责任处室 公开责任机构 信息责任科室"
    ),
    "发布机构": (
        "发布机构 发文机关 发文机构 发文单位 发布单位 发布部门 发布机关 公开机构 制发机关 "
        "制发单位 制定机关 制作单位 制作机关 公开单位 公开部门 公开主体 发文部门 发布主体 "
        "信息发布机构 成文单位 印发机关 印发单位 生成单位 所属机构 公开机关 制定单位 "
        "制定部门 制发部门 印发部门 公布机关 公布单位 发布科室 信息发布单位 信息制作单位"
    ),
    "公文种类": (
        "公文种类 公文类型 文种 文件类型 文件种类 体裁分类 体裁 公文体裁 公文类别 文件类别 信息体裁"
    ),
    "主题分类": (
        "主题分类 信息分类 分类 信息类别 主题类别 所属主题 信息主题 主题 所属分类 所属类别"
    ),
    "有效性": (
        "有效性 时效 时效性 时效状态 效力状态 信息有效性 文件状态 是否有效 信息时效 "
        "文件时效 有效状态 信息状态 效力 信息效力 文件效力"
    ),
    "成文日期": (
        "成文日期 成文时间 生成日期 生成时间 公文生成日期 发文日期 发文时间 制发日期 "
        "签发日期 签发时间 制作日期 形成日期 形成时间 印发日期"
    ),
}
_HEAD = {
    "published": (
        "发布时间 发布日期 公开日期 公开时间 公布日期 发稿时间 上网时间 发表日期 发表时间 "
        "信息时间 发布于 录入时间 添加时间 上传时间 时间 日期 更新时间 更新日期 更新于 "
        "刊发时间 刊发日期 登载时间 登载日期 发表于 上传日期 录入日期 添加日期"
    ),
    "source": (
        "来源 信息来源 文章来源 稿件来源 内容来源 新闻来源 来源单位 来源部门 信息来源单位 "
        "稿源 出处 来自 供稿单位 信息提供单位"
    ),
}
_OTHERS = (
    "标题 信息名称 文件名称 信息标题 文件标题 名称 主题词 关键词 服务对象分类 服务对象 "
    "公开方式 公开形式 公开范围 公开时限 公开程序 公开类型 内容概述 信息概述 生效日期 "
    "生效时间 实施日期 施行日期 废止日期 废止时间 失效时间 失效日期 有效期 作者 责任编辑 "
    "编辑 编辑人 审核 审核人 签发人 记者 备注 浏览次数 浏览量 浏览数 阅读次数 阅读量 阅读 "
    "阅读数 浏览 点击数 点击量 点击率 点击次数 点击 访问量 访问次数 人气 字体 字号 "
    "字体大小 文字大小 视力保护色 背景色 分享到 分享 打印 信息提供 供稿 撰稿 保存期限 语种 "
    "载体类型 文件来源 登记号 统一编号 统一登记号 编辑录入 录入 录入者 录入人 发布人 发布者 "
    "上传者 审稿 校对 已阅 累计阅读 阅读人数 浏览人次 访问 公开类别 公开属性 公开载体 "
    "所属栏目 组配分类"
)
#: Names that are both: 成文日期, and when a text went out where nothing else says it.
ISSUED = frozenset(("发文日期", "发文时间", "印发日期"))

#: Field of the block → its names.
BLOCK = {field: tuple(names.split()) for field, names in _BLOCK.items()}
#: ``published`` and ``source`` → their names.
HEAD = {field: tuple(names.split()) for field, names in _HEAD.items()}
NAMES = frozenset(
    name for names in (*BLOCK.values(), *HEAD.values(), tuple(_OTHERS.split())) for name in names
)
#: Name → the names of the same field that mean nothing else.
SYNONYMS = {
    name: tuple(other for other in names if other not in ISSUED)
    for names in (*BLOCK.values(), *HEAD.values())
    for name in names
    if name not in ISSUED
}
#: Name → the field of the block.
FIELD = {name: field for field, names in BLOCK.items() for name in names}

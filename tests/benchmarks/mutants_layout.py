"""Mutants of a page's build: names of classes, wrappers, and more of what surrounds a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from lxml.html import HtmlElement

from tests.benchmarks.extract_text import bare
from tests.benchmarks.mutants_fields import DATE
from tests.benchmarks.mutants_labels import HEAD
from tests.benchmarks.mutants_page import (
    CONTAINERS,
    Change,
    Kind,
    Marks,
    body_element,
    fragment,
    more,
    on_tree,
    same,
    wrap,
)
from tests.gold.pages import GoldPage

#: Names that say what is shown to whom: the rule itself is in a style sheet no page brings.
_TELLING = re.compile(r"hid|none|mobile|phone|wap|\bpc|print|display|invis|sr-only", re.IGNORECASE)
_STRUCTURED = frozenset(
    ("table", "tbody", "thead", "tr", "ul", "ol", "dl", "select", "head", "html")
)
_COLUMNS = ("领导之窗", "机构设置", "政策文件", "通知公告", "部门动态", "乡镇信息", "财政资金",
            "重大项目", "公共服务", "回应关切", "政府公报", "统计信息", "人事信息", "办事指南",
            "建议提案", "互动交流", "民意征集", "专题专栏", "规划计划", "应急管理")  # fmt: skip
_MENU_LINKS = 150


def _is_container(name: str) -> bool:
    """One of a family's own, as crawler/data/containers.toml names them."""
    known = [one for some in CONTAINERS.values() for one in some]
    exact = {one.get("id") for one in known} | {one.get("class") for one in known}
    prefixes = tuple(one["id_prefix"] for one in known if "id_prefix" in one)
    return name in exact or name.startswith(prefixes)


def renamed(keep: Callable[[str], bool]) -> Change:
    """Every name another one, the same wherever it stands, style sheets and scripts included."""

    def change(tree: HtmlElement, page: GoldPage, random: Random) -> Marks:
        names: dict[str, str] = {}

        def other(name: str) -> str:
            if keep(name) or _TELLING.search(name):
                return name
            return names.setdefault(name, f"m{random.randrange(36**4):05}-{len(names)}")

        for element in tree.iter():
            for attribute in ("class", "id"):
                value = element.get(attribute) if isinstance(element.tag, str) else None
                if value:
                    element.set(attribute, " ".join(map(other, value.split())))
        for element in tree.iter("style", "script"):
            element.text = _NAMED.sub(lambda m: names.get(m[0], m[0]), element.text or "")
        return {}

    return on_tree(change)


#: A name in a selector or a quoted argument.
_NAMED = re.compile(r"(?<=[.#'\"])[\w-]+")


def wrapped(tree: HtmlElement, page: GoldPage, random: Random) -> Marks:
    """Some blocks in one or two more <div>."""
    for element in list(tree.body.iter("div", "h1", "ul", "dl", "table")):
        parent = element.getparent()
        if parent is None or parent.tag in _STRUCTURED or random.random() > 0.3:
            continue
        if parent.tag != "p":
            wrap(element, fragment(random.choice(("<div></div>", '<div class="w"></div>'))))
    return {}


def headings_plain(tree: HtmlElement, page: GoldPage, random: Random) -> Marks:
    for element in list(tree.body.iter("h1", "h2", "h3")):
        element.tag = random.choice(("div", "p")) if not len(element) else "div"
    return {}


def without_metas(tree: HtmlElement, page: GoldPage, random: Random) -> Marks | None:
    """Only where the page shows what they say."""
    shown = bare(tree.body.text_content())
    sources = (rf"{name}\W*{re.escape(bare(page.source))}" for name in HEAD["source"])
    if bare(page.title) not in shown or (page.source and not re.search("|".join(sources), shown)):
        return None
    year, _, rest = page.published.partition("-")
    numbers = [int(part) for part in rest.split("-") if part]
    date = rf"{year}\D0?" + r"\D0?".join(map(str, numbers))
    if page.published and not re.search(date, shown):
        return None
    for meta in list(tree.iter("meta")):
        if meta.get("name"):
            meta.drop_tree()
    return {}


# -- chrome ----------------------------------------------------------------------------------------


def _menu(random: Random) -> str:
    links = (
        f'<li><a href="/col/col{number}/">{random.choice(_COLUMNS)}</a></li>'
        for number in range(_MENU_LINKS)
    )
    return f'<div class="m-nav"><ul>{"".join(links)}</ul></div>'


def _links(random: Random) -> str:
    """A list of other documents with their dates."""
    items = (
        f'<li><a href="/zwgk/c{number}.html">云岭县{random.choice(_COLUMNS)}工作领导小组'
        f"关于做好第{number}批有关工作的通知</a>"
        f"<span>20{random.randrange(13, 24)}-0{number + 1}-12</span></li>"
        for number in range(8)
    )
    return f'<div class="m-list"><h3>相关信息</h3><ul>{"".join(items)}</ul></div>'


def _sidebar(random: Random) -> str:
    links = (f'<li><a href="/c{n}/">{name}</a></li>' for n, name in enumerate(_COLUMNS))
    return f'<div class="m-side"><h3>法定主动公开内容</h3><ul>{"".join(links)}</ul></div>'


def _share(random: Random) -> str:
    return (
        '<div class="m-share"><span>分享到：</span><a href="#">微信</a><a href="#">微博</a>'
        '<a href="javascript:window.print()">【打印】</a><a href="javascript:window.close()">'
        "【关闭】</a><p>扫一扫在手机打开当前页</p></div>"
    )


def _footer(random: Random) -> str:
    return (
        '<div class="m-foot"><p>主办单位：云岭县人民政府办公室　技术支持：云岭县大数据中心</p>'
        "<p>网站标识码：5301270001　滇ICP备05000001号　滇公网安备53012702000001号</p>"
        "<p>联系电话：0871-00000000　版权所有：云岭县人民政府</p></div>"
    )


def added(chrome: Callable[[Random], str], place: str) -> Change:
    """More chrome: at the page's start or end, before or after the part of the page with the
    body, behind the body or as the last thing in its container."""

    def change(tree: HtmlElement, page: GoldPage, random: Random) -> Marks | None:
        new, body = fragment(chrome(random)), body_element(tree, page)
        if place == "start":
            tree.body.insert(0, new)
            new.tail, tree.body.text = tree.body.text, None
        elif place == "end":
            tree.body.append(new)
        elif body is None or body.tag in _STRUCTURED or body in (tree, tree.body):
            return None
        elif place == "inside":
            body.append(new)
        else:
            part = body if place == "behind" else _whole_article(body, tree, page)
            if part is None:
                return None
            _beside(part, new, place == "before")
        return {}

    return on_tree(change)


def _whole_article(body: HtmlElement, tree: HtmlElement, page: GoldPage) -> HtmlElement | None:
    """The child of <body> with the text, when title, block and files are in it as well.

    No portal puts its columns between an article's head and its text.
    """
    above = [body, *body.iterancestors()]
    whole = above[above.index(tree.body) - 1]
    said = bare(whole.text_content())
    parts = [page.title, *(page.infobox or {}).values(), *(name for _, name in _files(page))]
    shown = bare(tree.body.text_content())
    inside = all(bare(part) in said for part in parts if bare(part) in shown)
    dates = (len(DATE.findall(text)) for text in (whole.text_content(), tree.body.text_content()))
    return whole if inside and len(set(dates)) == 1 else None


def _files(page: GoldPage) -> tuple[tuple[str, str], ...]:
    return page.attachments or ()


def _beside(element: HtmlElement, new: HtmlElement, before: bool) -> None:
    if before:
        element.addprevious(new)
    else:
        new.tail, element.tail = element.tail, None
        element.addnext(new)


def stray_end(tree: HtmlElement, page: GoldPage, random: Random) -> Marks | None:
    """One </div> too many behind a paragraph of the body."""
    body = body_element(tree, page)
    paragraphs = [] if body is None else [one for one in body if one.tag == "p"]
    if body is None or body.tag != "div" or len(paragraphs) < 3:
        return None
    one = random.choice(paragraphs[1:-1])
    one.tail = _STRAY + (one.tail or "")
    return {_STRAY: "</div>"}


_STRAY = "\ue004"

KINDS = (
    Kind("reserialised", "what lxml writes of the page: what the kinds made from a tree start with",
         on_tree(lambda tree, page, random: {}), same),
    Kind("names", "every portal has its own names for classes and ids",
         renamed(_is_container), same, from_tree=True),
    Kind("names-containers", "a CMS nobody knows",
         renamed(lambda name: False), same, from_tree=True),
    Kind("wrapped-blocks", "grids and modules of page builders", on_tree(wrapped), same,
         from_tree=True),
    Kind("headings-plain", "old templates set titles by style alone", on_tree(headings_plain),
         same, from_tree=True),
    Kind("no-metas", "a third of the portals prints none", on_tree(without_metas), same,
         from_tree=True),
    Kind("menu-150", "集约化 portals print the whole tree of columns on every page",
         added(_menu, "start"), more, from_tree=True),
    Kind("related-end", "lists of other documents below the text",
         added(_links, "after"), more, from_tree=True),
    Kind("related-behind", "the same in the column of the text",
         added(_links, "behind"), more, from_tree=True),
    Kind("sidebar-before", "columns on the left", added(_sidebar, "before"), more, from_tree=True),
    Kind("sidebar-after", "columns on the right", added(_sidebar, "after"), more, from_tree=True),
    Kind("list-before", "the latest documents stand on the left of the text",
         added(_links, "before"), more, from_tree=True),
    Kind("share-behind", "share bar below the text", added(_share, "behind"), more, from_tree=True),
    Kind("share-inside", "share bar within the text's container", added(_share, "inside"), more,
         from_tree=True),
    Kind("footer", "who runs the site", added(_footer, "end"), more, from_tree=True),
    Kind("stray-end-div", "templates close a tag twice", on_tree(stray_end), same,
         from_tree=True),
)  # fmt: skip

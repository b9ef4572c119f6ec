"""The path a page prints of itself: 当前位置：首页 > 信息公开 > 年报, in its many cuts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile
from urllib.parse import urlsplit

from crawler import hanzi
from crawler.extraction.fields.area import Area
from crawler.extraction.fields.label_names import DATA, any_of, expanded, first_of, spelled
from crawler.extraction.fields.label_patterns import ONLY_LABEL
from crawler.extraction.fields.tokens import Token
from crawler.extraction.page import Page
from crawler.extraction.walk.flow import LISTS, Element
from crawler.extraction.whitespace import bare, squeeze

_DATA = DATA["breadcrumb"]
_LABEL_NAMES = [one for name in _DATA["-"] for one in expanded(name)]
_LABELS = any_of(_LABEL_NAMES)
_HOME = _DATA["home"].replace("首页", spelled("首页")).replace("主页", spelled("主页"))
# What parts two names: -> and ==> are arrows, too, and the glyphs of an icon font; a slash, a bar
# or a dot only where it cannot be inside a name.
_ARROWHEADS = ">＞»›→▸▶►⇒⟩❯▷≫➔➜⇨➤➡⟶〉❱⮞\ue000-\uf8ff"
_ARROWS = rf"/\\{_ARROWHEADS}"
_WEAK = "-－–—_|｜·•:："
_ARROW = rf"[-－–—=]*[{_ARROWS}]+"
_SEPARATOR = re.compile(rf"\s*(?:{_ARROW}|::|\s》(?=\s)|】\s*【|\]\s*\[|\s[{_WEAK}]+\s)\s*")
_TIGHT = re.compile(rf"\s*[{_WEAK}]+\s*")
_START = re.compile(
    rf"{_LABELS}\s*(?:[】\]］]?\s*[:：]+|[是为]\s*[:：]?|[】］]|{_ARROW}|\s(?={_HOME}))\s*(?P<path>.*)"
    rf"|^[\[【\s{_ARROWHEADS}]*(?P<home>(?:{_HOME})(?:\s*[\]】]?\s*[-－–—=]*[\\{_ARROWHEADS}]|\s+[·》:：]\s"
    r"|\s*[/-]\s|】\s*【|\]\s*\[|[-－–—_]+(?=[\u3400-\u9fff])).*)"
    rf"|^(?P<site>[\u3400-\u9fff]{{2,20}}(?:网|网站|门户|平台|人民政府)\s*[{_ARROWHEADS}].*)",
    re.IGNORECASE,
)
_LABEL = re.compile(_LABELS)
# What a line has that a path may begin in: a label or a home page, readings between their
# characters (d19) or none, or the name of a site before an arrow. `re` runs to a character of a set
# four times as fast as it looks ahead at each one, so the first is taken, then looked back at; of
# the home page, a pattern, it may be any.
_BEGINS = first_of([*_LABEL_NAMES, *_DATA["home"], *_DATA["home"].swapcase(), *"(（"])
_MAY_START = re.compile(
    rf"(?:{_BEGINS}|[{_ARROWHEADS}])(?<=(?={_LABELS}|(?i:{_HOME})|[{_ARROWHEADS}(（]).)"
    ".*"  # the rest of the line
)
_ONLY_HOME = re.compile(rf"[\[【]?(?:{_HOME})[\]】]?", re.IGNORECASE)
# 首页 龙泉岭路街道 政务公开 above the title, where nothing but its place tells the path from a menu
# (e20, e23): so near to the body, with an information block between at most, of so few names.
_NEAR_BODY = 30
_MOST_UNTOLD = 5
_LONGEST_UNTOLD = 20
_UNTOLD = re.compile(rf"(?:{_HOME})\s+(?:[|｜]\s+)?\S", re.IGNORECASE)
_PARTED = re.compile(rf"[\u3400-\u9fff]\s*[-－–—=]*[{_ARROWHEADS}]+\s*[\u3400-\u9fff]")
_BLANKS = re.compile(r"\s+(?:[|｜]\s+)?")
_MENU_HOLDER = re.compile(r"nav|menu|head|top|foot", re.IGNORECASE)
_MENU = re.compile(_DATA["menu"])
_JOINS = re.compile(rf"\s*(?:{_ARROW}|::)")
_ENDS_OPEN = re.compile(rf"(?:{_ARROW}|::)\s*\Z")
_HERE = re.compile(_DATA["here"])
_HOLDER = re.compile(_DATA["holders"])
# The first crumb may be the site's name instead of 首页 (c29), or lead to its root (c25).
_SITE = re.compile(r".*(?:网|网站|门户|平台)")
_ROOT_PATH = re.compile(r"/?(?:(?:index|default)\.\w+)?", re.IGNORECASE)
_NUMBERED = re.compile(r"\d{1,2}\.")
_OPENS_NUMBERED = re.compile(rf"\n{_NUMBERED.pattern}")
_NAMED_BY = ("class", "id", "itemtype", "aria-label")
_LONGEST_NAME = 60
_MOST_PARTS = 12
_LEAST_FROM_CLASS = 2


def find_breadcrumb(page: Page, areas: Sequence[Area]) -> tuple[str, ...]:
    """The column names, without the home page and words for "this page"."""
    tokens: list[Token] = []
    likely: list[int] = []
    for area in areas:
        first = len(tokens)
        tokens += area.tokens
        likely += [first + position for position in area.having(_MAY_START)]
        for position in area.having(_OPENS_NUMBERED):
            tokens[first + position] = _unnumbered(area.tokens[position])
    for position in likely:
        if (start := _start(tokens, position)) is None:
            continue
        token = tokens[position]
        names = _names_in(_parts(token.text[start:], tokens, position))
        if columns := _columns(page, token, names):
            return columns
    asked: dict[Element, bool] = {}
    for token in tokens:
        if (holder := _holder_by_class(token, asked)) is not None:
            names = _names_in(one.text for one in tokens if _is_inside(one, holder))
            if _LEAST_FROM_CLASS <= len(names) <= _MOST_PARTS:
                return _columns(page, token, names)
    return _untold(page, tokens)


def _unnumbered(token: Token) -> Token:
    """A line without the number that a list puts in front of its item."""
    number = _NUMBERED.match(token.text)
    if number is None or next(token.element.iterancestors(*LISTS), None) is None:
        return token
    return token._replace(text=token.text[number.end() :])


def _start(tokens: Sequence[Token], position: int) -> int | None:
    """Where in a line the path begins, if it does."""
    text = hanzi.without_readings(tokens[position].text)
    if found := _START.search(text):
        return next(
            found.start(name) for name in ("path", "home", "site") if found[name] is not None
        )
    following = tokens[position + 1].text if position + 1 < len(tokens) else ""
    if _ONLY_HOME.fullmatch(text) and _JOINS.match(following):
        return 0  # the names and what parts them are items of a list (e21)
    if _ONLY_HOME.match(following) and _LABEL.fullmatch(text):
        return len(tokens[position].text)
    return None


def _names_in(parts: Iterable[str]) -> list[str]:
    """The names in the pieces of a path, by what parts them: signs, or else blanks."""
    split = (name for part in parts for name in _SEPARATOR.split(squeeze(part)))
    names = [name for name in split if name]
    if len(names) != 1:
        return names
    home = re.match(_HOME, names[0], re.IGNORECASE)
    if home and _TIGHT.match(names[0], home.end()):
        return _TIGHT.split(names[0])
    return names[0].split()


def _untold(page: Page, tokens: Sequence[Token]) -> tuple[str, ...]:
    """The path that nothing names, above the title: a line, or the items of a list (g24)."""
    near = tokens[-_NEAR_BODY:]
    for position in range(len(near) - 1, -1, -1):
        token = near[position]
        text = token.text
        if _UNTOLD.match(text):
            names = _BLANKS.split(squeeze(text))
        elif _ONLY_HOME.fullmatch(text):
            names = [text, *_beside(near, position)]
        elif _PARTED.search(text):
            names = ["", *_names_in([text])]
        else:
            continue
        if _may_be_path(names) and not _MENU_HOLDER.search(_names(token.element)):
            return _columns(page, token, names)
    return ()


def _beside(tokens: Sequence[Token], position: int) -> list[str]:
    """The lines after one that stand in the same list."""
    element = tokens[position].element
    if (holder := element.getparent()) is None or element.tag == "body":
        return []
    following = islice(tokens, position + 1, position + 2 + _MOST_UNTOLD)
    return [one.text for one in takewhile(lambda one: _is_inside(one, holder), following)]


def _may_be_path(names: Sequence[str]) -> bool:
    """Whether names beginning with the home page are of a path; the last may be the page's own.

    A menu names the news and the services; a path may end in such a column (g18).
    """
    columns = names[1:]
    if names[0].startswith("返回"):  # a way back, no path (f12)
        return False
    if not 0 < len(columns) <= _MOST_UNTOLD or any(map(_MENU.search, columns[:-1])):
        return False
    if len(columns) == 1 and (not names[0] or _MENU.search(columns[0])):
        return False
    return all(len(one) <= _LONGEST_UNTOLD for one in columns[:-1])


def without_title(breadcrumb: tuple[str, ...], title: str) -> tuple[str, ...]:
    """The path less the page itself, where it is named (perhaps cut) at the end."""
    if breadcrumb and len(breadcrumb[-1]) >= 8:
        last = bare(breadcrumb[-1]).rstrip(".…")
        if bare(title).startswith(last):
            return breadcrumb[:-1]
    return breadcrumb


def _parts(first: str, tokens: Sequence[Token], position: int) -> list[str]:
    """The pieces of the path: cells and list items may hold one name each (b03, a25)."""
    following = list(islice(tokens, position + 1, position + 1 + _MOST_PARTS))
    if not first.strip():
        if not following:
            return []
        if not _SEPARATOR.search(following[0].text):
            listed = _listed(tokens[position], following)
            if not any(_JOINS.match(part) for part in listed[1:]):
                return listed
        first, following = following[0].text, following[1:]
    elif _ONLY_HOME.fullmatch(first.strip()) and following and not _JOINS.match(following[0].text):
        names = [first, *_listed(tokens[position], following)]  # cells, pictures between (b17)
        return names if _may_be_path(names) else [first]
    parts = [first]
    for token in following:
        if not (_JOINS.match(token.text) or _ENDS_OPEN.search(parts[-1])):
            break
        if ONLY_LABEL.fullmatch(token.text):  # 年报 → above the information block (e03)
            break
        if len(token.text) > _LONGEST_NAME:
            break
        parts.append(token.text)
    return parts


def _listed(label: Token, following: Sequence[Token]) -> list[str]:
    """The lines of the list beside a label: those of what holds the label and the first line."""
    first = following[0].element
    inside = {first, *first.iterancestors()}
    around = next(
        (one for one in (label.element, *label.element.iterancestors()) if one in inside), None
    )
    if around is None:
        return []
    branch = next(
        (one for one in (first, *first.iterancestors()) if one.getparent() is around), first
    )
    for holder in (branch, around):
        listed = [one.text for one in following if _is_inside(one, holder)]
        if len(listed) > 1:
            return listed
    return [following[0].text]


def _is_inside(token: Token, holder: Element) -> bool:
    return token.element is holder or holder in token.element.iterancestors()


def _holder_by_class(token: Token, asked: dict[Element, bool]) -> Element | None:
    """What around a line is called a path; lines beside each other stand in the same elements."""
    for element in (token.element, *islice(token.element.iterancestors(), 3)):
        if (is_holder := asked.get(element)) is None:
            is_holder = asked[element] = _HOLDER.search(_names(element)) is not None
        if is_holder:
            return element
    return None


def _names(element: Element) -> str:
    """What an element is called, its schema.org type included (f24)."""
    return " ".join(filter(None, map(element.get, _NAMED_BY)))


def _columns(page: Page, start: Token, names: Sequence[str]) -> tuple[str, ...]:
    columns = [name for name in (name.strip("[]【】 ") for name in names) if name]
    if columns and not is_here(columns[0]) and _is_home(page, start, columns[0]):
        columns = columns[1:]
    return tuple(name for name in columns if not is_here(name))


def is_here(name: str) -> bool:
    """Whether a name stands for the home page or for the page itself."""
    plain = bare(hanzi.fold(hanzi.strip_pinyin_parentheses(name)))
    return any(one.fullmatch(plain) for one in (_HERE, _ONLY_HOME, _LABEL))


def _is_home(page: Page, start: Token, name: str) -> bool:
    """Whether the first crumb is the site itself under its own name."""
    return bool(_SITE.fullmatch(name)) or name in _root_links(page, start)


def _root_links(page: Page, start: Token) -> Iterator[str]:
    for link in start.element.iter("a"):
        href = (link.get("href") or "").strip()
        if href and not href.startswith(("#", "javascript:", ".")):
            parts = urlsplit(page.absolute(href))
            if parts.scheme and _ROOT_PATH.fullmatch(parts.path) and not parts.query:
                yield squeeze("".join(link.itertext()))

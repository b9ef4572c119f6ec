"""The path a page prints of itself: 当前位置：首页 > 信息公开 > 年报, in its many cuts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import islice
from urllib.parse import urlsplit

from crawler import hanzi
from crawler.extraction.fields.labels import ONLY_LABEL, Token, spelled
from crawler.extraction.page import Page
from crawler.extraction.walk.flow import Element
from crawler.extraction.whitespace import bare, squeeze

_DATA = tomllib.loads(files("crawler").joinpath("data/labels.toml").read_text("utf-8"))[
    "breadcrumb"
]
_LABELS = "|".join(spelled(name) for name in sorted(_DATA["-"], key=len, reverse=True))
_HOME = _DATA["home"].replace("首页", spelled("首页")).replace("主页", spelled("主页"))
# What parts two names: a slash, a bar or a dot only where it cannot be inside one.
_ARROWS = ">＞»›→▸▶►⇒⟩❯▷≫➔➜⇨/\\\\"
_WEAK = "-－–—_|｜·•:："
_SEPARATOR = re.compile(rf"\s*(?:[{_ARROWS}]+|::|\s》(?=\s)|】\s*【|\]\s*\[|\s[{_WEAK}]+\s)\s*")
_TIGHT = re.compile(rf"\s*[{_WEAK}]+\s*")
_START = re.compile(
    rf"(?:{_LABELS})\s*(?:[】\]]?\s*[:：]+|[是为]\s*[:：]?|】|\s(?={_HOME}))\s*(?P<path>.*)"
    rf"|^[\[【]?(?P<home>(?:{_HOME})(?:[\]】]?\s*[{_ARROWS.replace('/', '')}]|\s+[·》:：]\s"
    r"|\s*[/-]\s|】\s*【|\]\s*\[|[-－–—_]+(?=[\u3400-\u9fff])).*)"
    r"|^(?P<site>[\u3400-\u9fff]{2,20}(?:网|网站|门户|平台|人民政府)\s*[>＞»›→].*)",
    re.IGNORECASE,
)
_LABEL = re.compile(_LABELS)
_ONLY_HOME = re.compile(rf"[\[【]?(?:{_HOME})[\]】]?", re.IGNORECASE)
# 首页 龙泉岭路街道 政务公开 right above the title, where nothing but its place tells the path
# from a menu (e20, e23): so near to the body, of so few names.
_NEAR_BODY = 8
_MOST_UNTOLD = 5
_LONGEST_UNTOLD = 20
_UNTOLD = re.compile(rf"(?:{_HOME})\s+(?:[|｜]\s+)?\S", re.IGNORECASE)
_MENU_HOLDER = re.compile(r"nav|menu|head|top|foot", re.IGNORECASE)
_MENU = re.compile(_DATA["menu"])
_JOINS = re.compile(rf"\s*(?:[{_ARROWS}]|::)")
_ENDS_OPEN = re.compile(rf"(?:[{_ARROWS}]|::)\s*\Z")
_HERE = frozenset(_DATA["here"])
_HOLDER = re.compile(_DATA["holders"])
# The first crumb may be the site's name instead of 首页 (c29), or lead to its root (c25).
_SITE = re.compile(r".*(?:网|网站|门户|平台)")
_ROOT_PATH = re.compile(r"/?(?:(?:index|default)\.\w+)?", re.IGNORECASE)
_NUMBERED = re.compile(r"\d{1,2}\.")
_NAMED_BY = ("class", "id", "itemtype", "aria-label")
_LONGEST_NAME = 60
_MOST_PARTS = 12
_LEAST_FROM_CLASS = 2


def find_breadcrumb(page: Page, tokens: Sequence[Token]) -> tuple[str, ...]:
    """The column names, without the home page and words for "this page"."""
    for position, token in enumerate(tokens):
        start = _start(tokens, position)
        if start is None:
            continue
        parts = _parts(token.text[start:], tokens, position)
        names = [name for part in parts for name in _SEPARATOR.split(squeeze(part))]
        if len(names) == 1:
            names = _tightly_parted(names[0])
        return _columns(page, token, names)
    for token in tokens:
        if (holder := _holder_by_class(token)) is not None:
            names = [squeeze(one.text) for one in tokens if _is_inside(one, holder)]
            names = [one for name in names for one in _SEPARATOR.split(name)]
            if len(names) == 1 and _UNTOLD.match(names[0]):
                names = names[0].split()
            if len(names) >= _LEAST_FROM_CLASS:
                return _columns(page, token, names)
    return _untold(page, tokens)


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


def _tightly_parted(path: str) -> list[str]:
    """The names of a path with nothing between them but a picture, or a sign without blanks."""
    home = re.match(_HOME, path, re.IGNORECASE)
    if home and _TIGHT.match(path, home.end()):
        return _TIGHT.split(path)
    return path.split()


def _untold(page: Page, tokens: Sequence[Token]) -> tuple[str, ...]:
    """The path that nothing names, close above the title."""
    for token in reversed(tokens[-_NEAR_BODY:]):
        if _UNTOLD.match(token.text) and not _MENU_HOLDER.search(_names(token.element)):
            names = re.split(r"\s+(?:[|｜]\s+)?", squeeze(token.text))
            few = len(names) <= _MOST_UNTOLD + 1
            if few and not any(len(one) > _LONGEST_UNTOLD or _MENU.search(one) for one in names):
                return _columns(page, token, names)
    return ()


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


def _holder_by_class(token: Token) -> Element | None:
    for element in (token.element, *islice(token.element.iterancestors(), 3)):
        names = _names(element)
        if names and _HOLDER.search(names):
            return element
    return None


def _names(element: Element) -> str:
    """What an element is called, its schema.org type included (f24)."""
    return " ".join(filter(None, map(element.get, _NAMED_BY)))


def _columns(page: Page, start: Token, names: Sequence[str]) -> tuple[str, ...]:
    columns = [name for name in (name.strip("[]【】 ") for name in names) if name]
    if all(map(_NUMBERED.match, columns)):  # the items of an <ol>
        columns = [_NUMBERED.sub("", name, count=1) for name in columns]
    columns = [name for name in columns if name]
    if columns and not is_here(columns[0]) and _is_home(page, start, columns[0]):
        columns = columns[1:]
    return tuple(name for name in columns if not is_here(name))


def is_here(name: str) -> bool:
    """Whether a name stands for the home page or for the page itself."""
    plain = bare(hanzi.fold(hanzi.strip_pinyin_parentheses(name)))
    return plain in _HERE or bool(_ONLY_HOME.fullmatch(plain) or _LABEL.fullmatch(plain))


def _is_home(page: Page, start: Token, name: str) -> bool:
    """Whether the first crumb is the site itself under its own name."""
    return bool(_SITE.fullmatch(name)) or name in _root_links(page, start)


def _root_links(page: Page, start: Token) -> Iterator[str]:
    for link in start.element.iter("a"):
        href = (link.get("href") or "").strip()
        if href and not href.startswith(("#", "javascript:", ".")):
            parts = urlsplit(page.absolute(href))
            if parts.scheme and _ROOT_PATH.fullmatch(parts.path) and not parts.query:
                yield squeeze(str(link.text_content()))

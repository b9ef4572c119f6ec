"""What all kinds of mutants share: a gold page as a tree and back, its texts, labels and body.

A change gets a page and returns it written differently with the same gold, or None where it has
nothing to change or would change what a careful reader keeps. What belongs to the body, a label
or a date is told from the gold and never by the extractor that is judged.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from lxml import etree, html
from lxml.html import HtmlElement

from crawler.extraction.decode import decode
from tests.benchmarks.extract_text import bare
from tests.benchmarks.mutants_labels import NAMES
from tests.gold.pages import GoldPage

#: Characters no page has: they stand in the tree for markup that is written when it is printed.
OPEN, CLOSE, POINT = "\ue001", "\ue002", "\ue003"
Marks = Mapping[str, str]
Change = Callable[[GoldPage, Random], GoldPage | None]
TreeChange = Callable[[HtmlElement, GoldPage, Random], Marks | None]
MarkupChange = Callable[[str, Random], str]
#: Elements whose text is no text of the page.
_OPAQUE = ("script", "style", "textarea", "title", "select", "xmp", "noscript", "iframe")
#: The share of the body's characters an element must hold to be the body's.
_MOST = 0.9
#: A shorter run may stand in a body by chance, unless it is a line of it.
_TELLING = 10

_DATA = Path(__file__).resolve().parents[2] / "crawler" / "data"
CONTAINERS = tomllib.loads((_DATA / "containers.toml").read_text(encoding="utf-8"))


def _label_pattern() -> str:
    longest = sorted(NAMES, key=lambda name: (-len(name), name))
    return "|".join(r"\s*".join(map(re.escape, name)) for name in longest)


_NAMES = _label_pattern()
#: A label with its colon, or one that is all its line says.
LABEL = re.compile(
    rf"(?<!\w)(?P<label>{_NAMES})(?P<end>\s*[：:】\]]\s*)"
    rf"|^(?P<lead>[^\w\n]*)(?P<alone>{_NAMES})(?P<tail>[^\w\n]*)$",
    re.MULTILINE,
)
#: A label and the value behind it, up to a blank.
VALUE = re.compile(rf"((?<!\w)(?:{_NAMES})\s*[：:]\s*)([^\s|]+)")
_REWORDED = re.compile(rf"{_NAMES}|[\d年月日]")


@dataclass(frozen=True, slots=True)
class Kind:
    """One way portals differ; ``words`` says how the page's words must compare afterwards."""

    name: str
    why: str
    change: Change
    words: Callable[[str, str], bool] | None
    #: Whether the page is written anew from its tree, and judged beside itself so written.
    from_tree: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text in the tree: an element's own, or the one behind it."""

    element: HtmlElement
    behind: bool

    @property
    def value(self) -> str:
        return (self.element.tail if self.behind else self.element.text) or ""

    def set(self, value: str) -> None:
        if self.behind:
            self.element.tail = value
        else:
            self.element.text = value

    @property
    def holder(self) -> HtmlElement | None:
        return self.element.getparent() if self.behind else self.element


def same(before: str, after: str) -> bool:
    return before == after


def moved(before: str, after: str) -> bool:
    return Counter(before) == Counter(after)


def more(before: str, after: str) -> bool:
    return Counter(before) <= Counter(after)


def reworded(before: str, after: str) -> bool:
    """Labels and dates are printed otherwise: everything else must be as it was."""
    return _REWORDED.sub("", before) == _REWORDED.sub("", after)


def on_tree(change: TreeChange) -> Change:
    def changed(page: GoldPage, random: Random) -> GoldPage | None:
        tree = tree_of(page)
        marks = change(tree, page, random)
        return None if marks is None else with_markup(page, written(tree, marks))

    return changed


def on_markup(change: MarkupChange) -> Change:
    def changed(page: GoldPage, random: Random) -> GoldPage | None:
        before = markup_of(page)
        after = change(before, random)
        return None if after == before else with_markup(page, after)

    return changed


def reserialised(page: GoldPage) -> GoldPage:
    """The page as lxml writes what it read."""
    return with_markup(page, written(tree_of(page), {}))


def markup_of(page: GoldPage) -> str:
    return decode(page.content, page.content_type)[0]


def with_markup(page: GoldPage, markup: str) -> GoldPage:
    """Encoded as the page was, so that what it declares stays as true as it was."""
    encoding = decode(page.content, page.content_type)[1]
    return replace(page, content=markup.encode(encoding, "xmlcharrefreplace"))


def parse(markup: str) -> HtmlElement:
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    return html.document_fromstring(markup.encode(), parser=parser, ensure_head_body=True)


def tree_of(page: GoldPage) -> HtmlElement:
    return parse(markup_of(page))


def written(tree: HtmlElement, marks: Marks) -> str:
    markup: str = etree.tostring(tree.getroottree(), method="html", encoding="unicode")
    for mark, tag in marks.items():
        markup = markup.replace(mark, tag)
    return markup


def words_of(page: GoldPage) -> str:
    """Letters and digits of all the page says, in its order."""
    texts = tree_of(page).xpath("//text()[not(parent::script or parent::style)]")
    return re.sub(r"\W+", "", "".join(texts))


def texts(root: HtmlElement) -> Iterator[Text]:
    """The visible runs of text below an element, in the page's order."""
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event == "start":
            if element.tag in _OPAQUE:
                walker.skip_subtree()
            elif element.text:
                yield Text(element, behind=False)
        elif element is not root and element.tail:
            yield Text(element, behind=True)


def around(tree: HtmlElement, page: GoldPage) -> list[Text]:
    """The texts that are not the body's: those whose words the gold's body does not have."""
    body = bare(page.body)
    found = ((text, bare(text.value)) for text in texts(tree.body))
    return [text for text, said in found if said and said not in body]


def body_element(tree: HtmlElement, page: GoldPage) -> HtmlElement | None:
    """The deepest element that holds most of the gold's body, and all copies of it.

    None where a script holds it, or nothing.
    """
    body, lines = bare(page.body), set(map(bare, page.body.split("\n")))
    held: Counter[HtmlElement] = Counter()
    for text in texts(tree.body):
        said = bare(text.value)
        if said in lines or (len(said) >= _TELLING and said in body):
            element = text.holder
            while element is not None:
                held[element] += len(said)
                element = element.getparent()
    if 2 * held[tree.body] < len(body):
        return None
    most = [element for element, count in held.items() if count >= _MOST * held[tree.body] > 0]
    return max(most, key=lambda element: sum(1 for _ in element.iterancestors()), default=None)


def fragment(markup: str) -> HtmlElement:
    return html.fragment_fromstring(markup)


def wrap(element: HtmlElement, wrapper: HtmlElement) -> None:
    """Put a wrapper in an element's place and the element into it."""
    wrapper.tail, element.tail = element.tail, None
    parent = element.getparent()
    assert parent is not None
    parent.replace(element, wrapper)
    wrapper.append(element)

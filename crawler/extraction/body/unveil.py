"""The body of a page that shows none by itself: taken from where its script would take it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from crawler.extraction.body.carriers import Carrier, carriers, is_enough
from crawler.extraction.boilerplate import is_chrome
from crawler.extraction.page import Page, parsed
from crawler.extraction.walk.flow import BOXES, SKIPPED, Element, Line
from crawler.extraction.walk.lines import Lines
from crawler.extraction.walk.prose import is_prose
from crawler.extraction.whitespace import han

# A page with this much visible prose shows its body itself.
_SHOWN_HAN = 400
# What is carried must be this many times the visible prose: footers have sentences too.
_TIMES = 2
# Each one tried is parsed; a body is among the longest a page carries.
_MOST_TRIED = 4
_MARK = "data-unveiled"
_HOLDERS = frozenset(("div", "td", "article", "section", "main"))


def unveil(page: Page, shown: int, places: Iterable[Element]) -> tuple[Element, str] | None:
    """Put the carried body into the page's tree; the element that holds it now, and its way.

    ``shown`` is the page's visible prose in Han characters. ``places`` are containers that stand
    empty: a script that does not name its target fills the first of them.
    """
    if shown >= _SHOWN_HAN:
        return None
    carried = carriers(page.tree, page.html, page.tagged(*BOXES, "script"))
    offered = heapq.nlargest(_MOST_TRIED, carried, key=lambda one: han(one.markup))
    found = [(prose_han(Lines(parsed(one.markup)).all), one) for one in offered]
    size, best = max(found, key=lambda one: one[0], default=(0, None))
    if best is None or not is_enough(size, best.markup) or size <= _TIMES * shown:
        return None
    element = _shown_at(page, best, places) if best.holder is not None else _uncommented(page, best)
    return None if element is None else (_around(page, element), best.way)


def _around(page: Page, element: Element) -> Element:
    """The element, or what holds nothing else: attachments are looked for beside the container."""
    parent = element.getparent()
    while parent is not None and parent.tag in _HOLDERS:
        if len(page.lines_of(parent)) > len(page.lines_of(element)):
            break
        element, parent = parent, parent.getparent()
    return element


def hidden_body(page: Page, shown: int) -> tuple[Element, str] | None:
    """The hidden element that waits for a script with the text of a page that shows none (d01)."""
    if shown >= _SHOWN_HAN:
        return None
    sizes = [(prose_han(page.lines_of(one)), one) for one in page.flowed.hidden]
    size, best = max(sizes, key=lambda one: one[0], default=(0, None))
    if best is None or size <= _TIMES * shown:
        return None
    if not is_enough(size, "".join(best.itertext())):
        return None
    name = best.get("id")
    return best, f"hidden:#{name}" if name else "hidden"


def prose_han(lines: Iterable[Line]) -> int:
    """The Han characters of a page's prose; statements of its footer are none."""
    return sum(line.unlinked for line in lines if is_prose(line) and not is_chrome(line.text))


def _shown_at(page: Page, carrier: Carrier, places: Iterable[Element]) -> Element | None:
    """The carried text in the element a script would fill, else where it is carried."""
    holder = carrier.holder
    assert holder is not None
    if holder.tag == "script" and (place := _place(page, carrier, places)) is not None:
        shown = page.tree.makeelement("div")
        place.append(shown)
    else:
        shown = holder
        shown.clear(keep_tail=True)
        shown.tag = "div"
    content = parsed(carrier.markup)
    content.tag = "div"
    shown.append(content)  # whole: a text copied by itself may have characters lxml takes from none
    page.look_again()
    return shown


def _place(page: Page, carrier: Carrier, places: Iterable[Element]) -> Element | None:
    named = page.tree.xpath("//*[@id=$name]", name=carrier.target) if carrier.target else []
    inside = (one for one in (*named, *places) if one.tag not in SKIPPED)
    return next((one for one in inside if not page.lines_of(one)), None)


def _uncommented(page: Page, carrier: Carrier) -> Element | None:
    """The page parsed again, the comment being an element of it."""
    start, end = carrier.span
    before = page.html
    page.rewrite(f'{before[:start]}<div {_MARK}="">{carrier.markup}</div>{before[end:]}')
    found = page.tree.find(f".//div[@{_MARK}]")
    if found is None:  # the comment stood in a script
        page.rewrite(before)
    return found

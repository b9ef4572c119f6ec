"""Mutants of the markup as it is typed: tags, quotes, blanks, comments, end tags, entities."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tests.benchmarks.mutants_page import Kind, more, on_markup, same

#: Parts of a page whose characters are not markup, or whose blanks count.
_KEPT = re.compile(
    r"(<!--.*?-->|<!\[.*?\]>|<(script|style|textarea|title|pre|xmp|noscript)\b.*?</\2\s*>)",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_BLOCKS = (
    "html head body meta link div p table tbody thead tr td th ul ol li dl dt dd h1 h2 h3 h4 "
    "section article header footer nav form center hr"
)
_BLOCK_TAG = re.compile(rf"\s*(</?(?:{_BLOCKS.replace(' ', '|')})\b[^<>]*>)\s*", re.IGNORECASE)
#: End tags HTML lets authors leave out, and what must follow.
_OMITTED = re.compile(
    r"</p>(?=\s*(?:<(?:p|div|table|ul|ol|dl|h[1-6]|hr)\b|</(?:div|td|body)>))"
    r"|</li>(?=\s*(?:<li\b|</[uo]l>))"
    r"|</t[dh]>(?=\s*(?:<t[dhr]\b|</tr>))"
    r"|</tr>(?=\s*(?:<tr\b|</(?:tbody|table)>))",
    re.IGNORECASE,
)
_SCRIPT = (
    '<script type="text/javascript">\n//<![CDATA[\nvar siteId = "1", t = "<p>版权</p>";\n//]]>\n'
    '</script><!--[if lt IE 9]><script src="/js/html5.js"></script><![endif]-->'
)


def outside(change: Callable[[str], str], markup: str) -> str:
    """The change made everywhere but in comments, scripts and preformatted text."""
    done, at = [], 0
    for kept in _KEPT.finditer(markup):
        done += [change(markup[at : kept.start()]), kept.group()]
        at = kept.end()
    return "".join([*done, change(markup[at:])])


def upper_case(markup: str, random: Random) -> str:
    def upper(match: re.Match[str]) -> str:
        end, tag, rest = match.groups()
        attributes = _ATTRIBUTE.sub(lambda m: m.group().replace(m[1], m[1].upper(), 1), rest)
        return f"<{end}{tag.upper()}{attributes}>"

    return outside(lambda part: _TAG.sub(upper, part), markup)


def quotes(markup: str, random: Random) -> str:
    """Single quotes or none, where the value allows it."""

    def attribute(match: re.Match[str]) -> str:
        value = next(group for group in match.groups()[1:] if group is not None)
        if re.fullmatch(r"[\w-]+", value) and random.random() < 0.5:
            return f"{match[1]}={value}"
        return match.group() if "'" in value else f"{match[1]} = '{value}'"

    def tag(match: re.Match[str]) -> str:
        return f"<{match[1]}{match[2]}{_ATTRIBUTE.sub(attribute, match[3])}>"

    return outside(lambda part: _TAG.sub(tag, part), markup)


def pretty(markup: str, random: Random) -> str:
    indent = random.choice(("  ", "\t\t", "\r\n\t", " " * 12))
    return outside(lambda part: _BLOCK_TAG.sub(rf"\n{indent}\1\n{indent}", part), markup)


def minified(markup: str, random: Random) -> str:
    return outside(lambda part: _BLOCK_TAG.sub(r"\1", part), markup)


def commented(markup: str, random: Random) -> str:
    notes = ("<!--正文 begin-->", "<!-- 信息 -->", "<!---->", "<!--StartFragment-->")

    def note(match: re.Match[str]) -> str:
        return match.group() + (random.choice(notes) if random.random() < 0.3 else "")

    pattern = re.compile(r"</?(?:p|div|td|li|span|h1|b|strong)\b[^<>]*>", re.IGNORECASE)
    return outside(lambda part: pattern.sub(note, part), markup)


def end_tags_omitted(markup: str, random: Random) -> str:
    return outside(lambda part: _OMITTED.sub("", part), markup)


def without_doctype(markup: str, random: Random) -> str:
    return re.sub(r"<!DOCTYPE[^>]*>", "", markup, count=1, flags=re.IGNORECASE)


def entities(markup: str, random: Random) -> str:
    """In texts only: attributes hold addresses and names that scripts compare."""
    form = random.choice(("&#x{:X};", "&#{};"))

    def encoded(match: re.Match[str]) -> str:
        return "".join(form.format(ord(c)) if c > "\u2000" else c for c in match.group())

    return outside(lambda part: re.sub(r">[^<>]+(?=<)", encoded, part), markup)


def scripted(markup: str, random: Random) -> str:
    pattern = re.compile(r"</h1>|</ul>|</table>|<body[^<>]*>", re.IGNORECASE)
    return outside(lambda part: pattern.sub(lambda match: match.group() + _SCRIPT, part), markup)


KINDS = (
    Kind("tags-upper-case", "ASP and JSP sites of 2005 to 2012 type their tags so",
         on_markup(upper_case), same),
    Kind("quotes", "templates typed by hand mix quotes, and Word leaves them out",
         on_markup(quotes), same),
    Kind("pretty-printed", "template engines indent every block and its text",
         on_markup(pretty), same),
    Kind("minified", "static publishing strips the blanks between tags",
         on_markup(minified), same),
    Kind("comments-between", "CMS templates mark their parts by comments, Word its fragments",
         on_markup(commented), same),
    Kind("end-tags-omitted", "old templates and editors leave out </p>, </li>, </td>, </tr>",
         on_markup(end_tags_omitted), same),
    Kind("no-doctype", "pages put together by includes begin with <html> or less",
         on_markup(without_doctype), same),
    Kind("han-as-entities", "editors on Latin-1 servers write every Han character as a number",
         on_markup(entities), same),
    Kind("scripts-cdata", "counters and widgets stand between title, block and text",
         on_markup(scripted), more),
)  # fmt: skip

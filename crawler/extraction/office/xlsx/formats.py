"""Cell values as a spreadsheet displays them: number formats with Chinese dates and numerals.

Where Excel shortens a number to fit its column (1.23E+11, ####) the digits are kept: the width
of a column is no part of what was published.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

# The formats that files name by number only. 27 to 58 are those of Chinese editions.
_BUILTIN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    11: "0.00E+00", 12: "General", 13: "General", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"',
    30: "m/d/yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"',
    34: 'h"时"mm"分"', 35: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0;-#,##0",
    38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00", 41: "#,##0;-#,##0;-",
    42: "¥#,##0;-¥#,##0;-", 43: "#,##0.00;-#,##0.00;-", 44: "¥#,##0.00;-¥#,##0.00;-",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "0.0E+0", 49: "@", 50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    55: 'h"时"mm"分"', 56: 'h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = "一二三四五六日"
_HAN_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|_.|\*.|\[(h+|m+|s+)\]|\[\$([^\]\-]*)[^\]]*\]|\[[^\]]*\]'
    r"|(General|AM/PM|上午/下午|A/P|aaaa?|y+|m+|d+|h+|s+(?:\.0+)?)|(E[+-]0+)|([0#?.,%/@ ]+)|(.)",
    re.IGNORECASE,
)
_SECTIONS = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\])*)(?:;|$)', re.DOTALL)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[(?!(?:h+|m+|s+)\])[^\]]*\]|_.|\*.|General', re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[ymdhsa]", re.IGNORECASE)
_CONDITION = re.compile(r"\[([<>=]+)(-?\d+(?:\.\d+)?)\]")
_LONGEST_CODE = 255
_MOST_DAYS = 2_958_465  # 9999-12-31
_MOST_DIGITS = 15
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)


def builtin(number: int) -> str:
    """The code of a format that is known by its number."""
    return _BUILTIN.get(number, "General")


def displayed(value: float, code: str, since_1904: bool = False) -> str:
    """A number as a format shows it."""
    code = code[:_LONGEST_CODE]
    section, value = _section(code, value)
    if not section:
        return ""
    if _DATE_LETTERS.search(_QUOTED.sub("", section)):
        moment = _moment(value, since_1904)
        return _general(value) if moment is None else _date(section, moment, value)
    return _number(section, value)


def _section(code: str, value: float) -> tuple[str, float]:
    """The part of a format that is for such a value, and the value without a sign it prints."""
    parts = [match[1] for match in _SECTIONS.finditer(code)][:-1] or [code]
    if _CONDITION.search(code):
        for part in parts:
            condition = _CONDITION.search(part)
            if condition is None or _holds(value, condition[1], float(condition[2])):
                return part, value
        return parts[-1], value
    if value < 0 and len(parts) > 1:
        return parts[1], -value
    if value == 0 and len(parts) > 2:
        return parts[2], value
    return parts[0], value


def _holds(value: float, sign: str, bound: float) -> bool:
    held = {
        "<": value < bound,
        "<=": value <= bound,
        ">": value > bound,
        ">=": value >= bound,
        "=": value == bound,
        "<>": value != bound,
    }
    return held.get(sign, False)


def _general(value: float) -> str:
    if value == int(value) and abs(value) < 10**_MOST_DIGITS:
        return str(int(value))
    return f"{value:.10g}" if abs(value) < 10**_MOST_DIGITS else repr(value)


def _number(section: str, value: float) -> str:
    tokens = [match.groups("") for match in _TOKEN.finditer(section)]
    places = "".join(one[6] for one in tokens if one[6])
    if not any(sign in places for sign in "0#?"):
        return _around(tokens, _general(value))
    exponent = next((one[5] for one in tokens if one[5]), "")
    if "/" in places:
        return _around(tokens, _general(value))
    whole, _, decimals = places.partition(".")
    figures = Decimal(repr(value)) * (100 ** places.count("%"))
    least, most = decimals.count("0"), sum(decimals.count(sign) for sign in "0#?")
    if exponent:
        text = f"{figures:.{most}E}"
    else:
        trailing = len(places.rstrip("%@ ")) - len(places.rstrip("%@ ").rstrip(","))
        text = _fixed(figures.scaleb(-3 * trailing), least, most)
        if "," in whole.rstrip(",%@ "):
            head, dot, tail = text.partition(".")
            text = f"{int(head):,}{dot}{tail}" if int(head) else text
        text = _padded(text, whole.count("0"))
    return _around(tokens, text + "%" * places.count("%"))


def _fixed(figures: Decimal, least: int, most: int) -> str:
    rounded = figures.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    text = f"{rounded:f}"
    if "." in text:
        head, _, tail = text.partition(".")
        tail = tail[:least] + tail[least:].rstrip("0")
        text = f"{head}.{tail}" if tail else head
    return text.removeprefix("-") if not rounded else text


def _padded(text: str, least: int) -> str:
    sign = "-" if text.startswith("-") else ""
    head, dot, tail = text.removeprefix("-").partition(".")
    if head == "0" and not least and (tail or dot):
        head = ""
    return f"{sign}{head.rjust(least, '0')}{dot}{tail}"


def _around(tokens: Sequence[tuple[str, ...]], text: str) -> str:
    """A number with the words that its format sets before and behind it."""
    shown, printed = [], False
    for quoted, escaped, _, currency, word, exponent, places, other in tokens:
        if places or exponent or (word and word.lower() == "general"):
            if not printed:
                shown.append(text)
            printed = True
        else:
            shown.append(quoted or escaped or currency or word or other or "")
    if not printed and text.startswith("-"):
        return "".join(shown)
    return "".join(shown).strip()


def _moment(value: float, since_1904: bool) -> datetime | None:
    if not 0 <= value <= _MOST_DAYS:
        return None
    if not since_1904 and value < 60:
        value += 1  # Excel believes in the 29th of February 1900
    epoch = _EPOCH_1904 if since_1904 else _EPOCH
    return epoch + timedelta(seconds=round(value * 86_400, 3))


def _date(section: str, moment: datetime, value: float) -> str:
    tokens = [match.groups("") for match in _TOKEN.finditer(section)]
    words = [(one[4] or one[2]).lower() for one in tokens]
    half = any(word in ("am/pm", "a/p", "上午/下午") for word in words)
    shown = []
    for index, (quoted, escaped, elapsed, currency, word, _, places, other) in enumerate(tokens):
        if elapsed:
            shown.append(_elapsed(elapsed.lower(), value))
        elif word:
            shown.append(_date_word(word.lower(), moment, half, _is_minute(words, index)))
        else:
            shown.append(quoted or escaped or currency or places or other or "")
    text = "".join(shown).strip()
    if "[dbnum1]" in section.lower():
        return re.sub(r"\d+", lambda found: _han_figure(found[0]), text)
    return text


def _elapsed(unit: str, value: float) -> str:
    size = {"h": 24, "m": 1_440, "s": 86_400}[unit[0]]
    return str(int(round(value * size, 6))).rjust(len(unit), "0")


def _is_minute(words: Sequence[str], index: int) -> bool:
    """Whether an m is a minute: behind an hour or before a second."""
    before = next((one for one in reversed(words[:index]) if one), "")
    after = next((one for one in words[index + 1 :] if one), "")
    return before.startswith("h") or after.startswith("s")


def _date_word(word: str, moment: datetime, half: bool, minute: bool) -> str:
    hour = (moment.hour % 12 or 12) if half else moment.hour
    letter, long = word[0], len(word) > 1
    if word in ("am/pm", "a/p", "上午/下午"):
        morning, evening = word.upper().split("/")
        return morning if moment.hour < 12 else evening
    if letter == "y":
        return f"{moment.year:04}" if len(word) > 2 else f"{moment.year % 100:02}"
    if letter == "m" and minute:
        return f"{moment.minute:0{min(len(word), 2)}}"
    if letter == "m" and len(word) > 2:
        return _MONTHS[moment.month - 1]
    if letter == "a":
        return f"星期{_WEEKDAYS[moment.weekday()]}"[0 if len(word) > 3 else 2 :]
    if letter == "d" and len(word) > 2:
        return f"星期{_WEEKDAYS[moment.weekday()]}"
    figure = {"m": moment.month, "d": moment.day, "h": hour, "s": moment.second}.get(letter)
    if figure is None:
        return word
    return f"{figure:02}" if long else str(figure)


def _han_figure(figure: str) -> str:
    """二〇二三 for a year, 十二 for a month, as [DBNum1] writes them."""
    if len(figure) != 2 or figure[0] == "0":
        return figure.translate(_HAN_DIGITS)
    tens, ones = figure[:1], figure[1:]
    text = tens.replace("1", "") + "十" + ones.replace("0", "")
    return text.translate(_HAN_DIGITS)

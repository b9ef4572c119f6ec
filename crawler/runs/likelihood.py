"""How likely chance is to make a share fall so far: Fisher's exact test, one-sided. Pure."""

from __future__ import annotations

from math import exp, lgamma


def _log_choose(total: int, chosen: int) -> float:
    return lgamma(total + 1) - lgamma(chosen + 1) - lgamma(total - chosen + 1)


def chance_of_fewer(having: int, read: int, having_before: int, read_before: int) -> float:
    """The probability that at most ``having`` of ``read`` have it, were nothing changed.

    Both samples are taken as drawn from one urn; small samples therefore prove little by
    themselves, which keeps small portals quiet.
    """
    urn, good = read + read_before, having + having_before
    least = max(0, good - read_before)
    whole = _log_choose(urn, read)
    ways = (
        _log_choose(good, count) + _log_choose(urn - good, read - count)
        for count in range(least, having + 1)
    )
    return min(1.0, sum(exp(way - whole) for way in ways))


def chance_of_more(having: int, read: int, having_before: int, read_before: int) -> float:
    """The same for at least ``having``."""
    return chance_of_fewer(read - having, read, read_before - having_before, read_before)

"""How likely chance is to bring a figure so far from what is usual. Pure."""

from __future__ import annotations

from math import exp, lgamma


def _log_choose(total: int, chosen: int) -> float:
    return lgamma(total + 1) - lgamma(chosen + 1) - lgamma(total - chosen + 1)


def chance_of_fewer(having: int, read: int, having_before: int, read_before: int) -> float:
    """The probability that at most ``having`` of ``read`` have it, were nothing changed: Fisher's
    exact test, one-sided.

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


def chance_of_losses(lost: int, read: int, rate: float) -> float:
    """The probability that ``lost`` or more of ``read`` pages lose by themselves what one in
    ``1 / rate`` does."""
    ways = (
        exp(_log_choose(read, count)) * rate**count * (1 - rate) ** (read - count)
        for count in range(lost)
    )
    return max(0.0, 1.0 - sum(ways))

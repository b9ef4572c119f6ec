"""Progress of long work, on stderr and only where somebody watches."""

from __future__ import annotations

from collections.abc import Iterable, Sized
from typing import TypeVar

from rich.console import Console
from rich.progress import track as rich_track

T = TypeVar("T")


def track(
    items: Iterable[T], label: str, *, show: bool = True, total: int | None = None
) -> Iterable[T]:
    """Iterate with a progress bar on a terminal; silently elsewhere (cron, pipes, tests).

    ``total`` is for items that do not know how many they are.
    """
    console = Console(stderr=True)
    if not show or not console.is_terminal:
        return items
    total = len(items) if isinstance(items, Sized) else total
    return rich_track(items, description=label, total=total, console=console)

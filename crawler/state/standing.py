"""How a row of the frontier stands."""

from __future__ import annotations

from enum import IntEnum


class Standing(IntEnum):
    QUEUED = 0
    IN_FLIGHT = 1
    PUT_OFF = 2  # for the next run: the crawl was stopping, the host had ended, or trouble
    DONE = 3
    GIVEN_UP = 4

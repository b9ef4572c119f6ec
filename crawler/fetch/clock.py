"""A clock that all processes of the machine share and that nobody can set.

The wall clock jumps (NTP, an operator, a suspended laptop) and may not measure politeness. This
one counts from the start of the machine, sleep included; after a restart it begins anew, which
`boot_id` tells.
"""

from __future__ import annotations

import time
from pathlib import Path

DAY = 86400.0
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def machine_now() -> float:
    """Seconds since the machine was started."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def boot_id() -> str:
    """Names the present start of the machine; readings of another one cannot be compared."""
    return _BOOT_ID.read_text("ascii").strip()

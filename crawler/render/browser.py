"""Where Chromium is, and how it is started so that nothing leaves it past the downloader."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from typing import Any

from scrapy.settings import BaseSettings

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
#: A proxy that answers nobody: what the router did not see goes nowhere (port 9 is `discard`).
_DEAD_PROXY = "http://127.0.0.1:9"
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--proxy-bypass-list=<-loopback>",  # loopback, too, only by the router
)


def missing(settings: BaseSettings) -> str | None:
    """What rendering lacks on this machine, as a sentence with the next step, or None."""
    if find_spec("scrapy_playwright") is None:
        return "scrapy-playwright is not installed; pip install 'xianzhi[browser]'"
    if chromium(settings) is None:
        return "no Chromium found; install the package chromium or set CHROMIUM_PATH"
    return None


def chromium(settings: BaseSettings) -> str | None:
    """The program: CHROMIUM_PATH, or what is installed under one of the usual names."""
    named = settings.get("CHROMIUM_PATH") or os.environ.get("CHROMIUM_PATH")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, _NAMES)), None)


def launch_options(settings: BaseSettings) -> dict[str, Any]:
    """What Playwright starts Chromium with."""
    # Chromium's sandbox cannot be set up by root, as whom containers usually run.
    sandbox = () if os.geteuid() else ("--no-sandbox",)
    return {
        "executable_path": chromium(settings),
        "args": [*_ARGUMENTS, *sandbox],
        "proxy": {"server": _DEAD_PROXY},
    }

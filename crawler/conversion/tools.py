"""The tools that the settings name, and whether a crawl uses them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from crawler.conversion.tool import Tool
from crawler.errors import ConfigurationError

#: Settings with the paths of tools: those that make old office files readable, and OCR.
CONVERT: Final = "CONVERT_TOOLS"
OCR: Final = "OCR_TOOLS"
_CHOICES: Final = ("auto", "off")


def tools_of(settings: BaseSettings, setting: str) -> list[Tool]:
    """The tools of a setting, installed or not; nothing is started."""
    return [load_object(path)() for path in settings.getlist(setting)]


def crawl_converts(settings: BaseSettings) -> bool:
    """Whether a crawl converts what it fetches, where a tool is installed."""
    stated = settings["ATTACHMENT_CONVERT"]
    if stated not in _CHOICES:
        raise ConfigurationError(
            f"ATTACHMENT_CONVERT: expected {' or '.join(_CHOICES)}, found {stated!r};"
            " set it with -s ATTACHMENT_CONVERT=…"
        )
    return bool(stated == "auto")


def installed(tools: Sequence[Tool]) -> tuple[list[Tool], list[Tool]]:
    """Those that can be run here, and those that cannot. ConfigurationError, saying what to
    install, where none can."""
    found = [tool for tool in tools if tool.version() is not None]
    missing = [tool for tool in tools if tool not in found]
    if not found:
        told = "; ".join(dict.fromkeys(f"{tool.engine}: {tool.missing}" for tool in missing))
        raise ConfigurationError(f"expected a tool to convert files with, found none: {told}")
    return found, missing

"""What tools made of the files before anything was read: as an archive holds it."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterable, Mapping, Sequence

from scrapy.utils.misc import load_object

from crawler.conversion.tool import Made, Tool
from crawler.extraction.extract import engines_for, read
from crawler.extraction.ocr.record import load_record
from crawler.items import RAPIDOCR, Capture, Conversion
from crawler.settings import CONVERT_TOOLS, OCR_TOOLS


def conversions(captures: Sequence[Capture]) -> Mapping[str, tuple[Conversion, ...]]:
    """By record id, for every file that an installed tool wants and makes something of."""
    found: dict[str, tuple[Conversion, ...]] = {}
    for tool in (load_object(path)() for path in (*CONVERT_TOOLS, *OCR_TOOLS)):
        if tool.version() is None:
            continue
        wanted = [one for one in captures if _wants(tool, one)]
        before = _children()
        try:
            found.update(_made(tool, wanted))
        finally:
            tool.close()
        _tell(tool, found, wanted, _children() - before)
    return found


def _children() -> float:
    """CPU seconds of processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _tell(
    tool: Tool,
    found: Mapping[str, tuple[Conversion, ...]],
    wanted: Sequence[Capture],
    seconds: float,
) -> None:
    if not wanted:
        return
    told = f"{tool.engine} {tool.version()}: {len(wanted)} files, {seconds:.0f} s of CPU"
    if tool.engine == RAPIDOCR:
        made = [one for capture in wanted for one in found.get(capture.record_id, ())]
        pages = sum(len(load_record(one.content).pages) for one in made)
        told += f", {seconds / max(pages, 1):.1f} s for each of {pages} pages"
    print(told, file=sys.stderr)


def _wants(tool: Tool, capture: Capture) -> bool:
    return tool.engine in engines_for(capture) and tool.wants(capture, read(capture))


def _made(tool: Tool, captures: Sequence[Capture]) -> Iterable[tuple[str, tuple[Conversion, ...]]]:
    answers = tool.convert([one.content for one in captures])
    for capture, made in zip(captures, answers, strict=True):
        if isinstance(made, Made):
            conversion = Conversion(
                f"{capture.record_id}:{tool.engine}", tool.engine, tool.version() or "",
                made.settings, made.content_type, made.content,
            )  # fmt: skip
            yield capture.record_id, (conversion,)

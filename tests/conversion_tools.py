"""A tool for the tests: Word files of what begins like RTF, a paragraph a line, a title first.

What it was asked for is a line each in the file that ``CONVERSION_LOG`` names.
"""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from threading import Event

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH

from crawler.conversion.members import MemberOffice
from crawler.conversion.tool import LIBREOFFICE, Made, NotMade
from crawler.items import Capture, PageOutcome, PageResult

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SPOILED = "坏"


def rtf(*lines: str) -> bytes:
    """What `LineTool` converts."""
    return ("{\\rtf1 " + "\n".join(lines) + "}").encode()


def word(lines: Sequence[str]) -> bytes:
    document = Document()
    for number, line in enumerate(lines):
        paragraph = document.add_paragraph(line)
        paragraph.alignment = None if number else WD_ALIGN_PARAGRAPH.CENTER
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


class LineTool:
    engine = LIBREOFFICE
    missing = "the tool of the tests"
    number: str | None = "Lines 1"

    def version(self) -> str | None:
        return self.number

    def wants(self, capture: Capture, result: PageResult) -> bool:
        return result.outcome is PageOutcome.NEEDS_TOOL and capture.content.startswith(b"{\\rtf")

    def convert(self, files: Sequence[bytes]) -> list[Made | NotMade]:
        return [self._convert(content.decode()) for content in files]

    def _convert(self, text: str) -> Made | NotMade:
        lines = text.removeprefix("{\\rtf1 ").removesuffix("}").splitlines()
        if log := os.environ.get("CONVERSION_LOG"):
            with Path(log).open("a", encoding="utf-8") as file:
                file.write(f"{lines[0]}\n")
        if lines[0] == SPOILED:
            return NotMade(PageOutcome.ERROR, "expected lines, found a spoiled file; mend it")
        return Made(WORD, word(lines), (("filter", "lines"),))

    def close(self) -> None:
        """Nothing runs."""


class NewerLineTool(LineTool):
    number = "Lines 2"


class NoTool(LineTool):
    number = None


class DeadlyTool(LineTool):
    """The second batch is the last that its process sees."""

    def __init__(self) -> None:
        self._batches = 0

    def convert(self, files: Sequence[bytes]) -> list[Made | NotMade]:
        self._batches += 1
        if self._batches > 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().convert(files)


class EndlessTool(LineTool):
    """It ends when it is closed."""

    def __init__(self) -> None:
        self._closed = Event()

    def convert(self, files: Sequence[bytes]) -> list[Made | NotMade]:
        super().convert(files)
        self._closed.wait()
        return [NotMade(PageOutcome.KILLED, "expected an end, found a stop")] * len(files)

    def close(self) -> None:
        self._closed.set()


class LineMembers(MemberOffice):
    """`LineTool` for the members of archives."""

    def __init__(self) -> None:
        super().__init__(LineTool())

"""Old office files in archives, by LibreOffice: a zip of what it made of those it could read.

Archives are opened in a worker, as for reading; what is taken out of them is converted like files
that were fetched by themselves. A RAR is made a zip first, as it was when it was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Final

from crawler.conversion.libreoffice import LibreOffice
from crawler.conversion.members_worker import load
from crawler.conversion.rar import Unrar
from crawler.conversion.tool import LIBREOFFICE, MAX_MADE, Made, NotMade, Tool
from crawler.extraction.archives.converted import CONTENT_TYPE, digest, dump_members
from crawler.extraction.archives.opening import is_archive
from crawler.extraction.extract import wants_office
from crawler.extraction.sniff import true_type
from crawler.isolation.limits import Limits, size
from crawler.isolation.process import KilledError, WorkerProcess
from crawler.items import Capture, PageOutcome, PageResult

_READER: Final = "crawler.conversion.members_worker:take_out"
_LIMITS: Final = Limits(answer=128 << 20)


class MemberOffice:
    """LibreOffice for archives: `crawler.conversion.libreoffice.LibreOffice` is it for files."""

    engine = LIBREOFFICE
    missing = LibreOffice.missing

    def __init__(self, office: Tool | None = None) -> None:
        self._office = office or LibreOffice()
        self._unrar = Unrar()
        self._lock = Lock()  # of what follows
        self._closed = False
        self._worker: WorkerProcess | None = None

    def version(self) -> str | None:
        return self._office.version()

    def wants(self, capture: Capture, result: PageResult) -> bool:
        return wants_office(result) and is_archive(true_type(capture.content))

    def convert(self, files: Sequence[bytes]) -> list[Made | NotMade]:
        return [self._convert(content) for content in files]

    def close(self) -> None:
        """From any thread: what is being converted ends as not made, and the tool with it."""
        with self._lock:
            self._closed = True
            if self._worker is not None:
                self._worker.end()
        self._unrar.close()
        self._office.close()

    def _convert(self, archive: bytes) -> Made | NotMade:
        if true_type(archive) == "rar":
            return self._convert_rar(archive)
        worker = self._started()
        if worker is None:
            return NotMade(PageOutcome.KILLED, "a stop")
        try:
            members = load(worker.exchange((archive,)))
        except (KilledError, ValueError) as error:
            return _killed(f"one that ends its worker: {error}")
        finally:
            self._drop_worker()
        answers = self._office.convert(members)
        made = {
            digest(member): answer
            for member, answer in zip(members, answers, strict=True)
            if isinstance(answer, Made)
        }
        if made:
            return _packed(made)
        return next((one for one in answers if isinstance(one, NotMade)), _NOTHING_TAKEN)

    def _convert_rar(self, archive: bytes) -> Made | NotMade:
        if self._unrar.version() is None:
            return NotMade(PageOutcome.NEEDS_TOOL, self._unrar.missing)
        (unpacked,) = self._unrar.convert([archive])
        return unpacked if isinstance(unpacked, NotMade) else self._convert(unpacked.content)

    def _started(self) -> WorkerProcess | None:
        """A worker for one archive alone: one that was taken over could lie about another.

        None once the tool is closed.
        """
        with self._lock:
            self._worker = None if self._closed else WorkerProcess(_READER, _LIMITS)
            return self._worker

    def _drop_worker(self) -> None:
        with self._lock:
            if self._worker is not None:
                self._worker.close()
            self._worker = None


_NOTHING_TAKEN: Final = NotMade(
    PageOutcome.UNSUPPORTED,
    "expected members that LibreOffice reads, found none; look for the same text in another file",
)


def _packed(made: Mapping[str, Made]) -> Made | NotMade:
    content = dump_members({name: one.content for name, one in made.items()})
    if len(content) > MAX_MADE:
        return _killed(f"limit: what was made of its members is over {size(MAX_MADE)}")
    return Made(CONTENT_TYPE, content, _settings(list(made.values())))


def _killed(found: str) -> NotMade:
    return NotMade(
        PageOutcome.KILLED,
        f"expected an archive whose members can be converted, found {found}; its bytes are kept,"
        " open it by hand if it matters",
    )


def _settings(made: Sequence[Made]) -> tuple[tuple[str, str], ...]:
    """Those of all members, each with its values."""
    values: dict[str, set[str]] = {}
    for one in made:
        for name, value in one.settings:
            values.setdefault(name, set()).add(value)
    return tuple((name, ", ".join(sorted(found))) for name, found in values.items())

"""An archive opened: every member read by the rules of single files, in the directory's order."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from crawler.extraction.archives.converted import ConvertedMembers
from crawler.extraction.archives.member import MAX_DEPTH, MAX_MEMBERS, Budget, Member, Packed
from crawler.extraction.archives.names import is_furniture, zip_name
from crawler.extraction.archives.unzip import Zip
from crawler.extraction.filed import Carrier, UnreadableError
from crawler.extraction.sniff import true_type
from crawler.items import BSDTAR, LIBREOFFICE, Capture, Context, PageOutcome, PageResult

Reader = Callable[[Capture, Context | None], PageResult]

_UNIX_MODE = 16  # where a zip keeps it in its external attributes
_CARRIER = Carrier(text_source="", path="archive")


@dataclass
class Opening:
    """Takes a capture apart; ``read`` reads what is no archive."""

    capture: Capture
    read: Reader
    budget: Budget = field(default_factory=Budget)

    def members(self, kind: str, content: bytes) -> list[Member]:
        """The files of the archive and of those inside it (UnreadableError: none to be had)."""
        return list(self._members(_OPENERS[kind](content, self.budget), "", 1))

    def converted(self) -> list[Member]:
        """The files of a RAR, from the zip that a tool made of it."""
        made = self.capture.conversion(BSDTAR)
        if made is None:
            raise _needs_rar_tool()
        return self.members("zip", made.content)

    def _members(self, packed: Iterator[Packed], folder: str, depth: int) -> Iterator[Member]:
        for one in packed:
            name = f"{folder}{one.name}"
            if not self.budget.members:
                limit = UnreadableError(
                    PageOutcome.KILLED, f"limit: members read over {MAX_MEMBERS}"
                )
                yield self._failed(name, limit)
                return
            self.budget.members -= 1
            if one.problem is not None:
                yield self._failed(name, one.problem)
            elif (kind := true_type(one.content)) in _OPENERS:
                yield from self._inner(kind, one.content, name, depth)
            else:
                yield Member(name, self.read(self._capture(one.content), None), kind)

    def _inner(self, kind: str, content: bytes, name: str, depth: int) -> Iterator[Member]:
        """The files of an archive in an archive, or the archive itself where it does not open."""
        try:
            if depth == MAX_DEPTH:
                raise UnreadableError(
                    PageOutcome.KILLED, f"limit: archives inside archives over {MAX_DEPTH}"
                )
            yield from self._members(_OPENERS[kind](content, self.budget), f"{name}/", depth + 1)
        except UnreadableError as problem:
            yield self._failed(name, problem)

    def _capture(self, content: bytes) -> Capture:
        """What `read` would have been given, had the member been fetched by itself."""
        made = self._made.of(content) if self._made else ()
        return replace(self.capture, content=content, headers=(), truncated=None, conversions=made)

    @cached_property
    def _made(self) -> ConvertedMembers | None:
        conversion = self.capture.conversion(LIBREOFFICE)
        return ConvertedMembers(conversion) if conversion else None

    def _failed(self, name: str, problem: UnreadableError) -> Member:
        return Member(name, _CARRIER.failed(self.capture, problem.outcome, [problem.warning]))


def _from_zip(content: bytes, budget: Budget) -> Iterator[Packed]:
    archive = Zip(content, budget.entries)
    budget.enter(len(archive.members))
    for info in archive.members:
        name = zip_name(info)
        if info.is_dir() or is_furniture(name) or stat.S_ISLNK(info.external_attr >> _UNIX_MODE):
            continue
        try:
            inflated = archive.read(info, budget.inflated)
        except UnreadableError as problem:
            if problem.outcome is PageOutcome.KILLED:
                budget.inflated = 0
            yield Packed(name, problem=problem)
        else:
            budget.inflated -= len(inflated)
            yield Packed(name, inflated)


def _from_7z(content: bytes, budget: Budget) -> Iterator[Packed]:
    try:
        # Dear to load, and an extra: only who has such archives installs it.
        from crawler.extraction.archives.sevenzip import members_of_7z
    except ImportError as missing:
        raise UnreadableError(
            PageOutcome.NEEDS_TOOL, "type:7z: expected py7zr, found none; install xianzhi[archives]"
        ) from missing
    return members_of_7z(content, budget)


def _from_rar(content: bytes, budget: Budget) -> Iterator[Packed]:
    """A RAR inside another archive: tools are given whole attachments."""
    del content, budget
    raise _needs_rar_tool()


def _needs_rar_tool() -> UnreadableError:
    return UnreadableError(
        PageOutcome.NEEDS_TOOL,
        "type:rar: needs bsdtar (libarchive): install it, then run `scrapy reextract --convert`",
    )


_OPENERS: dict[str, Callable[[bytes, Budget], Iterator[Packed]]] = {
    "zip": _from_zip,
    "7z": _from_7z,
    "rar": _from_rar,
}


def is_archive(kind: str) -> bool:
    """Whether files of a true type have members."""
    return kind in _OPENERS

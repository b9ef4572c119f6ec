"""A zip of XML parts, opened within limits; every way it can fail has a name."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, TypeAlias
from urllib.parse import unquote

from lxml import etree

from crawler.extraction.archives.unzip import Zip
from crawler.extraction.filed import UnreadableError
from crawler.items import PageOutcome

Element: TypeAlias = Any  # lxml's elements carry no types

MAX_MEMBERS = 10_000
MAX_PART = 64 * 1024 * 1024  # of one member, inflated
MAX_INFLATED = 160 * 1024 * 1024  # of all members read
# A tag is 150 bytes of tree. A report of fifty pages has 100,000 of them.
MAX_TAGS = 1_500_000

_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# The strict variant of the standard differs in names of namespaces only.
_STRICT = b"http://purl.oclc.org/ooxml/"
_TRANSITIONAL = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    ),
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    ),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
    b"http://purl.oclc.org/ooxml/officeDocument/math": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/math"
    ),
}
#: How XML is parsed: nothing is loaded or expanded, and libxml2 keeps its own limits.
_SAFE: Mapping[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


class Package:
    """The members of a zip by their path, any case, without a leading slash."""

    def __init__(self, content: bytes) -> None:
        self._zip = Zip(content, MAX_MEMBERS)
        self._members = {_plain(info.filename): info for info in self._zip.members}
        self._left = MAX_INFLATED

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._members

    def read(self, name: str) -> bytes:
        """A member's bytes; a missing one is an error of the file."""
        info = self._members.get(_plain(name))
        if info is None:
            raise UnreadableError(PageOutcome.ERROR, f"part_missing: {name[:200]}")
        content = self._zip.read(info, min(MAX_PART, self._left))
        self._left -= len(content)
        return content

    def xml(self, name: str) -> Element:
        """The root of an XML member."""
        try:
            root = etree.fromstring(self._markup(name), etree.XMLParser(**_SAFE))
        except (etree.XMLSyntaxError, ValueError) as error:
            raise UnreadableError(PageOutcome.ERROR, f"xml_broken: {name}: {error}") from error
        if root is None or root.getroottree().docinfo.internalDTD is not None:
            raise UnreadableError(PageOutcome.ERROR, f"xml_dtd: {name} declares a document type")
        return root

    def optional(self, name: str) -> Element | None:
        """The root of an XML member that a file may lack."""
        return self.xml(name) if name and name in self else None

    def elements(self, name: str, *tags: str) -> Iterator[Element]:
        """The elements of an XML member by these tags, one at a time, none kept in memory."""
        parts = etree.iterparse(BytesIO(self._markup(name)), events=("end",), tag=tags, **_SAFE)
        try:
            for _, element in parts:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            raise UnreadableError(PageOutcome.ERROR, f"xml_broken: {name}: {error}") from error

    def _markup(self, name: str) -> bytes:
        """An XML member in the namespaces of the transitional standard, refused if it has a DTD."""
        content = self.read(name)
        if content.count(b"<") > MAX_TAGS:
            raise UnreadableError(PageOutcome.KILLED, f"limit: tags over {MAX_TAGS} in {name}")
        if any(doctype in content for doctype in _DOCTYPES):
            raise UnreadableError(PageOutcome.ERROR, f"xml_dtd: {name} declares a document type")
        if _STRICT in content:
            for strict, transitional in _TRANSITIONAL.items():
                content = content.replace(strict, transitional)
        return content

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """The parts a part names, by id: their type's last word and their path in the package."""
        folder, _, file = name.rpartition("/")
        root = self.optional(f"{folder}/_rels/{file}.rels".lstrip("/"))
        found = {}
        for one in root.iter(_RELATIONSHIPS) if root is not None else ():
            if one.get("TargetMode") != "External":
                kind = (one.get("Type") or "").rpartition("/")[2]
                found[one.get("Id") or ""] = kind, resolved(folder, one.get("Target") or "")
        return found


def resolved(folder: str, target: str) -> str:
    """A part's path, from the folder of the part that names it."""
    path = target if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(unquote(path)).lstrip("/")


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()

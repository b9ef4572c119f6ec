"""Makes the files on demand and keeps them below the system's folder for temporary files.

The folder's name is a hash of everything they are made from, so a change makes them anew.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from tests.attachments.files import Attachment, Make, attachments
from tests.attachments.fonts import MissingToolError
from tests.attachments.office import converted

_HERE = Path(__file__).parent
_LIBRARIES = ("reportlab", "python-docx", "openpyxl", "pillow", "pypdfium2")


@cache
def folder() -> Path:
    """Where the files of this state of the code lie."""
    state = hashlib.sha256()
    sources = [*_HERE.glob("*.py"), *(_HERE / "data").glob("*"), _HERE.parent / "pdf_samples.py"]
    for source in sorted(sources):
        state.update(source.read_bytes())
    for library in _LIBRARIES:
        state.update(f"{library} {metadata.version(library)}".encode())
    path = Path(tempfile.gettempdir()) / f"xianzhi-attachments-{state.hexdigest()[:12]}"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def made(wanted: Iterable[Attachment]) -> tuple[dict[str, Path], dict[str, str]]:
    """(file by name, reason by name of what this machine cannot make)."""
    files: dict[str, Path] = {}
    missing: dict[str, str] = {}
    for one in (wanted := list(wanted)):
        if one.make:
            try:
                files[one.name] = kept(one.name, one.make)
            except MissingToolError as error:
                missing[one.name] = str(error)
        elif (folder() / one.name).exists():
            files[one.name] = folder() / one.name
    _convert([one for one in wanted if one.name not in files and not one.make], files, missing)
    return files, missing


def kept(name: str, make: Make) -> Path:
    """A file of this name, made when it is not there yet."""
    path = folder() / name
    return path if path.exists() else _kept(name, make())


def _convert(wanted: Iterable[Attachment], files: dict[str, Path], missing: dict[str, str]) -> None:
    """One run of LibreOffice a format."""
    by_format: dict[str, list[Attachment]] = {}
    for one in wanted:
        by_format.setdefault(one.to, []).append(one)
    for to, group in by_format.items():
        try:
            written = converted(_sources(group), to)
        except MissingToolError as error:
            missing.update((one.name, str(error)) for one in group)
            continue
        for one in group:
            files[one.name] = _kept(one.name, written[Path(one.source).stem])


def _sources(group: Iterable[Attachment]) -> Mapping[str, bytes]:
    known = {one.name: one for one in attachments()}
    names = {one.source for one in group}
    files, _ = made([known[name] for name in sorted(names)])
    return {name: path.read_bytes() for name, path in files.items()}


def _kept(name: str, content: bytes) -> Path:
    """Written beside and moved into place: two runs may make it at once."""
    path = folder() / name
    with tempfile.NamedTemporaryFile(dir=folder(), delete=False) as part:
        part.write(content)
    return Path(part.name).replace(path)

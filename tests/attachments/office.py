"""Files that only an office suite writes: DOC, XLS, RTF, ODT, and PDFs of its layout."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import docx

from tests.attachments.fonts import MissingToolError

#: What to write → LibreOffice's filter for it.
FILTERS = {
    "doc": "doc:MS Word 97",
    "rtf": "rtf:Rich Text Format",
    "odt": "odt:writer8",
    "pdf": "pdf:writer_pdf_Export",
    "xls": "xls:MS Excel 97",
    "ods": "ods:calc8",
}
_WORD = ("doc", "rtf")
_PATIENCE_SECONDS = 180


def converted(files: Mapping[str, bytes], to: str) -> dict[str, bytes]:
    """Every file by its name without suffix, written anew by one run of LibreOffice."""
    program = shutil.which("soffice")
    if program is None:
        raise MissingToolError(
            "no LibreOffice; on Debian: apt-get install --no-install-recommends"
            " libreoffice-writer libreoffice-calc"
        )
    with tempfile.TemporaryDirectory(prefix="attachments-") as name:
        folder = Path(name)
        sources = [folder / "in" / file for file in files]
        (folder / "in").mkdir()
        for source, content in zip(sources, files.values(), strict=True):
            source.write_bytes(_ended(content) if to in _WORD else content)
        # A profile of its own: a second LibreOffice on the same one would hand over and leave.
        command = [
            program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
            "--norestore", "--convert-to", FILTERS[to], "--outdir", str(folder / "out"),
            *map(str, sources),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=_PATIENCE_SECONDS)
        return {one.stem: (folder / "out" / f"{one.stem}.{to}").read_bytes() for one in sources}


def _ended(content: bytes) -> bytes:
    """With a paragraph at its end, as Word has it.

    Without one LibreOffice writes a last table as if its letters were a paragraph.
    """
    document = docx.Document(io.BytesIO(content))
    document.add_paragraph()
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()

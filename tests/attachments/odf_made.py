"""OpenDocument files by hand: a body as it is given, and members beside it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.attachments.zipped import zipped

_SPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "script": "urn:oasis:names:tc:opendocument:xmlns:script:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "of": "urn:oasis:names:tc:opendocument:xmlns:of:1.2",
    "xlink": "http://www.w3.org/1999/xlink",
}
_TYPE = "application/vnd.oasis.opendocument."


def open_document(
    kind: str,
    body: str = "",
    head: str = "",
    members: Mapping[str, str] | None = None,
    secret: str = "",
) -> bytes:
    """``kind`` is ``text``, ``spreadsheet`` …; the manifest says ``secret`` of the content."""
    spaces = " ".join(f'xmlns:{name}="{space}"' for name, space in _SPACES.items())
    members = {
        "content.xml": (
            f'<office:document-content {spaces} office:version="1.2">{head}<office:body>'
            f"<office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
        ),
        **(members or {}),
    }
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml">'
        f"{secret if name == 'content.xml' else ''}</manifest:file-entry>"
        for name in members
    )
    members["META-INF/manifest.xml"] = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_TYPE}{kind}"/>'
        f"{listed}</manifest:manifest>"
    )
    coded = {name: text.encode() for name, text in members.items()}
    return zipped({"mimetype": f"{_TYPE}{kind}".encode(), **coded}, stored=True)

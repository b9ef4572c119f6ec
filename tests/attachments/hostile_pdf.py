"""PDFs made to do harm: too many objects, trees without ends, bombs, actions that open things."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable

_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
_MIB = 1 << 20


def _pdf(objects: Iterable[bytes], catalogue: bytes = b"") -> bytes:
    """Objects numbered from 2; readers must rebuild the table of offsets."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, one) for n, one in enumerate(objects, start=2))
    root = b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R %s >>\nendobj\n" % catalogue
    return b"%PDF-1.7\n" + root + body + b"trailer << /Root 1 0 R >>\n%%EOF\n"


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(content, 1)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (
        len(packed), entries, packed,
    )  # fmt: skip


def _one_page(content: bytes, catalogue: bytes = b"") -> bytes:
    pages = b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>"
    return _pdf([pages, _PAGE, _stream(content)], catalogue)


def _million_objects() -> bytes:
    pages = b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>"
    return _pdf([pages, _PAGE, _stream(b""), *[b"null"] * 1_000_000])


def _endless_tree() -> bytes:
    """Pages that are their own parents and children."""
    return _pdf([b"<< /Type /Pages /Count 1000000 /Kids [2 0 R 3 0 R 2 0 R] >>", _PAGE])


def _nested_forms() -> bytes:
    """Form objects that each draw the next one twice: 2^25 drawings in 26 objects."""
    depth = 25
    page = _PAGE.replace(b"/Contents", b"/Resources << /XObject << /F 5 0 R >> >> /Contents")
    forms = [
        _stream(
            b"/F Do /F Do" if number < depth else b"0 0 m 1 1 l S",
            b"/Type /XObject /Subtype /Form /BBox [0 0 1 1]"
            b" /Resources << /XObject << /F %d 0 R >> >>" % (number + 6),
        )
        for number in range(depth + 1)
    ]
    return _pdf([b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", page, _stream(b"/F Do"), *forms])


def _acting() -> bytes:
    action = (
        b'/OpenAction << /S /JavaScript /JS (app.launchURL\\("http://127.0.0.1:9/"\\)) >>'
        b" /AA << /WC << /S /Launch /F (/bin/sh) >> >>"
    )
    return _one_page(b"BT ET", action)


PDFS: dict[str, Callable[[], bytes]] = {
    "million-objects.pdf": _million_objects,
    "million-rules.pdf": lambda: _one_page(b"0 0 m 9 9 l S " * 1_000_000),
    "stream-bomb.pdf": lambda: _one_page(b" " * (300 * _MIB)),
    "endless-tree.pdf": _endless_tree,
    "nested-forms.pdf": _nested_forms,
    "deep-arrays.pdf": lambda: _pdf([b"[" * 200_000]),
    "actions.pdf": _acting,
    "only-a-head.pdf": lambda: b"%PDF-1.7\n",
}

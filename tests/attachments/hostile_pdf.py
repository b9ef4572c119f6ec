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


def _many_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (number + 4) for number in range(count))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R >>"
    pages = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids)
    return _pdf([pages, _stream(b"0 0 m 9 9 l S"), *[page] * count])


def _lying_object_stream() -> bytes:
    """A stream that says it holds a billion objects, the pages among them, beyond its end."""
    index = b" ".join(b"%d %d" % (number, 10**9) for number in range(2, 40))
    entries = b"/Type /ObjStm /N 1000000000 /First 2147483647"
    return _pdf([b"null"] * 8 + [_stream(index, entries)])


def _looping_sections() -> bytes:
    """Tables of offsets that name each other as the one before."""
    head = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R /Size 3 /Prev %d >>\n"
    first = len(head)
    second = first + len(table % 100)
    return head + table % second + table % first + b"startxref\n%d\n%%%%EOF\n" % first


def _deep_tree() -> bytes:
    """Pages below 100,000 nodes, each the only child of the one above."""
    depth = 100_000
    nodes = [b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % (n + 3) for n in range(depth)]
    return _pdf([*nodes, _PAGE])


def _page_of(size: bytes) -> bytes:
    page = _PAGE.replace(b"0 0 595 842", size)
    return _pdf([b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", page, _stream(b"0 0 m 9 9 l S")])


def _filters_of_filters() -> bytes:
    """300 MiB of blanks in 300 bytes, behind three filters."""
    packed = bytes(0)
    for _ in range(3):
        packed = zlib.compress(packed or b" " * (300 * _MIB), 9)
    filters = b"/Filter [/FlateDecode /FlateDecode /FlateDecode]"
    content = b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(packed), filters, packed)
    return _pdf([b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", _PAGE, content])


def _written(content: bytes, cmap: bytes = b"") -> bytes:
    """A page with a font; ``cmap`` says what its codes mean."""
    page = _PAGE.replace(b"/Contents", b"/Resources << /Font << /F1 5 0 R >> >> /Contents")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    pages = b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>"
    return _pdf([pages, page, _stream(content), font, _stream(cmap)])


def _meaning_everything() -> bytes:
    """A map of characters that gives every code a meaning, over and over."""
    ranges = b"100 beginbfrange\n" + b"<0000> <FFFF> <4E00>\n" * 100 + b"endbfrange\n"
    return _written(b"BT /F1 12 Tf 100 700 Td (AB) Tj ET", b"begincmap\n" + ranges * 500)


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
    "10000-pages.pdf": lambda: _many_pages(10_000),
    "lying-object-stream.pdf": _lying_object_stream,
    "looping-sections.pdf": _looping_sections,
    "deep-tree.pdf": _deep_tree,
    "huge-page.pdf": lambda: _page_of(b"0 0 1000000000 1000000000"),
    "endless-page.pdf": lambda: _page_of(b"-1e38 -1e38 1e38 1e38"),
    "filters-of-filters.pdf": _filters_of_filters,
    "million-letters.pdf": lambda: _written(b"BT /F1 9 Tf (" + b"A" * 5_000_000 + b") Tj ET"),
    "million-texts.pdf": lambda: _written(b"BT /F1 9 Tf " + b"(A) Tj " * 1_000_000 + b"ET"),
    "meaning-everything.pdf": _meaning_everything,
    "deep-states.pdf": lambda: _one_page(b"q " * 5_000_000),
    "deep-arrays.pdf": lambda: _pdf([b"[" * 200_000]),
    "actions.pdf": _acting,
    "only-a-head.pdf": lambda: b"%PDF-1.7\n",
}

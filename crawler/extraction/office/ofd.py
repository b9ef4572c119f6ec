"""`read` for OFD (GB/T 33190), China's own fixed-layout format: pages of ink, as a PDF has them."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.extraction.filed import Carrier, UnreadableError, cut_mark
from crawler.extraction.office.ofdpage import Box, PageReader, box_of, o
from crawler.extraction.office.package import Element, Package, resolved
from crawler.extraction.pdf.page import PageInk
from crawler.extraction.pdf.pieces import pieces_of
from crawler.items import Capture, Context, PageOutcome, PageResult

_CARRIER = Carrier(text_source="ofd", path="ofd")
_MAIN = "OFD.xml"
MAX_PAGES = 500
MAX_GLYPHS = 500_000
_A4 = Box(0.0, 0.0, 210.0, 297.0)


@dataclass(slots=True)
class _Read:
    """The pages of a file, and what was wrong with them."""

    inks: list[PageInk] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    cut: bool = False


def read_ofd(capture: Capture, context: Context | None = None) -> PageResult:
    """What the OFD file of ``capture`` says; ``context`` is not needed (see `read_pdf`)."""
    del context
    warnings = cut_mark(capture)
    try:
        read = _pages(Package(capture.content))
    except UnreadableError as error:
        outcome = PageOutcome.TRUNCATED if capture.truncated else error.outcome
        return _CARRIER.failed(capture, outcome, [*warnings, error.warning])
    warnings += read.warnings
    pieces = pieces_of(read.inks)
    if not pieces:
        return _CARRIER.failed(capture, PageOutcome.IMAGE_ONLY, [*warnings, "no_text_layer"])
    return _CARRIER.finished(capture, pieces, warnings, cut=bool(cut_mark(capture)) or read.cut)


def _pages(package: Package) -> _Read:
    """The pages of all documents of a file, in order."""
    main = package.xml(_MAIN)
    if next(main.iter(o("Encryptions"), o("Encrypt")), None) is not None:
        raise UnreadableError(PageOutcome.ENCRYPTED, "ofd_encrypted: the file needs a key")
    read = _Read()
    for root in main.iter(o("DocRoot")):
        _read_document(package, resolved("", (root.text or "").strip()), read)
    if not read.inks and not read.warnings:
        raise UnreadableError(PageOutcome.ERROR, "ofd_broken: no page in any document")
    return read


def _read_document(package: Package, path: str, read: _Read) -> None:
    document = package.xml(path)
    folder = path.rpartition("/")[0]
    area = _area(document, _A4)
    templates = {
        one.get("ID") or "": resolved(folder, one.get("BaseLoc") or "")
        for one in document.iter(o("TemplatePage"))
    }
    loaded: dict[str, Element] = {}
    for number, page in enumerate(document.iterfind(f"{o('Pages')}/{o('Page')}"), start=1):
        glyphs = MAX_GLYPHS - sum(len(ink.glyphs) for ink in read.inks)
        if len(read.inks) >= MAX_PAGES or glyphs <= 0:
            read.cut = True
            read.warnings.append(f"too_long: read {len(read.inks)} pages")
            break
        location = resolved(folder, page.get("BaseLoc") or "")
        if location not in package:
            read.warnings.append(f"page_broken:{number}: {location[:100]} is missing")
            continue
        content = package.xml(location)
        reader = PageReader(_area(content, area), glyphs)
        for used in content.iter(o("Template")):
            template = templates.get(used.get("TemplateID") or "", "")
            if template not in loaded and template in package:
                loaded[template] = package.xml(template)
            reader.read(loaded.get(template))
        reader.read(content)
        read.inks.append(reader.finished())
        if reader.ink.cut:
            read.cut = True
            read.warnings.append(f"too_long: page {number} cut")


def _area(element: Element, default: Box) -> Box:
    """The page's box that an element states: what is seen, else the sheet."""
    for name in ("PhysicalBox", "ApplicationBox"):
        found = next(element.iter(o(name)), None)
        box = box_of(found.text) if found is not None else None
        if box is not None and box.width > 0 and box.height > 0:
            return box
    return default

"""The peers that read attachments, run by the interpreter of ``.venv-peers``.

As `extract_peers`: one JSON job a line in, one JSON answer a line out, only the standard library
and the peers are imported. Every peer is used as its own documentation shows.

    job:    {"extractor": NAME, "runs": 1, "files": [{"id": …, "file": …}, …]}
    answer: {"extractor": NAME, "missing": WHY} or
            {"extractor": NAME, "version": …, "files": [{"id", "text", "tables", "seconds"}, …]}
"""

from __future__ import annotations

import importlib
import io
import json
import logging
import sys
import time
import warnings
from collections.abc import Callable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

Rows = list[list[str]]
Answer = tuple[str, list[Rows]]


@cache
def _markitdown() -> Any:
    from markitdown import MarkItDown

    return MarkItDown(enable_plugins=False)


def run_markitdown(path: Path) -> Answer:
    """Its tables are Markdown: whoever scores takes them from the text."""
    return _markitdown().convert_local(str(path)).text_content, []


def run_pdfplumber(path: Path) -> Answer:
    import pdfplumber

    texts, tables = [], []
    with pdfplumber.open(path) as document:
        for page in document.pages:
            texts.append(page.extract_text() or "")
            tables += [_filled(rows) for rows in page.extract_tables()]
    return "\n".join(texts), tables


def run_pypdfium2(path: Path) -> Answer:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    texts = [page.get_textpage().get_text_range() for page in document]
    return "\n".join(texts).replace("\r\n", "\n"), []


def run_python_docx(path: Path) -> Answer:
    import docx
    from docx.table import Table

    lines, tables = [], []
    for block in docx.Document(str(path)).iter_inner_content():
        if isinstance(block, Table):
            rows = [[cell.text for cell in row.cells] for row in block.rows]
            tables.append(rows)
            lines += ["\t".join(row) for row in rows]
        else:
            lines.append(block.text)
    return "\n".join(lines), tables


def run_openpyxl(path: Path) -> Answer:
    import openpyxl

    lines, tables = [], []
    for sheet in openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets:
        rows = _filled(sheet.iter_rows(values_only=True))
        tables.append(rows)
        lines += ["\t".join(row) for row in rows]
    return "\n".join(lines), tables


def _filled(rows: Any) -> Rows:
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


#: Name → what is installed, what is imported, how it is run.
PEERS: dict[str, tuple[str, str, Callable[[Path], Answer]]] = {
    "markitdown": ("markitdown", "markitdown", run_markitdown),
    "pdfplumber": ("pdfplumber", "pdfplumber", run_pdfplumber),
    "pypdfium2": ("pypdfium2", "pypdfium2", run_pypdfium2),
    "python-docx": ("python-docx", "docx", run_python_docx),
    "openpyxl": ("openpyxl", "openpyxl", run_openpyxl),
}


def answer_of(name: str, path: Path, runs: int) -> dict[str, Any]:
    peer = PEERS[name][2]
    answer: dict[str, Any] = {"text": "", "tables": [], "seconds": 0.0}
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        try:
            answer["text"], answer["tables"] = peer(path)
        except Exception as error:  # noqa: BLE001 - whatever it dies of counts as an empty answer
            answer["crash"] = f"{type(error).__name__}: {error}"[:200]
        best = min(best, time.process_time() - start)
    return {**answer, "seconds": best}


def run(job: dict[str, Any]) -> dict[str, Any]:
    name = job["extractor"]
    package, module, _ = PEERS[name]
    try:
        importlib.import_module(module)
    except ImportError as error:
        return {"extractor": name, "missing": f"{package}: {error}"}
    files = [
        {"id": one["id"], **answer_of(name, Path(one["file"]), job["runs"])} for one in job["files"]
    ]
    return {"extractor": name, "version": metadata.version(package), "files": files}


def main() -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    answers, sys.stdout = sys.stdout, io.StringIO()  # what a peer prints is no answer
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line)), ensure_ascii=True), file=answers, flush=True)


if __name__ == "__main__":
    main()

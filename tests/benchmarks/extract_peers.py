"""The peers, run by the interpreter of their own environment (``.venv-peers``).

It reads one JSON job a line from standard input and writes one JSON answer a line, so the peers and
their dependencies never meet ours: only the standard library and the peers are imported here. They
are judges and no part of what is shipped, so their licences do not bind the project.

Every peer gets the call that serves it best: bytes where it takes them, else the text as the
detection it ships or recommends decodes it; HTML answers become text with a tab between cells.

    job:    {"extractor": NAME, "runs": 3, "pages": [{"id": …, "url": …, "file": …}, …]}
    answer: {"extractor": NAME, "missing": WHY} or
            {"extractor": NAME, "version": …, "seconds": best, "pages": [{"id", "body", …}, …]}
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
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

from tests.benchmarks.extract_html import text_of_html

Answer = dict[str, str]
Peer = Callable[[bytes, str], Answer]

#: Chrome that any user of ``prune_xpath`` would name after looking at a few portals: by what the
#: class or id says, not by what single hosts call it.
PRUNED_WORDS = (
    "nav", "menu", "footer", "foot", "header", "crumb", "location", "position", "share", "qrcode",
    "ewm", "print", "fontsize", "related", "sidebar", "copyright", "bdshare", "xxgk-info", "prev",
    "next", "toolbar",
)  # fmt: skip
#: A container whose name says ``print`` or ``position`` may hold the text; chrome is shorter.
SHORT = 300
PRUNED = [
    f"//*[contains(translate(@{attribute}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',"
    f" 'abcdefghijklmnopqrstuvwxyz'), '{word}')][string-length(normalize-space()) < {SHORT}]"
    for word in PRUNED_WORDS
    for attribute in ("class", "id")
]


def decoded(content: bytes) -> str:
    """For peers that take text only: the detection that trafilatura ships."""
    from trafilatura.utils import decode_file

    return str(decode_file(content))


def run_trafilatura(content: bytes, url: str, **options: Any) -> Answer:
    import trafilatura

    found = trafilatura.extract(
        content, url=url, output_format="json", with_metadata=True, include_tables=True, **options
    )
    fields = json.loads(found) if found else {}
    return {
        "body": fields.get("text") or "",
        "title": fields.get("title") or "",
        "published": fields.get("date") or "",
        "source": fields.get("author") or fields.get("source-hostname") or "",
    }


def run_readability(content: bytes, url: str) -> Answer:
    import readability

    document = readability.Document(decoded(content), url=url)
    body = text_of_html(document.summary(html_partial=True))
    author = document.author()
    source = "" if author == "[no-author]" else author
    return {"body": body, "title": document.short_title(), "source": source}


def run_gne(content: bytes, url: str) -> Answer:
    import gne

    found = gne.GeneralNewsExtractor().extract(decoded(content), host=url, with_body_html=True)
    return {
        "body": text_of_html(found["body_html"]),
        "title": found["title"],
        "published": found["publish_time"],
        "source": found["author"],
    }


def run_resiliparse(content: bytes, url: str) -> Answer:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(bytes_to_str(content, detect_encoding(content)))
    body = extract_plain_text(
        tree, main_content=True, preserve_formatting=True, alt_texts=False, list_bullets=True
    )
    return {"body": body.replace("\t\t", "\t"), "title": tree.title or ""}  # two tabs a cell


def run_newspaper(content: bytes, url: str) -> Answer:
    import newspaper

    article = newspaper.Article(url, language="zh", fetch_images=False, request_timeout=1)
    article.download(input_html=decoded(content))
    article.parse()
    return {
        "body": article.text,
        "title": article.title or "",
        "published": article.publish_date.date().isoformat() if article.publish_date else "",
        "source": "、".join(article.authors),
    }


def run_justext(content: bytes, url: str) -> Answer:
    """Without a list of Chinese function words: the language-independent mode.

    Its lengths are for alphabets; these are the best of those tried, where the defaults find
    next to nothing.
    """
    import justext

    paragraphs = justext.justext(
        content, frozenset(), length_low=15, length_high=50, stopwords_low=0, stopwords_high=0
    )
    return {"body": "\n".join(one.text for one in paragraphs if not one.is_boilerplate)}


def run_magic_html(content: bytes, url: str) -> Answer:
    from magic_html import GeneralExtractor

    found = GeneralExtractor().extract(decoded(content), base_url=url)
    return {"body": text_of_html(found.get("html") or ""), "title": found.get("title") or ""}


#: Name → what is installed, what is imported, how it is run.
PEERS: dict[str, tuple[str, str, Peer]] = {
    "trafilatura": ("trafilatura", "trafilatura", run_trafilatura),
    "traf. fast": ("trafilatura", "trafilatura", partial(run_trafilatura, fast=True)),
    "traf. precision": (
        "trafilatura", "trafilatura", partial(run_trafilatura, favor_precision=True),
    ),
    "traf. recall": ("trafilatura", "trafilatura", partial(run_trafilatura, favor_recall=True)),
    "traf. pruned": ("trafilatura", "trafilatura", partial(run_trafilatura, prune_xpath=PRUNED)),
    "readability": ("readability-lxml", "readability", run_readability),
    "GNE": ("gne", "gne", run_gne),
    "resiliparse": ("resiliparse", "resiliparse.parse.html", run_resiliparse),
    "newspaper4k": ("newspaper4k", "newspaper", run_newspaper),
    "jusText": ("jusText", "justext", run_justext),
    "magic-html": ("magic-html", "magic_html", run_magic_html),
}  # fmt: skip


def answer_of(peer: Peer, content: bytes, url: str) -> Answer:
    try:
        return peer(content, url)
    except Exception as error:  # noqa: BLE001 - whatever a peer dies of counts as an empty answer
        return {"body": "", "crash": f"{type(error).__name__}: {error}"[:200]}


def run(job: dict[str, Any]) -> dict[str, Any]:
    name = job["extractor"]
    package, module, peer = PEERS[name]
    try:
        importlib.import_module(module)
    except ImportError as error:
        return {"extractor": name, "missing": f"{package}: {error}"}
    pages = [(page, Path(page["file"]).read_bytes()) for page in job["pages"]]
    seconds, answers = [], []
    for _ in range(job["runs"]):
        start = time.process_time()
        answers = [answer_of(peer, content, page["url"]) for page, content in pages]
        seconds.append(time.process_time() - start)
    return {
        "extractor": name,
        "version": metadata.version(package),
        "seconds": min(seconds),
        "pages": [
            {"id": page["id"], **answer} for (page, _), answer in zip(pages, answers, strict=True)
        ],
    }


def main() -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    answers, sys.stdout = sys.stdout, io.StringIO()  # what a peer prints is no answer
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line)), ensure_ascii=True), file=answers, flush=True)


if __name__ == "__main__":
    main()

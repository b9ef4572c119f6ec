"""Broken attachments end in an outcome, and the runner that says so sees a bad reader."""

from __future__ import annotations

from pathlib import Path

from tests.attachments.files import attachments
from tests.attachments.hostile import HOSTILE
from tests.attachments.kitchen import folder, kept
from tests.attachments.mutants import mutant
from tests.benchmarks.fuzz_attachments import MEMORY_MIB, TARGET, fuzz, jobs
from tests.benchmarks.fuzz_worker import Worker

FILES = {one.name: one for one in attachments()}
QUICK = ("prose.docx", "form-2014.xlsx", "prose.ofd", "points.pdf", "gbk.txt", "html.doc")
#: Hostile files that cost their reader next to nothing when its limits hold.
CHEAP = (
    "xxe.docx", "xxe.xlsx", "xxe.ofd", "laughs.docx", "laughs.xlsx", "laughs.ofd", "traversal.zip",
    "locked.docx", "external-and-macros.docx", "wide-merge.xlsx", "actions.pdf", "endless-tree.pdf",
    "nested-forms.pdf", "10000-pages.pdf", "lying-object-stream.pdf", "looping-sections.pdf",
    "huge-page.pdf", "endless-page.pdf", "deep-tree.pdf", "meaning-everything.pdf",
    "million-letters.pdf", "deep-arrays.pdf", "boundaries.doc",
)  # fmt: skip


def file_of(name: str) -> Path:
    make = FILES[name].make
    assert make is not None
    return kept(name, make)


def test_a_seed_breaks_a_file_the_same_way_and_another_seed_another() -> None:
    content = file_of("prose.docx").read_bytes()
    assert mutant(content, 7) == mutant(content, 7)
    assert len({mutant(content, seed) for seed in range(20)}) > 15


def test_300_broken_files_end_in_an_outcome_and_touch_nothing() -> None:
    files = {name: file_of(name) for name in QUICK}
    todo = [job for job in jobs(300, 1, files) if not job.startswith("hostile/")]
    ends = fuzz(todo, TARGET)
    assert len(ends) == 300
    assert [(one.job, one.fault) for one in ends if one.fault] == []
    assert max(one.peak_mib for one in ends) < MEMORY_MIB


def test_hostile_files_end_in_an_outcome_and_touch_nothing() -> None:
    for name in CHEAP:
        kept(f"hostile-{name}", HOSTILE[name])
    ends = fuzz([f"hostile/{name}" for name in CHEAP], TARGET)
    assert [(one.job, one.fault) for one in ends if one.fault] == []
    assert max(one.peak_mib for one in ends) < MEMORY_MIB
    words = {one.job.partition("/")[2]: one.outcome for one in ends}
    assert words["nested-forms.pdf"] == words["boundaries.doc"] == "killed"


def faulty(name: str, content: bytes) -> str:
    """A reader that does what it should not, by the name of the file."""
    if name.endswith(".docx"):
        raise ValueError("planted")
    if name.endswith(".ofd"):
        (folder() / "planted.txt").write_text("planted")
    if name.endswith(".txt"):
        return str(len(bytes(4 << 30)))
    return "document"


def test_the_runner_sees_what_a_bad_reader_does() -> None:
    names = ("prose.docx", "prose.ofd", "gbk.txt", "points.pdf")
    for name in names:
        file_of(name)
    with Worker(f"{__name__}:faulty", folder(), 2048, 30) as worker:
        raised, wrote, swelled, fine = [worker.read(f"{name}/1") for name in names]
    assert raised.fault == "ValueError: planted"
    assert wrote.fault.startswith("wrote ")
    assert swelled.fault.startswith("MemoryError")
    assert (fine.outcome, fine.fault) == ("document", "")

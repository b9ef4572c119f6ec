"""The documents keep their word: commands run, links lead somewhere, tables say what the code does.

Every ```` ```sh ```` block of README.md and docs/ is run (see `tests.docs_sandbox`). One under
``<!-- docs-test: shown -->`` is checked for syntax only: it installs, or runs this very suite.
"""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler import settings
from crawler.runs.words import EXIT_CODES
from crawler.store import schema
from tests.docs_sandbox import DOCUMENTS, ROOT, Block, Done, Sandbox, blocks, files, sandbox
from tests.one_process import scrapy_each

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
MARKDOWN = [*DOCUMENTS, ROOT / "crawler/data/README.md", ROOT / "archive/README.md"]
COMMANDS = sorted(path.stem for path in (ROOT / "crawler/commands").glob("[a-z]*.py"))
#: Pages after which a crawl that is printed has shown that it runs.
_ENOUGH = 8
#: In two pieces each, so that this file does not name what no file may name.
UNWANTED = [
    "".join(pieces)
    for pieces in (
        ("/wo", "rk/"),
        ("/tm", "p/"),
        ("/ro", "ot/"),
        ("py", "pi.org"),
        ("pythonho", "sted.org"),
        ("npm", "js.org"),
        ("npmm", "irror.com"),
        ("crates", ".io"),
        ("proxy.go", "lang.org"),
    )
]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("docs")) as found:
        yield found


def words(text: str) -> str:
    return " ".join(text.split())


def told(done: Done) -> str:
    """All a command said: `make demo` says on stdout why a crawl of it failed."""
    return f"{done.stdout}\n{done.stderr}"


def rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, less its own heading row."""
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_fenced_block_is_of_a_kind_that_is_checked() -> None:
    kinds = ("sh", "crontab", "text", "text demo", "text seed 001")
    checked = sum(len(blocks(kind)) for kind in kinds)
    fences = sum(path.read_text(encoding="utf-8").count("```") for path in DOCUMENTS)
    assert fences == 2 * checked


# -- commands ---------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [b for b in blocks("sh") if not b.mark], ids=str)
def test_commands_run_as_printed(reader: Sandbox, block: Block) -> None:
    # A portal is looked over within a budget of its own, and a stored run is replayed whole.
    whole = ("scrapy newportal", "scrapy replay")
    pages = 0 if any(command in block.code for command in whole) else _ENOUGH
    done = reader.run(block.code, pages=pages)
    assert done.returncode == 0, told(done)
    assert "Traceback" not in done.stderr
    assert done.stdout or "> " in block.code


@pytest.mark.parametrize("block", [b for b in blocks("sh") if b.mark], ids=str)
def test_commands_only_shown_are_sound(block: Block) -> None:
    assert block.mark == "shown"
    subprocess.run(["bash", "-n", "-c", block.code], check=True)
    targets = re.findall(r"^make (\S+)", block.code, re.MULTILINE)
    assert [target for target in targets if f"\n{target}:" not in MAKEFILE] == []


@pytest.mark.parametrize("block", blocks("crontab"), ids=str)
def test_crontab_lines_are_sound(block: Block) -> None:
    for line in block.code.splitlines():
        *times, command = line.split(None, 5)
        assert all(re.fullmatch(r"[\d*,/-]+", time) for time in times)
        assert "%" not in command, "cron reads % as a line break"
        subprocess.run(["bash", "-n", "-c", command], check=True)
        for portal in re.findall(r"scrapy crawl (\w+)", command):
            assert (ROOT / f"spiders/{portal}.py").is_file()


@pytest.fixture(scope="module")
def helps() -> dict[str, Done]:
    """What ``--help`` says."""
    done = scrapy_each([[command, "--help"] for command in COMMANDS])
    return dict(zip(COMMANDS, done, strict=True))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_is_in_the_readme(helps: dict[str, Done], command: str) -> None:
    module = importlib.import_module(f"crawler.commands.{command}")
    assert helps[command].returncode == 0
    assert module.Command().short_desc() in words(helps[command].stdout)
    assert f"scrapy {command}" in README


# -- what is shown is real ----------------------------------------------------------------------


def test_the_demo_prints_what_the_readme_shows(reader: Sandbox) -> None:
    assert reader.demo.returncode == 0, told(reader.demo)
    printed = words(reader.demo.stdout)
    (block,) = blocks("text demo")
    for line in block.code.splitlines():
        # Counts of documents are facts; how long it took and how often it asked are not.
        assert words(re.sub(r", \d+ requests.*", "", line)).rstrip("…") in printed


def test_the_text_in_the_readme_is_the_one_in_the_archive(reader: Sandbox) -> None:
    (block,) = blocks("text seed 001")
    (name,) = re.findall(r"`\.demo/(text/\S+\.txt)`", README)
    text = (reader.root / ".demo" / name).read_text(encoding="utf-8")
    assert text.startswith(block.code)


def test_settings_are_those_of_the_code() -> None:
    table = rows(README, "Settings that matter")
    assert {code(name)[0]: ast.literal_eval(code(default)[0]) for name, default, _ in table} == {
        code(name)[0]: getattr(settings, code(name)[0]) for name, *_ in table
    }


def test_verdicts_and_exit_codes_are_those_of_the_code() -> None:
    table = rows(README, "Crawl live")
    told = {code(word)[0]: int(number) for word, number, *_ in table if code(word)}
    assert told == {word.value: number for word, number in EXIT_CODES.items()}


def test_every_table_of_the_catalogue_is_described() -> None:
    table = rows((ROOT / "docs/archive.md").read_text(encoding="utf-8"), "The catalogue")
    assert {name for cell, _ in table for name in code(cell)} == set(schema.metadata.tables)


def test_every_data_file_has_its_origin_and_its_user() -> None:
    lines = (ROOT / "crawler/data/README.md").read_text(encoding="utf-8").splitlines()
    table = [line.strip("|").split("|") for line in lines if line.startswith("| `")]
    named = {code(cells[0])[0]: code(cells[2]) for cells in table}
    assert set(named) == {path.name for path in (ROOT / "crawler/data").glob("*.*")} - {"README.md"}
    for name, users in named.items():
        assert users
        for user in users:
            assert name in (ROOT / user).read_text(encoding="utf-8"), f"{user} reads no {name}"


# -- names and places ---------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        place, _, anchor = target.partition("#")
        aim = (path.parent / place).resolve() if place else path
        assert aim.exists(), target
        assert not anchor or anchor in anchors(aim), target


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_named_in_the_text_exist(path: Path) -> None:
    """``crawler/x.py``, ``fetch/x.py`` and ``test_x.py`` mean files of the project."""
    named = re.findall(r"`([\w./-]+\.(?:py|toml|json|csv|tsv))`", path.read_text(encoding="utf-8"))
    bases = (ROOT, ROOT / "crawler", ROOT / "crawler/extraction", ROOT / "tests", path.parent)
    assert [name for name in named if not any((base / name).is_file() for base in bases)] == []


def test_no_file_names_this_machine_or_a_package_index() -> None:
    wrong = [
        f"{path}: {word}"
        for path in files()
        for word in UNWANTED
        if word.encode() in (ROOT / path).read_bytes()
    ]
    assert wrong == []

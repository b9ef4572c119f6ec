"""docs/running.md and its recipes keep their word: cron lines, units and containers' commands run.

The ```` ```sh ```` blocks are run by `test_docs`, like those of all documents; here is what no
shell runs as printed: a crontab, systemd units, a Dockerfile, a table.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler import settings
from crawler.due.crawls import GRACE
from crawler.due.results import MEANINGS
from crawler.runs.words import Verdict
from tests.docs_sandbox import ROOT, Block, blocks, settle
from tests.portals.serve import running

RECIPES = ROOT / "docs/recipes"
DOCUMENT = (ROOT / "docs/running.md").read_text(encoding="utf-8")
INSTALLED = "/srv/xianzhi"  # where units and containers have the project
PORTALS = ("ningxia_hongsibu", "sichuan_chaotian")

Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Machine:
    """An operator's machine: a home with the project in it, set up, two portals to crawl."""

    home: Path

    @property
    def project(self) -> Path:
        return self.home / "xianzhi"

    def settings(self, line: str) -> None:
        with (self.project / "reader_settings.py").open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def run(self, command: str, cwd: Path | None = None, **environment: str) -> Done:
        """In a shell with as little of an environment as cron and systemd give."""
        given = {"HOME": str(self.home), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}
        return subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=cwd or self.home,
            env=given | environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with running() as servers:
        found = Machine(tmp_path_factory.mktemp("home"))
        settle(found.project, servers.connect_to)
        found.settings(f"SPIDER_MODULES = {[f'spiders.{portal}' for portal in PORTALS]}")
        yield found


@pytest.fixture(scope="module")
def first_night(machine: Machine) -> Done:
    return machine.run(cron_lines()[0])


def recipe(name: str) -> str:
    return (RECIPES / name).read_text(encoding="utf-8")


def running_md(info: str) -> list[Block]:
    return [block for block in blocks(info) if block.document == "running.md"]


# -- cron ------------------------------------------------------------------------------------------


def cron_lines() -> list[str]:
    """The commands of the crontab, without their times."""
    lines = [line for line in recipe("crontab").splitlines() if line[:1].isdigit()]
    return [line.split(None, 5)[5] for line in lines]


def test_the_crontab_is_the_one_in_the_document() -> None:
    (block,) = running_md("crontab")
    assert set(block.code.splitlines()) <= set(recipe("crontab").splitlines())
    assert len(block.code.splitlines()) == len(cron_lines()) == 2
    assert "%" not in "".join(cron_lines()), "cron reads % as a line break"


def test_crons_line_crawls_what_is_due_and_says_nothing(
    machine: Machine, first_night: Done
) -> None:
    assert (first_night.returncode, first_night.stdout, first_night.stderr) == (0, "", "")
    kept = (machine.project / "logs/crawldue.txt").read_text(encoding="utf-8")
    assert re.search(r"^2 crawled: ((ok|late) \d(, )?)+$", kept, re.MULTILINE)
    assert {path.name for path in (machine.project / "logs").glob("*.log")} == {
        f"{portal}.log" for portal in PORTALS
    }
    assert {path.name for path in (machine.project / "archive/text").iterdir()} == set(PORTALS)


def test_crons_second_line_mails_how_the_portals_are(machine: Machine, first_night: Done) -> None:
    done = machine.run(cron_lines()[1])
    assert done.returncode == 0, done.stderr
    assert all(portal in done.stdout for portal in PORTALS)


def test_crons_line_prints_the_summary_when_something_is_wrong(
    machine: Machine, first_night: Done
) -> None:
    fine = (machine.project / "reader_settings.py").read_text(encoding="utf-8")
    machine.settings("CONNECT_TO = dict.fromkeys(CONNECT_TO, '127.0.0.1:9')")
    machine.settings("DUE_SEASON_DAYS = DUE_REGULAR_DAYS = 0.01; RETRY_TIMES = 0")
    done = machine.run(cron_lines()[0])
    (machine.project / "reader_settings.py").write_text(fine, encoding="utf-8")
    assert "failed" in done.stdout
    assert "2 crawled: " in done.stdout


# -- systemd ---------------------------------------------------------------------------------------


def unit(name: str) -> ConfigParser:
    parser = ConfigParser(interpolation=None, delimiters="=", comment_prefixes="#")
    parser.optionxform = str  # type: ignore[assignment]
    parser.read_string(recipe(name))
    return parser


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")
def test_systemd_accepts_the_units(machine: Machine, tmp_path: Path) -> None:
    for file in RECIPES.glob("xianzhi-crawldue.*"):
        text = file.read_text(encoding="utf-8").replace(INSTALLED, str(machine.project))
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    units = sorted(map(str, tmp_path.iterdir()))
    assert len(units) == 2
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if "xianzhi" in line]
    assert (done.returncode, said) == (0, [])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")
def test_systemd_understands_when_the_timer_elapses() -> None:
    when = unit("xianzhi-crawldue.timer")["Timer"]["OnCalendar"]
    done = subprocess.run(
        ["systemd-analyze", "calendar", when], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "03:17:00" in done.stdout


def test_the_units_command_runs_as_systemd_runs_it(machine: Machine, first_night: Done) -> None:
    service = unit("xianzhi-crawldue.service")["Service"]
    folder = service["WorkingDirectory"].replace(INSTALLED, str(machine.project))
    name, _, value = service["Environment"].partition("=")
    command = service["ExecStart"].replace(INSTALLED, str(machine.project))
    done = machine.run(command, cwd=Path(folder), **{name: value})
    assert done.returncode == 0, done.stderr
    assert "of 2 portals are due" in done.stdout


def test_crawls_have_time_to_stop_before_systemd_or_docker_kill_them() -> None:
    service = unit("xianzhi-crawldue.service")["Service"]
    assert service["KillMode"] == "mixed"  # or crawls get two signals: theirs, and ours
    assert int(service["TimeoutStopSec"]) > GRACE + 5
    assert int(re.findall(r"stop_grace_period: (\d+)s", recipe("compose.yaml"))[0]) > GRACE + 5
    assert int(re.findall(r"--stop-timeout (\d+)", DOCUMENT)[0]) > GRACE + 5
    assert int(re.findall(r"terminationGracePeriodSeconds: (\d+)", DOCUMENT)[0]) > GRACE + 5


# -- containers ------------------------------------------------------------------------------------


def instructions(word: str) -> list[str]:
    text = re.sub(r"\\\n", " ", recipe("Dockerfile"))
    return [line.partition(" ")[2] for line in text.splitlines() if line.startswith(f"{word} ")]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """The project's folder as the image has it: what is copied into it, and no more."""
    for line in instructions("COPY"):
        *sources, target = line.split()
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, tmp_path / target)
            else:
                shutil.copy2(ROOT / source, tmp_path / target)
    return tmp_path


def in_image(image: Path, arguments: list[str]) -> Done:
    entry = json.loads(instructions("ENTRYPOINT")[0])
    assert entry == ["scrapy"]
    return subprocess.run(
        [sys.executable, "-P", "-m", *entry, *arguments],
        cwd=image,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(image)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_what_the_image_copies_is_all_that_a_crawl_needs(image: Path) -> None:
    done = in_image(image, json.loads(instructions("CMD")[0]))
    assert done.returncode == 0, done.stderr
    assert "portals are due" in done.stdout
    assert (image / "constraints.txt").is_file()
    assert (image / "pyproject.toml").is_file()


def commands_in_containers() -> list[list[str]]:
    (flow,) = re.findall(r"command: (\[.*\])", recipe("compose.yaml"))
    shown = re.findall(r"^docker run .* xianzhi (.+)$", DOCUMENT, re.MULTILINE)
    return [json.loads(re.sub(r"\$\{CONTACT:[^}]*\}", "you@example.org", flow))] + [
        shlex.split(command) for command in shown
    ]


@pytest.mark.parametrize("command", commands_in_containers(), ids=" ".join)
def test_commands_given_to_containers_are_understood(image: Path, command: list[str]) -> None:
    done = in_image(image, [*command, "--dry-run"])
    assert done.returncode == 0, done.stderr
    assert "portals are due" in done.stdout


def test_the_archive_is_the_volume_everywhere() -> None:
    place = f"{INSTALLED}/archive"
    assert json.loads(instructions("VOLUME")[0]) == [place]
    assert instructions("WORKDIR") == [INSTALLED]
    assert f"- {place}:{place}" in recipe("compose.yaml")
    assert f"-v {place}:{place}" in DOCUMENT
    assert settings.ARCHIVE_DIR == "archive"


# -- logs ------------------------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("logrotate"), reason="no logrotate here")
def test_logrotate_accepts_its_recipe(tmp_path: Path) -> None:
    (tmp_path / "x.log").touch()
    text = recipe("logrotate.conf").replace(f"{INSTALLED}/logs", str(tmp_path))
    (tmp_path / "conf").write_text(re.sub(r" *su .*\n", "", text), encoding="utf-8")
    done = subprocess.run(
        ["logrotate", "-d", str(tmp_path / "conf")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "error" not in done.stderr


# -- tables ----------------------------------------------------------------------------------------


def test_the_table_of_pauses_has_every_verdict_and_only_settings_that_exist() -> None:
    table = DOCUMENT.partition("| the last crawl |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z_]+)`", table)) | {"interrupted"} == set(Verdict)
    named = set(re.findall(r"`(DUE_[A-Z_]+)`", DOCUMENT))
    assert named == {name for name in vars(settings) if name.startswith("DUE_")}


def test_the_table_of_exit_codes_is_that_of_the_code() -> None:
    table = DOCUMENT.partition("| exit code |")[2].partition("\n\n")[0]
    assert {int(code) for code in re.findall(r"^\| (\d) \|", table, re.MULTILINE)} == set(MEANINGS)

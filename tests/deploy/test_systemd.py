"""deploy/systemd, as far as tests can judge it without a running systemd."""

import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from dev.project import ROOT
from worker.settings import WorkerSettings

FOLDER = ROOT / "deploy" / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))
PYTHON = "/opt/moodrop/.venv/bin/python"
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")


def options_of(path: Path) -> dict[str, list[str]]:
    """Return the values of each option; systemd lets an option occur more than once."""
    options: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text().splitlines():
        if line and line[0] not in "#[":
            name, value = line.split("=", 1)
            options[name].append(value)
    return options


def variables_of(options: dict[str, list[str]]) -> dict[str, str]:
    return dict(one.split("=", 1) for one in " ".join(options["Environment"]).split())


@pytest.fixture
def as_installed(tmp_path: Path) -> Path:
    """The units with a program that there is, because systemd-analyze looks for it."""
    for path in UNITS:
        (tmp_path / path.name).write_text(path.read_text().replace(PYTHON, "/bin/true"))
    return tmp_path


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_objects_to_nothing(unit: Path, as_installed: Path) -> None:
    """It ignores what it does not know, with a warning and without a code."""
    command = ["systemd-analyze", "verify", "--man=no", str(as_installed / unit.name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_may_do_little(unit: Path, as_installed: Path) -> None:
    """By systemd's own count: 10 is a service without any restriction."""
    command = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(as_installed / unit.name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_each_unit_has_a_user_and_settings_of_its_own(unit: Path) -> None:
    """The worker reads the bytes of strangers: it must not read the service's secrets."""
    options = options_of(unit)
    others = [options_of(other) for other in UNITS if other != unit]

    for name in ("User", "EnvironmentFile"):
        (own,) = options[name]
        assert [own] not in [other[name] for other in others]
    assert options["User"] != ["root"]
    assert options["ProtectSystem"] == ["strict"]
    assert options["NoNewPrivileges"] == ["true"]


def test_the_service_is_started_as_in_its_image() -> None:
    dockerfile = (ROOT / "deploy" / "service.Dockerfile").read_text()
    command = re.search(r"^CMD (\[.*\])$", dockerfile, re.MULTILINE)
    assert command
    words = re.findall(r'"(.*?)"', command[1])

    assert options_of(FOLDER / "moodrop.service")["ExecStart"] == [" ".join([PYTHON, *words[1:]])]


def test_each_has_time_to_finish() -> None:
    """As in compose.yaml."""
    compose = (ROOT / "compose.yaml").read_text()
    periods = re.findall(r"stop_grace_period: (\d+)s", compose)

    assert [options_of(FOLDER / f"{name}.service")["TimeoutStopSec"] for name in ("moodrop", "moodrop-worker")] == [
        [seconds] for seconds in periods
    ]


def test_the_worker_has_a_folder_of_its_own_for_its_jobs() -> None:
    """Nothing else can be written; and its variables are settings that there are."""
    options = options_of(FOLDER / "moodrop-worker.service")
    variables = variables_of(options)

    assert variables["WORKER_SCRATCH"] == f"/var/cache/{options['CacheDirectory'][0]}"
    assert {name.lower() for name in variables if not name.startswith("PYTHON")} <= set(WorkerSettings.model_fields)


def calls_of(group: str) -> set[str]:
    """Return the system calls that systemd means by a name: one call, or those of a group and of its groups."""
    if not group.startswith("@"):
        return {group}
    listed = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True)
    names = [line.strip() for line in listed.stdout.splitlines()[1:] if line.strip() and "#" not in line]
    return set().union(*map(calls_of, names))


def allowed_calls(options: dict[str, list[str]]) -> set[str]:
    """Return what a unit's filter leaves, line by line, as systemd reads it."""
    allowed = set[str]()
    for line in options["SystemCallFilter"]:
        calls = set[str]().union(*map(calls_of, line.removeprefix("~").split()))
        allowed = allowed - calls if line.startswith("~") else allowed | calls
    return allowed


@needs_systemd
def test_the_worker_may_build_its_sandbox() -> None:
    """Its own filter of system calls must not take these away: without one of them, it does no job."""
    allowed = allowed_calls(options_of(FOLDER / "moodrop-worker.service"))

    assert {"seccomp", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"} <= allowed
    assert {"capset", "prctl", "setrlimit", "prlimit64", "setpriority"} <= allowed
    assert not {"setuid", "chroot", "mount", "bpf", "ptrace"} & allowed

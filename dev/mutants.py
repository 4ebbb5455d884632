"""`make mutants`: makes small changes to signing, confirm and auth, one by one, and counts those that no test notices.

mutmut works on a copy of the checkout below .moodrop/, with the tests that need no server, and keeps its results. The
next run resumes from them and rechecks only functions that changed. ARGS=signing runs that group alone.
"""

import configparser
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from dev.errors import LauncherError
from dev.packages import install_packages
from dev.project import ROOT, STATE

PROMISED = 90  # percent, in each group
WORK = STATE / "mutants"
TOOLS = STATE / "mutants-venv"
AUTH_TESTS = (
    *(f"accounts/test_{name}" for name in ("jwt_auth", "jwt_grants", "session_auth", "upload_tokens")),
    *(
        f"accounts/api/test_{name}"
        for name in ("tokens", "upload_tokens", "sessions", "open_mode", "scopes_and_owners")
    ),
    *("shared/test_guards", "shared/api/test_cors", "uploads/api/test_grants"),
)
# Each group with its tests.
GROUPS = {
    "signing": (
        ["service/store/sigv4/*.py", "service/store/s3/urls.py", "service/store/addresses.py"],
        ["tests/store", "tests/shared/test_addresses.py"],
    ),
    "confirm": (
        ["service/uploads/usecases/confirming/*.py", "service/uploads/usecases/[at]*.py"],
        ["tests/uploads/usecases"],
    ),
    "auth": (
        [
            "service/accounts/adapters/jwt/[acg]*.py",
            *(f"service/accounts/adapters/{name}.py" for name in ("upload_tokens", "session_auth")),
            *("service/shared/api/guards.py", "service/shared/api/origins.py", "service/shared/scopes.py"),
        ],
        [f"tests/{name}.py" for name in AUTH_TESTS],
    ),
}
# Tests that start programs would run the checkout's code instead of the mutant's. Tests with thousands of generated
# cases would run for every mutant, and a mutant that only luck kills should count as alive.
WITHOUT = ["-m", "not real and not torture", "-p", "no:cacheprovider", "-p", "dev.without_made_up_cases"]
# mutmut's exit codes of a mutant's tests.
SURVIVED = (0, 33)  # 33: no test calls the function
UNDECIDED = (None, 2, 34)  # not run yet, interrupted, skipped


def main() -> int:
    """Return 0 if the tests notice enough mutants of each group."""
    try:
        install_packages("dev")
        install_packages("mutants", venv=TOOLS)
    except LauncherError as error:
        print(error, file=sys.stderr)
        return 1
    chosen = sys.argv[1:] or list(GROUPS)
    for group in chosen:
        _run(group)
    return max(report(group) for group in chosen)


def _run(group: str) -> None:
    work = WORK / group
    _copy_checkout(work)
    _configure(work, *GROUPS[group])
    forget_survivors(work)
    # mutmut's exit code says nothing about the mutants; its records do.
    subprocess.run([TOOLS / "bin" / "mutmut", "run"], cwd=work, env=_environment(), check=False)


def _environment() -> dict[str, str]:
    """Return the environment of mutmut, which has its own packages and those of the tests."""
    packages = next((ROOT / ".venv" / "lib").glob("python*/site-packages"))
    return {**os.environ, "PYTHONPATH": str(packages)}


def _copy_checkout(work: Path) -> None:
    """Update the copy; leave unchanged files untouched, because mutmut compares modification times."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True)
    names = [name for name in listed.stdout.decode().splitlines() if not name.startswith("web/")]
    sources = {ROOT / name for name in names if (ROOT / name).is_file()}
    for source in sources:
        copy = work / source.relative_to(ROOT)
        if not copy.is_file() or copy.read_bytes() != source.read_bytes():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    for copy in [*(work / "service").rglob("*.py"), *(work / "tests").rglob("*.py")]:
        if ROOT / copy.relative_to(work) not in sources:
            copy.unlink()


def _configure(work: Path, sources: list[str], tests: list[str]) -> None:
    """Add mutmut's configuration to the copy of setup.cfg."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    beside = sorted(path.name for path in work.iterdir() if path.name not in ("mutants", "service", "tests"))
    config["mutmut"] = {
        "source_paths": "service",
        "only_mutate": _lines(sources),
        "also_copy": _lines(beside),
        "pytest_add_cli_args": _lines(WITHOUT),
        "pytest_add_cli_args_test_selection": _lines(tests),
    }
    with (work / "setup.cfg").open("w") as file:
        config.write(file)


def _lines(values: list[str]) -> str:
    return "\n" + "\n".join(values)


def _records(work: Path) -> list[Path]:
    return sorted((work / "mutants" / "service").rglob("*.py.meta"))


def forget_survivors(work: Path) -> None:
    """Mark surviving mutants for another try: mutmut knows which code changed, not what new tests might notice."""
    for record in _records(work):
        results = json.loads(record.read_text())
        codes = results["exit_code_by_key"]
        results["exit_code_by_key"] = {name: None if code in SURVIVED else code for name, code in codes.items()}
        record.write_text(json.dumps(results))


def report(group: str) -> int:
    """Print the results of a group; return 1 if too many mutants survived or some were not tried."""
    counted, alive = Counter[str](), list[str]()
    for record in _records(WORK / group):
        for name, code in json.loads(record.read_text())["exit_code_by_key"].items():
            kind = "alive" if code in SURVIVED else "undecided" if code in UNDECIDED else "killed"
            counted[kind] += 1
            alive += [name] if kind == "alive" else []
    decided = counted["killed"] + counted["alive"]
    percent = 100 * counted["killed"] / decided if decided else 0
    print(f"{group:8} {percent:5.1f} % killed: {dict(counted)}")
    print("".join(f"  alive: {name}\n" for name in alive), end="")
    return int(percent < PROMISED or counted["undecided"] > 0)


if __name__ == "__main__":
    sys.exit(main())

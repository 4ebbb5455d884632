"""`make mutants`: what it changes, and how it counts."""

import json
from pathlib import Path

import pytest

from dev import mutants
from dev.project import ROOT

PATTERNS = [pattern for patterns, _ in mutants.GROUPS.values() for pattern in patterns]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_finds_a_module(pattern: str) -> None:
    """Otherwise a moved module would silently be tested no more."""
    assert list(ROOT.glob(pattern))


@pytest.mark.parametrize("group", mutants.GROUPS)
def test_every_group_has_its_tests(group: str) -> None:
    """Without them, all mutants would survive, or none would be tried."""
    _, tests = mutants.GROUPS[group]

    assert [name for name in tests if not (ROOT / name).exists()] == []


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(mutants, "WORK", tmp_path)
    folder = tmp_path / "signing" / "mutants" / "service" / "adapters"
    folder.mkdir(parents=True)
    return folder


def record(work: Path, **codes: int | None) -> None:
    (work / "sigv4.py.meta").write_text(json.dumps({"exit_code_by_key": codes}))


def test_those_that_live_are_named(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Mutants that no test calls, and those with which every test passes."""
    record(work, **{f"killed_{number}": 1 for number in range(16)}, crashed=-11, slow=36, passed=0, unseen=33)

    assert mutants.report("signing") == 0

    output = capsys.readouterr().out
    assert "90.0 % killed" in output
    assert [line.split()[-1] for line in output.splitlines() if "alive:" in line] == ["passed", "unseen"]


def test_less_than_nine_of_ten_is_a_failure(work: Path) -> None:
    """`make mutants` then exits with an error."""
    record(work, **{f"killed_{number}": 1 for number in range(8)}, passed=0)

    assert mutants.report("signing") == 1


def test_an_unfinished_count_is_a_failure(work: Path) -> None:
    """A run that was interrupted or could not start."""
    record(work, killed=1, later=None)
    assert mutants.report("signing") == 1

    record(work)
    assert mutants.report("signing") == 1


def test_those_that_lived_are_tried_again(work: Path) -> None:
    """A new test may kill them. Dead ones are not tried again, because that took hours."""
    record(work, killed=1, passed=0, unseen=33)

    mutants.forget_survivors(mutants.WORK / "signing")

    codes = json.loads((work / "sigv4.py.meta").read_text())["exit_code_by_key"]
    assert codes == {"killed": 1, "passed": None, "unseen": None}

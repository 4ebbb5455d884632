"""`make torture`: what it runs, what it skips the second time, and its table."""

import json
from pathlib import Path

import pytest

from dev.project import ROOT
from dev.torture_rows import Torture

pytest_plugins = ["pytester"]

CONFTEST = """
def pytest_configure(config):
    config.addinivalue_line("markers", "torture(size): long")
"""
ROWS = """
from pathlib import Path
import pytest

@pytest.mark.torture("1,000 rounds")
def test_sealed():
    pass

@pytest.mark.torture
@pytest.mark.parametrize("store", ["minio"])
def test_mended(store):
    assert Path("mended").exists()

@pytest.mark.torture
def test_interrupted():
    if not Path("mended").exists():
        raise KeyboardInterrupt
"""

LONG_AND_SHORT = """
import pytest

@pytest.mark.real
@pytest.mark.torture
def test_long():
    pass

def test_short():
    pass
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_rows=ROWS)
    return pytester


def run(project: pytest.Pytester, commit: str, *arguments: str) -> dict[str, int]:
    """Return the counts that pytest reported."""
    plugin = Torture(record=project.path / "state/torture.json", table=project.path / "torture.md", commit=commit)
    done = project.runpytest_inprocess(*arguments, plugins=[plugin], no_reraise_ctrlc=True)
    return {name: count for name, count in done.parseoutcomes().items() if name != "warnings"}


def table(project: pytest.Pytester) -> dict[str, list[str]]:
    """Return size, result, time and commit by the name of the test."""
    lines = [line for line in (project.path / "torture.md").read_text().splitlines() if line.startswith("| `")]
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]
    return {row[0].partition("::")[2]: row[1:] for row in rows}


def test_an_interrupted_run_goes_on_and_repeats_what_failed(project: pytest.Pytester) -> None:
    """Rows that passed for this commit take hours, so they are not repeated."""
    assert run(project, "abc1234") == {"passed": 1, "failed": 1}
    Path("mended").touch()

    assert run(project, "abc1234") == {"passed": 2, "deselected": 1}
    assert run(project, "abc1234") == {"deselected": 3}


def test_the_table_has_what_was_run_and_what_was_not(project: pytest.Pytester) -> None:
    """A row that never ran does not count as passed."""
    run(project, "abc1234")

    size, result, took, commit = table(project)["test_sealed"]
    assert (size, result, commit) == ("1,000 rounds", "passed", "abc1234")
    assert took.endswith(" s")
    assert table(project)["test_mended[minio]"][1] == "**failed**"
    assert table(project)["test_interrupted"] == ["", "not run yet", "", ""]


def test_what_stands_behind_the_table_stays(project: pytest.Pytester) -> None:
    """People write notes there by hand."""
    run(project, "abc1234")
    file = project.path / "torture.md"
    file.write_text(file.read_text() + "\n## Mutants\n\n| group | killed |\n")

    for _ in range(2):
        run(project, "abc1234")

    assert file.read_text().endswith("|\n\n## Mutants\n\n| group | killed |\n")
    assert file.read_text().count("## Mutants") == 1
    assert len(table(project)) == 3


def test_another_commit_runs_everything_again(project: pytest.Pytester) -> None:
    """A row that was not chosen still names the commit that it ran for."""
    Path("mended").touch()
    run(project, "abc1234")

    assert run(project, "def5678", "-k", "sealed") == {"passed": 1, "deselected": 2}

    assert table(project)["test_sealed"][3] == "def5678"
    assert table(project)["test_interrupted"][3] == "abc1234"


def test_with_changes_beside_the_commit_everything_runs(project: pytest.Pytester) -> None:
    """Uncommitted changes may differ from those with which a row passed."""
    Path("mended").touch()
    run(project, "abc1234+")

    assert run(project, "abc1234+") == {"passed": 3}


def test_the_committed_table_counts_where_there_is_no_record(project: pytest.Pytester) -> None:
    """On another machine, the results in the commit count."""
    Path("mended").touch()
    run(project, "abc1234")
    record = project.path / "state/torture.json"
    assert len(json.loads(record.read_text())) == 3
    record.unlink()

    assert run(project, "abc1234") == {"deselected": 3}


@pytest.mark.programs
def test_the_other_targets_leave_the_long_forms_out(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """`make test`, and selections by name or by another marker."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeini("[pytest]\nmarkers =\n    torture: long\n    real: real")
    pytester.makepyfile(LONG_AND_SHORT)
    pytester.makeconftest((ROOT / "tests/conftest.py").read_text())

    for arguments, passed in ([], 1), (["-m", "real"], 0), (["-m", "torture"], 1), (["-k", "test_long"], 0):
        assert pytester.runpytest_subprocess(*arguments).parseoutcomes().get("passed", 0) == passed

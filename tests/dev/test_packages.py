"""`.venv`: when it is made, repaired and left alone. Nothing is downloaded: the lock of these tests is empty."""

import subprocess
from pathlib import Path

import pytest

from dev import packages
from dev.errors import LauncherError
from dev.packages import install_packages
from dev.wheels import create_venv

pytestmark = pytest.mark.programs


@pytest.fixture(autouse=True)
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "requirements"
    folder.mkdir()
    for name in ("service", "passkeys", "otel", "granian", "worker", "recommend", "demo", "dev"):
        (folder / f"{name}.lock").write_text("")
    monkeypatch.setattr(packages, "REQUIREMENTS", folder)
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packages") / "venv"
    create_venv(folder)
    return folder


@pytest.fixture
def venv(made: Path) -> Path:
    """An environment with pip and no packages."""
    for stamp in made.glob(".installed-*"):
        stamp.unlink()
    return made


def test_an_unchanged_lock_costs_nothing(venv: Path) -> None:
    """The second start does not run pip."""
    assert install_packages("service", venv=venv) == "installed"
    assert install_packages("service", venv=venv) == "unchanged"


def test_a_changed_lock_is_installed(venv: Path, locks: Path) -> None:
    """For example after a pull."""
    install_packages("service", venv=venv)
    (locks / "service.lock").write_text("# another\n")

    assert install_packages("service", venv=venv) == "installed"


def test_the_larger_lock_counts_as_the_smaller(venv: Path) -> None:
    """After `make test`, `make run` has nothing to install."""
    install_packages("dev", venv=venv)

    for smaller in ("service", "passkeys", "otel", "granian", "worker", "recommend", "demo"):
        assert install_packages(smaller, venv=venv) == "unchanged"


def test_an_environment_whose_making_was_interrupted_is_made_anew(tmp_path: Path) -> None:
    """Ctrl-C in the first seconds leaves a Python without pip."""
    venv = tmp_path / "venv"
    subprocess.run([packages.PYTHON, "-m", "venv", "--without-pip", venv], check=True)

    assert install_packages("service", venv=venv) == "installed"


def test_an_environment_whose_python_is_gone_is_made_anew(tmp_path: Path) -> None:
    """An upgrade of the system's Python leaves a dead link."""
    venv = tmp_path / "venv"
    install_packages("service", venv=venv)
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to(tmp_path / "gone")

    assert install_packages("service", venv=venv) == "installed"


def test_a_python_without_venv_names_debians_package(tmp_path: Path) -> None:
    """And leaves no incomplete environment for the next try."""
    python, folder = tmp_path / "python3", tmp_path / "venv"
    python.write_text(f"#!/bin/sh\nmkdir -p {folder}/bin\necho 'ensurepip is not available'\nexit 1\n")
    python.chmod(0o755)

    with pytest.raises(LauncherError, match="apt-get install python3-venv"):
        create_venv(folder, python=str(python))

    assert not folder.exists()


def test_a_lock_that_cannot_be_installed_is_told_in_one_line(venv: Path, locks: Path) -> None:
    """The line names the log with the rest."""
    (locks / "service.lock").write_text("not a requirement at all\n")

    with pytest.raises(LauncherError, match=r"Python packages: .*pip\.log") as raised:
        install_packages("service", venv=venv)

    assert "\n" not in str(raised.value)

"""All files of the launcher are private to this user, even on a shared machine."""

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev import children
from dev.cache import build_once, cache_dir
from dev.private import OTHERS, OTHERS_MAY_WRITE, private_folder, private_log
from dev.project import ROOT


def open_paths(folder: Path, rights: int = OTHERS) -> list[Path]:
    """Return the files in that folder and below that others may access."""
    paths = [folder, *folder.rglob("*")]
    return [path for path in paths if path.lstat().st_mode & rights and not path.is_symlink()]


@pytest.fixture
def open_umask() -> Iterator[None]:
    """The umask of a user who shares everything."""
    given = os.umask(0)
    yield
    os.umask(given)


@pytest.mark.usefixtures("open_umask")
def test_a_folder_is_made_for_this_user_alone(tmp_path: Path) -> None:
    made = private_folder(tmp_path / "state")

    assert stat.S_IMODE(made.stat().st_mode) == 0o700


@pytest.mark.usefixtures("open_umask")
def test_an_older_folder_is_closed_with_all_that_is_in_it(tmp_path: Path) -> None:
    """Objects, records and logs of older versions become private; targets of links belong to somebody else."""
    state, outside = tmp_path / "state", tmp_path / "outside"
    (state / "minio" / "bucket").mkdir(parents=True)
    for path in (state / "minio" / "bucket" / "xl.meta", state / "program", outside):
        path.write_text("data")
        path.chmod(0o777)
    (state / "link").symlink_to(outside)

    private_folder(state)

    assert open_paths(state) == []
    assert os.access(state / "program", os.X_OK)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o777


@pytest.mark.usefixtures("open_umask")
def test_a_log_is_this_users_alone(tmp_path: Path) -> None:
    """Also one from an older version."""
    older = tmp_path / "older.log"
    older.write_text("before")
    for path in (older, tmp_path / "logs" / "new.log"):
        with private_log(path) as log:
            log.write(b"new")

        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_bytes() == b"new"
    assert open_paths(tmp_path / "logs") == []


@pytest.mark.usefixtures("open_umask")
def test_what_a_server_writes_is_this_users_alone(tmp_path: Path) -> None:
    """MinIO and mongod create their files themselves."""
    write = "import sys; from pathlib import Path; p = Path(sys.argv[1]); p.mkdir(); (p / 'object').write_text('x')"
    with private_log(tmp_path / "log") as log:
        process = children.spawn([sys.executable, "-c", write, str(tmp_path / "data")], output=log)
    assert process.wait(60) == 0

    assert open_paths(tmp_path / "data") == []


@pytest.mark.usefixtures("open_umask")
def test_the_cache_is_written_to_by_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This user runs the programs in it. Others may read them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "moodrop" / "older").mkdir(parents=True)
    (tmp_path / "moodrop" / "older" / "program").write_text("run me")

    def build(folder: Path) -> None:
        script = "import sys; from pathlib import Path; (Path(sys.argv[1]) / 'program').write_text('x')"
        children.run([sys.executable, "-c", script, str(folder)], log_path=cache_dir() / "build.log")

    built = build_once("thing", build)

    assert open_paths(cache_dir(), OTHERS_MAY_WRITE) == []
    assert stat.S_IMODE(built.stat().st_mode) == 0o755


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be somebody else")
def test_a_folder_that_is_not_ours_to_close_is_told() -> None:
    """With the fix."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        script = "\n".join(
            (
                "import os; from pathlib import Path; from dev.private import private_folder",
                f"os.setuid(65534); private_folder(Path({name!r}))",
            )
        )

        done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)

    assert "LauncherError" in done.stderr
    assert "chown" in done.stderr

"""Programs are built or fetched once, and never left incomplete."""

import subprocess
import sys
from pathlib import Path

import pytest

from dev.cache import build_once, cache_dir
from dev.minio import VERSION, find_minio
from dev.project import ROOT

BUILD_SLOWLY = """
import sys, time
from pathlib import Path
from dev.cache import build_once
def build(folder):
    with Path(sys.argv[1]).open("a") as built: built.write("built\\n")
    time.sleep(0.5)
    (folder / "program").write_text("whole")
print((build_once("thing-1", build) / "program").read_text())
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "moodrop"


def test_the_cache_is_where_xdg_says(cache: Path) -> None:
    """Also on first use, when the folder does not exist yet."""
    assert cache == cache_dir()
    assert cache.is_dir()


def test_a_relative_xdg_cache_home_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The specification says so."""
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))

    assert tmp_path / ".cache" / "moodrop" == cache_dir()


def test_of_two_processes_one_builds(cache: Path, tmp_path: Path) -> None:
    """On a new machine, `make run` and `make test` may start together."""
    log = tmp_path / "built"
    command = [sys.executable, "-c", BUILD_SLOWLY, log]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]

    shown = [process.communicate(timeout=30)[0] for process in both]

    assert ["whole\n", "whole\n"] == shown
    assert log.read_text() == "built\n"


def test_a_failed_build_leaves_nothing_and_is_tried_again(cache: Path) -> None:
    """An incomplete program would otherwise be used for ever."""

    def fail(folder: Path) -> None:
        (folder / "program").write_text("half")
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        build_once("thing-1", fail)
    folder = build_once("thing-1", lambda folder: None)

    assert [] == list(folder.iterdir())


def test_what_a_killed_build_left_is_removed(cache: Path) -> None:
    """Otherwise each killed build would leave a gigabyte behind."""
    left = cache_dir() / ".thing-1-unfinished-x"
    left.mkdir()

    build_once("thing-1", lambda folder: None)

    assert not left.exists()


def test_a_cached_minio_is_used_without_network_or_go(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second start must not depend on a registry."""
    cached = cache_dir() / f"minio-{VERSION.rpartition('-')[2]}" / "minio"
    cached.parent.mkdir()
    cached.write_text("")
    monkeypatch.delenv("MINIO_BIN", raising=False)
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setenv("GOPROXY", "off")

    assert cached == find_minio()

"""A download reserves its name in the user's folder before its bytes arrive."""

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from moodrop.errors import FileInTheWay
from moodrop.transfer.reservations import is_partial_download, reserve


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def left_of(path: Path) -> Path:
    """Return the path of the bytes until they are complete."""
    with reserve(path):
        (name,) = (name for name in names(path.parent) if is_partial_download(name))
    return path.with_name(name)


def test_the_name_appears_with_the_last_byte(tmp_path: Path) -> None:
    with reserve(tmp_path / "a.mp3") as reservation:
        reservation.out.write(b"whole")
        assert "a.mp3" not in names(tmp_path)
        reservation.publish()
        assert names(tmp_path) == ["a.mp3"]

    assert (tmp_path / "a.mp3").read_bytes() == b"whole"
    assert (tmp_path / "a.mp3").stat().st_nlink == 1


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_fails_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    """Neither a partial file nor the reservation."""

    def fail() -> None:
        with reserve(tmp_path / "a.mp3") as reservation:
            reservation.out.write(b"half")
            raise error

    with pytest.raises(error):
        fail()

    assert names(tmp_path) == []


@pytest.mark.parametrize("kind", ["file", "folder", "link", "broken link", "pipe"])
def test_whatever_has_the_name_is_in_the_way_before_the_first_byte(tmp_path: Path, kind: str) -> None:
    final, other = tmp_path / "a.mp3", tmp_path / "precious"
    other.write_text("my only copy")
    match kind:
        case "file":
            final.write_text("mine")
        case "folder":
            final.mkdir()
        case "link":
            final.symlink_to(other)
        case "broken link":
            final.symlink_to("gone")
        case _:
            os.mkfifo(final)

    with pytest.raises(FileInTheWay), reserve(final):
        pass

    assert names(tmp_path) == ["a.mp3", "precious"]
    assert other.read_text() == "my only copy"


@pytest.mark.parametrize("knows_links", [True, False])
def test_what_comes_there_meanwhile_is_kept(tmp_path: Path, knows_links: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's file or a stranger's link is neither replaced nor written through."""
    if not knows_links:
        without_links(monkeypatch)
    (tmp_path / "precious").write_text("my only copy")

    with reserve(tmp_path / "a.mp3") as reservation:
        (tmp_path / "a.mp3").symlink_to("precious")
        with pytest.raises(FileInTheWay):
            reservation.publish()

    assert names(tmp_path) == ["a.mp3", "precious"]
    assert (tmp_path / "precious").read_text() == "my only copy"


def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulate a memory card, whose file system has one name for each file."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)


def test_a_file_system_without_second_names_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_links(monkeypatch)

    with reserve(tmp_path / "a.mp3") as reservation:
        reservation.out.write(b"whole")
        reservation.publish()

    assert names(tmp_path) == ["a.mp3"]
    assert (tmp_path / "a.mp3").read_bytes() == b"whole"


def test_what_is_to_be_replaced_is_replaced_at_once(tmp_path: Path) -> None:
    """A link is replaced itself, not its target."""
    (tmp_path / "precious").write_text("my only copy")
    (tmp_path / "a.mp3").symlink_to("precious")

    with reserve(tmp_path / "a.mp3", replace=True) as reservation:
        reservation.out.write(b"new")
        assert (tmp_path / "a.mp3").read_text() == "my only copy"
        reservation.publish(replace=True)

    assert (tmp_path / "a.mp3").read_bytes() == b"new"
    assert (tmp_path / "precious").read_text() == "my only copy"


def test_two_cannot_write_the_same_name(tmp_path: Path) -> None:
    """Of many threads only one gets it, time after time; the file is all its own."""
    final, start, written = tmp_path / "a.mp3", threading.Barrier(8), list[bytes]()

    def write(number: int) -> None:
        mine = bytes([number]) * 100_000
        start.wait()
        for _ in range(50):
            try:
                with reserve(final) as reservation:
                    reservation.out.write(mine)
                    reservation.publish()
                    written.append(mine)
            except FileInTheWay:
                continue

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [final.read_bytes()] == written
    assert names(tmp_path) == ["a.mp3"]


def test_another_program_that_writes_it_is_left_alone(tmp_path: Path) -> None:
    """But what a killed program has left is removed."""
    final = tmp_path / "a.mp3"
    script = f"""
import sys
from pathlib import Path
from moodrop.transfer.reservations import reserve
with reserve(Path({str(final)!r})) as reservation:
    reservation.out.write(b"half")
    print("ready", flush=True)
    sys.stdin.read()
"""
    program = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert program.stdout is not None
    program.stdout.readline()
    (half,) = names(tmp_path)

    with pytest.raises(FileInTheWay, match="another program"), reserve(final):
        pass
    assert (tmp_path / half).read_bytes() == b"half"
    program.kill()
    program.communicate(timeout=60)
    assert names(tmp_path) == [half]
    with reserve(final) as reservation:
        reservation.out.write(b"whole")
        reservation.publish()

    assert names(tmp_path) == ["a.mp3"]
    assert final.read_bytes() == b"whole"


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_a_trap_under_the_name_of_ours_is_not_touched(tmp_path: Path, kind: str) -> None:
    """Others who may write there know our temporary name as well."""
    (tmp_path / "precious").write_text("my only copy")
    trap = left_of(tmp_path / "a.mp3")
    match kind:
        case "link":
            trap.symlink_to("precious")
        case "pipe":
            os.mkfifo(trap)
        case _:
            trap.mkdir()

    with pytest.raises(FileInTheWay, match="remove it"), reserve(tmp_path / "a.mp3"):
        pass

    assert (tmp_path / "precious").read_text() == "my only copy"
    assert names(tmp_path) == sorted([trap.name, "precious"])


def test_the_longest_names_have_room(tmp_path: Path) -> None:
    """255 bytes; names with the same beginning do not collide."""
    one, other = tmp_path / ("é" * 127), tmp_path / ("é" * 126 + "xx")

    with reserve(one) as first, reserve(other) as second:
        first.publish()
        second.publish()

    assert names(tmp_path) == sorted([one.name, other.name])


def test_a_folder_that_is_swapped_meanwhile_gets_nothing(tmp_path: Path) -> None:
    """The bytes stay in the folder that was opened first."""
    (tmp_path / "home").mkdir()
    (tmp_path / "there").mkdir()

    with reserve(tmp_path / "there" / "a.mp3") as reservation:
        (tmp_path / "there").rename(tmp_path / "moved")
        (tmp_path / "there").symlink_to("home")
        reservation.publish()

    assert names(tmp_path / "home") == []
    assert names(tmp_path / "moved") == ["a.mp3"]

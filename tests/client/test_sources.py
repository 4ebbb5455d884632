"""What can be sent, and what the client says of the rest."""

import io
import os
import threading
from pathlib import Path

import pytest

from moodrop.errors import FileChanged, FileMissing, FileUnreadable
from moodrop.transfer.open_source import open_source


def test_a_path_is_read_in_pieces_from_anywhere(tmp_path: Path) -> None:
    """Parts are read by several threads."""
    path = tmp_path / "a.mp3"
    path.write_bytes(bytes(range(256)) * 10_000)

    with open_source(path) as source:
        assert b"".join(source.read(1_000_000, 1_100_000)) == path.read_bytes()[1_000_000:2_100_000]
        assert max(map(len, source.read(0, source.size_bytes))) <= 1024 * 1024


def test_the_fingerprint_is_name_size_and_date(tmp_path: Path) -> None:
    """The page makes the same one, so that either can resume the other's upload."""
    path = tmp_path / "a.mp3"
    path.write_bytes(b"abc")
    os.utime(path, ns=(0, 1_795_255_200_123_456_789))

    with open_source(path) as source:
        assert source.fingerprint == "a.mp3|3|1795255200123"


def test_a_stream_is_sent_from_where_it_stands() -> None:
    """It has no date, so it has no fingerprint."""
    stream = io.BytesIO(b"headbody")
    stream.seek(4)

    with open_source(stream, filename="a.mp3") as source:
        assert (source.size_bytes, source.name, source.fingerprint) == (4, "a.mp3", None)
        assert b"".join(source.read(0, 4)) == b"body"
    assert not stream.closed


def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    """Only then is its size known."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(b"x" * 200_000))
    writer.start()

    with open_source(pipe) as source:
        assert source.size_bytes == 200_000
    writer.join()


def test_an_open_file_is_named_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"abc")

    with path.open("rb") as stream, open_source(stream) as source:
        assert source.name == "a.mp3"


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    for path in (tmp_path / "none.mp3", tmp_path / "none" / "a.mp3"):
        with pytest.raises(FileMissing, match="none"):
            open_source(path)


@pytest.mark.parametrize("path", ["/", "a\0b"])
def test_what_is_no_file_is_unreadable(path: str) -> None:
    with pytest.raises(FileUnreadable):
        open_source(path)


def test_a_file_that_becomes_shorter_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"abc")

    with open_source(path) as source:
        path.write_bytes(b"a")
        with pytest.raises(FileChanged, match="shorter"):
            list(source.read(0, 3))


def test_a_file_that_is_written_to_is_told(tmp_path: Path) -> None:
    """Even if its size stays the same."""
    path = tmp_path / "a.mp3"
    path.write_bytes(b"abc")

    with open_source(path) as source:
        source.raise_if_changed()
        os.utime(path, ns=(1, 1))
        with pytest.raises(FileChanged):
            source.raise_if_changed()


def test_a_link_leads_no_further_than_its_folder(tmp_path: Path) -> None:
    """Neither a link to a file nor one to a folder; inside the folder it may."""
    folder, secret = tmp_path / "music", tmp_path / "id_ed25519"
    (folder / "deep").mkdir(parents=True)
    secret.write_text("secret")
    (folder / "deep" / "a.mp3").write_bytes(b"song")
    (folder / "inside.mp3").symlink_to("deep/a.mp3")
    (folder / "out.mp3").symlink_to(secret)
    (folder / "up").symlink_to(tmp_path)
    (folder / "round.mp3").symlink_to("round.mp3")
    os.mkfifo(folder / "pipe.mp3")

    with open_source(folder / "inside.mp3", within=folder) as source:
        assert (b"".join(source.read(0, 4)), source.name) == (b"song", "inside.mp3")
    for name in ("out.mp3", "up/id_ed25519", "round.mp3", "pipe.mp3", "../id_ed25519", "deep", "."):
        with pytest.raises(FileUnreadable):
            open_source(folder / name, within=folder)
    with pytest.raises(FileUnreadable, match="leads out of"):
        open_source(folder / "out.mp3", within=folder)
    with open_source(folder / "out.mp3") as source:
        assert b"".join(source.read(0, 6)) == b"secret"


@pytest.mark.parametrize("swapped", ["a.mp3", "deep"])
def test_what_is_swapped_for_a_link_while_it_is_opened_is_not_followed(
    tmp_path: Path, swapped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By somebody else with access to the folder, between the check and the opening."""
    folder, secret = tmp_path / "music", tmp_path / "secrets"
    for each in (folder / "deep", secret):
        each.mkdir(parents=True)
        (each / "a.mp3").write_bytes(b"song")
    really = os.path.realpath

    def realpath(path: Path, *, strict: bool = False) -> str:
        real_path = really(path, strict=strict)
        target = folder / "deep" / "a.mp3" if swapped == "a.mp3" else folder / "deep"
        if path == folder / "deep" / "a.mp3":
            target.rename(tmp_path / "moved")
            target.symlink_to(secret / "a.mp3" if swapped == "a.mp3" else secret)
        return real_path

    monkeypatch.setattr(os.path, "realpath", realpath)

    with pytest.raises((FileMissing, FileUnreadable)):
        open_source(folder / "deep" / "a.mp3", within=folder)

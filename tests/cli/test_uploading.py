"""`moodrop upload` in a pipe: one line per file, the right exit code, and unchanged bytes."""

import csv
import os
import signal
import socket
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.accounts.adapters.jwt.authenticator import issue_token
from service.settings import Settings
from service.shared.scopes import ALL_SCOPES
from tests.builders import sha256_of_file
from tests.cli.command import MIB, Command, until
from tests.conftest import Service
from tests.e2e.weak_line import WeakLine
from tests.helpers.signals import signal_another_thread

pytestmark = pytest.mark.real

AFile = Callable[..., Path]


def test_a_file_goes_up_and_comes_back(moodrop: Command, a_file: AFile) -> None:
    """The id is in the first column, for `cut -f1`; stderr is empty."""
    song = a_file("Tönë, 幸せ.mp3")

    ran = moodrop("upload", song.name, "--mood", "happy", "--title", "Tönë", "--tag", "live", "--tag", "loud")

    file_id, source = ran.lines[0].split("\t")
    assert (0, "", song.name) == (ran.code, ran.err, source)
    assert song.read_bytes() == moodrop.file(file_id)
    (listed,) = moodrop("ls", "--mood", "happy", "--json").rows
    assert ("Tönë", "Tönë, 幸せ.mp3", ["live", "loud"]) == (listed["title"], listed["filename"], listed["tags"])


def test_machines_get_an_object_a_line(moodrop: Command, a_file: AFile) -> None:
    """Files and failures in the same stream."""
    a_file("a.mp3")

    ran = moodrop("upload", "a.mp3", "missing.mp3", "--json")

    rows = {row["source"]: row for row in ran.rows}
    assert "a.mp3" == rows["a.mp3"]["file"]["filename"]
    assert "file_missing" == rows["missing.mp3"]["error"]["code"]
    assert (7, "") == (ran.code, ran.err)


def test_a_large_file_arrives_whole(moodrop: Command, a_file: AFile) -> None:
    """In parts, two at a time."""
    film = a_file("film.mp4", 33 * MIB + 5)

    ran = moodrop("upload", "film.mp4", "--parallel", 2)

    assert 0 == ran.code
    moodrop("get", ran.lines[0].split("\t")[0], "-o", "there", "--parallel", 3)
    assert sha256_of_file(film) == sha256_of_file(moodrop.home / "there" / "film.mp4")


def test_a_folder_is_sent_without_what_the_service_does_not_take(moodrop: Command, a_file: AFile) -> None:
    """Hidden files and programs are skipped, and the command says how many and why."""
    for name in ("in/a.mp3", "in/deep/b.mp3", "in/.hidden.mp3", "in/.git/c.mp3", "in/run.exe"):
        a_file(name)

    ran = moodrop("upload", "--recursive", "in", "--artist", "Moody")

    assert 0 == ran.code
    assert {"in/a.mp3", "in/deep/b.mp3"} == {line.split("\t")[1] for line in ran.lines}
    assert [
        "moodrop: left out a file whose type the service does not take",
        "moodrop: left out 2 hidden files or folders: name one to send it",
    ] == ran.err.splitlines()
    rows = list(csv.DictReader(moodrop("ls", "--csv", "--sort", "title").lines))
    assert {"a.mp3", "b.mp3"} == {row["filename"] for row in rows}
    assert {"Moody"} == {row["artist"] for row in rows}


def test_a_folder_without_recursive_is_a_mistake(moodrop: Command, a_file: AFile) -> None:
    a_file("in/a.mp3")

    ran = moodrop("upload", "in")

    assert (2, 1) == (ran.code, len(ran.err.splitlines()))
    assert "--recursive" in ran.err


def test_bytes_come_from_a_pipe(moodrop: Command) -> None:
    """They need a name, which also determines the type."""
    ran = moodrop("upload", "-", "--filename", "piped.ogg", stdin=b"piped")

    assert b"piped" == moodrop.file(ran.lines[0].split("\t")[0])
    unnamed = moodrop("upload", "-", stdin=b"piped")
    assert (2, 1) == (unnamed.code, len(unnamed.err.splitlines()))


def test_hundreds_of_small_files_go_at_once(moodrop: Command, a_file: AFile) -> None:
    """Including an empty one."""
    for number in range(300):
        a_file(f"many/{number}.mp3", size_bytes=number)

    ran = moodrop("upload", "-r", "many", "--parallel", 16)

    assert (0, 300) == (ran.code, len(ran.lines))
    assert {str(size) for size in range(300)} == {line.split("\t")[1] for line in moodrop("ls").lines}


def test_one_failure_stops_no_other(moodrop: Command, a_file: AFile) -> None:
    """Different failures end in exit code 1; the lines say which is which."""
    a_file("a.mp3")
    a_file("run.exe")

    ran = moodrop("upload", "a.mp3", "missing.mp3", "run.exe")

    assert (1, ["a.mp3"]) == (ran.code, [line.split("\t")[1] for line in ran.lines])
    assert {"moodrop: missing.mp3", "moodrop: run.exe"} == {line.rpartition(": ")[0] for line in _heads(ran.err)}


def _heads(err: str) -> list[str]:
    return [": ".join(line.split(": ")[:3]) for line in err.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (["missing.mp3"], 7, "file_missing"),
        (["loop.mp3"], 7, "file_unreadable"),
        (["run.exe"], 6, "content_type_not_allowed"),
        (["a.mp3", "--mood", "no such"], 6, "mood_not_allowed"),
        (["a.mp3", "b.mp3", "--title", "One"], 2, "--title"),
        (["a.mp3", "--parallel", "0"], 2, "--parallel"),
        ([], 2, "PATH"),
    ],
)
def test_what_cannot_be_sent_is_told_in_a_line(
    moodrop: Command, a_file: AFile, arguments: list[str], code: int, named: str
) -> None:
    """With the code of the catalogue, if it has one."""
    for name in ("a.mp3", "b.mp3", "run.exe"):
        a_file(name)
    (moodrop.home / "loop.mp3").symlink_to("loop.mp3")

    ran = moodrop("upload", *arguments)

    assert (code, "") == (ran.code, ran.out)
    assert named in ran.err.splitlines()[-1]
    assert "Traceback" not in ran.err


def test_a_file_that_changes_while_it_is_sent_is_no_file_there(moodrop: Command, a_file: AFile, line: WeakLine) -> None:
    """A mixture of old and new bytes must not become a file."""
    film = a_file("film.mp4", 40 * MIB)
    line.hold_after(20 * MIB)
    running = moodrop.start("upload", "film.mp4")
    until(lambda: line.is_blocked)

    with film.open("ab") as file:
        file.write(b"more")
    line.release()
    out, err = running.communicate(timeout=60)

    assert (7, b"") == (running.returncode, out)
    assert b"file_changed_while_sent" in err
    assert [] == moodrop("ls").lines
    assert [] == moodrop("status").lines


@pytest.mark.parametrize("stored", [0, 1])
def test_a_cut_line_heals_by_itself(moodrop: Command, a_file: AFile, line: WeakLine, stored: int) -> None:
    """Cut before and after the first complete part."""
    film = a_file("film.mp4", 40 * MIB)
    line.hold_after((stored * 18 + 1) * MIB)
    running = moodrop.start("upload", "film.mp4", "--parallel", 1)
    until(lambda: line.is_blocked)

    line.cut()
    line.restore()
    out, err = running.communicate(timeout=60)

    assert 0 == running.returncode, err
    assert film.read_bytes() == moodrop.file(out.decode().split("\t")[0])


def test_a_service_that_is_down_may_be_asked_later(anybody: Command, a_file: AFile) -> None:
    """Exit code 3, so a script can wait and try again."""
    a_file("a.mp3")
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"

    ran = anybody("upload", "a.mp3", MOODROP_URL=address)

    assert (3, "", 1) == (ran.code, ran.out, len(ran.err.splitlines()))
    assert "no_answer" in ran.err


IDS = ["01M8HVZZZPS43BHXZY4CJE6NNW", "01M8HVZZZPS43BHXZY4CJE6NNX"]


@pytest.mark.parametrize("words", [["ls"], ["upload", "a.mp3"], ["upload", "a.mp3", "b.mp3"], ["get", *IDS]])
def test_ctrl_c_waits_for_no_silent_service(anybody: Command, a_file: AFile, words: list[str]) -> None:
    """The service accepts the call and never answers; the time-out is 30 s."""
    a_file("a.mp3")
    a_file("b.mp3")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        running = anybody.start(*words, MOODROP_URL=address)
        near, _ = silent.accept()
        with near:
            near.recv(1)
            signal_another_thread(running.pid, signal.SIGINT)
            _, err = running.communicate(timeout=15)

    assert -signal.SIGINT == running.returncode
    assert b"Traceback" not in err


def test_a_reader_that_has_enough_ends_it_quietly(moodrop: Command, a_file: AFile) -> None:
    """`moodrop ls | head -1` ends with 141, as `cat` and other programs do."""
    song = a_file("many/song.mp3", size_bytes=3 * MIB)
    for number in range(50):
        a_file(f"many/{number}.mp3")
    ids = {source: file_id for file_id, source in (row.split("\t") for row in moodrop("upload", "-r", "many").lines)}

    for words in (["ls"], ["ls", "--csv"], ["ls", "--json"], ["get", ids[f"many/{song.name}"], "-o", "-"]):
        # `head` has gone when this one begins to print.
        script = f"({' '.join(moodrop.line(*words))}; echo $? >code) | true"
        ran = subprocess.run(["bash", "-c", script], capture_output=True, check=True, **moodrop.place({}))

        assert (b"", "141\n") == (ran.stderr, (moodrop.home / "code").read_text())


def test_the_service_is_not_asked_to_take_a_token_that_is_none(
    anybody: Command, a_file: AFile, shared_service: tuple[Service, Settings]
) -> None:
    """A wrong token exits with 4; one that fits into no header is a usage error."""
    a_file("a.mp3")
    place = {"MOODROP_URL": shared_service[0].url}

    wrong = anybody("upload", "a.mp3", **place, MOODROP_TOKEN="wrong")
    missing = anybody("upload", "a.mp3", **place)
    impossible = anybody("upload", "a.mp3", **place, MOODROP_TOKEN="a\nb")

    assert (4, 4, 2) == (wrong.code, missing.code, impossible.code)
    assert "token_invalid" in wrong.err
    assert "token_missing" in missing.err
    assert {1} == {len(ran.err.splitlines()) for ran in (wrong, missing, impossible)}


@pytest.mark.parametrize(("option", "algorithm"), [("sha256", "sha256"), ("crc32c", "crc32c"), ("none", None)])
def test_the_checksum_is_chosen(moodrop: Command, a_file: AFile, option: str, algorithm: str | None) -> None:
    """The file names the checksum that the store has compared."""
    a_file("a.mp3")

    (row,) = moodrop("upload", "a.mp3", "--checksum", option, "--json").rows

    assert algorithm == (row["file"]["checksum"] or {}).get("algorithm")


def test_a_public_file_is_everybodys_to_list(
    moodrop: Command, a_file: AFile, shared_service: tuple[Service, Settings]
) -> None:
    a_file("a.mp3")
    (row,) = moodrop("upload", "a.mp3", "--public", "--json").rows
    other = issue_token(shared_service[1], "another", ALL_SCOPES, at=datetime.now(UTC), expires_in=60)

    listed = moodrop("ls", "--public", MOODROP_TOKEN=other)

    assert row["file"]["file_id"] in listed.out
    assert "" == moodrop("ls", MOODROP_TOKEN=other).out


def test_without_resume_it_begins_anew(moodrop: Command, a_file: AFile, line: WeakLine) -> None:
    """The interrupted upload stays, to be resumed or aborted."""
    a_file("film.mp4", 40 * MIB)
    line.hold_after(20 * MIB)
    running = moodrop.start("upload", "film.mp4", "--parallel", 1)
    until(lambda: line.is_blocked)
    running.kill()
    running.communicate(timeout=60)
    line.restore()
    line.requests.clear()

    ran = moodrop("upload", "film.mp4", "--no-resume")

    assert (0, 3) == (ran.code, len(line.requests))
    assert 1 == len(moodrop("status").lines)


@pytest.mark.parametrize("name", ["-x.mp3", "--help.mp3", "-rx.mp3"])
def test_a_name_like_an_option_is_told_how_to_write_it(moodrop: Command, a_file: AFile, name: str) -> None:
    """A shell's pattern may expand to such a name. Other unknown options are refused as usual."""
    a_file(name)

    refused = moodrop("upload", name)

    assert (2, f"moodrop: {name} is not an option but a file here: write ./{name}\n") == (refused.code, refused.err)
    assert 0 == moodrop("upload", f"./{name}").code
    assert "No such option: --nope" in moodrop("upload", "--nope").err


def test_a_file_that_is_not_there_is_named_once(moodrop: Command) -> None:
    """The line has only its name and the code."""
    assert "moodrop: nope.mp3: no such file (file_missing).\n" == moodrop("upload", "nope.mp3").err


def test_json_is_valid_whatever_a_name_is_made_of(moodrop: Command, a_file: AFile) -> None:
    """Half a surrogate pair has no form in UTF-8, and strict parsers refuse its escape."""
    name = os.fsdecode(b"bad\xff\xe2\x80.mp3")
    a_file(name)

    for ran in (moodrop("upload", name, "--json"), moodrop("upload", f"nope{name}", "--json")):
        (row,) = ran.rows
        assert row["source"].endswith("bad\\udcff\\udce2\\udc80.mp3")
        assert ran.out.isascii()
        row["source"].encode()


def test_a_name_that_is_no_text_is_sent_as_browsers_show_it(moodrop: Command, a_file: AFile) -> None:
    """Linux accepts any bytes in a name; JSON does not."""
    (moodrop.home / os.fsdecode(b"\xff.mp3")).write_bytes(b"song")
    a_file("a.mp3")

    ran = moodrop("upload", "-r", ".")

    assert (0, 2) == (ran.code, len(ran.lines)), ran
    assert {"a.mp3", "\ufffd.mp3"} == {row["filename"] for row in moodrop("ls", "--json").rows}

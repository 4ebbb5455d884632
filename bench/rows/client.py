"""The `moodrop` command against other programs that upload: whole processes, from start to last confirm.

The others only store bytes. Ours also reads each file for its checksum first, has the store check it, and writes and
confirms a document. Each is measured in seconds, and in processor seconds of all processes involved, which other work
on the machine hardly affects.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from minio import Minio

from bench.cpu import cpu_seconds
from bench.row import Reach, Row, Samples
from bench.running import Stores, service, stores
from bench.uploaders import AWS, BOTO3, BUCKET, CURL, MC, MC_FOLDER, RCLONE, Other

ROUNDS = 15
MIB = 1024 * 1024
LARGE_BYTES = 512 * MIB
MANY, EACH_BYTES = 500, 100_000
FEW_BYTES, HUGE_BYTES = 256 * MIB, 4096 * MIB
# A frame of silent MPEG audio: 128 kbit/s, 44.1 kHz.
FRAME = b"\xff\xfb\x90\x00" + bytes(413)


Clock = Callable[[], float]
# Also count what a server does after its answer.
REST_S = 0.2


def run(clock: Clock, command: Sequence[str | Path], **environment: str) -> float:
    """Return the time that the process took, by this clock. Raises CalledProcessError."""
    time.sleep(REST_S)
    started = clock()
    subprocess.run(command, env={**os.environ, **environment}, check=True, capture_output=True)  # noqa: S603  our own words
    if clock is cpu_seconds:
        time.sleep(REST_S)
    return clock() - started


def moodrop(*words: str | Path) -> list[str | Path]:
    return [sys.executable, "-m", "moodrop", *words]


def write_file(path: Path, size_bytes: int) -> Path:
    with path.open("wb") as out:
        for _ in range(size_bytes // MIB):
            out.write(os.urandom(MIB))
    return path


def write_songs(folder: Path) -> Path:
    folder.mkdir()
    for number in range(MANY):
        frames = FRAME * (EACH_BYTES // len(FRAME))
        (folder / f"song {number}.mp3").write_bytes(frames + os.urandom(EACH_BYTES - len(frames)))
    return folder


@dataclass(frozen=True)
class What:
    """What is uploaded: its name in the table, the words for our command, and what writes it into a folder."""

    name: str
    words: tuple[str, ...]
    write: Callable[[Path], Path]


def large(checksum: str) -> What:
    def write(folder: Path) -> Path:
        return write_file(folder / "large.mp4", LARGE_BYTES)

    return What(f"moodrop upload of 512 MiB, {checksum}", ("--checksum", checksum), write)


@contextmanager
def command_and_stores() -> Iterator[tuple[Stores, dict[str, str], Minio]]:
    """Run a service; yield its stores, the environment for the command, and a client with the baselines' bucket."""
    with stores() as given, service(given) as running:
        token = given.authorization["Authorization"].removeprefix("Bearer ")
        key, secret = given.environment["MINIO_ACCESS_KEY"], given.environment["MINIO_SECRET_KEY"]
        store = Minio(urlsplit(given.environment["MINIO_ENDPOINT"]).netloc, key, secret, secure=False)
        store.make_bucket(BUCKET)
        yield given, {"MOODROP_URL": running.url, "MOODROP_TOKEN": token}, store


def compare(what: What, other: Other, clock: Clock) -> Samples:
    samples = Samples("s", [], [])
    with command_and_stores() as (given, environment, store):
        path = what.write(given.folder)
        for _ in range(ROUNDS):
            command, needs = other.command(given, store, path)
            samples.baseline.append(run(clock, command, **needs))
            samples.ours.append(run(clock, moodrop("upload", *what.words, path), **environment))
    return samples


def peak_bytes(command: Sequence[str | Path], environment: Mapping[str, str]) -> float:
    """Run the command and return the most memory that it used."""
    quietly = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    words = [str(word) for word in command]
    process = os.posix_spawn(command[0], words, {**os.environ, **environment}, file_actions=quietly)
    _, status, usage = os.wait4(process, 0)
    if status:
        raise RuntimeError(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_maxrss * 1024.0  # Linux counts in KiB


def memory() -> Samples:
    samples = Samples("B", [], [])
    with command_and_stores() as (given, environment, _):
        for _ in range(2):
            for size_bytes, figures in ((FEW_BYTES, samples.baseline), (HUGE_BYTES, samples.ours)):
                path = given.folder / "huge.mp4"
                with path.open("wb") as out:
                    out.truncate(size_bytes)
                figures.append(peak_bytes(moodrop("upload", "--json", path), environment))
    return samples


def two_rows(what: What, other: Other, reach: Reach) -> tuple[Row, Row]:
    """Return a row in seconds, as promised, and one in processor time, which explains it."""
    return (
        Row(what.name, other.name, reach, partial(compare, what, other, time.perf_counter)),
        Row(f"{what.name}, processor time of all", other.name, None, partial(compare, what, other, cpu_seconds)),
    )


LARGE = large("crc32c")
SONGS = What(
    f"moodrop upload of {MANY} files of 100 kB", ("--recursive",), lambda folder: write_songs(folder / "songs")
)
ROWS = (
    *two_rows(LARGE, CURL, Reach.at_most(1.12)),
    *two_rows(LARGE, MC, Reach.at_most(0.95)),
    *two_rows(LARGE, RCLONE, Reach.at_most(0.6)),
    *two_rows(large("sha256"), CURL, Reach.at_most(1.15)),
    *two_rows(large("none"), CURL, Reach.at_most(1.15)),
    *two_rows(SONGS, MC_FOLDER, Reach.at_most(1.45)),
    *two_rows(SONGS, AWS, Reach.at_most(0.7)),
    *two_rows(SONGS, BOTO3, Reach.at_most(1.0)),
    Row("memory of moodrop upload of 4 GiB", "of 256 MiB", Reach.at_most(1.05), memory),
)

"""What tests of hostile files share: a port and a file that nobody may touch, and the sandbox that reads the files.

Import the fixtures to use them.
"""

import io
import pickle
import socket
import subprocess
import sys
import threading
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from dev.project import ROOT
from tests.helpers.made_files import read_all
from worker.ffmpeg import arguments
from worker.ffmpeg.explain import explain
from worker.ffmpeg.ladder import plan_rungs
from worker.ffmpeg.locate import Ffmpeg
from worker.ffmpeg.parse_probe import ProbeRefused, parse_probe
from worker.limits import PICTURE
from worker.outcome import Limits, Outcome
from worker.tool_output import ToolRefused, read_output

MOST_SECONDS = 30
MOST_MEMORY = 1 << 30
SECRET = b"the secret of the canary"
LIMITS = replace(PICTURE, wall_seconds=MOST_SECONDS)


@dataclass
class Canaries:
    """A port that nobody may connect to and a file that nobody may read."""

    port: int
    file: Path
    connections: list[object] = field(default_factory=list)


@pytest.fixture
def canaries(tmp_path: Path) -> Iterator[Canaries]:
    secret = tmp_path / "canary.wav"
    secret.write_bytes(make_wav(SECRET * 1000))
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = Canaries(server.getsockname()[1], secret)

        def accept() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                made.connections.append(address)
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        yield made
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


# Linux counts the memory of whoever starts a program for the program too, and that of the tests may be large.
SMALL_PROCESS = """
import pickle, sys
from worker.sandbox import run
program, source, out, limits = pickle.load(sys.stdin.buffer)
pickle.dump(run(program, read=[source], out=out, limits=limits), sys.stdout.buffer)
"""


def run_from_a_small_process(program: list[str], source: Path, out: Path, limits: Limits) -> Outcome:
    given = pickle.dumps((program, source, out, limits))
    command = [sys.executable, "-c", SMALL_PROCESS]
    outcome = pickle.loads(subprocess.run(command, input=given, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)
    assert isinstance(outcome, Outcome)
    return outcome


@pytest.fixture
def read_in_sandbox(tmp_path: Path, canaries: Canaries) -> Callable[..., Outcome]:
    """Run a program on a file and check what must hold of every one, however it ends."""
    out = tmp_path / "out"

    def read_one(program: list[str], source: Path, limits: Limits = LIMITS) -> Outcome:
        out.mkdir(exist_ok=True)
        before = sorted(path for path in tmp_path.iterdir() if path != out)
        outcome = run_from_a_small_process(program, source, out, limits)
        assert outcome.usage.seconds < MOST_SECONDS + 5
        assert outcome.usage.peak_memory_bytes < MOST_MEMORY
        assert outcome.reason != "not_confined", outcome.stderr
        assert canaries.connections == []
        assert SECRET not in read_all(out) + outcome.stdout + outcome.stderr.encode()
        assert sorted(path for path in tmp_path.iterdir() if path != out) == before
        return outcome

    return read_one


ReadInSandbox = Callable[..., Outcome]


@pytest.fixture
def probe_reason(read_in_sandbox: ReadInSandbox, ffmpeg: Ffmpeg) -> Callable[[Path], str | None]:
    """Probe a file and return why nothing is made of it, or None."""

    def probe_one(source: Path) -> str | None:
        outcome = run_probe(read_in_sandbox, ffmpeg, source)
        if outcome.reason not in (None, "crashed"):
            return outcome.reason
        try:
            parse_probe(outcome.stdout)
        except ProbeRefused as refused:
            return refused.reason
        return explain(outcome.stderr)[0] if outcome.reason else None

    return probe_one


def run_probe(read_in_sandbox: ReadInSandbox, ffmpeg: Ffmpeg, source: Path) -> Outcome:
    return read_in_sandbox(arguments.probe(str(ffmpeg.ffprobe), str(source)), source)


def decode_everything(read_in_sandbox: ReadInSandbox, ffmpeg: Ffmpeg, source: Path) -> list[Outcome]:
    """Run every command of ffmpeg on a file, whatever it is."""
    program, path = str(ffmpeg.ffmpeg), str(source)
    rungs = plan_rungs(320, 240, (240,))
    commands = [
        arguments.measure(program, path),
        arguments.extract_poster(program, path, 0),
        arguments.extract_picture(program, path),
        arguments.decode_audio(program, path, rendition=True),
        arguments.encode_video(program, path, rungs, has_audio=True),
    ]
    return [read_in_sandbox(command, source) for command in commands]


def make_wav(samples: bytes) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(samples)
    return file.getvalue()


def reason_of(outcome: Outcome) -> str | None:
    try:
        read_output(outcome)
    except ToolRefused as refused:
        return refused.reason
    return None

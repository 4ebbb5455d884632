"""The sandbox, with real programs: what they can't do, what ends them, and what is left of them."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dev.project import ROOT
from tests.helpers.landlock import needs_landlock, without_landlock
from worker.ffmpeg.locate import Ffmpeg
from worker.outcome import Limits, Outcome, shorten
from worker.sandbox import check, run

pytestmark = [pytest.mark.real, needs_landlock]
LIMITS = Limits(wall_seconds=20, out_bytes=8 << 20)
NOBODY = 65534
SYSTEM_PYTHON = "/usr/bin/python3"
# What a confined program tries; each line of the answer is an attempt with the error it met, or null.
ATTEMPTS = """
import ctypes, fcntl, json, os, signal, socket, sys, threading
foreign, out = sys.argv[1:]
def tcp(): socket.create_connection(("127.0.0.1", 9))
attempts = {
    "read /etc/passwd": lambda: open("/etc/passwd"),
    "read a foreign file": lambda: open(foreign),
    "list a foreign folder": lambda: os.listdir(os.path.dirname(foreign)),
    "read its parent's memory": lambda: open(f"/proc/{os.getppid()}/environ"),
    "write beside a foreign file": lambda: open(foreign + ".more", "w"),
    "write below /tmp": lambda: open("/tmp/moodrop-escape", "w"),
    "remove a foreign file": lambda: os.remove(foreign),
    "change a foreign file's mode": lambda: os.chmod(foreign, 0o600),
    "change a foreign file's times": lambda: os.utime(foreign),
    "open a socket": socket.socket,
    "open a unix socket": lambda: socket.socket(socket.AF_UNIX),
    "open a pair of sockets": socket.socketpair,
    "connect": tcp,
    "signal its parent": lambda: os.kill(os.getppid(), 0),
    "limit its parent": lambda: __import__("resource").prlimit(os.getppid(), 7, (1, 1)),
    "raise its own limits": lambda: __import__("resource").setrlimit(0, (9999, 9999)),
    "start a process": os.fork,
    "run another program": lambda: os.execv("/bin/sh", ["sh"]),
    "link to a foreign file": lambda: os.symlink(foreign, out + "/link"),
    "link a foreign file hard": lambda: os.link(foreign, out + "/hard"),
    "make a folder": lambda: os.mkdir(out + "/folder"),
    "cut a foreign file": lambda: os.truncate(foreign, 0),
    "become another user": lambda: os.setuid(12345),
    "make a pipe for the worker to hang on": lambda: os.mkfifo(out + "/fifo"),
    "write to its folder": lambda: open(out + "/mine", "w"),
    "write to its folder again": lambda: open(out + "/mine", "w"),
    "rename in its folder": lambda: os.rename(out + "/mine", out + "/yours"),
    "remove from its folder": lambda: os.remove(out + "/mine"),
    "take room behind a file": lambda: os.posix_fallocate(os.open(out + "/mine", os.O_RDWR), 0, 1 << 20),
    "make a file without a name": lambda: os.open(out, os.O_TMPFILE | os.O_RDWR),
    "have its parent signalled": lambda: fcntl.fcntl(1, fcntl.F_SETOWN, os.getppid()),
    "signal itself": lambda: os.kill(os.getpid(), 0),
    "start a thread": lambda: threading.Thread(target=int).start(),
}
answers = {}
for name, attempt in attempts.items():
    try:
        attempt()
        answers[name] = None
    except Exception as error:
        answers[name] = type(error).__name__
print(json.dumps(answers))
"""
MAY = {"write to its folder", "write to its folder again", "signal itself", "start a thread"}
# Runs the sandbox in a process of its own: as another user, or to be killed.
ENCODE = """
import json, sys
from pathlib import Path
from worker.outcome import Limits
from worker.sandbox import check, run
ffmpeg, seconds, attempts, foreign, out = sys.argv[1:]
print(json.dumps(check()), flush=True)
tried = run([sys.executable, "-I", "-S", attempts, foreign, out], read=[Path(attempts)], out=Path(out),
            limits=Limits(20, 1 << 20))
print(tried.stdout.decode().strip() or repr(tried), flush=True)
source = f"testsrc2=size=320x180:rate=25:duration={seconds}"
encode = [ffmpeg, "-nostdin", "-loglevel", "error", "-re", "-f", "lavfi", "-i", source, "film.mp4"]
encode = [word for word in encode if word != "-re" or float(seconds) > 10]
done = run(encode, read=[], out=Path(out), limits=Limits(60, 64 << 20))
print(json.dumps([done.reason, done.exit_code, done.stderr]), flush=True)
"""


def python(code: str, out: Path, limits: Limits = LIMITS, **more: object) -> Outcome:
    """Run Python code in the sandbox."""
    script = out.with_name("script.py")
    script.write_text(code)
    return run([sys.executable, "-I", "-S", str(script)], read=[script], out=out, limits=limits, **more)  # type: ignore[arg-type]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that another user can enter, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def start(public: Path, ffmpeg: Ffmpeg) -> Callable[..., "subprocess.Popen[str]"]:
    """Start a worker's process that encodes a film of some seconds, as this user or as nobody."""
    (public / "attempts.py").write_text(ATTEMPTS)
    (public / "foreign").write_text("secret")
    out = public / "out"
    out.mkdir()
    shutil.copytree(ROOT / "worker", public / "worker", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ffmpeg.ffmpeg, public / "ffmpeg")
    (public / "ffmpeg").chmod(0o755)

    def start_one(seconds: float, user: int | None = None) -> "subprocess.Popen[str]":
        out.chmod(0o777)
        paths = [str(public / name) for name in ("attempts.py", "foreign", "out")]
        interpreter = sys.executable if user is None else SYSTEM_PYTHON
        command = [interpreter, "-c", ENCODE, str(public / "ffmpeg"), str(seconds), *paths]
        return subprocess.Popen(
            command, cwd=public, user=user, group=user, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    return start_one


def is_root_with_another_python() -> bool:
    return os.getuid() == 0 and Path(SYSTEM_PYTHON).exists()


@pytest.mark.parametrize(
    "user",
    [
        pytest.param(None, id="this user"),
        pytest.param(
            NOBODY,
            id="nobody",
            marks=pytest.mark.skipif(not is_root_with_another_python(), reason="needs root, and a Python for all"),
        ),
    ],
)
def test_a_confined_program_encodes_and_can_do_nothing_else(
    start: Callable[..., "subprocess.Popen[str]"], public: Path, user: int | None
) -> None:
    """As root, which may do everything, and as a user who may do nothing."""
    output, _ = start(2, user).communicate(timeout=60)
    checked, tried, encoded = output.strip().splitlines()

    assert json.loads(checked) is None, output
    answers = json.loads(tried)
    assert {name for name, error in answers.items() if error is None} == MAY
    assert json.loads(encoded) == [None, 0, ""]
    assert (public / "out" / "film.mp4").stat().st_size > 10_000
    assert sorted(path.name for path in (public / "out").iterdir()) == ["film.mp4", "mine"]


def children_of(process_id: int) -> list[int]:
    tasks = Path(f"/proc/{process_id}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def is_running(process_id: int) -> bool:
    """A zombie that nobody has reaped yet runs no longer."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except FileNotFoundError:
        return False


def test_no_child_outlives_a_worker_that_is_killed(start: Callable[..., "subprocess.Popen[str]"]) -> None:
    """`kill -9` leaves the worker no time to tidy up."""
    worker = start(60)
    assert worker.stdout is not None
    for _ in range(2):  # the check and the attempts are done; the film is next
        worker.stdout.readline()
    until = time.monotonic() + 20
    while not (children := children_of(worker.pid)) and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.5)
    assert [child for child in children if is_running(child)] != []

    worker.kill()
    worker.wait(10)
    worker.stdout.close()

    until = time.monotonic() + 5
    while any(map(is_running, children)) and time.monotonic() < until:
        time.sleep(0.05)
    assert [child for child in children if is_running(child)] == []


def test_a_program_that_only_computes_is_ended_by_its_cpu_time(out: Path) -> None:
    """However slow the machine is: the clock would end it sooner or later."""
    code = (
        "import threading\nwork = lambda: [None for _ in iter(int, 1)]\nthreading.Thread(target=work).start()\nwork()"
    )
    outcome = python("while True: pass", out, replace(LIMITS, cpu_seconds=1))

    assert outcome.reason == "timeout"
    assert outcome.usage.cpu_seconds < 3
    assert python(code, out, replace(LIMITS, cpu_seconds=1)).reason == "timeout"


def test_a_program_that_ignores_the_signal_for_it_is_ended_too(out: Path) -> None:
    """SIGXCPU can be ignored, SIGKILL a second later cannot."""
    code = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
    outcome = python(code, out, replace(LIMITS, cpu_seconds=1))

    assert (outcome.exit_code, outcome.reason) == (-9, "timeout")


def test_a_program_that_waits_is_ended_by_the_clock(out: Path) -> None:
    """It takes no CPU time."""
    outcome = python("import time\ntime.sleep(60)", out, replace(LIMITS, wall_seconds=1))

    assert (outcome.exit_code, outcome.reason) == (-9, "timeout")
    assert outcome.usage.seconds < 15


def test_a_program_whose_lease_is_lost_is_ended(out: Path) -> None:
    """Another worker does the job by then."""
    outcome = python("import time\ntime.sleep(60)", out, alive=lambda: False)

    assert (outcome.exit_code, outcome.reason) == (-9, "lease_lost")
    assert outcome.usage.seconds < 15


@pytest.mark.parametrize(
    "code",
    [
        "open('one', 'wb').write(bytes(3 << 20))",
        "import time\nfor n in range(9): open(str(n), 'wb').write(bytes(900 << 10))\ntime.sleep(60)",
        "for n in range(9): open(str(n), 'wb').write(bytes(900 << 10))",
        "import time\nfor name in 'xy': open(name, 'w').truncate(1 << 20)\ntime.sleep(60)",
        "import time\nfor n in range(300): open(str(n), 'w')\ntime.sleep(60)",
    ],
    ids=["one file", "many files", "many files, quickly", "files with holes", "empty files"],
)
def test_a_program_that_writes_too_much_is_too_large(out: Path, code: str) -> None:
    """Whether in one file, which the kernel refuses, or in many."""
    outcome = python(code, out, replace(LIMITS, out_bytes=1 << 20))

    assert outcome.reason == "too_large" or "File too large" in outcome.stderr
    assert outcome.usage.seconds < 15


def test_room_that_is_taken_behind_a_files_end_counts(out: Path) -> None:
    """The kernel's own limit does not hold for it. Here nothing is refused, so it is only counted."""
    code = (
        "import ctypes, time\nfile = open('one', 'wb')\n"
        "ctypes.CDLL(None).fallocate(file.fileno(), 1, ctypes.c_long(0), ctypes.c_long(4 << 20))\n"
        "time.sleep(60)"
    )
    outcome = python(code, out, replace(LIMITS, out_bytes=1 << 20), mode="none")

    assert (outcome.reason, (out / "one").stat().st_size) == ("too_large", 0)
    assert outcome.usage.seconds < 15


def test_ffmpeg_that_writes_too_much_is_too_large(ffmpeg: Ffmpeg, out: Path) -> None:
    """A single file is cut by the kernel, without waiting for anyone to look."""
    command = [str(ffmpeg.ffmpeg), "-nostdin", "-f", "lavfi", "-i", "sine=d=9999", "a.wav"]
    outcome = run(command, read=[], out=out, limits=replace(LIMITS, out_bytes=1 << 20))

    assert (outcome.exit_code, outcome.reason) == (-25, "too_large")
    assert (out / "a.wav").stat().st_size <= 1 << 20


def test_a_program_opens_few_files(out: Path) -> None:
    """A worker's machine has a table of them."""
    outcome = python("files = [open('/dev/null') for _ in range(70)]", out)

    assert "Too many open files" in outcome.stderr


def test_a_program_inherits_nothing(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's environment has credentials, and its open files lead to servers."""
    monkeypatch.setenv("MINIO_WORKER_SECRET_KEY", "a secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        os.set_inheritable(server.fileno(), True)
        code = f"import os\nprint(dict(os.environ))\nos.fstat({server.fileno()})"
        outcome = python(code, out)

    assert b"secret" not in outcome.stdout
    assert "Bad file descriptor" in outcome.stderr


def test_a_program_that_prints_too_much_is_too_large(out: Path) -> None:
    """Its words are held in memory, but not all of them."""
    outcome = python("while True: print('a' * 1000)", out, replace(LIMITS, stdout_bytes=10_000))

    assert outcome.reason == "too_large"
    assert outcome.stdout == (b"a" * 1000 + b"\n")[:1001] * 9 + b"a" * (10_000 - 9 * 1001)


def test_a_program_that_takes_too_much_memory_is_refused_it(out: Path) -> None:
    """Before the machine runs out of it."""
    outcome = python("bytearray(1 << 30)", out, replace(LIMITS, memory_bytes=512 << 20))

    assert (outcome.exit_code, outcome.reason) == (1, "out_of_memory")


GREEDY = {
    "of its own": "while True: blocks.append(bytearray(b'a') * (1 << 20))",
    "shared": "import mmap\nwhile True: blocks.append(mmap.mmap(-1, 1 << 20)); blocks[-1].write(bytes(1 << 20))",
    "of many threads": "import threading\n"
    "def take():\n while True: blocks.append(bytearray(b'a') * (1 << 20))\n"
    "threads = [threading.Thread(target=take) for _ in range(4)]\n"
    "[thread.start() for thread in threads]\n[thread.join() for thread in threads]\nraise MemoryError",
}


# In a process of its own: what the process of the tests has taken would be counted in.
MEASURED = """
import json, sys
from pathlib import Path
from worker.outcome import Limits
from worker.sandbox import run
script, out, limit, own = sys.argv[1:]
taken = bytearray(b"a") * int(own)
ended = run([sys.executable, "-I", "-S", script], read=[Path(script)], out=Path(out),
            limits=Limits(20, 1 << 20, memory_bytes=int(limit)))
print(json.dumps([ended.reason, ended.usage.peak_memory_bytes]))
"""


def measure(code: str, out: Path, limit: int, own: int = 0, started_by: tuple[str, ...] = ()) -> tuple[str | None, int]:
    """Run Python code in the sandbox of a process that has taken `own` bytes; return the reason, and the peak."""
    script = out.with_name("script.py")
    script.write_text(code)
    command = [*started_by, sys.executable, "-c", MEASURED, str(script), str(out), str(limit), str(own)]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    reason, peak = json.loads(shown)
    return reason, peak


@pytest.mark.parametrize("kind", GREEDY)
def test_a_program_that_takes_all_memory_it_can_get_stays_below_its_limit(kind: str, out: Path) -> None:
    """By what the kernel measured, which hostile files are held to."""
    most = 256 << 20

    reason, peak = measure(f"blocks = []\n{GREEDY[kind]}", out, most)

    assert reason == "out_of_memory"
    assert most // 2 < peak <= most


def test_a_program_of_very_many_threads_is_ended(out: Path) -> None:
    """Each takes memory of the kernel's, beside what its own limit counts."""
    code = "import threading, time\nthreading.stack_size(32768)\n"
    code += "for _ in range(2000): threading.Thread(target=time.sleep, args=(60,)).start()"
    outcome = python(code, out)

    assert (outcome.exit_code, outcome.reason) == (-9, "out_of_memory")
    assert outcome.usage.seconds < 15


def test_a_crash_under_a_large_worker_is_no_lack_of_memory(out: Path) -> None:
    """Linux counts what the worker has taken for its child as well."""
    reason, peak = measure("import os\nos.abort()", out, 192 << 20, own=128 << 20)

    assert peak > 96 << 20, "this is what it counts"
    assert reason == "crashed"


def test_a_lack_of_memory_is_found_under_a_worker_that_a_large_process_started(out: Path) -> None:
    """Linux counts what that process has taken for the worker, which would seem larger than its programs."""
    starts = "import subprocess, sys; taken = bytearray(b'a') * (300 << 20); subprocess.run(sys.argv[1:], check=True)"
    greedy = "import os\nblocks = bytearray(b'a') * (150 << 20)\nos.abort()"

    reason, peak = measure(greedy, out, 256 << 20, started_by=(sys.executable, "-c", starts))

    assert 128 << 20 < peak < 256 << 20
    assert reason == "out_of_memory"


@pytest.mark.parametrize(
    ("code", "exit_code"), [("import os\nos.abort()", -6), ("raise SystemExit(3)", 3), ("import nothing", 1)]
)
def test_a_program_that_fails_has_crashed(out: Path, code: str, exit_code: int) -> None:
    """Whoever started it may know better from its exit code and its words."""
    outcome = python(code, out)

    assert (outcome.exit_code, outcome.reason) == (exit_code, "crashed")


def test_of_stderr_the_end_is_kept(out: Path) -> None:
    """Megabytes of warnings do not push out the error, nor fill the memory."""
    code = "import sys\nfor _ in range(9999): print('w' * 99, file=sys.stderr)\nsys.exit('/a/b/in.mp3: no such stream')"
    outcome = python(code, out)

    assert len(outcome.stderr) == 16 << 10
    assert outcome.detail.endswith("www\nin.mp3: no such stream")
    assert len(outcome.detail) == 500


@pytest.mark.parametrize(
    ("text", "shortened"),
    [
        ("/tmp/scratch/x/in.mp3: bad", "in.mp3: bad"),
        ("'file:/tmp/x/in.mp3' and /usr/bin/ffmpeg", "'in.mp3' and ffmpeg"),
        ("a\x1b[31mred\x00\ud800\u0085\x9b", "a[31mred"),
        ("größer als 1/2\n", "größer als 1/2"),
    ],
)
def test_a_detail_names_no_folder_and_moves_no_cursor(text: str, shortened: str) -> None:
    """A person reads it on a page, or in a terminal."""
    assert shorten(text) == shortened


def test_progress_is_handed_over_while_the_program_runs(out: Path) -> None:
    """Here it ends because of what it printed."""
    seen: list[str] = []
    code = "import time\nprint('half', flush=True)\ntime.sleep(60)"
    outcome = python(code, out, on_progress=seen.extend, alive=lambda: "half" not in seen)

    assert (outcome.reason, outcome.stdout, seen) == ("lease_lost", b"", ["half"])


def test_the_last_lines_are_handed_over_too(out: Path) -> None:
    """The whole of each, unless it is absurdly long."""
    seen: list[str] = []
    outcome = python("print('a\\nb')\nprint('x' * 9999)\nprint('no end', end='')", out, on_progress=seen.extend)

    assert outcome.reason is None
    assert seen == ["a", "b", "x" * 1024]


def test_what_a_callback_raises_leaves_no_child(out: Path) -> None:
    """Nor a zombie."""

    def fail(_: object) -> None:
        raise RuntimeError("the database is gone")

    with pytest.raises(RuntimeError, match="the database"):
        python("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)", out, on_progress=fail)

    assert [child for child in children_of(os.getpid()) if "script.py" in _command_of(child)] == []


def _command_of(process_id: int) -> str:
    try:
        return Path(f"/proc/{process_id}/cmdline").read_text()
    except FileNotFoundError:
        return ""


def test_without_confinement_the_limits_hold(out: Path) -> None:
    """MEDIA_SANDBOX=none is for systems without Landlock."""
    code = "print(open('/etc/passwd').read(5), flush=True)\nwhile True: pass"
    outcome = python(code, out, replace(LIMITS, cpu_seconds=1), mode="none")

    assert (outcome.reason, outcome.stdout) == ("timeout", b"root:\n")
    assert check("none") is None


def test_a_system_without_landlock_says_so_and_runs_nothing() -> None:
    """The worker then offers only what needs no sandbox."""
    command = [*without_landlock(), sys.executable, "-c", "from worker.sandbox import check; print(check())"]
    output = subprocess.check_output(command, cwd=ROOT, text=True)

    assert output == "confine: this system has no Landlock: Function not implemented\n"

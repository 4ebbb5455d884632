"""`make run`, from a checkout of its own that shares only the installed packages and the built page."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
import urllib3

from dev.minio import find_minio
from dev.mongodb import find_mongod
from dev.packages import install_packages
from dev.ports import free_port
from dev.project import ROOT, STATE
from dev.web import build_page
from tests.helpers.browser_session import BrowserSession
from tests.helpers.landlock import without_landlock

pytestmark = pytest.mark.real
READY_SECONDS = 60
SONG = b"RIFF....WAVE"
# A PNG of one pixel.
A_PIXEL = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


class Run:
    """One `python -m dev.run`, its output, and the processes that it started."""

    def __init__(self, checkout: Path, settings: Mapping[str, str], begin: Sequence[str] = ()) -> None:
        self.checkout = checkout
        self.url = f"http://127.0.0.1:{settings['PORT']}"
        self.out = checkout / "run.out"
        inherited = {
            name: os.environ[name]
            for name in ("PATH", "HOME", "LANG", "MINIO_BIN", "MONGOD_BIN", "XDG_CACHE_HOME")
            if name in os.environ
        }
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [*begin, sys.executable, "-m", "dev.run"],
                cwd=checkout,
                env={**inherited, **settings},
                stdout=out,
                stderr=out,
            )

    @property
    def shown(self) -> str:
        return self.out.read_text()

    def wait_until_ready(self) -> None:
        self.wait_until_shown("Moodrop is ready")

    def wait_until_shown(self, words: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while words not in self.shown:
            assert self.process.poll() is None, self.shown
            assert time.monotonic() < deadline, self.shown
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)

    def left_running(self) -> dict[int, str]:
        """Return by id the command lines of processes that use the checkout or its data."""
        commands = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                folder = str((process / "cwd").readlink())
            except OSError:
                continue  # ended meanwhile, or a zombie
            if str(self.checkout) in f"{command} {folder}":
                commands[int(process.name)] = command
        return commands

    def pid_of(self, words: str) -> int:
        [pid] = [pid for pid, command in self.left_running().items() if words in command]
        return pid


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for lock in ("service", "granian", "worker", "demo"):
        install_packages(lock)
    build_page()
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("dev", "service", "worker", "requirements"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("web", ".venv"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".moodrop").mkdir()
    for stamp in STATE.glob("*.stamp"):
        shutil.copy(stamp, folder / ".moodrop")
    return folder


@pytest.fixture
def run(checkout: Path) -> Iterator[Callable[..., Run]]:
    """Start Moodrop on a free port with these additional settings, by a command that becomes it."""
    started: list[Run] = []

    def start(*begin: str, **settings: str) -> Run:
        started.append(Run(checkout, {"PORT": str(free_port()), **settings}, begin))
        return started[-1]

    yield start
    for each in started:
        each.stop(signal.SIGTERM)


def api(run: Run, method: str, path: str, body: object = None) -> dict[str, object]:
    answer = urllib3.request(method, run.url + path, json=body, retries=False)
    assert answer.status < 300, answer.data
    fields: dict[str, object] = answer.json()
    return fields


def upload_a_song(run: Run, *, confirm: bool = True) -> str:
    return upload(run, "la.wav", "audio/wav", SONG, confirm=confirm)


def upload(run: Run, filename: str, content_type: str, body: bytes, *, confirm: bool = True) -> str:
    """Return the id of a file, confirmed by us or left unconfirmed."""
    declared = {"filename": filename, "content_type": content_type, "size_bytes": len(body), "mood": "happy"}
    started = urllib3.request("POST", f"{run.url}/v1/uploads", json=declared, retries=False).json()
    transfer = started["transfer"]
    # moto seals no PUT, so there the song is the only part of a multipart upload.
    put = transfer if transfer["kind"] == "put" else transfer["parts"][0]
    headers = {name: value for name, value in put["headers"].items() if name.lower() != "content-length"}
    assert urllib3.request("PUT", put["url"], body=body, headers=headers, retries=False).status == 200
    if confirm:
        api(run, "POST", f"/v1/uploads/{started['upload_id']}/confirm", {})
    return str(started["upload_id"])


def test_what_was_uploaded_is_there_after_a_restart(run: Callable[..., Run]) -> None:
    """The address is printed, the stop is clean, and the restart has the same file without installing or building.

    It is on another server, which is no other service. How long that takes is a row of `make bench`.
    """
    first = run()
    first.wait_until_ready()
    file_id = upload_a_song(first)
    assert first.stop() == 0
    assert {} == first.left_running()

    second = run(SERVER="granian")
    second.wait_until_ready()

    assert urllib3.request("GET", second.url + "/healthz").headers["Server"] == "granian"
    url = api(second, "GET", f"/v1/files/{file_id}/download")["url"]
    assert urllib3.request("GET", str(url)).data == SONG
    assert [second.url] == re.findall(r"ready: (\S+)", second.shown)
    assert second.shown.count("unchanged") == 2


@pytest.mark.parametrize(
    ("kills", "pictures"),
    [
        pytest.param(1, 1, id="one_kill"),
        pytest.param(3, 100, id="three_kills", marks=pytest.mark.torture("100 pictures, 3 kills")),
    ],
)
def test_pictures_get_their_thumbnails_from_a_worker_that_may_die(
    run: Callable[..., Run], kills: int, pictures: int
) -> None:
    """Its note says what it can do; a killed one is started again, and the run goes on."""
    started = run()
    started.wait_until_ready()
    assert re.search(r"ok  Media worker +[\d.]+ s  (ffmpeg \S+, sandboxed|no ffmpeg: .*)", started.shown), started.shown
    file_ids = list[str]()
    for _ in range(kills):
        kill_the_worker(started)
        file_ids += [upload(started, "a.png", "image/png", A_PIXEL) for _ in range(pictures)]

    wait_until_ready(started, file_ids)
    assert all(api(started, "GET", f"/v1/files/{file_id}")["thumbnail"] for file_id in file_ids)
    assert started.stop() == 0
    assert {} == started.left_running()


def kill_the_worker(run: Run) -> None:
    """Kill it, once there is one: the launcher starts the next one within moments."""
    deadline = time.monotonic() + READY_SECONDS
    while not (pids := [pid for pid, command in run.left_running().items() if command.endswith("-m worker ")]):
        assert time.monotonic() < deadline, run.shown
        time.sleep(0.05)
    os.kill(pids[0], signal.SIGKILL)


def wait_until_ready(run: Run, file_ids: Iterable[str], state: str = "ready") -> None:
    """Wait until all is made of these files, or until they are in another state."""
    for file_id in file_ids:
        deadline = time.monotonic() + READY_SECONDS
        while api(run, "GET", f"/v1/files/{file_id}")["media_state"] != state:
            assert run.process.poll() is None, run.shown
            assert time.monotonic() < deadline, (run.checkout / ".moodrop/logs/worker.log").read_text()
            time.sleep(0.1)


@pytest.mark.parametrize(
    "files", [pytest.param(1, id="one_file"), pytest.param(100, id="100_files", marks=pytest.mark.torture("200 files"))]
)
def test_without_ffmpeg_everything_else_works_and_it_is_said_once(
    run: Callable[..., Run], tmp_path: Path, files: int
) -> None:
    """On a machine that has none, and no network to fetch it: pictures get thumbnails, songs play as they are."""
    programs = {"MINIO_BIN": str(find_minio()), "MONGOD_BIN": str(find_mongod())}
    started = run(PATH=str(tmp_path), XDG_CACHE_HOME=str(tmp_path / "cache"), PIP_NO_INDEX="1", **programs)
    started.wait_until_ready()

    pictures = [upload(started, "a.png", "image/png", A_PIXEL) for _ in range(files)]
    songs = [upload_a_song(started) for _ in range(files)]
    wait_until_ready(started, pictures)

    for song in songs:
        url = api(started, "GET", f"/v1/files/{song}/download")["url"]
        assert urllib3.request("GET", str(url)).data == SONG
        assert api(started, "GET", f"/v1/files/{song}")["media_state"] == "waiting"
    assert len(re.findall(r"Media worker .* no ffmpeg: images and PDFs only", started.shown)) == 1, started.shown
    assert len(re.findall("no ffmpeg", started.shown)) == 1
    assert started.stop() == 0
    assert {} == started.left_running()


def test_without_landlock_everything_else_works_and_it_is_said_once(run: Callable[..., Run]) -> None:
    """Nothing reads the bytes of strangers there: all files are shown as they are."""
    started = run(*without_landlock())
    started.wait_until_ready()

    files = {upload(started, "a.png", "image/png", A_PIXEL): A_PIXEL, upload_a_song(started): SONG}

    for file_id, body in files.items():
        url = api(started, "GET", f"/v1/files/{file_id}/download")["url"]
        assert urllib3.request("GET", str(url)).data == body
    wait_until_ready(started, files, "waiting")
    assert len(re.findall(r"Media worker .* off: this system has no Landlock", started.shown)) == 1, started.shown
    assert started.shown.count("Landlock") == 1
    jobs = api(started, "GET", "/v1/jobs")["jobs"]
    assert isinstance(jobs, list)
    assert {(job["state"], job["attempts"]) for job in jobs} == {("queued", 0)}
    assert started.stop() == 0
    assert {} == started.left_running()


def test_nobody_else_on_the_machine_reads_anything(run: Callable[..., Run], checkout: Path) -> None:
    """Objects, records, logs, credentials, and secrets in program arguments."""
    state = checkout / ".moodrop"
    state.chmod(0o755)
    (state / "left-open").write_text("by an older version")
    (state / "left-open").chmod(0o644)
    ready = run()
    ready.wait_until_ready()
    upload_a_song(ready)

    modes = modes_in(state)
    running = ready.left_running()
    secrets = json.loads((state / "credentials.json").read_text())

    assert [] == [path for path, mode in modes.items() if mode & 0o077]
    assert any(path.name == "xl.meta" for path in modes)
    assert len(running) >= 4  # the launcher, MinIO, mongod, gunicorn
    for pid, command in running.items():
        assert not any(secret in command for secret in secrets.values()), command
        assert "Umask:\t0077" in Path(f"/proc/{pid}/status").read_text(), command


def modes_in(folder: Path) -> dict[Path, int]:
    """Return the modes of the folder and of all that stays in it; what the service was told vanishes at once."""
    modes = {}
    for path in (folder, *folder.rglob("*")):
        with suppress(FileNotFoundError):
            modes[path] = path.lstat().st_mode
    return modes


def test_an_upload_that_nobody_confirms_appears_by_itself(run: Callable[..., Run]) -> None:
    """MinIO notifies the service, although MinIO was started first and had no bucket then."""
    ready = run()
    ready.wait_until_ready()
    file_id = upload_a_song(ready, confirm=False)

    deadline = time.monotonic() + READY_SECONDS
    while urllib3.request("GET", f"{ready.url}/v1/files/{file_id}", retries=False).status != 200:
        assert time.monotonic() < deadline, ready.shown
        time.sleep(0.1)


def test_the_page_is_served_at_the_address(run: Callable[..., Run]) -> None:
    """A person opens the printed address, and the page may reach the store."""
    ready = run()
    ready.wait_until_ready()

    page = urllib3.request("GET", ready.url)
    store = re.search(r"MinIO .*(http://127\.0\.0\.1:\d+)", ready.shown)
    assert store
    preflight = urllib3.request(
        "OPTIONS",
        f"{store.group(1)}/mybucket/x",
        headers={"Origin": ready.url, "Access-Control-Request-Method": "PUT"},
    )

    assert b'<div id="root">' in page.data
    assert ready.url == preflight.headers["Access-Control-Allow-Origin"]


def test_sigterm_stops_it_as_ctrl_c_does(run: Callable[..., Run]) -> None:
    """make, supervisors and closed terminals send SIGTERM."""
    ready = run()
    ready.wait_until_ready()

    assert ready.stop(signal.SIGTERM) == 0
    assert ready.shown.endswith("Stopping…\nStopped.\n")
    assert {} == ready.left_running()


def test_ctrl_c_while_it_starts_leaves_nothing_running(run: Callable[..., Run]) -> None:
    """This is when people most often change their minds."""
    starting = run()
    starting.wait_until_shown("Starting Moodrop")

    assert starting.stop() == 0
    assert {} == starting.left_running()


@pytest.mark.parametrize(("words", "name"), [("minio server", "MinIO"), ("mongod --dbpath", "MongoDB")])
def test_a_server_that_dies_is_named_and_the_rest_is_stopped(run: Callable[..., Run], words: str, name: str) -> None:
    """With the end of its log and an exit code of failure."""
    ready = run()
    ready.wait_until_ready()

    os.kill(ready.pid_of(words), signal.SIGKILL)

    assert ready.process.wait(60) == 1
    assert f"{name} was killed by signal 9; the end of .moodrop/logs/" in ready.shown
    assert {} == ready.left_running()


def test_a_second_run_says_where_the_first_is(run: Callable[..., Run], checkout: Path) -> None:
    """Two runs on one data folder would destroy it."""
    first = run()
    first.wait_until_ready()

    second = subprocess.run(
        [sys.executable, "-m", "dev.run"], cwd=checkout, capture_output=True, text=True, timeout=20, check=False
    )

    assert second.returncode == 1
    assert second.stdout + second.stderr == (
        f"Moodrop already runs from this folder: {first.url}, process {first.process.pid}. Stop it first.\n"
    )


def test_a_busy_port_is_said_in_one_line_before_anything_slow(run: Callable[..., Run]) -> None:
    """With a command that works."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = run(PORT=str(port))

        assert refused.process.wait(10) == 1
    assert refused.shown == f"Port {port} is taken by another program: try `PORT={port + 1} make run`.\n"


def test_a_wrong_setting_is_named(run: Callable[..., Run]) -> None:
    """In the service's own words, without sending anyone to a log."""
    refused = run(MOODS=",", AUTH_MODE="jwt", JWT_SECRET="short")

    assert refused.process.wait(60) == 1
    assert "The service ended with code" in refused.shown
    assert "MOODS: needs at least one entry" in refused.shown


def test_a_store_that_is_configured_is_not_started(run: Callable[..., Run]) -> None:
    """MINIO_ENDPOINT names another store: ours stays down, and the service says that it cannot reach theirs."""
    ready = run(MINIO_ENDPOINT=f"http://127.0.0.1:{free_port()}")
    ready.wait_until_ready()

    answer = urllib3.request("GET", f"{ready.url}/readyz", retries=False)

    assert "MINIO_ENDPOINT as set" in ready.shown
    assert answer.status == 503
    assert not any("minio server" in command for command in ready.left_running().values())


def test_on_versitygw_the_same_works(run: Callable[..., Run]) -> None:
    """With accounts that the service makes, and events: a file that nobody confirms appears by itself."""
    # Until its URL has expired, the sweeper leaves an upload alone.
    first = run(STORE="versitygw", UPLOAD_URL_EXPIRES_IN="3600")
    first.wait_until_ready()
    file_id, unconfirmed = upload_a_song(first), upload_a_song(first, confirm=False)
    deadline = time.monotonic() + READY_SECONDS
    while urllib3.request("GET", f"{first.url}/v1/files/{unconfirmed}", retries=False).status != 200:
        assert time.monotonic() < deadline, first.shown
        time.sleep(0.1)
    assert any("versitygw" in command for command in first.left_running().values())
    assert first.stop() == 0
    assert {} == first.left_running()

    second = run(STORE="versitygw")
    second.wait_until_ready()

    url = api(second, "GET", f"/v1/files/{file_id}/download")["url"]
    assert urllib3.request("GET", str(url)).data == SONG


def test_a_store_that_nobody_knows_is_refused(run: Callable[..., Run]) -> None:
    refused = run(STORE="versity")
    assert refused.process.wait(READY_SECONDS) == 1
    assert "STORE=versity is unknown" in refused.shown


def test_the_demo_on_moto_works_and_keeps_nothing(run: Callable[..., Run]) -> None:
    """And says so loudly: moto verifies no signatures and forgets everything."""
    demo = run(STORE="moto")
    demo.wait_until_ready()
    upload_a_song(demo)
    data_dirs = re.findall(r"--dbpath (\S+)", " ".join(_commands(demo)))

    assert "NOTHING IS KEPT" in demo.shown
    assert demo.stop() == 0
    assert data_dirs
    assert not Path(data_dirs[0]).exists()


def _commands(run: Run) -> list[str]:
    children = Path(f"/proc/{run.process.pid}/task").glob("*/children")
    pids = " ".join(path.read_text() for path in children).split()
    return [Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode() for pid in pids]


def test_who_registers_owns_what_was_uploaded_without_a_click(run: Callable[..., Run]) -> None:
    """The page asks for nothing until then; afterwards nobody is let in without a credential."""
    demo = run(STORE="moto")
    demo.wait_until_ready()
    file_id = upload_a_song(demo)
    assert api(demo, "GET", "/v1/session")["account"] == {"kind": "guest", "name": None, "email": None}
    page = BrowserSession(demo.url)
    session = page.register("ada@example.com")

    assert session["user"]["user_id"] == "local"
    refused = urllib3.request("GET", f"{demo.url}/v1/files/{file_id}", retries=False)
    assert (refused.status, refused.json()["code"]) == (401, "token_missing")
    assert page.get(f"/v1/files/{file_id}")["file_id"] == file_id

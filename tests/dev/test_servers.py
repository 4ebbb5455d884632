"""The real servers: started, killed, restarted; and the messages if they cannot be."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import pymongo
import pytest
from botocore.config import Config

from dev.ports import FIRST, LAST, free_port, is_free
from dev.project import ROOT
from dev.servers import LauncherError, MinioServer, MongodServer, find_minio, find_mongod, start_minio, start_mongod

pytestmark = pytest.mark.real
KEYS = {"access_key": "launcher-test", "secret_key": "launcher-test-secret"}
START_AND_WAIT = """
import sys, time
from pathlib import Path
from dev.servers import start_mongod
server = start_mongod(Path(sys.argv[1]))
print(server.process.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def own_mongod(tmp_path: Path) -> Iterator[MongodServer]:
    server = start_mongod(tmp_path / "mongodb")
    yield server
    server.stop()


@pytest.fixture
def own_minio(tmp_path: Path) -> Iterator[MinioServer]:
    server = start_minio(tmp_path / "minio", cors_origins=["http://localhost:5000"], **KEYS)
    yield server
    server.stop()


def s3(server: MinioServer) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        aws_access_key_id=KEYS["access_key"],
        aws_secret_access_key=KEYS["secret_key"],
        region_name="us-east-1",
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_mongod_keeps_what_it_acknowledged_through_kill_9(own_mongod: MongodServer, tmp_path: Path) -> None:
    """The URI requests journaling, and stays the same after a restart."""
    with pymongo.MongoClient[dict[str, Any]](own_mongod.uri) as client:
        client.test.kept.insert_many([{"_id": number} for number in range(100)])
        own_mongod.process.kill()
        own_mongod.process.wait()
        again = start_mongod(tmp_path / "mongodb")

        assert own_mongod.uri == again.uri
        assert client.test.kept.count_documents({}) == 100
    again.stop()


def test_mongod_stops_cleanly(own_mongod: MongodServer) -> None:
    """SIGTERM, no repair at the next start, no socket left behind."""
    own_mongod.stop()

    assert own_mongod.process.returncode == 0
    assert not own_mongod.socket_path.exists()


def test_mongod_listens_on_no_network(own_mongod: MongodServer) -> None:
    """It has no password; only its private socket protects it."""
    table = Path("/proc/net/unix").read_text()

    assert str(own_mongod.socket_path) in table
    assert own_mongod.socket_path.parent.stat().st_mode & 0o077 == 0
    assert [] == list(_listening_ports(own_mongod.process.pid))


def _listening_ports(pid: int) -> Iterator[str]:
    inodes = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # mongod has closed it meanwhile
            inodes.add(str(link.readlink()))
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                yield fields[1]


def test_a_second_mongod_on_the_same_data_is_refused(own_mongod: MongodServer, tmp_path: Path) -> None:
    """The old server's answer must not be mistaken for the new one's."""
    with pytest.raises(LauncherError, match="Another mongod uses"):
        start_mongod(tmp_path / "mongodb")


def test_minio_keeps_objects_and_its_port_through_kill_9(own_minio: MinioServer, tmp_path: Path) -> None:
    """Signed URLs contain the port, so they must still work after a restart."""
    s3(own_minio).create_bucket(Bucket="kept")
    s3(own_minio).put_object(Bucket="kept", Key="song", Body=b"la")
    own_minio.process.kill()
    own_minio.process.wait()

    again = start_minio(tmp_path / "minio", port=own_minio.port, cors_origins=[], **KEYS)
    body = s3(again).get_object(Bucket="kept", Key="song")["Body"].read()
    again.stop()

    assert body == b"la"
    assert own_minio.endpoint == again.endpoint


def test_minio_serves_as_soon_as_it_is_started(own_minio: MinioServer) -> None:
    """Its health page says ready before its users are loaded; clients would get 503."""
    assert [] == s3(own_minio).list_buckets()["Buckets"]


def test_minio_is_not_configured_by_the_services_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MINIO_* variables are for the service, and some mean other things to the server."""
    monkeypatch.setenv("MINIO_ACCESS_KEY", "someone-else")
    monkeypatch.setenv("MINIO_SECRET_KEY", "someone-elses-secret")
    monkeypatch.setenv("MINIO_REGION", "eu-central-1")
    server = start_minio(tmp_path / "minio", cors_origins=[], **KEYS)

    buckets = s3(server).list_buckets()["Buckets"]
    server.stop()

    assert [] == buckets


def test_minio_on_a_taken_port_says_so(own_minio: MinioServer, tmp_path: Path) -> None:
    """The program on that port must not be mistaken for the new server."""
    with pytest.raises(LauncherError, match=f"Port {own_minio.port} is taken"):
        start_minio(tmp_path / "other", port=own_minio.port, cors_origins=[], **KEYS)


def test_a_server_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    """Even kill -9 of the launcher leaves nothing running."""
    command = [sys.executable, "-c", START_AND_WAIT, tmp_path / "mongodb"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout
        pid = int(launcher.stdout.readline())
        launcher.send_signal(signal.SIGKILL)

    assert _has_ended(pid)


def _has_ended(pid: int) -> bool:
    for _ in range(100):
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except FileNotFoundError:
            return True
        if "\nState:\tZ" in status:  # ended; nobody has asked for its exit code
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (
            "echo 'mongod: error while loading shared libraries: libcurl.so.4: cannot open' >&2; exit 127",
            "apt-get install libcurl4",
        ),
        (
            "echo 'mongod: error while loading shared libraries: libcrypto.so.3: cannot open' >&2; exit 127",
            "apt-get install libssl3",
        ),
        ("kill -ILL $$", "AVX"),
        ("echo \"mongod: version 'GLIBC_2.34' not found\" >&2; exit 1", "glibc"),
        ("exit 100", "Another mongod uses"),
        ("exit 14", "ended with code 14"),
    ],
)
def test_a_mongod_that_cannot_run_names_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, message: str
) -> None:
    """In one line: what to install or to set."""
    mongod = tmp_path / "mongod"
    mongod.write_text(f"#!/bin/sh\n{script}\n")
    mongod.chmod(0o755)
    monkeypatch.setenv("MONGOD_BIN", str(mongod))

    with pytest.raises(LauncherError, match=message) as raised:
        start_mongod(tmp_path / "mongodb")

    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(("name", "find"), [("MONGOD_BIN", find_mongod), ("MINIO_BIN", find_minio)])
def test_a_configured_program_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, find: Callable[[], Path]
) -> None:
    """A silent fallback would run another server than the configured one."""
    monkeypatch.setenv(name, str(tmp_path / "none"))

    with pytest.raises(LauncherError, match=f"{name}=.* is not a file"):
        find()


def test_free_ports_lie_below_those_that_clients_are_given() -> None:
    """A client that retries a dead server's ephemeral port can be connected to itself."""
    port = free_port()

    assert FIRST <= port < LAST
    assert is_free(port)
    assert int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0]) >= LAST


def test_a_port_is_given_to_one_process_alone() -> None:
    """Tests run in parallel, and a restarted server must find its port free."""
    ask = "import sys; from dev.ports import free_port; print(free_port(preferred=int(sys.argv[1])))"
    ours = free_port()
    command = [sys.executable, "-c", ask, str(ours)]

    theirs = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert is_free(ours)
    assert ours not in (int(theirs), free_port(preferred=ours))

"""The default deployment, as an operator starts it and as its users meet it."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import urllib3
from PIL import Image

from tests.e2e.shell import blocks_of, run
from tests.helpers.containers import SERVICE, Deployment, podman, wait_for
from tests.helpers.deploy_docs import backup_commands

pytestmark = [pytest.mark.containers, pytest.mark.timeout(300)]

USERS = {"service": "moodrop", "worker": "moodrop", "minio": "minio", "mongo": "mongodb"}


def round_trip(deployment: Deployment, folder: Path) -> str:
    """Upload a file and download it again; return its id."""
    song, again = folder / "song.mp3", folder / "again.mp3"
    song.write_bytes(os.urandom(300_000))
    with deployment.client() as client:
        file = client.upload(song, mood="happy")
        client.download(file.file_id, again)
    assert again.read_bytes() == song.read_bytes()
    return file.file_id


class Uploader:
    """A client that sends 1000 bytes and never confirms them."""

    def __init__(self, deployment: Deployment) -> None:
        self._headers = {"Authorization": f"Bearer {deployment.token()}"}

    def start(self) -> None:
        new = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": 1000, "mood": "happy"}
        self._upload = urllib3.request("POST", f"{SERVICE}/v1/uploads", json=new, headers=self._headers).json()

    def send(self) -> None:
        transfer = self._upload["transfer"]
        assert urllib3.request("PUT", transfer["url"], body=bytes(1000), headers=transfer["headers"]).status == 200

    def is_listed(self) -> bool:
        url = f"{SERVICE}/v1/files/{self._upload['upload_id']}"
        return urllib3.request("GET", url, headers=self._headers).status == 200


def test_the_five_lines_of_the_readme_bring_a_song_there_and_back(deployment: Deployment, tmp_path: Path) -> None:
    """As printed, with the token that the README tells to send to the service, never to the store."""
    (lines,) = blocks_of("README.md")
    lines = re.sub(r"curl (?=.*127\.0\.0\.1:5000)", 'curl -H "Authorization: Bearer $TOKEN" ', lines)
    (tmp_path / "song.mp3").write_bytes(os.urandom(300_000))

    ran = run(lines, tmp_path, TOKEN=deployment.token())

    assert ran.returncode == 0, ran.stderr.decode()
    assert (tmp_path / "again.mp3").read_bytes() == (tmp_path / "song.mp3").read_bytes()


def test_an_upload_that_nobody_confirms_appears_by_an_event(deployment: Deployment) -> None:
    """MinIO reaches the service, with the right secret."""
    uploader = Uploader(deployment)
    uploader.start()
    uploader.send()

    wait_for(uploader.is_listed, 20, "the file appears")


def test_the_worker_makes_thumbnails_in_its_sandbox(deployment: Deployment, tmp_path: Path) -> None:
    """A container takes no system call away that the sandbox needs."""
    picture = tmp_path / "picture.png"
    Image.new("RGB", (640, 480), "teal").save(picture)
    with deployment.client() as client:
        file_id = client.upload(picture, mood="happy").file_id
    headers = {"Authorization": f"Bearer {deployment.token()}"}
    url = f"{SERVICE}/v1/files/{file_id}/thumbnail?width=320"

    wait_for(lambda: urllib3.request("GET", url, headers=headers, redirect=False).status == 302, 60, "a thumbnail")


@pytest.mark.parametrize("name", ["service", "minio"])
def test_the_health_check_of_an_image_passes(deployment: Deployment, name: str) -> None:
    """No init system runs it here, so the test does."""

    def passes() -> bool:
        command = ["podman", "healthcheck", "run", deployment.container(name)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    wait_for(passes, 30, "the health check passes")


@pytest.mark.parametrize("name", USERS)
def test_a_container_runs_without_root_and_without_capabilities(deployment: Deployment, name: str) -> None:
    """All of its processes."""
    assert set(podman("top", deployment.container(name), "user").split()[1:]) == {USERS[name]}

    status = dict(re.findall(r"^(\w+):\s+(\S+)", deployment.execute(name, "cat", "/proc/1/status"), re.MULTILINE))
    assert (int(status["CapEff"], 16), int(status["CapBnd"], 16), status["NoNewPrivs"]) == (0, 0, "1")


@pytest.mark.parametrize("name", USERS)
def test_a_container_cannot_change_its_programs(deployment: Deployment, name: str) -> None:
    """Only its volumes and /tmp can be written."""
    mounts = deployment.execute(name, "cat", "/proc/mounts").splitlines()

    (root,) = [line.split()[3].split(",") for line in mounts if line.split()[1] == "/"]
    assert "ro" in root
    deployment.execute(name, "touch", "/tmp/written")


@pytest.mark.parametrize("name", USERS)
def test_a_container_is_limited_in_memory_and_processes(deployment: Deployment, name: str) -> None:
    limits = deployment.inspect(name)["HostConfig"]

    assert 0 < limits["Memory"] <= 4 * 2**30
    assert limits["PidsLimit"] == 1024


@pytest.mark.parametrize("name", ["service", "worker"])
def test_the_code_of_a_container_is_compiled(deployment: Deployment, name: str) -> None:
    """Nothing can be written beside it later."""
    assert deployment.execute(name, "sh", "-c", "ls service/__pycache__/settings.*.pyc")


def test_only_this_machine_reaches_the_published_ports(deployment: Deployment) -> None:
    for name, port in {"service": 5000, "minio": 9000}.items():
        assert podman("port", deployment.container(name)) == f"{port}/tcp -> 127.0.0.1:{port}"


def test_mongod_asks_for_a_password_and_keeps_its_cache_small(deployment: Deployment) -> None:
    """The password of .env opens it."""
    password = dict(line.split("=", 1) for line in deployment.dotenv.read_text().splitlines())["MONGO_PASSWORD"]
    ask = ("mongosh", "--quiet", "--eval")

    status = "print(db.serverStatus().wiredTiger.cache['maximum bytes configured'])"
    cache = deployment.execute("mongo", *ask, status, f"mongodb://root:{password}@127.0.0.1/admin")
    stranger = deployment.execute("mongo", *ask, "try { db.x.findOne() } catch (error) { print(error.codeName) }")

    assert int(cache) == 2**30
    assert stranger in ("Unauthorized", "AuthenticationFailed")


def test_the_doctor_finds_nothing(deployment: Deployment) -> None:
    """It exits with 0. A page's requests are tried though the store's public address leads nowhere from inside."""
    checks = json.loads(deployment.execute("service", "flask", "--app", "service", "doctor", "--json"))["checks"]

    assert {"cors_foreign", "public_endpoint"} <= {check["name"] for check in checks}


@pytest.mark.parametrize("name", ["service", "minio", "mongo"])
def test_a_container_may_be_restarted(deployment: Deployment, name: str, tmp_path: Path) -> None:
    podman("restart", deployment.container(name))

    deployment.wait_until_ready()
    round_trip(deployment, tmp_path)


@pytest.mark.parametrize("name", ["service", "minio", "mongo"])
def test_a_container_that_crashes_comes_back_by_itself(deployment: Deployment, name: str, tmp_path: Path) -> None:
    restarts = deployment.inspect(name)["RestartCount"]
    deployment.crash(name)

    wait_for(lambda: deployment.inspect(name)["RestartCount"] > restarts, 30, "the container starts again")
    deployment.wait_until_ready()
    round_trip(deployment, tmp_path)


def test_an_event_waits_until_the_service_is_back(deployment: Deployment) -> None:
    """MinIO keeps it in a volume, and delivers it to the service's new address."""
    uploader = Uploader(deployment)
    uploader.start()
    podman("stop", deployment.container("service"))
    uploader.send()
    podman("start", deployment.container("service"))
    deployment.wait_until_ready()

    wait_for(uploader.is_listed, 60, "the file appears")


def test_files_stay_when_all_containers_are_made_anew(deployment: Deployment, tmp_path: Path) -> None:
    """`down` and `up`: an upgrade."""
    file_id = round_trip(deployment, tmp_path)

    deployment.down()
    deployment.up()

    with deployment.client() as client:
        client.download(file_id, tmp_path / "later.mp3")
    assert (tmp_path / "later.mp3").read_bytes() == (tmp_path / "song.mp3").read_bytes()


@pytest.mark.timeout(900)
def test_a_backup_is_restored_by_the_commands_of_the_docs(deployment: Deployment, tmp_path: Path) -> None:
    """As printed, with all data removed in between: reconcile, the last of them, finds no difference."""
    file_id = round_trip(deployment, tmp_path)
    backup, restore = backup_commands()

    deployment.shell(backup)
    deployment.wait_until_ready()
    (tmp_path / "later").mkdir()
    later_id = round_trip(deployment, tmp_path / "later")
    restored = deployment.shell(restore)

    deployment.wait_until_ready()
    with deployment.client() as client:
        client.download(file_id, tmp_path / "restored.mp3")
        assert later_id not in {file.file_id for file in client.iter_files()}, "it came after the backup"
    assert (tmp_path / "restored.mp3").read_bytes() == (tmp_path / "song.mp3").read_bytes()
    assert ": 0 differ, " in restored

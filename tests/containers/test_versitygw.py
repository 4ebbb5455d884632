"""The profile `versitygw`: another store in MinIO's place."""

import logging
import os
import subprocess
from pathlib import Path

import pytest
import urllib3

from tests.helpers.containers import SERVICE, Deployment, podman, wait_for

logger = logging.getLogger(__name__)
pytestmark = [pytest.mark.containers, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def settings_of_compose() -> str:
    return "COMPOSE_PROFILES=versitygw,mongo\nMINIO_EVENTS_ARN=\n"


def test_it_runs_in_place_of_minio(deployment: Deployment) -> None:
    names = set(podman("ps", "--format", "{{.Names}}").split())

    assert deployment.container("minio") not in names
    assert deployment.container("versitygw") in names


@pytest.mark.parametrize("size", [300_000, 40 * 1024 * 1024])
def test_a_file_comes_there_and_back(deployment: Deployment, tmp_path: Path, size: int) -> None:
    """By a PUT, and in parts; until it is deleted."""
    song, again = tmp_path / "song.mp3", tmp_path / "again.mp3"
    song.write_bytes(os.urandom(size))

    with deployment.client() as client:
        file = client.upload(song, mood="happy")
        client.download(file.file_id, again)
        client.delete_file(file.file_id)

    assert again.read_bytes() == song.read_bytes()


def test_an_upload_that_nobody_confirms_appears_by_an_event(deployment: Deployment) -> None:
    """The store reaches the service, with the right secret."""
    headers = {"Authorization": f"Bearer {deployment.token()}"}
    new = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": 1000, "mood": "happy"}
    upload = urllib3.request("POST", f"{SERVICE}/v1/uploads", json=new, headers=headers).json()
    transfer = upload["transfer"]
    assert urllib3.request("PUT", transfer["url"], body=bytes(1000), headers=transfer["headers"]).status == 200
    url = f"{SERVICE}/v1/files/{upload['upload_id']}"

    wait_for(lambda: urllib3.request("GET", url, headers=headers).status == 200, 20, "the file appears")


def test_what_is_kept_is_there_after_a_restart(deployment: Deployment, tmp_path: Path) -> None:
    """Objects, versions and accounts are in the volume."""
    song, again = tmp_path / "song.mp3", tmp_path / "again.mp3"
    song.write_bytes(os.urandom(300_000))
    with deployment.client() as client:
        file = client.upload(song, mood="happy")
        podman("restart", deployment.container("versitygw"))
        wait_for(lambda: passes(deployment), 60, "the health check passes")
        client.download(file.file_id, again)

    assert again.read_bytes() == song.read_bytes()


def passes(deployment: Deployment) -> bool:
    """Return whether the image's health check passes: no init system runs it here."""
    command = ["podman", "healthcheck", "run", deployment.container("versitygw")]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_container_runs_without_root(deployment: Deployment) -> None:
    name = deployment.container("versitygw")

    assert set(podman("top", name, "user").split()[1:]) == {"versitygw"}

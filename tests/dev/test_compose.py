"""compose.yaml and the images, as far as they can be judged without a Docker engine."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from dev.minio import EVENTS_ARN, MODULE_SUM, VERSION
from dev.project import ROOT
from service.settings import Settings

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
# Official images, each tag known to be there. The vendor's images of MinIO are not.
PULLABLE = {
    "mongo:8.0",
    "golang:1.26-bookworm",
    "debian:bookworm-slim",
    "node:22-bookworm-slim",
    "python:3.12-slim-bookworm",
}


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_has_an_image_that_can_be_had(name: str) -> None:
    """Pulled by a known tag, or built from a file that is here."""
    service = SERVICES[name]

    if "image" in service:
        assert service["image"] in PULLABLE
    else:
        assert (ROOT / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


@pytest.mark.parametrize("path", sorted((ROOT / "deploy").glob("*.Dockerfile")), ids=lambda path: path.name)
def test_every_image_is_built_on_a_known_one(path: Path) -> None:
    """An unpinned or vanished base breaks the build on another day."""
    bases = re.findall(r"^FROM (\S+)", path.read_text(), re.MULTILINE)

    assert bases
    assert set(bases) <= PULLABLE


def test_the_service_is_given_only_settings_that_it_has() -> None:
    """A misspelt name would be ignored in silence."""
    given = SERVICES["service"]["environment"]

    assert {name.lower() for name in given} <= set(Settings.model_fields)


def test_no_secret_has_a_default() -> None:
    """Who does not choose one is told so by compose, instead of running with one that all know."""
    text = (ROOT / "compose.yaml").read_text()

    for name in ("JWT_SECRET", "SECRET_KEY", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY", "EVENTS_SECRET"):
        uses = re.findall(rf"\$\{{{name}[^}}]*\}}", text)
        assert uses
        assert all(use.startswith(f"${{{name}:?") for use in uses)


def test_mongodb_is_reached_by_no_one_but_the_service() -> None:
    """It has no password."""
    mongos = [service for name, service in SERVICES.items() if name.startswith("mongo")]

    assert mongos
    assert all("ports" not in service for service in mongos)


def test_the_records_are_written_durably() -> None:
    """mongod's own default loses acknowledged writes when it is killed."""
    assert "w=majority&journal=true" in SERVICES["service"]["environment"]["MONGODB_URI"]


@pytest.mark.parametrize("name", [name for name in SERVICES if re.fullmatch(r"minio(-\d)?", name)])
def test_each_minio_tells_the_service_and_keeps_what_it_could_not_tell(name: str) -> None:
    """With the secret that the service asks for, under the name that the service sets up."""
    minio, service = SERVICES[name], SERVICES["service"]["environment"]
    said = {key.removeprefix("MINIO_NOTIFY_WEBHOOK_"): value for key, value in minio["environment"].items()}

    assert said["ENDPOINT_MOODROP"] == "http://service:5000/v1/events/store"
    assert said["AUTH_TOKEN_MOODROP"] == service["EVENTS_SECRET"]
    assert EVENTS_ARN in service["MINIO_EVENTS_ARN"]
    assert said["QUEUE_DIR_MOODROP"] in [volume.partition(":")[2] for volume in minio["volumes"]]


def test_the_image_of_minio_is_the_pinned_one() -> None:
    """Tests prove one version; another must not be what is deployed."""
    dockerfile = (ROOT / "deploy" / "minio.Dockerfile").read_text()

    assert f"ARG MINIO_VERSION={VERSION}\n" in dockerfile
    assert f"ARG MINIO_SUM={MODULE_SUM}\n" in dockerfile


def test_every_volume_is_declared() -> None:
    """Compose refuses the file otherwise."""
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}

    assert used == set(COMPOSE["volumes"])

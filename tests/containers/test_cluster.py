"""The profile `cluster`: four nodes of MinIO behind one address."""

import logging
import time
from pathlib import Path

import pytest

from tests.helpers.containers import Deployment, podman
from tests.helpers.lossless import lost_files, upload_during

logger = logging.getLogger(__name__)
pytestmark = [pytest.mark.containers, pytest.mark.timeout(400)]

NODES = [f"minio-{number}" for number in (1, 2, 3, 4)]


@pytest.fixture(scope="module")
def settings_of_compose() -> str:
    return "COMPOSE_PROFILES=cluster,mongo\n"


def test_no_single_server_runs_beside_the_cluster(deployment: Deployment) -> None:
    names = set(podman("ps", "--format", "{{.Names}}").split())

    assert deployment.container("minio") not in names
    assert {deployment.container(name) for name in NODES} < names


def test_no_upload_is_lost_while_a_node_is(deployment: Deployment, tmp_path: Path) -> None:
    """Any of them: nothing depends on the first."""

    def lose_nodes() -> None:
        for name in ("minio-3", "minio-1"):
            time.sleep(4)
            podman("kill", deployment.container(name))
            time.sleep(10)
            podman("start", deployment.container(name))
        time.sleep(4)

    with deployment.client() as client:
        sent = upload_during(client, lose_nodes)
        lost = lost_files(client, sent, tmp_path)

    logger.info("%d uploads, the slowest in %.1f s", len(sent), max(one.seconds for one in sent))
    assert len(sent) > 10
    assert lost == []

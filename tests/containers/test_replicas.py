"""The profile `replicas`: three members of a replica set."""

import logging
import re
import time
from pathlib import Path

import pytest

from dev.project import ROOT
from tests.helpers.containers import Deployment, podman
from tests.helpers.deploy_docs import dotenv_lines
from tests.helpers.lossless import lost_files, upload_during

logger = logging.getLogger(__name__)
pytestmark = [pytest.mark.containers, pytest.mark.timeout(400)]

MEMBERS = [f"mongo-{number}" for number in (1, 2, 3)]


@pytest.fixture(scope="module")
def settings_of_compose() -> str:
    """The address of the table, whose members and options are those of the chapter on the database."""
    (uri,) = re.findall(r"`MONGODB_URI=(mongodb://root:.*?)`", (ROOT / "docs" / "deploy.md").read_text())
    assert dotenv_lines("MONGODB_URI=") == {"MONGODB_URI": uri.replace("root:<MONGO_PASSWORD>@", "")}
    uri = uri.replace("<MONGO_PASSWORD>", "${MONGO_PASSWORD}")
    return f"COMPOSE_PROFILES=minio,replicas\nMONGO_REPLICA_KEY={'k' * 64}\nMONGODB_URI={uri}\n"


def primary(deployment: Deployment) -> str:
    """Return the member that takes writes."""
    host = deployment.execute("mongo-2", "mongosh", "--quiet", "--eval", "print(db.hello().primary)")
    return host.partition(":")[0]


def test_no_upload_is_lost_while_a_member_is(deployment: Deployment, tmp_path: Path) -> None:
    """Neither with a secondary nor with the primary."""
    first = primary(deployment)
    secondary = next(name for name in MEMBERS if name != first)

    def lose_members() -> None:
        for name in (secondary, first):
            time.sleep(4)
            podman("kill", deployment.container(name))
            time.sleep(16)
            podman("start", deployment.container(name))
        time.sleep(4)

    with deployment.client() as client:
        sent = upload_during(client, lose_members)
        lost = lost_files(client, sent, tmp_path)

    logger.info("%d uploads, the slowest in %.1f s", len(sent), max(one.seconds for one in sent))
    assert len(sent) > 10
    assert lost == []

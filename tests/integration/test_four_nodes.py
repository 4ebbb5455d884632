"""Four nodes of MinIO, each of which is killed once while files arrive: no file that was acknowledged is lost.

`make test-compose ARGS=cluster` does the same in containers.
"""

import logging
from pathlib import Path
from time import monotonic, sleep

import pytest

from dev.servers import MongodServer
from moodrop import Client
from tests.conftest import services, settings_for
from tests.helpers.lossless import Sent, lost_files, upload_during
from tests.helpers.minio_nodes import CANNOT, MinioNodes, minio_nodes

logger = logging.getLogger(__name__)
pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(CANNOT), reason=CANNOT)]

# With one node down and with all up: long enough that files are sent in each state.
EACH_S = 10.0
LATER_S = 120.0


def _kill_each(nodes: MinioNodes) -> None:
    for port in nodes.ports:
        nodes.kill(port)
        sleep(EACH_S)
        nodes.start(port)
        nodes.await_all()
        sleep(EACH_S)


def _lost_for_good(client: Client, sent: list[Sent], folder: Path) -> list[Sent]:
    """Return those that cannot be had even later: the nodes may not have found each other again yet."""
    until, lost = monotonic() + LATER_S, lost_files(client, sent, folder)
    while lost and monotonic() < until:
        logger.info("%d cannot be had at once", len(lost))
        sleep(1)
        lost = lost_files(client, lost, folder)
    return lost


@pytest.mark.torture("each of four nodes killed once")
@pytest.mark.timeout(1800)
def test_no_upload_is_lost_while_a_node_is(mongod: MongodServer, tmp_path: Path) -> None:
    """At the end they are read while one is down, each time another."""
    with minio_nodes(tmp_path / "nodes") as (nodes, store), services(tmp_path) as start:
        service = start(settings_for(store, mongod))
        with Client(service.url) as client:
            began = monotonic()
            sent = upload_during(client, lambda: _kill_each(nodes))
            slowest = max(one.seconds for one in sent)
            logger.info("%d uploads in %.0f s, the slowest in %.1f s", len(sent), monotonic() - began, slowest)

            lost = []
            for number, port in enumerate(nodes.ports):
                nodes.kill(port)
                (folder := tmp_path / f"read-{number}").mkdir()
                lost.append(_lost_for_good(client, sent, folder))
                nodes.start(port)
                nodes.await_all()

    assert len(sent) > 10
    assert lost == [[]] * len(nodes.ports)

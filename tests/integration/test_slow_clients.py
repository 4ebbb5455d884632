"""Two hundred clients that send half a request or read no answer do not slow down anyone else."""

import os
from collections.abc import Iterator

import pytest

from dev.servers import MongodServer
from tests.conftest import Service, Store, services, settings_for
from tests.helpers.tokens import SECRET, token
from tests.integration.bystander import CONFIRMED_WITHIN, HEALTHY_WITHIN, LISTED_WITHIN, Bystander, measure
from tests.integration.slow_clients import KINDS, attacking

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

# `make torture` uses larger values.
CLIENTS = int(os.environ.get("SLOW_CLIENTS", "200"))
LOOKS = int(os.environ.get("SLOW_LOOKS", "3"))


@pytest.fixture(scope="module")
def service(minio: Store, mongod: MongodServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """gunicorn with its defaults: one worker, eight threads, no proxy."""
    settings = settings_for(minio, mongod, auth_mode="jwt", jwt_secret=SECRET, allowed_content_types=("audio/mpeg",))
    with services(tmp_path_factory.mktemp("slow")) as start:
        yield start(settings)


@pytest.mark.parametrize("kind", KINDS)
def test_slow_clients_keep_nobody_waiting(service: Service, kind: str) -> None:
    """Threads get only complete requests, and the poller never waits."""
    bystander = Bystander(service.url)
    uploads = [bystander.a_sent_upload() for _ in range(LOOKS)]

    with attacking(service.url, kind, CLIENTS, token()):
        healthy, listed, confirmed = measure(bystander, uploads)

    assert healthy < HEALTHY_WITHIN
    assert listed < LISTED_WITHIN
    assert confirmed < CONFIRMED_WITHIN

"""A service with accounts on the real servers, without the limits on how many wait: for races."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dev.servers import MongodServer
from service.accounts.usecases.guests import prepare_accounts
from service.app import build_ports
from service.bounded import unbounded
from service.ports import Ports
from service.settings import Settings
from tests.conftest import Store, settings_for


@contextmanager
def deployed_accounts(minio: Store, mongod: MongodServer, **values: Any) -> Iterator[tuple[Settings, Ports]]:
    """The settings and the prepared ports, with a database of its own, until the block is left."""
    given = {"auth_mode": "accounts", "mail_page": True, "password_memory_kib": 8192, **values}
    settings = settings_for(minio, mongod, **given)
    ports = unbounded(build_ports(settings))
    ports.records.prepare()
    ports.sessions.prepare()
    ports.keyring.prepare()
    prepare_accounts(ports)
    yield settings, ports
    ports.records.close()
    ports.accounts.attempts.close()

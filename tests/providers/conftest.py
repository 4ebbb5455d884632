"""SeaweedFS and Garage, and the settings of a service on each store."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from dev.providers.garage import GarageServer, create_key, start_garage
from dev.providers.seaweedfs import SeaweedfsServer, start_seaweedfs
from dev.servers import MongodServer
from service.settings import Settings
from tests.conftest import BUCKETS, Store, settings_for
from tests.seaweedfs import KEYS, await_writes, printed_configuration

pytest.register_assert_rewrite("tests.providers.contract", "tests.contracts.real_stores")
pytest.register_assert_rewrite("tests.contracts.object_store_contract", "tests.contracts.multipart_contract")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a store fail what it is known to fail; the table shows it all the same."""
    for item in items:
        known = getattr(getattr(item, "cls", None), "known", frozenset())
        if getattr(item, "originalname", "") in known:
            item.add_marker(pytest.mark.xfail(reason="the store is known for it"))


@dataclass(frozen=True)
class Other:
    """A running store of which the other tests know nothing."""

    server: SeaweedfsServer | GarageServer
    access_key: str = Store.access_key
    secret_key: str = Store.secret_key

    @property
    def endpoint(self) -> str:
        return self.server.endpoint


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory, mongod: MongodServer) -> Iterator[Other]:
    root = {"minio_access_key": Store.access_key, "minio_secret_key": Store.secret_key}
    server = start_seaweedfs(tmp_path_factory.mktemp("seaweedfs"), printed_configuration(root, BUCKETS))
    store = Other(server)
    await_writes(settings_for(store, mongod))
    yield store
    server.stop()


@pytest.fixture(scope="session")
def garage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Other]:
    server = start_garage(tmp_path_factory.mktemp("garage"))
    root = create_key(server, "root")
    server.command("key", "allow", "--create-bucket", root.access_key)
    yield Other(server, root.access_key, root.secret_key)
    server.stop()


@pytest.fixture(scope="session")
def settings_on(request: pytest.FixtureRequest, mongod: MongodServer) -> Callable[..., Settings]:
    """Return a function that makes settings of a service with a bucket of its own on the store of that name."""

    def make(store_name: str, **values: object) -> Settings:
        store = request.getfixturevalue(store_name.lower())
        if store_name == "SeaweedFS":
            values |= KEYS
        if store_name == "Garage":
            values |= _garage_keys(store, f"t{uuid4().hex[:16]}")
        return settings_for(store, mongod, **values)

    return make


def _garage_keys(store: Other, bucket: str) -> dict[str, object]:
    """Make the bucket, and two keys with as little as Garage can give: to write, or to read, the whole of it."""
    assert isinstance(store.server, GarageServer)
    store.server.command("bucket", "create", bucket)
    own = ("--read", "--write", "--owner", "--key", store.access_key)
    store.server.command("bucket", "allow", *own, bucket)
    values: dict[str, object] = {"minio_bucket": bucket}
    for purpose, right in (("upload", "--write"), ("download", "--read")):
        key = create_key(store.server, purpose)
        store.server.command("bucket", "allow", right, "--key", key.access_key, bucket)
        values |= {f"minio_{purpose}_access_key": key.access_key, f"minio_{purpose}_secret_key": key.secret_key}
    return values

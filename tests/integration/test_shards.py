"""What two shards of MongoDB say to our indexes. docs/scale.md draws the conclusions.

No router takes part (none comes with the mongod of the tests): these are the commands that it would send to the
config server and to the shard, as MongoDB 6.0 has them.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from dev.ports import free_port
from dev.servers import start_mongod
from service.uploads.mongo.indexes import INDEXES

pytestmark = [pytest.mark.real, pytest.mark.torture("two shards"), pytest.mark.timeout(900)]

Mongo = MongoClient[dict[str, Any]]
START_SECONDS = 120
DATABASE = "moodrop"
SHARD_KEY = {"owner": "hashed"}
SHARDS = ("first", "second")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Mongo, Mongo]]:
    """Yield the config server, and the shard that holds the database."""
    folder = tmp_path_factory.mktemp("shards")
    with ExitStack() as opened:
        config, _ = _start(opened, folder, "config", "--configsvr")
        first, *_ = shards = [_start(opened, folder, name, "--shardsvr") for name in SHARDS]
        for name, (_, port) in zip(SHARDS, shards, strict=True):
            _ask(config, "_configsvrAddShard", f"{name}/127.0.0.1:{port}", name=name)
        _ask(config, "_configsvrCreateDatabase", DATABASE, primaryShardId=SHARDS[0])
        yield config, first[0]


def _start(opened: ExitStack, folder: Path, name: str, role: str) -> tuple[Mongo, int]:
    port = free_port()
    server = start_mongod(folder / name, port=port, options=[role, "--replSet", name, "--oplogSize", "64"])
    opened.callback(server.stop)
    uri = f"mongodb://127.0.0.1:{port}/?directConnection=true"
    client = opened.enter_context(Mongo(uri, serverSelectionTimeoutMS=START_SECONDS * 1000))
    members = {"_id": name, "members": [{"_id": 0, "host": f"127.0.0.1:{port}"}]}
    client.admin.command("replSetInitiate", {**members, **({"configsvr": True} if role == "--configsvr" else {})})
    until = monotonic() + START_SECONDS
    while not client.admin.command("hello")["isWritablePrimary"]:
        assert monotonic() < until
        sleep(0.1)
    return client, port


def _ask(client: Mongo, command: str, value: str, *, database: str = "admin", **options: Any) -> None:
    client[database].command(command, value, writeConcern={"w": "majority"}, **options)


def _shard(cluster: tuple[Mongo, Mongo], collection: str) -> list[str]:
    """Divide the collection, which exists; return where its ranges are."""
    config, primary = cluster
    version = config.config.databases.find_one({"_id": DATABASE}, {"_id": 0, "version": 1}) or {}
    options = {"shardKey": SHARD_KEY, "databaseVersion": version["version"]}
    _ask(primary, "_shardsvrCreateCollection", collection, database=DATABASE, **options)
    divided = config.config.collections.find_one({"_id": f"{DATABASE}.{collection}"}) or {}
    return [chunk["shard"] for chunk in config.config.chunks.find({"uuid": divided["uuid"]})]


def _unique() -> dict[str, Any]:
    return {index.document["name"]: index for index in INDEXES if index.document.get("unique")}


def test_of_our_indexes_only_that_of_keys_hinders_a_division_by_owner(cluster: tuple[Mongo, Mongo]) -> None:
    files = cluster[1][DATABASE]["files"]
    files.create_indexes([*INDEXES])
    files.create_index([*SHARD_KEY.items()])

    with pytest.raises(OperationFailure, match=r"unique index on \{ object_key: 1 \}"):
        _shard(cluster, "files")
    files.drop_index("object_key")
    files.create_index([("object_key", 1)], name="object_key_not_unique")

    assert sorted(set(_shard(cluster, "files"))) == sorted(SHARDS)
    assert _unique().keys() == {"object_key", "owner_idempotency_key"}


def test_keys_can_be_unique_for_each_owner(cluster: tuple[Mongo, Mongo]) -> None:
    """Which is the same, as long as a key belongs to one owner."""
    cluster[1][DATABASE]["keys"].create_indexes([_unique()["owner_idempotency_key"]])
    cluster[1][DATABASE]["keys"].create_index([("owner", 1), ("object_key", 1)], unique=True)
    cluster[1][DATABASE]["keys"].create_index([*SHARD_KEY.items()])

    assert sorted(set(_shard(cluster, "keys"))) == sorted(SHARDS)

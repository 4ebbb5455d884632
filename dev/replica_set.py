"""Starts a MongoDB replica set on this machine, with real elections and members that may be lost."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from dev.errors import LauncherError
from dev.mongodb import START_SECONDS, MongodServer, start_mongod
from dev.ports import free_port

NAME = "moodrop"
# Elect a primary within two seconds; MongoDB's default of ten is meant for unsteady networks.
SETTINGS = {"electionTimeoutMillis": 2000, "heartbeatIntervalMillis": 500}
OPTIONS = [
    *("--replSet", NAME),
    *("--oplogSize", "64"),  # MB; else 5 % of the disk
    # By default a stopping member waits 15 s for its clients to leave.
    *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"),
]


@dataclass
class ReplicaSet:
    """A replica set: its members by port, running or not. Their addresses never change. `options` are mongod's own."""

    folder: Path
    options: Sequence[str] = ()
    members: dict[int, MongodServer] = field(default_factory=dict)

    @property
    def uri(self) -> str:
        """The URI for a service: every member, and writes that survive the loss of one."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.members)
        return f"mongodb://{hosts}/?replicaSet={NAME}&w=majority&journal=true"

    def start(self, port: int) -> None:
        """Start a member, for the first time or again."""
        self.members[port] = start_mongod(self.folder / f"member-{port}", port=port, options=[*OPTIONS, *self.options])

    def primary_port(self) -> int:
        """Return the primary's port; wait for an election that is under way. Raises LauncherError without a primary."""
        try:
            with _client(self.uri) as client:
                hello = client.admin.command("hello")  # answered by the primary
                return int(hello["me"].rpartition(":")[2])
        except PyMongoError as error:
            raise LauncherError(f"no member of the replica set takes writes: {self.folder}") from error

    def stop(self) -> None:
        # All at once: a primary that stops alone waits for the other members to catch up.
        for server in self.members.values():
            server.process.terminate()
        for server in self.members.values():
            server.stop()


def start_replica_set(folder: Path, *, members: int = 3, options: Sequence[str] = ()) -> ReplicaSet:
    """Start the members and return once one is primary. Raises LauncherError if none becomes primary."""
    replicas = ReplicaSet(folder, options)
    try:
        for _ in range(members):
            replicas.start(free_port())
        _initiate(replicas)
        replicas.primary_port()
    except LauncherError:
        replicas.stop()
        raise
    return replicas


def _initiate(replicas: ReplicaSet) -> None:
    ports = list(replicas.members)
    hosts = [{"_id": number, "host": f"127.0.0.1:{port}"} for number, port in enumerate(ports)]
    config = {"_id": NAME, "members": hosts, "settings": SETTINGS}
    try:
        with _client(f"mongodb://127.0.0.1:{ports[0]}/?directConnection=true") as client:
            client.admin.command("replSetInitiate", config)
    except PyMongoError as error:
        raise LauncherError(f"could not create the replica set: {error}") from error


def _client(uri: str) -> MongoClient[dict[str, Any]]:
    return MongoClient(uri, serverSelectionTimeoutMS=START_SECONDS * 1000)

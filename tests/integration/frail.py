"""Servers for one test, which may kill, freeze and restart them at the same addresses."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dev.ports import free_port
from dev.servers import MinioServer, MongodServer, Webhook, start_minio, start_mongod
from service.settings import Settings

ROOT_USER, ROOT_PASSWORD = "frail-root", "frail-root-secret"


@dataclass
class Frail:
    """One MinIO and one mongod in their own folder; their addresses never change."""

    folder: Path
    port: int = field(default_factory=free_port)
    webhook: Webhook | None = None
    store: MinioServer | None = None
    database: MongodServer | None = None

    def start_store(self) -> None:
        self.store = start_minio(
            self.folder / "minio",
            access_key=ROOT_USER,
            secret_key=ROOT_PASSWORD,
            cors_origins=["http://127.0.0.1:*"],
            port=self.port,
            webhook=self.webhook,
        )

    def start_database(self) -> None:
        self.database = start_mongod(self.folder / "mongod")

    def settings(self, **values: object) -> Settings:
        assert self.database is not None, "its address is known once it was started"
        return Settings(
            **{
                "minio_endpoint": f"http://127.0.0.1:{self.port}",
                "minio_access_key": ROOT_USER,
                "minio_secret_key": ROOT_PASSWORD,
                "mongodb_uri": self.database.uri,
                "auth_mode": "open",
                **values,
            }
        )

    def kill(self, server: MinioServer | MongodServer | None) -> None:
        """Kill a server as a power cut would."""
        assert server is not None
        server.process.kill()
        server.stop()

    def stop(self) -> None:
        for server in (self.store, self.database):
            if server is not None:
                server.stop()


@contextmanager
def frail_pair(folder: Path, webhook: Webhook | None = None) -> Iterator[Frail]:
    """Run both servers until the block ends."""
    servers = Frail(folder, webhook=webhook)
    try:
        servers.start_database()
        servers.start_store()
        yield servers
    finally:
        servers.stop()


@contextmanager
def frozen(server: MinioServer | MongodServer | None) -> Iterator[None]:
    """Stop a server: it accepts connections and answers none."""
    assert server is not None
    os.kill(server.process.pid, signal.SIGSTOP)
    os.waitpid(server.process.pid, os.WUNTRACED)  # until all its threads stand still
    try:
        yield
    finally:
        os.kill(server.process.pid, signal.SIGCONT)

"""Runs the baselines that are Node programs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.running import Program, Stores, program
from dev.node import find_node
from dev.node_packages import install

HERE = Path(__file__).parent


@contextmanager
def node_server(name: str, given: Stores, more: Mapping[str, str], *, answers_at: str) -> Iterator[Program]:
    """Run one process of a baseline on the same store."""
    environment = {
        "PATH": find_node().env["PATH"],
        "NODE_ENV": "production",
        "S3_ENDPOINT": given.settings.minio_endpoint,
        "S3_BUCKET": given.settings.minio_bucket,
        "S3_ACCESS_KEY": given.settings.minio_access_key,
        "S3_SECRET_KEY": given.settings.minio_secret_key.get_secret_value(),
        **more,
    }
    log_path = given.folder / f"{name}.log"
    command, folder = ["node", "server.js"], install(f"bench-{name}", HERE / name)
    with program(command, environment, log_path=log_path, cwd=folder, answers_at=answers_at) as running:
        yield running

"""The baselines that are Node programs: installed once from their locks, each in a folder of the user's cache."""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.running import Program, Stores, program
from dev import children
from dev.cache import build_once, cache_dir
from dev.node import find_node

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json", "server.js")


def installed(name: str) -> Path:
    """The folder of that baseline with its node_modules; another lock or another source is another folder."""
    node, source = find_node(), HERE / name
    digest = hashlib.sha256(b"\0".join((source / file).read_bytes() for file in FILES)).hexdigest()[:12]

    def build(folder: Path) -> None:
        for file in FILES:
            shutil.copy(source / file, folder)
        log_path = cache_dir() / f"bench-{name}.log"
        command = [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        children.run(command, log_path=log_path, env=node.env, cwd=folder)

    return build_once(f"bench-{name}-{digest}", build)


@contextmanager
def node_server(name: str, given: Stores, more: Mapping[str, str], *, answers_at: str) -> Iterator[Program]:
    """One process of that baseline, for the same store."""
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
    command = ["node", "server.js"]
    with program(command, environment, log_path=log_path, cwd=installed(name), answers_at=answers_at) as running:
        yield running

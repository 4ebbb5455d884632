"""Other programs that upload files, as baselines of the `moodrop` command. They only store bytes."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from minio import Minio

from bench.baselines.aws import aws_command
from bench.baselines.mc import find_mc
from bench.baselines.rclone import find_rclone
from bench.running import Stores

BUCKET = "baseline"
Commands = tuple[list[str | Path], Mapping[str, str]]


@dataclass(frozen=True)
class Other:
    """Another program that uploads: its name, and its command line for a file or a folder, with its environment."""

    name: str
    command: Callable[[Stores, Minio, Path], Commands]


def _curl(_: Stores, store: Minio, path: Path) -> Commands:
    return ["curl", "-sf", "-T", path, store.presigned_put_object(BUCKET, uuid4().hex, timedelta(hours=1))], {}


def _mc(given: Stores, _: Minio, path: Path) -> Commands:
    words: list[str | Path] = [find_mc(), "-q", "cp"]
    if path.is_dir():
        return [*words, "-r", f"{path}/", f"store/{BUCKET}/{uuid4().hex}/"], _for_mc(given)
    return [*words, path, f"store/{BUCKET}/{uuid4().hex}"], _for_mc(given)


def _rclone(given: Stores, _: Minio, path: Path) -> Commands:
    return [find_rclone(), "copyto", path, f"store:{BUCKET}/{uuid4().hex}"], _for_rclone(given)


def _aws(given: Stores, _: Minio, path: Path) -> Commands:
    words, needs = aws_command()
    copy: list[str | Path] = ["s3", "cp", "--quiet", "--recursive", path, f"s3://{BUCKET}/{uuid4().hex}/"]
    return [*words, *copy], {**needs, **_for_boto3(given)}


def _boto3_threads(given: Stores, _: Minio, path: Path) -> Commands:
    module = "bench.baselines.boto3_threads"
    return [sys.executable, "-m", module, path, BUCKET, uuid4().hex], _for_boto3(given)


def _for_mc(given: Stores) -> Mapping[str, str]:
    endpoint = urlsplit(given.environment["MINIO_ENDPOINT"])
    credential = f"{given.environment['MINIO_ACCESS_KEY']}:{given.environment['MINIO_SECRET_KEY']}"
    return {
        "MC_HOST_store": f"{endpoint.scheme}://{credential}@{endpoint.netloc}",
        "MC_CONFIG_DIR": str(given.folder / "mc"),
    }


def _for_rclone(given: Stores) -> Mapping[str, str]:
    # A remote from the environment alone: https://rclone.org/docs/#config-file
    return {
        "RCLONE_CONFIG": os.devnull,
        "RCLONE_CONFIG_STORE_TYPE": "s3",
        "RCLONE_CONFIG_STORE_PROVIDER": "Minio",
        "RCLONE_CONFIG_STORE_ENDPOINT": given.environment["MINIO_ENDPOINT"],
        "RCLONE_CONFIG_STORE_ACCESS_KEY_ID": given.environment["MINIO_ACCESS_KEY"],
        "RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY": given.environment["MINIO_SECRET_KEY"],
    }


def _for_boto3(given: Stores) -> Mapping[str, str]:
    return {
        "AWS_ENDPOINT_URL": given.environment["MINIO_ENDPOINT"],
        "AWS_ACCESS_KEY_ID": given.environment["MINIO_ACCESS_KEY"],
        "AWS_SECRET_ACCESS_KEY": given.environment["MINIO_SECRET_KEY"],
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


CURL = Other("curl -T", _curl)
MC, MC_FOLDER = Other("mc cp", _mc), Other("mc cp -r", _mc)
RCLONE = Other("rclone copyto", _rclone)
AWS = Other("aws s3 cp --recursive", _aws)
BOTO3 = Other("boto3, 8 threads", _boto3_threads)

"""MongoDB and MinIO for `make run`, the tests and the benchmarks: one import for both."""

from dev.errors import LauncherError
from dev.minio import MinioServer, find_minio, start_minio
from dev.mongodb import MongodServer, find_mongod, start_mongod

__all__ = [
    "LauncherError",
    "MinioServer",
    "MongodServer",
    "find_minio",
    "find_mongod",
    "start_minio",
    "start_mongod",
]

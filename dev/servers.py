"""MongoDB, MinIO and VersityGW for `make run`, the tests and the benchmarks, in one import."""

from dev.errors import LauncherError
from dev.minio import EVENTS_ARN, MinioServer, Webhook, find_minio, start_minio
from dev.mongodb import MongodServer, find_mongod, start_mongod
from dev.versitygw import VersitygwServer, find_versitygw, start_versitygw

__all__ = [
    "EVENTS_ARN",
    "LauncherError",
    "MinioServer",
    "MongodServer",
    "VersitygwServer",
    "Webhook",
    "find_minio",
    "find_mongod",
    "find_versitygw",
    "start_minio",
    "start_mongod",
    "start_versitygw",
]

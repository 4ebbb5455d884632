"""What forked.py does once, before it forks: what is the same at the start of every service.

It imports no gunicorn, which reads the environment then, starts no thread, and leaves the log as it is.
"""

import logging

import boto3

import service.store.minio.accounts
import service.store.s3.store
from dev.in_memory import in_memory_ports
from service.app import create_app
from service.settings import Settings
from service.shared.clock import utc_now
from service.shared.memory.keyring import MemoryKeyring

__all__ = ["service"]

# The description of S3 is a megabyte of JSON, which boto3 keeps.
boto3.client("s3", region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none").close()

# Flask and pydantic keep what they learn of the views, and the first app takes four times as long as the next. Each
# service still makes its log safe by itself, or no test would notice that it does not.
_settings = Settings(auth_mode="open")
create_app(_settings, in_memory_ports(_settings, MemoryKeyring("a key of no service"), utc_now))
logging.setLogRecordFactory(logging.LogRecord)

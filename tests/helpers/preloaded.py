"""What forked.py imports before it forks: not gunicorn, which reads the environment then, nor what starts a thread."""

import boto3

import service.app

__all__ = ["boto3", "service"]

# The description of S3 is a megabyte of JSON, which boto3 keeps.
boto3.client("s3", region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none").close()

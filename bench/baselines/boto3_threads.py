"""Uploads the files of a folder with boto3 and eight threads.

Arguments are the folder, the bucket and a prefix. The endpoint and the credentials come from the
environment, as boto3 reads them.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
from botocore.config import Config

THREADS = 8


def main(folder: Path, bucket: str, prefix: str) -> None:
    # Threads share a client, as boto3's guide says; by itself it keeps ten connections.
    config = Config(max_pool_connections=THREADS, s3={"addressing_style": "path"})
    client = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"], config=config)

    def upload(path: Path) -> None:
        client.upload_file(str(path), bucket, f"{prefix}/{path.name}")

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(upload, folder.iterdir()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])

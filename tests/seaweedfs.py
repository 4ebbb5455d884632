"""SeaweedFS as docs/deploy.md sets it up: root and two accounts in a file."""

import json
import re
import time
from contextlib import suppress
from pathlib import Path
from string import Template
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from service.settings import Settings
from service.store.s3.store import s3_client

DEPLOY = Path(__file__).parent.parent / "docs" / "deploy.md"
# Its keys may be chosen at will.
KEYS = {
    f"minio_{purpose}_{half}_key": f"the-{half}-key-of-{purpose}-urls"
    for purpose in ("upload", "download")
    for half in ("access", "secret")
}
WRITABLE_SECONDS = 120


def printed_configuration(root: dict[str, str], buckets: str) -> dict[str, Any]:
    """Return the configuration that docs/deploy.md prints, for these keys and buckets."""
    match = re.search(r"^cat > s3.json <<END\n(.*?)\nEND$", DEPLOY.read_text(), re.MULTILINE | re.DOTALL)
    assert match, "docs/deploy.md prints no configuration"
    keys = {name.upper(): value for name, value in (root | KEYS).items()}
    configuration: dict[str, Any] = json.loads(Template(match.group(1)).substitute(keys))
    for policy in configuration["policies"]:
        policy["content"] = policy["content"].replace("s3:::music/", f"s3:::{buckets}/")
    return configuration


def await_writes(settings: Settings) -> None:
    """Return once it keeps an object: it answers some seconds earlier."""
    client, until = s3_client(settings), time.monotonic() + WRITABLE_SECONDS
    while True:
        try:
            with suppress(client.exceptions.BucketAlreadyOwnedByYou):
                client.create_bucket(Bucket=settings.minio_bucket)
            client.put_object(Bucket=settings.minio_bucket, Key="first", Body=b"1")
        except (BotoCoreError, ClientError):
            assert time.monotonic() < until, "SeaweedFS accepts no writes"
            time.sleep(0.5)
        else:
            return

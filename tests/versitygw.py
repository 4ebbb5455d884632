"""VersityGW as docs/deploy.md sets it up: two accounts, and a policy of the bucket that limits both."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dev.credentials import Credentials
from dev.servers import VersitygwServer
from service.settings import Settings
from service.store.s3.store import s3_client

if TYPE_CHECKING:
    from tests.conftest import Store

DEPLOY = Path(__file__).parent.parent / "docs" / "deploy.md"
PURPOSES = ("upload", "download")


def made_users(store: "Store") -> dict[str, str]:
    """Make the two accounts; return the settings that name them."""
    assert isinstance(store.server, VersitygwServer)
    settings = dict[str, str]()
    for purpose in PURPOSES:
        user = Credentials(f"moodrop-{purpose}", f"the-secret-of-{purpose}-urls")
        store.server.create_user(user)
        settings[f"minio_{purpose}_access_key"] = user.access_key
        settings[f"minio_{purpose}_secret_key"] = user.secret_key
    return settings


def printed_policy() -> dict[str, Any]:
    """Return the policy that docs/deploy.md prints for a bucket `music`."""
    match = re.search(r"^cat > policy.json <<'END'\n(.*?)\nEND$", DEPLOY.read_text(), re.MULTILINE | re.DOTALL)
    assert match, "docs/deploy.md prints no policy"
    policy: dict[str, Any] = json.loads(match.group(1))
    return policy


def grant(settings: Settings) -> None:
    """Make the bucket, and give it that policy."""
    client, bucket = s3_client(settings), settings.minio_bucket
    client.create_bucket(Bucket=bucket)
    policy = json.dumps(printed_policy()).replace("s3:::music", f"s3:::{bucket}")
    client.put_bucket_policy(Bucket=bucket, Policy=policy)

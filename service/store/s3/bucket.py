"""Checks a bucket: it exists, has versioning on, and no lifecycle rule deletes files behind the service's back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from service.shared.checks import StoreCheck
from service.store.prefixes import FINAL_PREFIX
from service.store.s3.errors import code_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

VERSIONING = (
    "Turn on versioning of bucket {bucket!r} (VersityGW: start it with --versioning-dir; AWS and MinIO: the account "
    "needs s3:PutBucketVersioning). Without it a write with a stolen key id can replace a file."
)
# There are no rules, or the store has no such feature: nothing is deleted by itself.
NO_RULES = ("NoSuchLifecycleConfiguration", "NotImplemented", "MethodNotAllowed")
READABLE = "Let the service's own credential s3:GetLifecycleConfiguration, so that it can tell."
LIFECYCLE = "Remove the rule {rule!r} of bucket {bucket!r}, or keep it off {prefix}/: `flask sweep` cleans up."


def bucket_checks(client: "S3Client", bucket: str) -> list[StoreCheck]:
    """Check versioning and lifecycle rules. Neither stops a start. Raises ClientError if the store refuses to tell."""
    return [_versioning(client, bucket), *_lifecycle(client, bucket)]


def _versioning(client: "S3Client", bucket: str) -> StoreCheck:
    status: str
    try:
        status = client.get_bucket_versioning(Bucket=bucket).get("Status", "never turned on")
    except ClientError as error:
        status = code_of(error)
    return StoreCheck("versioning", status == "Enabled", False, status, VERSIONING.format(bucket=bucket))


def _lifecycle(client: "S3Client", bucket: str) -> list[StoreCheck]:
    try:
        rules = client.get_bucket_lifecycle_configuration(Bucket=bucket).get("Rules", [])
    except ClientError as error:
        code = code_of(error)
        return [StoreCheck("lifecycle", code in NO_RULES, False, f"no rules ({code})", READABLE)]
    deleting = [str(rule.get("ID", "")) for rule in rules if _deletes_files(rule)]
    if not deleting:
        return [StoreCheck("lifecycle", True, False, f"{len(rules)} rules, none deletes files", "")]
    return [
        StoreCheck(
            "lifecycle",
            False,
            False,
            f"rule {rule!r} deletes files",
            LIFECYCLE.format(rule=rule, bucket=bucket, prefix=FINAL_PREFIX),
        )
        for rule in deleting
    ]


def _deletes_files(rule: Mapping[str, Any]) -> bool:
    expiration = rule.get("Expiration", {})
    # Downloads name the recorded version, which a later write with the same key makes a noncurrent one.
    deletes = "Days" in expiration or "Date" in expiration or "NoncurrentVersionExpiration" in rule
    chosen = rule.get("Filter", {})
    chosen = chosen.get("And", chosen)
    prefix, ours = chosen.get("Prefix", rule.get("Prefix", "")), f"{FINAL_PREFIX}/"
    # Our objects carry no tags.
    tagged = "Tag" in chosen or bool(chosen.get("Tags"))
    overlaps = prefix.startswith(ours) or ours.startswith(prefix)
    return rule.get("Status") == "Enabled" and deletes and overlaps and not tagged

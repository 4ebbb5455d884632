"""Has a bucket notify the service of what arrives. Rules of others are left as they are."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from service.shared.checks import StoreCheck
from service.store.prefixes import FINAL_PREFIX, STAGING_PREFIX
from service.store.s3.errors import code_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# The service itself sends Copy and CompleteMultipartUpload.
EVENTS = {
    FINAL_PREFIX: ["s3:ObjectCreated:Put"],
    STAGING_PREFIX: ["s3:ObjectCreated:Put", "s3:ObjectCreated:Post"],
}
FIX = (
    "See that MINIO_EVENTS_ARN is the ARN of a webhook that the store knows (MinIO: "
    "MINIO_NOTIFY_WEBHOOK_ENABLE_MOODROP=on is arn:minio:sqs::MOODROP:webhook, capitals as there), that every other "
    "rule of bucket {bucket!r} names one too, and that the service's own credential may s3:PutBucketNotification."
)


def ensure_notifications(client: "S3Client", bucket: str, arn: str) -> list[StoreCheck]:
    """Add the rule. Safe to repeat. Returns a refusal as a failed check: the sweeper then finds the same, later."""
    try:
        _ensure(client, bucket, arn)
    except ClientError as error:
        return [StoreCheck("events", False, False, f"no notifications ({code_of(error)})", FIX.format(bucket=bucket))]
    return []


def _ensure(client: "S3Client", bucket: str, arn: str) -> None:
    configuration: Any = client.get_bucket_notification_configuration(Bucket=bucket)
    kinds: Any = {name: value for name, value in configuration.items() if name != "ResponseMetadata"}
    ours = _rules(arn)
    names = {rule["Id"] for rule in ours}
    rules = kinds.get("QueueConfigurations", [])
    if [rule for rule in rules if rule.get("Id") in names] == ours:
        return
    others = [rule for rule in rules if rule.get("Id") not in names]
    kinds["QueueConfigurations"] = [*others, *ours]
    client.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=kinds)


def _rules(arn: str) -> list[dict[str, Any]]:
    return [
        {
            "Id": f"moodrop-{prefix}",
            "QueueArn": arn,
            "Events": events,
            "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": f"{prefix}/"}]}},
        }
        for prefix, events in EVENTS.items()
    ]

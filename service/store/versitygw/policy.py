"""The policy of a bucket on VersityGW: whom it lets do what. VersityGW has no policies of accounts."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.store.prefixes import STAGING_PREFIX

_ARN = "arn:aws:s3:::"


def statements_for(name: str, access_key: str, policy: Mapping[str, Any], bucket: str) -> list[dict[str, Any]]:
    """Return what an account's policy allows in this bucket, as statements of the bucket's policy.

    An account that may send forms also gets s3:PutObject on the bucket itself, because VersityGW checks it there. A
    form still works only for the key that was signed. Denials are left out, because only what is allowed is possible
    here, and VersityGW takes no streamed write without a signature.
    """
    allowed = [statement for statement in policy["Statement"] if statement["Effect"] == "Allow"]
    return [
        {
            "Sid": f"{name}-{number}",
            "Effect": "Allow",
            "Principal": {"AWS": [access_key]},
            "Action": statement["Action"],
            "Resource": [*_below(statement["Resource"], bucket), *_for_forms(statement, bucket)],
        }
        for number, statement in enumerate(allowed, 1)
    ]


def with_statements(
    policy: Mapping[str, Any] | None, name: str, statements: Sequence[dict[str, Any]]
) -> dict[str, Any] | None:
    """Return the bucket's policy with these statements in place of older ones of this name; None if it has them.

    Statements of others stay.
    """
    present = list((policy or {}).get("Statement", []))
    others = [one for one in present if not is_of(name, one)]
    if [one for one in present if is_of(name, one)] == list(statements):
        return None
    return {"Version": "2012-10-17", **(policy or {}), "Statement": [*others, *statements]}


def is_of(name: str, statement: Mapping[str, Any]) -> bool:
    """Return whether the service made the statement for the account of this name."""
    stem, _, number = str(statement.get("Sid", "")).rpartition("-")
    return stem == name and number.isdecimal()


def principals(statement: Mapping[str, Any]) -> set[str]:
    """Return the access keys that a statement names."""
    named = statement.get("Principal", {})
    keys = named.get("AWS", []) if isinstance(named, Mapping) else named
    return {keys} if isinstance(keys, str) else set(keys)


def _below(resources: Sequence[str], bucket: str) -> list[str]:
    return [resource for resource in resources if resource.startswith(f"{_ARN}{bucket}/")]


def _for_forms(statement: Mapping[str, Any], bucket: str) -> list[str]:
    sends_forms = any(resource == f"{_ARN}{bucket}/{STAGING_PREFIX}/*" for resource in statement["Resource"])
    return [f"{_ARN}{bucket}"] if sends_forms else []

"""VersityGW's accounts: makes those that sign URLs, and names them in the policy of each bucket.

They need a gateway that keeps accounts: `--iam-dir`, or another of its --iam options.
"""

import hashlib
import json
import logging
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from botocore.exceptions import BotoCoreError, ClientError

from service.shared.adapters.outgoing import store_pool
from service.shared.checks import StoreCheck
from service.store.errors import PASSING_STATUSES, StoreUnavailable
from service.store.minio.credentials import buckets_of
from service.store.settings import StoreSettings
from service.store.sigv4.query import Credentials
from service.store.versitygw.policy import is_of, principals, statements_for, with_statements

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

log = logging.getLogger(__name__)

SERVER = "VERSITYGW"
READ_TIMEOUT_S = 10
_MADE, _EXISTS = 201, 409
# The form of the key ids that the service derives: no other account is ever removed.
_DERIVED = re.compile(r"md(up|do)[a-z2-7]{16}")


def speaks_versitygw(settings: StoreSettings) -> bool:
    """Return whether the store says that it is a VersityGW. Raises StoreUnavailable if it does not answer."""
    try:
        with store_pool(settings.minio_endpoint, read_s=READ_TIMEOUT_S) as http:
            answer = http.request("GET", settings.minio_endpoint, redirect=False)
    except urllib3.exceptions.HTTPError as error:
        raise StoreUnavailable(f"no answer from the store ({type(error).__name__})") from error
    return answer.headers.get("Server", "") == SERVER


@dataclass(frozen=True, slots=True)
class Account:
    """An account that the service wants."""

    name: str
    credentials: Credentials
    policy: dict[str, Any]


class VersitygwAccounts:
    """The accounts of one gateway. Each method raises StoreUnavailable for a silent one."""

    def __init__(self, settings: StoreSettings, client: "S3Client", requested: Sequence[Account] = ()) -> None:
        """`requested` are all that belong together: a bucket's policy is written once, with every one of them.

        Otherwise one worker that starts would for a moment take away what another has just allowed.
        """
        self._settings = settings
        self._client = client
        self._requested = requested

    def has(self, access_key: str, policy: Mapping[str, Any]) -> bool:
        """Return whether every bucket of the policy lets this account do what the policy says, and no more."""
        try:
            return all(self._allows(bucket, access_key, policy) for bucket in buckets_of(policy))
        except ClientError:
            return False

    def is_ours(self, access_key: str) -> bool:
        """Return True: here accounts belong to the gateway, whoever made them."""
        return True

    def ensure(self, name: str, credentials: Credentials, policy: dict[str, Any]) -> str | None:
        """Make the account, or give an existing one this secret, and have its buckets let it do what the policy says.

        Does the same for those that it belongs with. Returns a refusal, in words.
        """
        accounts = list({one.name: one for one in (*self._requested, Account(name, credentials, policy))}.values())
        for one in accounts:
            if refused := self._make(one.name, one.credentials):
                return refused
        try:
            for bucket in sorted({bucket for one in accounts for bucket in buckets_of(one.policy)}):
                self._allow(bucket, accounts)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            return f"the store would not take the policy of a bucket for the account '{name}' ({code})"
        return None

    def _make(self, name: str, credentials: Credentials) -> str | None:
        key, secret = escape(credentials.access_key), escape(credentials.secret_key)
        account = f"<Account><Access>{key}</Access><Secret>{secret}</Secret><Role>user</Role></Account>"
        status = self._ask("/create-user", account)
        if status == _EXISTS:  # another worker was first, or an earlier start made it
            changes = f"<MutableProps><Secret>{secret}</Secret></MutableProps>"
            status = self._ask(f"/update-user?access={quote(credentials.access_key)}", changes)
        if status not in (200, _MADE):
            return f"the store would not make the account '{name}' ({status}; VersityGW needs --iam-dir)"
        return None

    def remove_old(self, buckets: Collection[str], current: Collection[str]) -> StoreCheck | None:
        """Return nothing to report: `ensure` removes the accounts whose place in a bucket's policy it takes."""
        return None

    def _allows(self, bucket: str, access_key: str, policy: Mapping[str, Any]) -> bool:
        present = (self._policy_of(bucket) or {}).get("Statement", [])
        ours = [statement for statement in present if access_key in principals(statement)]
        names = {str(statement.get("Sid", "")).rpartition("-")[0] for statement in ours}
        return len(names) == 1 and ours == statements_for(names.pop(), access_key, policy, bucket)

    def _allow(self, bucket: str, accounts: Sequence[Account]) -> None:
        present = self._policy_of(bucket)
        changed = present
        for one in accounts:
            statements = statements_for(one.name, one.credentials.access_key, one.policy, bucket)
            changed = with_statements(changed, one.name, statements) or changed
        if changed == present:
            return
        before = [row for row in (present or {}).get("Statement", []) if any(is_of(one.name, row) for one in accounts)]
        self._client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(changed))
        current = {one.credentials.access_key for one in accounts}
        for old in {key for statement in before for key in principals(statement)} - current:
            self._remove(old)

    def _policy_of(self, bucket: str) -> dict[str, Any] | None:
        try:
            policy: dict[str, Any] = json.loads(self._client.get_bucket_policy(Bucket=bucket)["Policy"])
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise
        except BotoCoreError as error:
            raise StoreUnavailable(f"no answer from the store ({type(error).__name__})") from error
        return policy

    def _remove(self, access_key: str) -> None:
        """Remove an account of an earlier start, which no policy names any more."""
        if _DERIVED.fullmatch(access_key):
            self._ask(f"/delete-user?access={quote(access_key)}", "")
            log.info("removed an account of before: %s…", access_key[:4])

    def _ask(self, path: str, body: str) -> int:
        """Send a request to the gateway's admin API; return the status. Raises StoreUnavailable."""
        sent = body.encode()
        headers = {"x-amz-content-sha256": hashlib.sha256(sent).hexdigest(), "content-type": "application/xml"}
        request = AWSRequest("PATCH", f"{self._settings.minio_endpoint}{path}", data=sent, headers=headers)
        own = BotoCredentials(self._settings.minio_access_key, self._settings.minio_secret_key.get_secret_value())
        SigV4Auth(own, "s3", self._settings.minio_region).add_auth(request)
        try:
            with store_pool(self._settings.minio_endpoint, read_s=READ_TIMEOUT_S) as http:
                status = http.request(
                    "PATCH", str(request.url), body=sent, headers=dict(request.headers.items()), redirect=False
                ).status
        except urllib3.exceptions.HTTPError as error:
            raise StoreUnavailable(f"no answer from the store's accounts ({type(error).__name__})") from error
        if status in PASSING_STATUSES:
            raise StoreUnavailable(f"the store's accounts answered {status}")
        return status

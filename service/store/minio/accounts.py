"""MinIO's account API: makes the accounts that sign URLs, resets their policy, and removes outdated accounts.

An old account keeps its old policy, and anyone who kept its key id may still use it. So every start removes the unused
accounts that Moodrop made for the same buckets.
"""

import json
import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import urllib3
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.error import MinioAdminException

from service.shared.adapters.outgoing import store_pool
from service.shared.checks import StoreCheck
from service.store.errors import PASSING_STATUSES, StoreUnavailable
from service.store.minio.credentials import ACCOUNT_NAMES, buckets_of, is_same_policy
from service.store.settings import StoreSettings
from service.store.sigv4.query import Credentials

log = logging.getLogger(__name__)

# How many accounts of earlier versions to ask for their buckets, at 0.1 s each.
MAX_CHECKED = 50
_DESCRIBED = "buckets: "
_LONGEST_DESCRIPTION = 256  # in the form that MinIO accepts
# Argon2 over 64 MiB on both sides: 0.1 s a call on a quiet machine. The library would wait five minutes, five times.
READ_TIMEOUT_S = 10
# The server does not speak MinIO's encrypted admin protocol: ValueError and OSError come from the decryption.
_REFUSALS = (MinioAdminException, ValueError, OSError)

REMOVE = (
    "Anyone who kept an old key id may still do what its policy allowed. Let MINIO_ACCESS_KEY list and remove its "
    "service accounts, or remove the unused ones named moodrop-upload and moodrop-download by hand: "
    "mc admin accesskey list STORE; mc admin accesskey remove STORE KEY"
)


@dataclass(frozen=True, slots=True)
class _Account:
    access_key: str
    name: str
    buckets: frozenset[str]  # empty if the listing does not say


class MinioAccounts:
    """The accounts that belong to the service's credential. Each method raises StoreUnavailable for a silent store."""

    def __init__(self, settings: StoreSettings) -> None:
        self._has_worker = bool(settings.minio_worker_access_key)
        endpoint = urlsplit(settings.minio_endpoint)
        self._admin = MinioAdmin(
            endpoint=endpoint.netloc,
            credentials=StaticProvider(settings.minio_access_key, settings.minio_secret_key.get_secret_value()),
            region=settings.minio_region,
            secure=endpoint.scheme == "https",
            http_client=store_pool(settings.minio_endpoint, read_s=READ_TIMEOUT_S),
        )

    def has(self, access_key: str, policy: Mapping[str, Any]) -> bool:
        """Return whether this account exists, is enabled and has exactly this policy."""
        try:
            account = json.loads(self._ask(self._admin.get_service_account, access_key))
            stored = json.loads(account["policy"])
        except (*_REFUSALS, KeyError):
            return False
        return bool(account.get("accountStatus") == "on" and is_same_policy(stored, policy))

    def is_ours(self, access_key: str) -> bool:
        """Return whether the account belongs to our credential, or nobody may say.

        That of a MINIO_ACCESS_KEY which was replaced stays, but may do nothing any more, whatever its policy.
        """
        try:
            rows = json.loads(self._ask(self._admin.list_service_account, "")).get("accounts") or []
        except _REFUSALS:
            return True
        return access_key in {row["accessKey"] for row in rows}

    def ensure(self, name: str, credentials: Credentials, policy: dict[str, Any]) -> str | None:
        """Make the account, or give an existing one this secret and policy. Returns a refusal, in words."""
        key, secret = credentials.access_key, credentials.secret_key
        made: dict[str, Any] = {
            "access_key": key,
            "secret_key": secret,
            "policy": policy,
            "name": name,
            "description": _description(policy),
        }
        try:
            self._make(made)
        except _REFUSALS as refused:
            return f"the store would not make the account '{name}' ({type(refused).__name__})"
        return None

    def _make(self, made: dict[str, Any]) -> None:
        with suppress(MinioAdminException):
            self._ask(self._admin.add_service_account, **made)
            return
        if not self.is_ours(made["access_key"]):
            with suppress(MinioAdminException):  # another worker was first
                self._ask(self._admin.delete_service_account, made["access_key"])
                self._ask(self._admin.add_service_account, **made)
                return
        # Another worker was first, or an earlier start made it.
        self._ask(self._admin.update_service_account, status="enabled", **made)

    def remove_old(self, buckets: Collection[str], current: Collection[str]) -> StoreCheck | None:
        """Remove the accounts that Moodrop made for one of these buckets, except the current ones.

        Returns what prevented it. Accounts of others, and of a Moodrop with other buckets, stay.
        """
        try:
            accounts = [account for account in self._accounts() if account.access_key not in current]
            named = [account for account in accounts if account.buckets]
            untold = [account for account in accounts if not account.buckets]
            checked = [replace(account, buckets=self._buckets(account)) for account in untold[:MAX_CHECKED]]
        except _REFUSALS as refused:
            return _unseen(f"the store would not show its accounts ({type(refused).__name__})")
        old = [account for account in named + checked if not account.buckets.isdisjoint(buckets)]
        remaining = [account for account in old if not self._is_removed(account)]
        if remaining:
            return _left(len(remaining))
        unseen = len(untold) - len(checked)
        return _unseen(f"{unseen} accounts of these names were not looked at") if unseen else None

    def _accounts(self) -> list[_Account]:
        """Return the accounts with Moodrop's names, and their buckets if the listing shows them.

        Without the worker's pair nobody here knows which of its accounts is the current one.
        """
        known = {name for purpose, name in ACCOUNT_NAMES.items() if purpose != "worker" or self._has_worker}
        rows = json.loads(self._ask(self._admin.list_service_account, "")).get("accounts") or []
        return [
            _Account(row["accessKey"], row["name"], _described(row.get("description", "")))
            for row in rows
            if row.get("name") in known
        ]

    def _buckets(self, account: _Account) -> frozenset[str]:
        """Return the buckets that the account's policy names."""
        try:
            answer = json.loads(self._ask(self._admin.get_service_account, account.access_key))
            return buckets_of(json.loads(answer["policy"]))
        except (MinioAdminException, KeyError):
            return frozenset()  # another worker removed the account, or it has no policy and is not Moodrop's

    def _is_removed(self, account: _Account) -> bool:
        try:
            self._ask(self._admin.delete_service_account, account.access_key)
        except _REFUSALS:
            return self._is_gone(account)
        log.info("removed an account of before: %s", account.name)
        return True

    def _is_gone(self, account: _Account) -> bool:
        """Return whether another worker was first."""
        try:
            return account.access_key not in {left.access_key for left in self._accounts()}
        except _REFUSALS:
            return False

    def _ask(self, call: Callable[..., str], *args: str, **options: Any) -> str:
        try:
            return call(*args, **options)
        except MinioAdminException as refused:
            status = int(refused._code)  # noqa: SLF001  only a sentence says so
            if status in PASSING_STATUSES:
                raise StoreUnavailable(f"the store's accounts answered {status}") from refused
            raise
        except urllib3.exceptions.HTTPError as error:
            raise StoreUnavailable(f"no answer from the store's accounts ({type(error).__name__})") from error


def _description(policy: Mapping[str, Any]) -> str | None:
    """Return a description that names the buckets, so that a listing shows them without another request."""
    description = _DESCRIBED + " ".join(sorted(buckets_of(policy)))
    return description if len(description) <= _LONGEST_DESCRIPTION else None


def _described(description: str) -> frozenset[str]:
    if not description.startswith(_DESCRIBED):
        return frozenset()
    return frozenset(description.removeprefix(_DESCRIBED).split())


def _left(count: int) -> StoreCheck:
    finding = f"the store keeps {count} accounts that an earlier start made for these buckets"
    return StoreCheck("old_accounts", False, True, finding, REMOVE)


def _unseen(finding: str) -> StoreCheck:
    return StoreCheck("old_accounts", False, False, finding, REMOVE)

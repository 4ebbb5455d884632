"""Closes accounts at once, and removes in the background all that they own; the user's document goes last."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from service.accounts.emails import clean_email
from service.accounts.model import Origin, Removal, User
from service.accounts.ports import Ports
from service.accounts.usecases.administrators import remove_administrator
from service.accounts.usecases.audit import note
from service.accounts.usecases.guests import prepare_local_guest
from service.accounts.usecases.mails import queue_notice
from service.accounts.usecases.sessions import end_sessions_of
from service.accounts.usecases.users import place_of
from service.shared.batches import each_of
from service.shared.errors import FieldError, ValidationFailed
from service.shared.model import Caller
from service.shared.ports.collection import Add, Place, Present
from service.shared.scopes import ALL_SCOPES
from service.store.errors import StoreDenied, StoreUnavailable
from service.uploads.errors import UploadExpired, UploadFinished
from service.uploads.model import Upload, UploadStatus
from service.uploads.queries import UploadQuery
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.starting.abort import abort_upload

log = logging.getLogger(__name__)

PAGE = 200
LEAVING: tuple[Removal, ...] = ("leaving",)
# Upload tokens and access tokens are not looked up, and last at most this long: until then they may bring files.
LAST_TOKENS = timedelta(hours=1)


def leave(ports: Ports, user: User, email: str | None, origin: Origin) -> None:
    """Close the account for good: nobody is let in from now on. Raises ValidationFailed for another address.

    The address is typed again because there is no way back. Raises LastAdministrator.
    """
    if (clean_email(email) if email else None) != user.email:
        message = "is not the address of this account"
        raise ValidationFailed(f"email: {message}", fields=(FieldError("email", message),))
    if close_account(ports, user):
        note(ports, user.user_id, "leaving", origin)


def close_account(ports: Ports, user: User) -> bool:
    """Close an account for good; return False if that was done already. Raises LastAdministrator."""
    current: User | None = user
    while current is not None and current.leaving_at is None:
        if remove_administrator(ports, user.user_id, LEAVING):
            return True
        # Only the ledger may take away a role that was granted meanwhile.
        as_read = {"roles": current.roles, "disabled_at": current.disabled_at, "leaving_at": None}
        if ports.accounts.users.change(user.user_id, as_read, {"leaving_at": ports.now(), "epoch": Add(1)}):
            return True
        current = ports.accounts.users.get(user.user_id)
    return False


def work_off_leavers(ports: Ports, may_go_on: Callable[[], bool]) -> int:
    """Remove what leaving people own, asking `may_go_on` before each file; return how many are gone for good.

    Every step may be repeated, so the next run resumes after a crash.
    """
    gone = 0
    for user in each_of(lambda place: _leavers(ports, place), place_of):
        if not _remove_uploads(ports, user, may_go_on):
            break
        _remove_credentials(ports, user)
        for house in ports.personal_data:
            house.forget(user.user_id)
        gone += _remove_user(ports, user)
    return gone


def _leavers(ports: Ports, place: Place | None) -> list[User]:
    return ports.accounts.users.find(leaving_at=Present(), limit=PAGE, beyond=place)


def _remove_uploads(ports: Ports, user: User, may_go_on: Callable[[], bool]) -> bool:
    """Delete all files and end all uploads; return False if it may not go on."""
    caller = Caller(user.user_id, frozenset(ALL_SCOPES))
    for status, remove in ((UploadStatus.PENDING, abort_upload), (UploadStatus.READY, delete_file)):
        while uploads := ports.records.page(UploadQuery(user.user_id, status, limit=PAGE)):
            for upload in uploads:
                if not may_go_on():
                    return False
                _remove_upload(ports, caller, upload, remove)
    return True


def _remove_upload(ports: Ports, caller: Caller, upload: Upload, remove: Callable[[Ports, Caller, str], None]) -> None:
    try:
        with suppress(UploadExpired, UploadFinished):  # the sweeper, or a confirm, was first
            remove(ports, caller, upload.upload_id)
    except (StoreUnavailable, StoreDenied) as problem:
        # It is over in the database, and the sweeper removes the bytes; unless the whole store is down.
        ports.objects.ping(ports.policy.bucket)
        log.warning("upload %s is left to the sweeper: %s (%s)", upload.upload_id, problem.detail, problem.code)


def _remove_credentials(ports: Ports, user: User) -> None:
    accounts = ports.accounts
    while keys := accounts.api_keys.find(user_id=user.user_id, limit=PAGE):
        for key in keys:
            accounts.api_keys.remove(key.key_id)
    end_sessions_of(ports, user.user_id)
    while families := accounts.token_families.find(user_id=user.user_id, limit=PAGE):
        for family in families:
            accounts.token_families.remove(family.family_id)


def _remove_user(ports: Ports, user: User) -> bool:
    """Remove the user's document, once no token can bring another file. The audit stays until it runs out."""
    leaving_at = user.leaving_at or ports.now()
    if ports.now() - leaving_at < LAST_TOKENS:
        return False
    if user.email:
        queue_notice(ports, user.email, "left", user.language, {})
    note(ports, user.user_id, "left")
    ports.quotas.remove(user.user_id)
    is_gone = ports.accounts.users.remove(user.user_id, {"leaving_at": leaving_at})
    prepare_local_guest(ports)
    return is_gone

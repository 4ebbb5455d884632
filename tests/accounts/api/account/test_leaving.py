"""Leaving for good: over HTTP, and the work in the background that is cut off anywhere."""

from datetime import timedelta
from itertools import count

import pytest
from flask.testing import FlaskClient

from service.accounts.model import GUEST_ID, Origin, User
from service.accounts.usecases.guests import open_guest, remove_old_guests
from service.accounts.usecases.leaving import LAST_TOKENS, leave, work_off_leavers
from service.accounts.usecases.sessions import open_account_session
from service.ports import Ports
from service.shared.errors import DatabaseUnavailable, ValidationFailed
from service.shared.model import Caller
from service.shared.scopes import ALL_SCOPES
from service.uploads.model import UploadStatus
from service.uploads.queries import UploadQuery
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import NO_METADATA, SONG, a_file, a_record, a_sent_cover, a_sent_upload
from tests.conftest import Clock
from tests.helpers.accounts import (
    EMAIL,
    PASSWORD,
    accounts_ports,
    accounts_settings,
    add_user,
    bearer,
    code_in_mail,
    mails_to,
    make_key,
    page_of,
    register,
    script_of,
)
from tests.helpers.faults import each_fault, with_fault
from tests.helpers.quotas import limits, with_limits


def always() -> bool:
    """Go on."""
    return True


def test_who_leaves_is_signed_out_everywhere_at_once(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """Browsers, scripts and keys; the address can be used again when all is deleted, and a mail says so."""
    register(page, accounts)
    key = make_key(page)["key"]
    elsewhere = page_of(accounts, accounts_settings())
    elsewhere.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
    left = page.post("/api/auth/account/leave", json={"email": EMAIL.upper()})

    assert left.status_code == 202
    assert [client.get("/v1/files").status_code for client in (page, elsewhere)] == [401, 401]
    assert script_of(accounts).get("/v1/files", headers=bearer(key)).status_code == 401
    assert page.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD}).status_code == 401
    clock.time += LAST_TOKENS
    assert work_off_leavers(accounts, always) == 1
    assert mails_to(accounts)[0].template == "left"
    clock.time += timedelta(hours=1)
    assert register(page, accounts)["user"]["email"] == EMAIL


def test_the_address_is_typed_again(page: FlaskClient, accounts: Ports) -> None:
    """There is no way back."""
    register(page, accounts)
    refused = page.post("/api/auth/account/leave", json={"email": "bob@example.com"})
    assert (refused.status_code, refused.get_json()["code"]) == (422, "validation_failed")
    assert page.get("/v1/files").status_code == 200


def test_an_account_without_an_address_leaves_without_one(accounts: Ports) -> None:
    """Its provider gave none."""
    user = User(accounts.new_id(), "user", created_at=accounts.now())
    accounts.accounts.users.add(user)
    with pytest.raises(ValidationFailed):
        leave(accounts, user, EMAIL, Origin())
    leave(accounts, user, None, Origin())
    left = accounts.accounts.users.get(user.user_id)
    assert left
    assert left.leaving_at == accounts.now()


def test_a_closed_account_gets_no_code(page: FlaskClient, accounts: Ports) -> None:
    """As an address without an account."""
    register(page, accounts)
    page.post("/api/auth/account/leave", json={"email": EMAIL})
    page.post("/api/auth/password/forgot", json={"email": EMAIL})
    assert mails_to(accounts)[0].template == "none"
    reset = {"email": EMAIL, "code": code_in_mail(accounts), "password": "seven dwarfs and an apple tree"}
    assert page.post("/api/auth/password/reset", json=reset).get_json()["code"] == "code_invalid"


def owned(ports: Ports, user: User) -> list[str]:
    """Whatever the user has that is not over."""
    states = (UploadStatus.READY, UploadStatus.PENDING)
    return [each.upload_id for state in states for each in ports.records.page(UploadQuery(user.user_id, state))]


def make_leaver(ports: Ports) -> User:
    """Somebody with a file that has a cover, an upload that is not confirmed, a session, a key and tokens."""
    user = add_user(ports)
    caller = Caller(user.user_id, frozenset(ALL_SCOPES))
    file = a_file(ports, caller)
    confirm_upload(ports, caller, a_sent_cover(ports, file, caller=caller).upload_id, NO_METADATA)
    a_sent_upload(ports, caller)
    open_account_session(ports, user, "code", Origin())
    leave(ports, user, EMAIL, Origin())
    left = ports.accounts.users.get(user.user_id)
    assert left
    return left


def test_a_leave_that_is_cut_off_anywhere_is_finished_by_the_next(ports: Ports, clock: Clock) -> None:
    """Nothing is left in the store or in the database but the audit; what URLs may still bring is swept."""
    for fault in each_fault():
        fresh = accounts_ports(ports, accounts_settings())
        user = make_leaver(fresh)
        clock.time += LAST_TOKENS

        try:
            work_off_leavers(with_fault(fresh, fault), always)
        except DatabaseUnavailable:
            work_off_leavers(fresh, always)

        assert owned(fresh, user) == []
        assert fresh.accounts.users.get(user.user_id) is None
        assert fresh.sessions.find(user_id=user.user_id) == []
        assert {event.event for event in fresh.accounts.audit.find(user_id=user.user_id)} == {"leaving", "left"}
        for _ in range(2):  # a cover is over when the sweeper has come to its file
            clock.time += timedelta(days=2)
            sweep(fresh)
        assert list(fresh.objects.iter_objects(fresh.policy.bucket)) == []
        assert list(fresh.records.iter_recorded(fresh.policy.bucket)) == []


def test_ten_thousand_files_go_though_the_keeper_stops_midway(accounts: Ports, clock: Clock) -> None:
    """The user's document goes last, so the next keeper finds them."""
    user = add_user(accounts)
    for number in range(10_000):
        upload_id = f"{number:026d}"
        record = a_record(upload_id, owner=user.user_id, status=UploadStatus.READY, object_key=f"uploads/{upload_id}")
        accounts.records._uploads[upload_id] = record  # type: ignore[attr-defined]  # noqa: SLF001 - `add` compares all
    leave(accounts, user, EMAIL, Origin())
    clock.time += LAST_TOKENS
    calls = count()

    assert work_off_leavers(accounts, lambda: next(calls) < 4321) == 0
    assert accounts.records.count(user.user_id) == 10_000 - 4321
    assert work_off_leavers(accounts, always) == 1
    assert accounts.records.count(user.user_id) == 0


def test_what_a_last_token_brings_is_deleted_too(accounts: Ports, clock: Clock) -> None:
    """Upload tokens are not looked up, and live for an hour: only then does the user's document go."""
    accounts = with_limits(accounts, limits(10 * len(SONG)))
    user = add_user(accounts)
    leave(accounts, user, EMAIL, Origin())
    work_off_leavers(accounts, always)
    late = a_file(accounts, Caller(user.user_id, frozenset(ALL_SCOPES)))
    assert accounts.accounts.users.get(user.user_id)
    clock.time += LAST_TOKENS

    assert work_off_leavers(accounts, always) == 1
    assert owned(accounts, user) == []
    assert accounts.quotas.left(user.user_id) is None
    gone = accounts.records.get(late.upload_id)
    assert gone is None or gone.status is UploadStatus.DELETED


def test_a_guest_who_is_not_seen_leaves_with_all_files(ports: Ports, clock: Clock) -> None:
    """Without a mail: there is no address."""
    accounts = accounts_ports(ports, accounts_settings(guests="own"))
    guest = open_guest(accounts, Origin(), None, None).user
    a_file(accounts, Caller(guest.user_id, frozenset(ALL_SCOPES)))
    clock.time += timedelta(days=30)
    remove_old_guests(accounts, always)
    clock.time += LAST_TOKENS

    assert work_off_leavers(accounts, always) == 1
    assert owned(accounts, guest) == []
    assert accounts.accounts.outbox.find(state="kept") == []


def test_when_the_owner_of_this_machine_leaves_there_is_a_guest_again(ports: Ports, clock: Clock) -> None:
    """An empty one, who needs no click."""
    settings = accounts_settings(guests="local")
    accounts = accounts_ports(ports, settings)
    page, script = page_of(accounts, settings), script_of(accounts, settings)
    register(page, accounts)
    page.post("/api/auth/account/leave", json={"email": EMAIL})
    clock.time += LAST_TOKENS
    work_off_leavers(accounts, always)

    assert script.get("/v1/session").get_json()["owner"] == GUEST_ID
    assert script.get("/v1/files").get_json()["files"] == []

"""The background work on guests: adoptions that are cut off anywhere, and guests who never come back."""

from datetime import timedelta
from itertools import count

import pytest

from service.accounts import roles
from service.accounts.errors import GuestNotFound
from service.accounts.model import GUEST_ID, Origin, Session, User
from service.accounts.usecases.guests import (
    LAST_UPLOADS,
    adopt_guest,
    open_guest,
    remove_old_guests,
    work_off_adoptions,
)
from service.accounts.usecases.sessions import open_account_session
from service.ports import Ports
from service.shared.errors import DatabaseUnavailable
from service.shared.model import Caller
from service.shared.scopes import ALL_SCOPES
from service.uploads.model import UploadStatus
from service.uploads.queries import UploadQuery
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.files.change_owner import change_owner
from service.uploads.usecases.quota_entries import refresh_quota
from service.uploads.usecases.starting.start import start_staged, start_upload
from tests.builders import (
    NO_METADATA,
    SONG,
    a_declaration,
    a_file,
    a_record,
    a_sent_cover,
    a_sent_upload,
    fetch,
    send,
)
from tests.conftest import Clock
from tests.helpers.accounts import accounts_ports, accounts_settings
from tests.helpers.faults import each_fault, with_fault
from tests.helpers.quotas import limits, quota_of, with_limits

LOCAL = Caller(GUEST_ID, frozenset(ALL_SCOPES))


def always() -> bool:
    """Go on."""
    return True


@pytest.fixture
def local(ports: Ports) -> Ports:
    """Ports with the guest of this machine."""
    return accounts_ports(ports, accounts_settings(guests="local"))


def ada(ports: Ports) -> User:
    """A user."""
    user = User(ports.new_id(), "user", created_at=ports.now(), email="ada@example.com")
    ports.accounts.users.add(user)
    return user


def signed_in(ports: Ports, user: User, guest_id: str = GUEST_ID) -> Session:
    """A session of the user, in the browser that was the guest."""
    return open_account_session(ports, user, "password", Origin(), guest_id=guest_id).session


def owned(ports: Ports, owner: str) -> set[str]:
    """The ids of the owner's files."""
    return {file.upload_id for file in ports.records.page(UploadQuery(owner, limit=100_000))}


def test_ten_thousand_files_are_moved_though_the_keeper_stops_midway(local: Ports) -> None:
    """All are there, and none is there twice."""
    user = ada(local)
    ids = {f"{number:026d}" for number in range(10_000)}
    for upload_id in ids:
        record = a_record(upload_id, owner=GUEST_ID, status=UploadStatus.READY, object_key=f"uploads/{upload_id}")
        local.records._uploads[upload_id] = record  # type: ignore[attr-defined]  # noqa: SLF001 - `add` looks at each
    adopt_guest(local, user, signed_in(local, user), Origin())
    calls = count()

    first = work_off_adoptions(local, lambda: next(calls) < 4321)
    assert (first, len(owned(local, user.user_id))) == (4321, 4321)
    assert work_off_adoptions(local, always) == 10_000 - 4321

    assert owned(local, user.user_id) == ids
    assert owned(local, GUEST_ID) == set()


@pytest.mark.parametrize("guest_id", [GUEST_ID, "own"])
def test_an_adoption_that_is_cut_off_anywhere_is_finished_by_the_next(
    ports: Ports, clock: Clock, guest_id: str
) -> None:
    """Before each call and after it: files, cover, staged file, sessions, the guest itself."""
    for fault in each_fault():
        fresh = accounts_ports(ports, accounts_settings(guests="local"))
        user, guest = ada(fresh), guest_id
        if guest_id == "own":
            guest = open_guest(fresh, Origin(), None, None).user.user_id
        caller = Caller(guest, frozenset(ALL_SCOPES))
        file = a_file(fresh, caller)
        fresh.records.change(file.upload_id, {}, {"idempotency_key": "one"})
        cover = a_sent_cover(fresh, file, caller=caller)
        confirm_upload(fresh, caller, cover.upload_id, NO_METADATA)
        adopt_guest(fresh, user, signed_in(fresh, user, guest), Origin())
        clock.time += LAST_UPLOADS

        with_faults = with_fault(fresh, fault)
        try:
            work_off_adoptions(with_faults, always)
        except DatabaseUnavailable:
            work_off_adoptions(fresh, always)

        moved = fresh.records.get(file.upload_id)
        assert moved
        assert (moved.owner, moved.idempotency_key, moved.cover_id) == (user.user_id, None, cover.upload_id)
        attached = fresh.records.get(cover.upload_id)
        assert attached
        assert attached.owner == user.user_id
        assert fetch(fresh, moved)
        after = fresh.accounts.users.get(guest)
        assert (after is None) if guest_id == "own" else (after and after.adopted_by is None and after.epoch == 1)
        assert [] == ([] if guest_id == GUEST_ID else fresh.sessions.find(user_id=guest))


def test_a_cover_that_arrives_after_its_file_was_moved_is_the_accounts(local: Ports) -> None:
    """The store's event or the sweeper finds it: nobody can confirm it as the guest any more."""
    user, file = ada(local), a_file(local, LOCAL)
    cover = a_sent_cover(local, file, caller=LOCAL)
    adopt_guest(local, user, signed_in(local, user), Origin())
    work_off_adoptions(local, always)

    confirm_upload(local, LOCAL, cover.upload_id, NO_METADATA)

    attached = local.records.get(cover.upload_id)
    assert attached
    assert (attached.owner, attached.status) == (user.user_id, UploadStatus.ATTACHED)


def test_a_cover_that_arrives_while_its_file_is_moved_goes_along(local: Ports) -> None:
    """The file was read before it had the cover, so it is read again."""
    user, file = ada(local), a_file(local, LOCAL)
    cover = a_sent_cover(local, file, caller=LOCAL)
    confirm_upload(local, LOCAL, cover.upload_id, NO_METADATA)

    change_owner(local, file, user.user_id)
    again = local.records.get(file.upload_id)
    assert again
    assert again.owner == GUEST_ID
    change_owner(local, again, user.user_id)

    owners = {one.owner for one in (local.records.get(file.upload_id), local.records.get(cover.upload_id)) if one}
    assert owners == {user.user_id}


def test_pending_uploads_are_not_moved(local: Ports) -> None:
    """They run out, or arrive and are the guest's."""
    user = ada(local)
    pending, _ = start_upload(local, LOCAL, a_declaration())
    adopt_guest(local, user, signed_in(local, user), Origin())
    work_off_adoptions(local, always)

    left = local.records.get(pending.upload_id)
    assert left
    assert (left.owner, left.status) == (GUEST_ID, UploadStatus.PENDING)


def test_a_guest_of_ones_own_stays_until_the_last_upload_is_over(local: Ports, clock: Clock) -> None:
    """What arrives late is moved too, so no file is left without an owner."""
    user, guest = ada(local), open_guest(local, Origin(), None, None).user.user_id
    upload = a_sent_upload(local, caller := Caller(guest, frozenset(ALL_SCOPES)))
    adopt_guest(local, user, signed_in(local, user, guest), Origin())
    work_off_adoptions(local, always)
    assert local.accounts.users.get(guest)
    clock.time += LAST_UPLOADS
    work_off_adoptions(local, always)
    assert local.accounts.users.get(guest)
    confirm_upload(local, caller, upload.upload_id, NO_METADATA)
    work_off_adoptions(local, always)

    assert owned(local, user.user_id) == {upload.upload_id}
    assert local.accounts.users.get(guest) is None


def test_a_staged_file_leaves_nothing_under_its_old_owner(local: Ports) -> None:
    """Nobody would empty incoming/<guest>/ afterwards."""
    user, key = ada(local), "uploads/local/a.mp3"
    staged, transfer = start_staged(local, LOCAL, key)
    for _ in range(2):  # the URL is used once more, after the file is confirmed
        assert send(local, transfer, SONG, {"content-type": "audio/mpeg"}).status == 200
        confirm_upload(local, LOCAL, staged.upload_id, NO_METADATA)
    assert send(local, transfer, SONG, {"content-type": "audio/mpeg"}).status == 200
    adopt_guest(local, user, signed_in(local, user), Origin())
    work_off_adoptions(local, always)

    [file] = local.records.page(UploadQuery(user.user_id))
    assert file.object_key == key
    assert fetch(local, file)
    assert list(local.objects.iter_objects(file.bucket, "incoming/")) == []


def test_both_quotas_are_counted_anew(local: Ports) -> None:
    """The user's files are more, and the guest has room again."""
    bound = with_limits(local, limits(10 * len(SONG)))
    user, guest = ada(bound), LOCAL
    refresh_quota(bound, user.user_id)
    a_file(bound, guest)
    adopt_guest(bound, user, signed_in(bound, user), Origin())
    work_off_adoptions(bound, always)

    assert quota_of(bound, user.user_id).used.size_bytes == len(SONG)
    assert quota_of(bound, GUEST_ID).used.size_bytes == 0


def test_a_guest_is_adopted_once(local: Ports) -> None:
    """Of two people at one browser the first to ask has the files."""
    users = [ada(local), User(local.new_id(), "user", created_at=local.now(), email="bob@example.com")]
    local.accounts.users.add(users[1])
    sessions = [signed_in(local, user) for user in users]
    adopt_guest(local, users[0], sessions[0], Origin())
    with pytest.raises(GuestNotFound):
        adopt_guest(local, users[1], sessions[1], Origin())
    guest = local.accounts.users.get(GUEST_ID)
    assert guest
    assert guest.adopted_by == users[0].user_id


def test_a_guest_of_ones_own_has_the_scopes_of_files_alone(local: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else there is for users, and for the guest of this machine, such as sharing."""
    monkeypatch.setattr(roles, "ALL_SCOPES", (*ALL_SCOPES, "shares:write"))
    own, user = open_guest(local, Origin(), None, None).user, ada(local)
    machine = local.accounts.users.get(GUEST_ID)
    assert machine
    most = len(roles.ALL_SCOPES)
    assert [len(roles.scopes_of(each)) for each in (own, user, machine)] == [3, most, most]


def test_guests_who_are_not_seen_leave(local: Ports, clock: Clock) -> None:
    """After GUEST_EXPIRES_IN; the guest of this machine, users and guests who came back stay."""
    user = ada(local)
    gone = open_guest(local, Origin(), None, None).user.user_id
    clock.time += timedelta(days=20)
    back = open_guest(local, Origin(), None, None).user.user_id
    clock.time += timedelta(days=10)

    assert remove_old_guests(local, always) == 1
    assert remove_old_guests(local, always) == 0
    leaving = {each.user_id for each in local.accounts.users.find() if each.leaving_at}
    assert leaving == {gone}
    assert {each.user_id for each in local.accounts.users.find()} == {gone, back, GUEST_ID, user.user_id}

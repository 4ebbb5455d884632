"""`kill -9` of whoever moves a guest's files or removes an account's: the next one finishes, and nothing is lost."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo import MongoClient

from dev.servers import MongodServer
from service.accounts.model import Origin, User
from service.accounts.usecases.guests import add_guest, adopt_guest
from service.accounts.usecases.keeper import keep_accounts
from service.accounts.usecases.leaving import leave
from service.accounts.usecases.refresh import issue_tokens
from service.accounts.usecases.send_mails import send_due_mails
from service.accounts.usecases.sessions import open_account_session
from service.app import build_ports
from service.ports import Ports
from service.settings import Settings
from service.store.s3.store import s3_client
from service.uploads.model import Upload, UploadStatus
from service.uploads.usecases.quota_entries import count_anew, read_quota
from tests.builders import SONG, a_record, later
from tests.conftest import Store
from tests.helpers.accounts import EMAIL, add_user
from tests.helpers.deployments import deployed_accounts
from tests.helpers.forked import FORKING
from tests.helpers.mail_server import running_mail_server
from tests.integration.leftovers import left_behind, sweep_in_two_days

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

SIZES = [
    pytest.param(300, id="300"),
    pytest.param(10_000, id="10000", marks=pytest.mark.torture("10,000 files each")),
]
KILLS = 3
EACH_WITH_COVER = 10
# A file takes a few milliseconds, so the kills come at different points within one.
STEP_S = 0.0007


@pytest.fixture
def deployment(minio: Store, mongod: MongodServer) -> Iterator[tuple[Settings, Ports]]:
    """A deployment that sends its mails, with guests and quotas, a bucket and a database of its own."""
    with running_mail_server() as server:
        mail = {"mail_page": False, "smtp_url": f"smtp://127.0.0.1:{server.port}", "mail_from": "moodrop@example.org"}
        values = {"guests": "own", "rate_limits": False, "quota_bytes": 1_000_000_000, **mail}
        with deployed_accounts(minio, mongod, **values) as (settings, ports):
            ports.objects.prepare(ports.policy.buckets)
            yield settings, ports


def add_files(settings: Settings, ports: Ports, owner: str, count: int) -> list[Upload]:
    """So many files of the owner, every tenth with a cover, in the store and in the database."""
    rows = list[Upload]()
    for number in range(count):
        file_id, has_cover = f"{number:026d}", number % EACH_WITH_COVER == 0
        known = {"owner": owner, "bucket": settings.minio_bucket, "expires_at": None, "size_bytes": len(SONG)}
        cover_id = f"C{number:025d}" if has_cover else None
        key = f"uploads/x/{number}"
        rows.append(a_record(file_id, object_key=key, status=UploadStatus.READY, cover_id=cover_id, **known))
        if cover_id:
            cover = {"status": UploadStatus.ATTACHED, "cover_of": file_id, "object_key": f"{key}.jpg"}
            rows.append(a_record(cover_id, **cover, **known))
    ports.records.add_many(rows)
    client = s3_client(settings)

    def put(row: Upload) -> None:
        client.put_object(Bucket=row.bucket, Key=row.object_key, Body=SONG)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, rows))
    return rows


def _keep_and_die(settings: Settings, dies_at: int, within_s: float) -> None:
    """Keep; `kill -9` oneself within the file of that number."""
    asked = 0

    def may_go_on() -> bool:
        nonlocal asked
        asked += 1
        if asked == dies_at:
            threading.Timer(within_s, os.kill, (os.getpid(), signal.SIGKILL)).start()
        return True

    keep_accounts(build_ports(settings), may_go_on)


def keep_with_kills(settings: Settings, ports: Ports, count: int, is_sound: Callable[[], None]) -> None:
    """Keep in processes of their own, each killed after a quarter; then once to the end."""
    for number in range(KILLS):
        args = (settings, count // (KILLS + 1), number * STEP_S)
        process = FORKING.Process(target=_keep_and_die, args=args)
        process.start()
        process.join(600)
        assert process.exitcode == -signal.SIGKILL
        is_sound()
    keep_accounts(ports)


def documents_of(settings: Settings, *names: str) -> set[str]:
    """The collections that name one of these anywhere."""
    with MongoClient[dict[str, Any]](settings.mongodb_uri) as client:
        database = client[settings.mongodb_database]
        return {
            collection
            for collection in database.list_collection_names()
            for document in database[collection].find()
            if any(name in str(document) for name in names)
        }


def a_person(ports: Ports) -> User:
    """Somebody who is signed in, and has a script that is."""
    user = add_user(ports)
    open_account_session(ports, user, "password", Origin())
    issue_tokens(ports, user, Origin())
    return user


@pytest.mark.parametrize("count", SIZES)
def test_a_guests_files_are_all_moved_and_none_twice(deployment: tuple[Settings, Ports], count: int) -> None:
    """With their covers; the quota is exact, and an hour later the guest is gone."""
    settings, ports = deployment
    guest, user = add_guest(ports, ports.new_id()), a_person(ports)
    assert guest
    rows = add_files(settings, ports, guest.user_id, count)
    session = open_account_session(ports, user, "password", Origin(), guest_id=guest.user_id).session
    adopt_guest(ports, user, session, Origin())

    def none_is_lost() -> None:
        moved, left = ports.records.count(user.user_id), ports.records.count(guest.user_id)
        assert moved + left == count
        assert 0 < moved < count

    keep_with_kills(settings, ports, count, none_is_lost)

    stored = ports.records.get_many([row.upload_id for row in rows])
    assert {row.owner for row in stored} == {user.user_id}
    assert len(stored) == len(rows) == len(left_behind(settings)[1])
    assert sorted(left_behind(settings)[0]) == sorted(row.object_key for row in rows)
    assert read_quota(ports, user.user_id).used.size_bytes == len(rows) * len(SONG)
    keep_accounts(later(ports, hours=1.1))
    assert documents_of(settings, guest.user_id) <= {"sessions"}  # the user's, which names where it comes from


@pytest.mark.parametrize("count", SIZES)
def test_nothing_is_left_of_who_leaves_but_the_audit(deployment: tuple[Settings, Ports], count: int) -> None:
    """No object, no document; the last mail is sent, and forgotten."""
    settings, ports = deployment
    user = a_person(ports)
    add_files(settings, ports, user.user_id, count)
    count_anew(ports, user.user_id)
    leave(ports, user, EMAIL, Origin())

    def some_are_left() -> None:
        assert 0 < ports.records.count(user.user_id) < count

    keep_with_kills(settings, ports, count, some_are_left)

    assert ports.records.count(user.user_id) == 0
    keep_accounts(later(ports, hours=1.1))
    sweep_in_two_days(settings)
    assert send_due_mails(later(ports, hours=2)) == 1
    assert left_behind(settings) == ([], [])
    assert documents_of(settings, user.user_id) == {"audit"}
    assert documents_of(settings, EMAIL) == set()

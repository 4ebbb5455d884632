"""How long a thousand at once take, in four processes, who all want the same token, the same code or the same room."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from bench.racing import PROCESSES, THREADS, Act, seconds_of_race
from bench.row import Reach, Row, Samples
from bench.rows.accounts import with_accounts
from bench.running import stores
from service.accounts.model import Origin, User
from service.accounts.usecases.codes import Carried, issue_code
from service.accounts.usecases.refresh import issue_tokens, refresh
from service.accounts.usecases.sign_in import by_code
from service.app import build_ports
from service.bounded import unbounded
from service.ports import Ports
from service.settings import Settings
from service.shared.model import Caller
from service.shared.scopes import UPLOADS_WRITE
from service.uploads.metadata import FileMetadata
from service.uploads.usecases.quota_entries import read_quota
from service.uploads.usecases.starting.declare import NewUpload
from service.uploads.usecases.starting.start import start_upload

ROUNDS = 3
PROMISED_S = 2.0
SIZE, ROOM = 7, 1000
HERE = Origin(counted_as="203.0.113.9")
NEW = NewUpload("song.mp3", "audio/mpeg", SIZE, FileMetadata(mood="happy"))


@contextmanager
def fresh_ports() -> Iterator[tuple[Settings, Ports]]:
    """Give a service with accounts and a quota, and a database of its own."""
    with stores() as given:
        limited = {**with_accounts(given).environment, "QUOTA_BYTES": str(ROOM)}
        settings = replace(given, environment=limited).settings
        ports = unbounded(build_ports(settings))
        for _, collection in ports.accounts.collections:
            collection.prepare()
        ports.records.prepare()
        ports.quotas.prepare()
        yield settings, ports


def refresh_now(token: str, ports: Ports, _: int) -> object:
    return refresh(ports, token, HERE)


def guess_now(email: str, ports: Ports, number: int) -> object:
    return by_code(ports, email, f"{number:06d}", None, HERE)


def reserve_now(owner: str, ports: Ports, number: int) -> object:
    return ports.quotas.reserve(owner, {f"{number:026d}": SIZE})


def start_now(caller: Caller, ports: Ports, _: int) -> object:
    return start_upload(ports, caller, NEW)


def refreshing(ports: Ports, number: int) -> Act:
    now = ports.now()
    user = User(f"u{number}", "user", created_at=now, email=f"u{number}@example.com", verified_at=now, seen_at=now)
    ports.accounts.users.add(user)
    return partial(refresh_now, issue_tokens(ports, user, HERE).refresh_token)


def guessing(ports: Ports, number: int) -> Act:
    email = f"u{number}@example.com"
    issue_code(ports, "login", email, Carried())
    return partial(guess_now, email)


def reserving(ports: Ports, number: int) -> Act:
    read_quota(ports, f"r{number}")
    return partial(reserve_now, f"r{number}")


def starting(_: Ports, number: int) -> Act:
    return partial(start_now, Caller(f"u{number}", frozenset({UPLOADS_WRITE})))


def measure(prepare: Callable[[Ports, int], Act]) -> Samples:
    with fresh_ports() as (settings, ports):
        times = [seconds_of_race(settings, prepare(ports, number)) for number in range(ROUNDS)]
    return Samples("s", [PROMISED_S] * ROUNDS, times)


AT_ONCE = f"{PROCESSES * THREADS:,} at once: "
PROMISED = Reach.at_most(1)
ROWS = (
    Row(AT_ONCE + "refreshes of one token", "2 s", PROMISED, partial(measure, refreshing)),
    Row(AT_ONCE + "guesses of one code", "2 s", PROMISED, partial(measure, guessing)),
    Row(AT_ONCE + f"reservations of {SIZE} bytes of {ROOM:,}", "2 s", PROMISED, partial(measure, reserving)),
    # A start that finds no room looks for entries to close, and counts files a twentieth of the time at most.
    Row(AT_ONCE + f"starts of {SIZE} bytes for {ROOM:,}", "2 s", None, partial(measure, starting)),
)

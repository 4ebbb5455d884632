"""MinIO or mongod hangs under load: calls that do not need it still work, and the others are refused at once."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from statistics import median
from time import monotonic, sleep
from typing import Any

import pytest
import urllib3

from tests.builders import SONG
from tests.conftest import Service, services
from tests.helpers.tokens import SECRET, bearer
from tests.integration.bystander import CONFIRMED_WITHIN, HEALTHY_WITHIN, LISTED_WITHIN, Bystander, measure
from tests.integration.frail import Frail, frail_pair, frozen
from tests.integration.slow_puts import standing_puts

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

CLIENTS = int(os.environ.get("FROZEN_CLIENTS", "16"))
# `make torture` uses a longer time.
FROZEN_S = float(os.environ.get("FROZEN_SECONDS", "6"))
NEW = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG)}


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Frail]:
    with frail_pair(tmp_path_factory.mktemp("frozen")) as servers:
        yield servers


@pytest.fixture(scope="module")
def service(frail: Frail, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """gunicorn with its defaults: one worker, eight threads."""
    settings = frail.settings(auth_mode="jwt", jwt_secret=SECRET, sweep_interval=0)
    with services(tmp_path_factory.mktemp("service")) as start:
        yield start(settings)


@pytest.fixture(scope="module")
def open_service(frail: Frail, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The same as `make run` starts it: everybody on this machine is one user."""
    with services(tmp_path_factory.mktemp("open")) as start:
        yield start(frail.settings(auth_mode="open", sweep_interval=0))


@dataclass(frozen=True)
class Call:
    """One call and its outcome; status 0 means no answer."""

    name: str
    begun: float
    seconds: float
    status: int

    @property
    def ended(self) -> float:
        return self.begun + self.seconds


@dataclass
class World:
    """One user's clients, which all call until the test ends."""

    url: str
    calls: list[Call] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    http: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(retries=False, timeout=30, maxsize=100)
    )

    def ask(self, method: str, path: str, **options: Any) -> Any:
        return self.http.request(method, self.url + path, headers=bearer("alice"), **options)

    def sent(self) -> str:
        started = self.ask("POST", "/v1/uploads", json=NEW).json()
        headers = {name: value for name, value in started["transfer"]["headers"].items() if name != "content-length"}
        assert self.http.request("PUT", started["transfer"]["url"], body=SONG, headers=headers).status == 200
        return str(started["upload_id"])

    def again_and_again(self, name: str, method: str, path: str, **options: Any) -> None:
        while not self.over.wait(0.1):
            begun, status = monotonic(), 0
            with suppress(urllib3.exceptions.HTTPError):
                status = self.ask(method, path, **options).status
            self.calls.append(Call(name, begun, monotonic() - begun, status))

    def of(self, name: str, since: float, until: float = float("inf")) -> list[Call]:
        return [call for call in self.calls if call.name == name and since <= call.begun < until]


@contextmanager
def crowd(url: str, confirm: Callable[[World, int], tuple[str, dict[str, Any]]]) -> Iterator[World]:
    """Run many clients that confirm, each with the address and body from `confirm`, and one for each other call."""
    world = World(url)
    confirms = [confirm(world, number) for number in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS + 3) as pool:
        loops = [
            *(pool.submit(world.again_and_again, "confirm", "POST", path, **options) for path, options in confirms),
            pool.submit(world.again_and_again, "health", "GET", "/healthz"),
            pool.submit(world.again_and_again, "list", "GET", "/v1/files"),
            pool.submit(world.again_and_again, "start", "POST", "/v1/uploads", json=NEW),
        ]
        sleep(2)
        yield world
        sleep(3)
        world.over.set()
        for loop in loops:
            loop.result()


def one(world: World, number: int) -> tuple[str, dict[str, Any]]:
    """A single confirm, which asks the store each time because its bytes are missing."""
    upload_id = world.ask("POST", "/v1/uploads", json=NEW).json()["upload_id"]
    return f"/v1/uploads/{upload_id}/confirm", {}


def many(world: World, number: int) -> tuple[str, dict[str, Any]]:
    """The same for twenty at once."""
    ids = [world.ask("POST", "/v1/uploads", json=NEW).json()["upload_id"] for _ in range(20)]
    return "/v1/uploads/confirm", {"json": {"upload_ids": ids}}


def quickly(calls: list[Call], *statuses: int, within: float) -> None:
    """Check that at least half are answered so, within that time, and that all are answered."""
    assert {call.status for call in calls} <= set(statuses)
    assert median(call.seconds for call in calls) < within


def recovered(world: World, name: str, begun: float, thawed: float, *statuses: int) -> None:
    """Check that a call of the first second succeeds, in the usual time."""
    usual = max(call.seconds for call in world.of(name, 0, begun))
    good = [call for call in world.calls if call.name == name and call.status in statuses and call.ended > thawed]
    first = min(good, key=lambda call: call.ended)
    assert first.begun - thawed < 1
    assert first.ended - thawed < 1 + usual


@pytest.mark.parametrize("confirm", [one, many])
def test_a_store_that_stands_still_holds_nobody_who_does_not_need_it(
    frail: Frail, service: Service, confirm: Callable[[World, int], tuple[str, dict[str, Any]]]
) -> None:
    """Lists, starts and health work; confirms are refused, mostly at once, and work again within a second."""
    with crowd(service.url, confirm) as world:
        with frozen(frail.store):
            begun = monotonic()
            sleep(FROZEN_S)
            ended = monotonic()
        thawed = monotonic()

    for name, status in (("health", 200), ("list", 200), ("start", 201)):
        quickly(world.of(name, begun, ended), status, within=0.5)
        assert max(call.seconds for call in world.of(name, begun, ended)) < 2
    refused = world.of("confirm", begun, ended - 0.5)
    quickly(refused, 503, within=0.5)
    assert max(call.seconds for call in refused) < 4
    recovered(world, "confirm", begun, thawed, 200, 409)


def test_a_database_that_stands_still_is_told_at_once(frail: Frail, service: Service) -> None:
    """Health works; everything else is refused, and works again within a second."""
    with crowd(service.url, one) as world:
        with frozen(frail.database):
            begun = monotonic()
            sleep(FROZEN_S)
            ended = monotonic()
        thawed = monotonic()

    quickly(world.of("health", begun, ended), 200, within=0.5)
    for name in ("list", "start", "confirm"):
        refused = world.of(name, begun, ended - 0.5)
        quickly(refused, 503, within=0.5)
        assert max(call.seconds for call in refused) < 4
    recovered(world, "list", begun, thawed, 200)
    recovered(world, "start", begun, thawed, 201)


def test_puts_that_stand_still_hold_nobody_else(service: Service) -> None:
    """MinIO locks a key during its PUT: its owner's confirms wait there, but no other user's."""
    bystander = Bystander(service.url)
    uploads = [bystander.a_sent_upload() for _ in range(5)]

    with standing_puts(service.url, bearer("alice")):
        sleep(1)
        healthy, listed, confirmed = measure(bystander, uploads)

    assert healthy < HEALTHY_WITHIN
    assert listed < LISTED_WITHIN
    assert confirmed < CONFIRMED_WITHIN


def test_puts_that_stand_still_hold_no_other_file_of_their_owner(open_service: Service) -> None:
    """Checking a key during its PUT does not wait, and repeated checks queue behind other calls."""
    bystander = Bystander(open_service.url, headers={})
    uploads = [bystander.a_sent_upload() for _ in range(5)]

    with standing_puts(open_service.url, {}):
        sleep(1)
        healthy, listed, confirmed = measure(bystander, uploads)

    assert healthy < HEALTHY_WITHIN
    assert listed < LISTED_WITHIN
    assert confirmed < CONFIRMED_WITHIN

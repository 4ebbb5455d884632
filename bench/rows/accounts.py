"""What accounts cost: upload URLs with each credential of a person, and a worker that many sign in to at once."""

import secrets
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

import urllib3

from bench.load import Target, measure_rates
from bench.row import Reach, Row, Samples
from bench.rows.upload_url import CALL
from bench.rows.worker_memory import worker_bytes
from bench.running import OWNER, Program, Stores, service, stores

EMAIL, PASSWORD = "ada@example.com", "correct horse battery staple"
CLIENTS = 24
FLOOD_SECONDS = 5.0
ROUNDS = 3
MIB = 1024 * 1024
PAIRS = 30
# The promises.
LONGEST_HEALTH_S = 0.05
LONGEST_SIGN_IN_S = 0.25
SIGN_INS_PER_SECOND = 5
MOST_MIB = {"before": 130, "while": 200, "5 s after": 150}


@dataclass(frozen=True)
class Person:
    """Somebody with an account at the service, and the cookie of their browser."""

    url: str
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(maxsize=CLIENTS))
    cookie: dict[str, str] = field(default_factory=dict)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send it as the page does and return the answer; keep the cookie."""
        headers = {"Origin": self.url, "Sec-Fetch-Site": "same-origin", **self.cookie}
        response = self.http.request("POST", self.url + path, json=body, headers=headers, retries=False)
        if response.status >= 300:
            raise RuntimeError(f"{path}: {response.data!r}")
        if sent := response.headers.get("Set-Cookie"):
            self.cookie["Cookie"] = sent.partition(";")[0]
        answer: dict[str, Any] = response.json()
        return answer

    def register(self) -> str:
        """Register, and return the owner of the account's files."""
        asked = self.post("/api/auth/register", {"email": EMAIL, "password": PASSWORD})
        mails = self.http.request("GET", f"{self.url}/dev/mail", headers={"Accept": "application/json"}).json()["mails"]
        proof = {"email": EMAIL, "code": mails[0]["code"], "verification_token": asked["verification_token"]}
        return str(self.post("/api/auth/verify-email", proof)["user"]["user_id"])

    def credential(self, kind: str) -> dict[str, str]:
        """The header of the person's API key, access token or cookie."""
        if kind == "cookie":
            return {"Origin": self.url, **self.cookie}
        if kind == "API key":
            return {"Authorization": f"Bearer {self.post('/api/auth/api-keys', {'name': 'bench'})['key']}"}
        tokens = self.post("/api/auth/login", {"email": EMAIL, "password": PASSWORD, "tokens": True})
        return {"Authorization": f"Bearer {tokens['access_token']}"}


def with_accounts(given: Stores) -> Stores:
    """The same servers for a service with accounts and a database of its own."""
    settings = {
        "AUTH_MODE": "accounts",
        "SECRET_KEY": secrets.token_hex(32),
        "MAIL_PAGE": "1",
        "RATE_LIMITS": "0",
        "MONGODB_DATABASE": "accounts",
        "MINIO_BUCKET": "accounts",
    }
    return replace(given, environment={**given.environment, **settings})


@contextmanager
def signed_in() -> Iterator[tuple[Program, Person]]:
    with stores() as given, service(with_accounts(given)) as running:
        person = Person(running.url)
        person.register()
        yield running, person


def compare_same_token() -> Samples:
    """What accounts cost those who do without: the token of another issuer, with accounts and without."""
    with stores() as given, service(given) as without, service(with_accounts(given)) as running:
        return measure_rates(*(Target(each.url + CALL, given.authorization) for each in (without, running)))


def compare_credentials(kind: str) -> Samples:
    with stores() as given, service(given) as before, service(with_accounts(given)) as running:
        person = Person(running.url)
        owner = person.register()
        ours = Target(running.url + CALL.replace(OWNER, owner), person.credential(kind))
        return measure_rates(Target(before.url + CALL, given.authorization), ours)


@contextmanager
def flood(person: Person) -> Iterator[None]:
    """24 clients who sign in again and again, as long as the block lasts."""
    over = threading.Event()

    def sign_in_again() -> None:
        body = {"email": EMAIL, "password": PASSWORD}
        while not over.is_set():
            person.http.request("POST", f"{person.url}/api/auth/login", json=body, retries=False)

    clients = [threading.Thread(target=sign_in_again) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        yield
    finally:
        over.set()
        for client in clients:
            client.join()


def seconds_of(ask: Callable[[], object]) -> float:
    start = time.perf_counter()
    ask()
    return time.perf_counter() - start


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def measure_health() -> Samples:
    samples = Samples("s", [], [])
    with signed_in() as (running, person), flood(person):
        for _ in range(ROUNDS):
            until, times = time.monotonic() + FLOOD_SECONDS, []
            while time.monotonic() < until:
                times.append(seconds_of(lambda: person.http.request("GET", f"{running.url}/healthz")))
                time.sleep(0.01)
            samples.baseline.append(LONGEST_HEALTH_S)
            samples.ours.append(percentile(times, 99))
    return samples


def measure_sign_in() -> Samples:
    samples = Samples("s", [], [])
    body = {"email": EMAIL, "password": PASSWORD}
    with signed_in() as (_, person):
        for _ in range(ROUNDS):
            times = []
            for _ in range(int(FLOOD_SECONDS * SIGN_INS_PER_SECOND)):
                times.append(seconds_of(lambda: person.post("/api/auth/login", body)))
                time.sleep(max(0.0, 1 / SIGN_INS_PER_SECOND - times[-1]))
            samples.baseline.append(LONGEST_SIGN_IN_S)
            samples.ours.append(percentile(times, 95))
    return samples


@cache
def flood_sizes() -> list[dict[str, int]]:
    """The memory of a worker before, while and after many sign in, of each round. All rows read the same rounds."""
    rounds = []
    for _ in range(ROUNDS):
        with signed_in() as (running, person):
            pid = running.process.pid
            sizes = {"before": worker_bytes(pid)}
            with flood(person):
                time.sleep(FLOOD_SECONDS)
                sizes["while"] = worker_bytes(pid)
            time.sleep(FLOOD_SECONDS)
            sizes["5 s after"] = worker_bytes(pid)
        rounds.append(sizes)
    return rounds


def measure_memory(when: str) -> Samples:
    rounds = flood_sizes()
    return Samples("B", [MOST_MIB[when] * MIB] * len(rounds), [sizes[when] for sizes in rounds])


def measure_unknown(path: str, body: dict[str, Any]) -> Samples:
    """The time of the answer to a known address, then to one that nobody has."""
    samples = Samples("s", [], [])
    with signed_in() as (_, person):
        for number in range(PAIRS):
            for email, into in ((EMAIL, samples.baseline), (f"nobody{number}@example.com", samples.ours)):
                asked = {**body, "email": email}
                ask = partial(person.http.request, "POST", person.url + path, json=asked, retries=False)
                into.append(seconds_of(ask))
    return samples


WHAT = "upload-url with an account's {}, one worker"
AGAINST = "a JWT in AUTH_MODE=jwt"
WRONG = {"password": "a wrong password of anybody"}
ROWS = (
    Row(
        "upload-url with a JWT in AUTH_MODE=accounts, one worker",
        "the same JWT in AUTH_MODE=jwt",
        Reach.at_least(0.95),
        compare_same_token,
    ),
    *(
        Row(WHAT.format(kind), AGAINST, Reach.at_least(limit), partial(compare_credentials, kind))
        for kind, limit in {"access token": 0.9, "API key": 0.7, "cookie": 0.7}.items()
    ),
    Row(f"/healthz while {CLIENTS} clients sign in, p99", "50 ms", Reach.at_most(1), measure_health),
    Row("sign-in with a password, 5 a second, p95", "250 ms", Reach.at_most(1), measure_sign_in),
    *(
        Row(
            f"memory of a worker {when} {CLIENTS} clients sign in",
            f"{most} MiB",
            Reach.at_most(1),
            partial(measure_memory, when),
        )
        for when, most in MOST_MIB.items()
    ),
    Row(
        "sign-in of an unknown address",
        "of a known one",
        Reach.at_most(1.05),
        partial(measure_unknown, "/api/auth/login", WRONG),
    ),
)

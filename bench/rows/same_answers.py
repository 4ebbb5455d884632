"""Whether an answer's time tells who has an account, and what a bad API key and the first mail cost."""

import logging
import socketserver
import statistics
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from time import monotonic, sleep
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench.rounds import time_alternately
from bench.row import Reach, Row, Samples
from bench.rows.accounts import PASSWORD, Person, seconds_of, with_accounts
from bench.running import Program, Stores, service, stores
from dev.ports import free_port
from service.accounts.model import User
from service.accounts.secrets import new_api_key
from service.app import build_ports, create_app
from service.bounded import unbounded

PAIRS, ROUNDS = 30, 3
APART_S = 0.002
WARM_UP = 200
BAD_KEY_S = 10e-6
PATHS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "register": ("/api/auth/register", {"password": PASSWORD}),
    "login": ("/api/auth/login", {"password": "a wrong password of anybody"}),
    "forgot": ("/api/auth/password/forgot", {}),
    "otp/send": ("/api/auth/otp/send", {}),
}


@contextmanager
def with_people(names: list[str]) -> Iterator[Person]:
    """Run a service that has an account for each of these addresses."""
    with stores() as given:
        accounts = with_accounts(given)
        # A cheap hash: both hash once, and the noise of 70 ms would hide what else differs.
        accounts = replace(accounts, environment={**accounts.environment, "PASSWORD_MEMORY_KIB": "8192"})
        with service(accounts) as running:
            yield from _person_among(running, accounts, names)


def _person_among(running: Program, accounts: Stores, names: list[str]) -> Iterator[Person]:
    ports = unbounded(build_ports(accounts.settings))
    hashed, now = ports.accounts.passwords.hash(PASSWORD), ports.now()
    for name in names:
        ports.accounts.users.add(
            User(ports.new_id(), "user", now, email=name, verified_at=now, seen_at=now, password_hash=hashed)
        )
    yield Person(running.url)


def measure_apart(path: str, body: dict[str, Any]) -> Samples:
    """How far the medians of known and unknown addresses are apart, asked in turns; each address is asked once."""
    known = [f"known{number}@example.com" for number in range(PAIRS * ROUNDS + 1)]
    samples = Samples("s", [], [])
    with with_people(known) as person:

        def ask(email: str) -> float:
            return seconds_of(partial(person.http.request, "POST", person.url + path, json={**body, "email": email}))

        ask(known.pop())  # the first one loads what it needs
        for _ in range(ROUNDS):
            pairs = [(ask(email := known.pop()), ask(f"un{email}")) for _ in range(PAIRS)]
            known_s, unknown_s = (statistics.median(times) for times in zip(*pairs, strict=True))
            samples.baseline.append(APART_S)
            samples.ours.append(abs(known_s - unknown_s))
    return samples


def measure_bad_key() -> Samples:
    """What the refusal of a mistyped key takes beyond that of no key at all, in process."""
    with stores() as given:
        settings = with_accounts(given).settings
        app = create_app(settings)

        def asking(headers: dict[str, str]) -> Callable[[], None]:
            environ = EnvironBuilder(path="/v1/files", headers=Headers(headers)).get_environ()

            def ask() -> None:
                if run_wsgi_app(app, dict(environ))[1] != "401 UNAUTHORIZED":
                    raise RuntimeError("it was let in")

            return ask

        none, bad = asking({}), asking({"Authorization": f"Bearer {new_api_key()[0][:-1]}!"})
        logging.disable(logging.WARNING)  # a line for each refusal
        for _ in range(WARM_UP):
            none()
            bad()
        measured = time_alternately(none, bad)
        logging.disable(logging.NOTSET)
    # 10 µs are the promise for the difference, whose noise is that of both.
    beyond = statistics.median(ours - none for none, ours in zip(measured.baseline, measured.ours, strict=True))
    return Samples("s", [BAD_KEY_S] * 2, [max(beyond, 0.0)] * 2)


class _TakesMail(socketserver.StreamRequestHandler):
    """As much of SMTP as one mail needs."""

    def handle(self) -> None:
        self.say("220 bench")
        for line in self.rfile:
            command = line[:4].upper().strip()
            if command == b"DATA":
                self.say("354 go on")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
                self.server.taken.set()  # type: ignore[attr-defined]  # of this server alone
            self.say("221 bye" if command == b"QUIT" else "250 fine")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


def register_at(given: Stores, has_come: Callable[[Person], bool]) -> float:
    """Return the seconds from asking for an account, in a new service, until its mail has come."""
    with service(given) as running:
        person, began = Person(running.url), monotonic()
        person.post("/api/auth/register", {"email": f"{began}@example.com", "password": PASSWORD})
        while not has_come(person):
            sleep(0.005)
        return monotonic() - began


def is_shown(person: Person) -> bool:
    headers = {"Accept": "application/json"}
    return bool(person.http.request("GET", f"{person.url}/dev/mail", headers=headers).json()["mails"])


def measure_shown() -> Samples:
    with stores() as given:
        shown = with_accounts(given)
        times = [
            register_at(replace(shown, environment={**shown.environment, "MONGODB_DATABASE": f"m{n}"}), is_shown)
            for n in range(ROUNDS)
        ]
    return Samples("s", [1.0] * ROUNDS, times)


def measure_sent() -> Samples:
    times = []
    port = free_port()
    with stores() as given, socketserver.ThreadingTCPServer(("127.0.0.1", port), _TakesMail) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        smtp = {"MAIL_PAGE": "0", "SMTP_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "moodrop@example.com"}
        sending = with_accounts(given)
        sending = replace(sending, environment={**sending.environment, **smtp})
        for _ in range(ROUNDS):
            taken = server.taken = threading.Event()  # type: ignore[attr-defined]
            times.append(register_at(sending, lambda _, taken=taken: taken.is_set()))  # type: ignore[misc]
        server.shutdown()
    return Samples("s", [3.0] * ROUNDS, times)


ROWS = (
    *(
        Row(f"{name}: known and unknown addresses apart, medians of {PAIRS}", "2 ms", Reach.at_most(1), measure)
        for name, measure in ((name, partial(measure_apart, *asked)) for name, asked in PATHS.items())
    ),
    Row("401 of a mistyped API key, beyond that of no key", "10 µs", Reach.at_most(1), measure_bad_key),
    Row("first mail on the mail page after registering", "1 s", Reach.at_most(1), measure_shown),
    Row("first mail by SMTP on this machine after registering", "3 s", Reach.at_most(1), measure_sent),
)

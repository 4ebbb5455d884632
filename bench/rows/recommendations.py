"""Whether recommendations come at once: the club of made-up listeners on a real mongod, fitted by scipy."""

import statistics
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

from bench.databases import insert, own_database
from bench.row import Reach, Row, Samples
from bench.rows.pages import documents
from dev.listening_club import MOODS, Club, make_club
from service.app import build_ports
from service.listening.model import Listen
from service.listening.usecases.recommend import Occasion, recommend
from service.ports import Ports
from service.settings import Settings
from service.shared.documents import Documents
from service.shared.model import Caller
from service.shared.scopes import ALL_SCOPES
from worker.neighbours import Play, fit

ROUNDS = 5
PEOPLE_OF_ROUND = 100
P95_S = 0.020


def listens(club: Club) -> Iterator[Listen]:
    """Yield what everybody played, one song every four minutes, until three hours ago."""
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
    for name, played in club.played.items():
        for place, file_id in enumerate(reversed(played)):
            heard_at = end - timedelta(minutes=4 * place)
            yield Listen(f"{name}-{place}", name, file_id, "audio", heard_at, 200.0, 200.0, counted_at=heard_at)


def fill(settings: Settings, club: Club, ports: Ports) -> None:
    moods = {song.file_id: song.mood for song in club.songs}
    rows = zip(club.songs, documents(len(club.songs)), strict=True)
    insert(settings, "files", (_file(document, song.file_id, song.mood, song.artist) for song, document in rows))
    insert(settings, "listens", map(Documents(Listen, "listen_id").dump, listens(club)))
    plays = [Play(name, one, count) for name, played in club.played.items() for one, count in Counter(played).items()]
    ports.neighbours.put_many(list(fit(plays, moods, "a fit")))


def _file(document: dict[str, Any], file_id: str, mood: str, artist: str) -> dict[str, Any]:
    return {**document, "_id": file_id, "owner": "shop", "mood": mood, "artist": artist, "visibility": "public"}


@contextmanager
def prepared(club: Club) -> Iterator[Ports]:
    with own_database(moods=MOODS) as settings:
        ports = build_ports(settings)
        for port in (ports.records, ports.listens, ports.listeners, ports.neighbours):
            port.prepare()
        fill(settings, club, ports)
        yield ports


def seconds_of(ports: Ports, name: str, mood: str) -> float:
    """Return how long an answer takes. Raises if others' plays led to none of it."""
    began = perf_counter()
    answer = recommend(ports, Caller(name, frozenset(ALL_SCOPES)), Occasion(12, mood))
    seconds = perf_counter() - began
    if answer.how != "learned" or len(answer.rows) < 12:
        raise RuntimeError(f"{answer.how}: {len(answer.rows)} files")
    return seconds


def measure_p95() -> Samples:
    samples, club = Samples("s", [], []), make_club(1)
    people = list(club.played)[:PEOPLE_OF_ROUND]
    with prepared(club) as ports:
        for number in range(ROUNDS + 1):
            times = [seconds_of(ports, name, MOODS[(place + number) % len(MOODS)]) for place, name in enumerate(people)]
            if number > 0:  # the first round warms up
                samples.baseline.append(P95_S)
                samples.ours.append(statistics.quantiles(times, n=20)[-1])
    return samples


ROWS = (
    Row(
        "p95 of 12 recommendations of 2,000 songs to 200 people",
        f"{P95_S * 1000:.0f} ms",
        Reach.at_most(1),
        measure_p95,
    ),
)

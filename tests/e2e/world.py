"""The servers that the views of the page need."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.conftest import Service
from tests.e2e.weak_line import WeakLine


@dataclass(frozen=True)
class World:
    """Five services on one MinIO and one mongod; the full one reaches its store over a line that can block."""

    empty: Service
    full: Service
    guarded: Service
    members: Service  # with accounts
    cinema: Callable[[], Service]  # with a film in two qualities; started by the first view that needs it
    line: WeakLine

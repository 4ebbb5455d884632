"""Histories in memory: a player that reports, and what its listener's history shows then."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from service.listening.model import HistoryQuery, Listen, ListenReport
from service.listening.usecases.history import list_history
from service.listening.usecases.listens import keep_listens
from service.ports import Ports
from service.shared.model import Caller, Features
from service.uploads.metadata import FileMetadata
from service.uploads.model import Upload
from tests.builders import ALICE, a_file

SONG_S = 200.0
SESSION = "a-session"


def with_history(ports: Ports) -> Ports:
    """Return the same ports, where histories are kept."""
    policy = replace(ports.policy, announces_deletions=True)
    return replace(ports, policy=policy, features=Features(history=True))


def with_recommendations(ports: Ports) -> Ports:
    """Return the same ports, where people are recommended what others play as well."""
    return replace(with_history(ports), features=Features(history=True, recommendations=True))


def a_song(ports: Ports, owner: Caller = ALICE, **metadata: Any) -> Upload:
    """Return a song of 200 seconds."""
    described = FileMetadata(**{"mood": "happy", "duration_seconds": SONG_S, **metadata})
    return a_file(ports, owner, metadata=described)


def a_report(ports: Ports, file: Upload, heard: float = 30.0, ago: float = 600.0, **changes: Any) -> ListenReport:
    """Return a report of a listen that began so many seconds ago."""
    started_at = ports.now() - timedelta(seconds=ago)
    return replace(ListenReport(file.upload_id, started_at, heard), **changes)


def report(ports: Ports, *reports: ListenReport, caller: Caller = ALICE, session: str = SESSION) -> int:
    return keep_listens(ports, caller, session, reports)


def history_of(ports: Ports, caller: Caller = ALICE) -> list[Listen]:
    """Return all listens of somebody, newest first."""
    return [row.listen for row in list_history(ports, caller, HistoryQuery(caller.owner, limit=200))]

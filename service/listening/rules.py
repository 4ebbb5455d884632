"""What a client's report of a listen is worth. Pure."""

import hashlib
from datetime import datetime, timedelta

from service.listening.model import Listen, ListenReport, MediaKind, Position
from service.shared.clock import cut_to_milliseconds
from service.uploads.model import Upload

# A listen counts once this much of its file was heard, or this long.
COUNTED_PART = 0.5
COUNTED_S = 240.0
# A player that was offline reports late; a clock may be fast.
OLDEST = timedelta(days=7)
FASTEST_CLOCK = timedelta(minutes=5)
# Nobody wants to go on with a song.
LONG_AUDIO_S = 600.0
FINISHED_PART = 0.95

_KINDS: dict[str, MediaKind] = {"audio": "audio", "video": "video"}


def kind_of(file: Upload) -> MediaKind | None:
    """Return what the file is for a player; None if it is nothing that plays."""
    return _KINDS.get((file.content_type or "").partition("/")[0])


def listen_id_of(owner: str, session_id: str, file_id: str, started_at: datetime) -> str:
    """Return the id of a listen: 32 hex digits, the same for each report of it, and no other person's."""
    started_ms = round(started_at.timestamp() * 1000)
    return hashlib.sha256("\n".join((owner, session_id, file_id, str(started_ms))).encode()).hexdigest()[:32]


def position_id_of(owner: str, file_id: str) -> str:
    """Return the id of where a person stopped in a file."""
    return f"{owner}#{file_id}"


def is_timely(report: ListenReport, now: datetime) -> bool:
    """Return whether the listen began within the last seven days, or up to five minutes ahead of our clock."""
    return now - OLDEST <= report.started_at <= now + FASTEST_CLOCK


def to_listen(report: ListenReport, owner: str, session_id: str, file: Upload, now: datetime) -> Listen | None:
    """Return the listen that the report describes, its seconds cut to the time since; None if the file never plays."""
    kind = kind_of(file)
    if kind is None:
        return None
    heard_at = min(report.started_at, now)
    return Listen(
        listen_id_of(owner, session_id, report.file_id, report.started_at),
        owner,
        report.file_id,
        kind,
        heard_at=cut_to_milliseconds(heard_at),
        listened_seconds=min(report.listened_seconds, (now - heard_at).total_seconds()),
        duration_seconds=duration_of(file),
        mood=report.mood,
        source=report.source,
    )


def to_position(report: ListenReport, listen: Listen) -> Position | None:
    """Return where the listener stopped; None if that is unknown, or the file too short to go on with."""
    duration = listen.duration_seconds
    if report.position_seconds is None or not duration or not _is_long(listen.kind, duration):
        return None
    return Position(
        position_id_of(listen.owner, listen.file_id),
        listen.owner,
        listen.file_id,
        listen.listen_id,
        listen.kind,
        position_seconds=min(report.position_seconds, duration),
        duration_seconds=duration,
        # Grows from report to report and from listen to listen, in whatever order they arrive.
        at=listen.heard_at + timedelta(milliseconds=int(listen.listened_seconds * 1000)),
        finished=report.position_seconds >= FINISHED_PART * duration,
    )


def counts(listen: Listen) -> bool:
    """Return whether enough was heard: half of the file, or four minutes. Of unknown length: four minutes."""
    half = COUNTED_PART * (listen.duration_seconds or float("inf"))
    return listen.listened_seconds >= min(half, COUNTED_S)


def duration_of(file: Upload) -> float | None:
    """Return how long the file is: as measured, or else as its uploader said."""
    derived = file.current_derived
    measured = derived.duration_seconds if derived else None
    return measured or file.metadata.duration_seconds or None


def _is_long(kind: MediaKind, duration_seconds: float) -> bool:
    return kind == "video" or duration_seconds > LONG_AUDIO_S

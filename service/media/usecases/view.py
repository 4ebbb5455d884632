"""Reads what was made from a file: its renditions, waveform and playlists. All URLs are signed anew."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.jobs.model import Job
from service.media.errors import MediaMissing
from service.media.model import AudioResult, Rendition, Result, StoredName, VideoResult
from service.media.playlists import master_text, rung_text
from service.media.ports import Ports
from service.media.summarize import Made
from service.media.usecases.results import results_by_kind
from service.media.usecases.signing import DerivedObject, sign_derived
from service.shared.model import Caller
from service.store.model import PresignedRequest
from service.uploads.model import Upload
from service.uploads.usecases.files.download import require_no_threat
from service.uploads.usecases.files.read import get_file

# The name of the playlist that lists the others.
MASTER = "master"
# How long a playlist's URLs live that a native player cannot renew: the film twice, and a break in between.
_BREAK_S = 30 * 60
_SHORTEST_S = 3600
_LONGEST_S = 12 * 3600


@dataclass(frozen=True, slots=True)
class SignedRendition:
    """A rendition and the request that fetches it."""

    rendition: Rendition
    etag: str  # another one for other bytes
    request: PresignedRequest


@dataclass(frozen=True, slots=True)
class Media:
    """What was made from a file, with URLs."""

    file: Upload
    jobs: Sequence[Job]
    renditions: Sequence[SignedRendition]
    peaks: PresignedRequest | None
    loudness_range_lu: float | None


def get_media(ports: Ports, caller: Caller, file_id: str, expires_in: int) -> Media:
    """Return what was made from the caller's file, or from a public one. Raises FileNotFound, FileQuarantined."""
    file = readable_file(ports, caller, file_id)
    jobs, made = results_by_kind(ports, file)
    renditions = [
        SignedRendition(
            rendition,
            f"{one.kind}.{one.token}.{rendition.object.name}",
            _sign(ports, one, rendition.object, expires_in),
        )
        for one in made.values()
        for rendition in _renditions_of(one.result)
    ]
    audio = made.get("audio")
    result = audio.result if audio else None
    if audio is None or not isinstance(result, AudioResult):
        return Media(file, jobs, renditions, None, None)
    return Media(file, jobs, renditions, _sign(ports, audio, result.peaks, expires_in), result.loudness_range_lu)


def readable_file(ports: Ports, caller: Caller, file_id: str) -> Upload:
    """Return the file. Raises FileNotFound; and FileQuarantined if a scanner found something in it."""
    file = get_file(ports, caller, file_id)
    require_no_threat(file)
    return file


def _renditions_of(result: Result) -> Sequence[Rendition]:
    if isinstance(result, VideoResult):
        return sorted(result.renditions, key=lambda rendition: rendition.bandwidth)
    return [result.rendition] if isinstance(result, AudioResult) and result.rendition else []


def render_playlist(ports: Ports, caller: Caller, file_id: str, name: str, *, names: bool) -> str:
    """Return a playlist: `master`, or that of one rendition. Raises MediaMissing, FileNotFound, FileQuarantined.

    With `names`, it names the file of the rendition ({name}.mp4), and its reader looks up the URL; otherwise it has the
    URL, which lives as long as the film may take.
    """
    file = readable_file(ports, caller, file_id)
    _, made = results_by_kind(ports, file)
    renditions = {rendition.name: (one, rendition) for one in made.values() for rendition in _renditions_of(one.result)}
    if name == MASTER and renditions:
        return master_text([rendition for _, rendition in renditions.values()], "?names=1" if names else "")
    if name not in renditions:
        raise MediaMissing(f"file {file_id} has no rendition {name}")
    one, rendition = renditions[name]
    if names:
        return rung_text(rendition, f"{name}.mp4")
    return rung_text(rendition, _sign(ports, one, rendition.object, _lifetime(rendition)).url)


def _lifetime(rendition: Rendition) -> int:
    seconds = sum(segment.seconds for segment in rendition.parsed_segments)
    return min(max(int(2 * seconds) + _BREAK_S, _SHORTEST_S), _LONGEST_S)


def _sign(ports: Ports, made: Made, stored: StoredName, expires_in: int) -> PresignedRequest:
    place = DerivedObject(made.bucket_of(stored), made.key_of(stored.name), stored.version_id, stored.content_type)
    return sign_derived(ports, place, expires_in)

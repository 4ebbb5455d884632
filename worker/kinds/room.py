"""How many bytes each kind writes at most: the limit for its programs, and what scratch reserves."""

from collections.abc import Callable

from service.media.model import ProbeResult
from worker.kinds.video import rungs_of
from worker.settings import WorkerSettings

MIB = 1024 * 1024
Room = Callable[[ProbeResult | None, WorkerSettings], int]

_PCM_BYTES_PER_S = 16_000  # mono, 8 kHz, 16 bits
_SOUND_KBPS = 160  # AAC of 128 kb/s, and its container
_MARGIN = 1.3


def of_picture(_probe: ProbeResult | None, _settings: WorkerSettings) -> int:
    return 64 * MIB


def of_audio(probe: ProbeResult | None, settings: WorkerSettings) -> int:
    return round(_seconds(probe, settings) * (_PCM_BYTES_PER_S + _SOUND_KBPS * 125) * _MARGIN) + 16 * MIB


def of_video(probe: ProbeResult | None, settings: WorkerSettings) -> int:
    if probe is None or probe.video is None:  # it will fail
        return 16 * MIB
    kbps = sum(rung.peak_kbps + _SOUND_KBPS for rung in rungs_of(probe, settings.media_ladder))
    return round(_seconds(probe, settings) * kbps * 125 * _MARGIN) + 16 * MIB


def _seconds(probe: ProbeResult | None, settings: WorkerSettings) -> float:
    return (probe.duration_seconds if probe else 0) or settings.media_max_seconds

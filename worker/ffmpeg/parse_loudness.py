"""Reads the loudness that ffmpeg's filter ebur128 reports at the end (EBU R 128)."""

import re
from dataclasses import dataclass

SILENCE_LUFS = -70.0  # the gate below which nothing is measured
_NUMBER = r"(-?(?:\d+\.\d+|inf|nan))"
# Each is looked for by itself: one pattern for all would take hours for tags that look like a thousand reports.
_VALUES = (
    re.compile(rf"\bI:\s+{_NUMBER} LUFS"),
    re.compile(rf"\bLRA:\s+{_NUMBER} LU\b"),
    re.compile(rf"\bPeak:\s+{_NUMBER} dBFS"),
)


@dataclass(frozen=True)
class Loudness:
    integrated_lufs: float | None  # None: silence
    range_lu: float | None
    true_peak_dbfs: float | None


def parse_loudness(stderr: str) -> Loudness | None:
    """Return the last report, or None if there is none.

    A file without sound has no report, but its tags may look like one: do not ask for it.
    """
    _, headline, report = stderr.rpartition("Summary:")
    matches = [values.search(report) for values in _VALUES]
    if not headline or not matches[0] or not matches[1]:
        return None
    integrated, width, peak = (_finite(match[1]) if match else None for match in matches)
    if integrated is None or integrated <= SILENCE_LUFS:
        return Loudness(None, None, peak)
    return Loudness(integrated, width, peak)


def _finite(text: str) -> float | None:
    return float(text) if any(character.isdigit() for character in text) else None

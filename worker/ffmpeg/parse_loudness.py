"""Reads the loudness that ffmpeg's filter ebur128 reports at the end (EBU R 128)."""

import re
from dataclasses import dataclass

SILENCE_LUFS = -70.0  # the gate below which nothing is measured
_NUMBER = r"(-?(?:\d+\.\d+|inf|nan))"
_REPORT = re.compile(
    rf"Summary:.*?\bI:\s+{_NUMBER} LUFS.*?\bLRA:\s+{_NUMBER} LU\b(?:.*?\bPeak:\s+{_NUMBER} dBFS)?", re.DOTALL
)


@dataclass(frozen=True)
class Loudness:
    integrated_lufs: float | None  # None: silence
    range_lu: float | None
    true_peak_dbfs: float | None


def parse_loudness(stderr: str) -> Loudness | None:
    """Return the last report, or None if there is none."""
    reports = _REPORT.findall(stderr)
    if not reports:
        return None
    integrated, width, peak = map(_finite, reports[-1])
    if integrated is None or integrated <= SILENCE_LUFS:
        return Loudness(None, None, peak)
    return Loudness(integrated, width, peak)


def _finite(text: str) -> float | None:
    return float(text) if any(character.isdigit() for character in text) else None

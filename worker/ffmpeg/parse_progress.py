"""Reads what `ffmpeg -progress` prints: blocks of key=value, one a second or so."""

from collections.abc import Sequence

_TIME = "out_time_us="


def parse_progress(lines: Sequence[str]) -> float | None:
    """Return the seconds of media that are done by the last of these lines; None if they do not say."""
    times = [line.removeprefix(_TIME).strip() for line in lines if line.startswith(_TIME)]
    known = [time for time in times if time.isdecimal()]  # not N/A, nor negative before the first frame
    return int(known[-1]) / 1e6 if known else None

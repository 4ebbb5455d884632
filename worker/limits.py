"""How much each kind of program may take."""

from worker.outcome import Limits

LONGEST_DERIVED = 5 << 30  # bytes: what one PUT may send
PROBE = Limits(wall_seconds=30, out_bytes=1 << 20, memory_bytes=1 << 30, stdout_bytes=4 << 20)
# 50 million pixels are 200 MB, and more while they are decoded. Address space is more than what is used of it.
PICTURE = Limits(wall_seconds=60, out_bytes=64 << 20, memory_bytes=2 << 30)
PAGE = Limits(wall_seconds=60, out_bytes=64 << 20, memory_bytes=1 << 30)


def media_limits(duration_seconds: float, out_bytes: int = LONGEST_DERIVED) -> Limits:
    """Return what ffmpeg may take to decode or encode media of that length."""
    return Limits(wall_seconds=max(120, 4 * duration_seconds), out_bytes=out_bytes)

"""Durations, as people read them."""


def duration_text(seconds: float | None) -> str | None:
    """Return 3:05, or 1:02:03 from an hour on."""
    if seconds is None:
        return None
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

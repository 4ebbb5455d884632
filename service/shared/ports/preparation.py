"""The port of the preparation that must succeed before the service can answer."""

from typing import Protocol


class Preparation(Protocol):
    """Prepares the store and the database, once."""

    def ensure(self) -> None:
        """Return once everything is ready. Raises Unavailable, soon, if something is not."""

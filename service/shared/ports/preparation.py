"""What has to be done before the service can answer."""

from typing import Protocol


class Preparation(Protocol):
    """Gets the store and the database ready, once."""

    def ensure(self) -> None:
        """Return once all is ready. Raises Unavailable, soon, if something stands in the way."""

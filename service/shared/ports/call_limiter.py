"""The port that counts calls against the limits of the settings."""

from typing import Protocol

from service.shared.call_limits import Limited, Scope, Standing


class CallLimiter(Protocol):
    """Counts over all workers."""

    def count(self, kind: Limited, who: dict[Scope, str], amount: int) -> list[Standing]:
        """Count so many calls of a caller and an address; return the standing against each limit, if there are any.

        Stops at the first limit that is exceeded, whose standing is then the last one. A refused batch does not
        count. Raises DatabaseUnavailable.
        """

    def close(self) -> None:
        """Close the connection to where calls are counted."""

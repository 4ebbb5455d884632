"""What reading a request may touch of the outside world."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from service.shared.ports.authenticator import Authenticator
from service.shared.ports.keyring import Keyring


class Ports(Protocol):
    """The clock, who can tell callers, and the keys that sign. `now` is aware UTC, cut to milliseconds."""

    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def authenticators(self) -> tuple[Authenticator, ...]: ...

    @property
    def keyring(self) -> Keyring: ...

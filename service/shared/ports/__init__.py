"""The part of the outside world that reading a request may use."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from service.shared.ports.authenticator import Authenticator
from service.shared.ports.keyring import Keyring


class Ports(Protocol):
    """The clock, the authenticators, and the keys that sign. `now` is aware UTC, cut to milliseconds."""

    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def authenticators(self) -> tuple[Authenticator, ...]: ...

    @property
    def keyring(self) -> Keyring: ...

"""The part of the outside world that reading a request may use."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from service.shared.model import Features
from service.shared.ports.authenticator import Authenticator
from service.shared.ports.call_limiter import CallLimiter
from service.shared.ports.keyring import Keyring


class Ports(Protocol):
    """The clock, the authenticators, the keys that sign, the features, and who counts calls, if any are limited.

    `now` is aware UTC, cut to milliseconds.
    """

    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def authenticators(self) -> tuple[Authenticator, ...]: ...

    @property
    def keyring(self) -> Keyring: ...

    @property
    def features(self) -> Features: ...

    @property
    def call_limiter(self) -> CallLimiter | None: ...

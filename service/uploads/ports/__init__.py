"""All that the use cases of uploads may touch of the outside world."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from service.shared.ports.keyring import Keyring
from service.store.port import ObjectStore
from service.uploads.allowances import Allowances
from service.uploads.policy import Policy
from service.uploads.ports.grants import GrantLedger
from service.uploads.ports.quotas import Quotas
from service.uploads.ports.records import RecordStore


class Ports(Protocol):
    """The store, the records, the rules, the clock and the ids. `now` is aware UTC, cut to milliseconds.

    `sleep` waits for a number of seconds.
    """

    @property
    def objects(self) -> ObjectStore: ...

    @property
    def records(self) -> RecordStore: ...

    @property
    def keyring(self) -> Keyring: ...

    @property
    def policy(self) -> Policy: ...

    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def sleep(self) -> Callable[[float], None]: ...

    @property
    def new_id(self) -> Callable[[], str]: ...

    @property
    def grants(self) -> GrantLedger: ...

    @property
    def quotas(self) -> Quotas: ...

    @property
    def allowances(self) -> Allowances: ...

"""Everything that use cases may use, in one value."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from service.accounts.model import Session
from service.accounts.ports.access_tokens import AccessTokens
from service.accounts.ports.accounts import Accounts
from service.accounts.ports.upload_tokens import UploadTokens
from service.shared.ports.authenticator import Authenticator
from service.shared.ports.collection import Collection
from service.shared.ports.keyring import Keyring
from service.shared.ports.leases import Leases
from service.store.port import ObjectStore
from service.uploads.allowances import Allowances
from service.uploads.policy import Policy
from service.uploads.ports.grants import GrantLedger
from service.uploads.ports.quotas import Quotas
from service.uploads.ports.records import RecordStore


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside world, the clock and the ids included. `now` is aware UTC, cut to milliseconds."""

    objects: ObjectStore
    records: RecordStore
    authenticators: tuple[Authenticator, ...]
    policy: Policy
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    grants: GrantLedger
    quotas: Quotas
    keyring: Keyring
    leases: Leases
    sessions: Collection[Session]
    upload_tokens: UploadTokens
    access_tokens: AccessTokens
    accounts: Accounts
    allowances: Allowances = field(default_factory=Allowances)
    sleep: Callable[[float], None] = time.sleep

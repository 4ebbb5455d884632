"""All that use cases may touch, in one value."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from service.accounts.ports.sessions import Sessions
from service.accounts.ports.upload_tokens import UploadTokens
from service.allowances import Allowances
from service.policy import Policy
from service.ports.grant_ledger import GrantLedger
from service.ports.record_store import RecordStore
from service.shared.ports.authenticator import Authenticator
from service.shared.ports.keyring import Keyring
from service.shared.ports.leases import Leases
from service.store.port import ObjectStore


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
    keyring: Keyring
    leases: Leases
    sessions: Sessions
    upload_tokens: UploadTokens
    allowances: Allowances = field(default_factory=Allowances)

"""Everything that use cases may use, in one value."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from service.accounts.model import Session
from service.accounts.ports.access_tokens import AccessTokens
from service.accounts.ports.accounts import Accounts
from service.accounts.ports.personal_data import PersonalData
from service.accounts.ports.upload_tokens import UploadTokens
from service.jobs.ports import Planner, Settler
from service.jobs.ports.queue import JobQueue
from service.listening.model import Listener
from service.listening.ports.listens import Listens
from service.listening.ports.neighbours import NeighbourStore
from service.listening.ports.positions import Positions
from service.listening.ports.recommender import Recommender
from service.shared.model import Features
from service.shared.ports.authenticator import Authenticator
from service.shared.ports.call_limiter import CallLimiter
from service.shared.ports.collection import Collection
from service.shared.ports.keyring import Keyring
from service.shared.ports.leases import Leases
from service.store.port import ObjectStore
from service.uploads.allowances import Allowances
from service.uploads.policy import Policy
from service.uploads.ports.grants import GrantLedger
from service.uploads.ports.quotas import Quotas
from service.uploads.ports.records import RecordStore
from service.webhooks.model import Delivery


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
    jobs: JobQueue
    deliveries: Collection[Delivery]
    listens: Listens
    positions: Positions
    listeners: Collection[Listener]
    neighbours: NeighbourStore
    planners: tuple[Planner, ...] = ()
    settlers: tuple[Settler, ...] = ()
    personal_data: tuple[PersonalData, ...] = ()
    recommender: Recommender | None = None  # None: this process reads the model itself
    features: Features = field(default_factory=Features)
    call_limiter: CallLimiter | None = None
    allowances: Allowances = field(default_factory=Allowances)
    sleep: Callable[[float], None] = time.sleep

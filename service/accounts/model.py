"""People, what they sign in with, and what they are sent, as plain data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.shared.model import Caller

UserKind = Literal["user", "guest"]
# What a code is good for. A code of one purpose is worth nothing for another.
Purpose = Literal["register", "login", "reset", "email", "recent"]
MailState = Literal["due", "kept", "failed"]
# What happens to an account. The page has words for each, in web/src/features/accounts/words/.
EventName = Literal[
    "registered",
    "guest_claimed",
    "guest_adopted",
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "reauthenticated",
    "password_changed",
    "email_changed",
    "identity_linked",
    "identity_unlinked",
    "key_made",
    "key_revoked",
    "device_approved",
    "family_reused",
    "mail_refused",
    "passkey_added",
    "passkey_removed",
    "passkey_count_behind",
    "quota_set",
    "created_by_operator",
    "imported_by_operator",
    "disabled_by_operator",
    "disabled_by_admin",
    "enabled_by_operator",
    "enabled_by_admin",
    "deleted_by_operator",
    "deleted_by_admin",
    "admin_made",
    "admin_ended",
    "leaving",
    "left",
]

# The guest of this machine, and the owner of what earlier versions stored without accounts.
GUEST_ID = "local"
# The scope of administrators is no scope of files, and no API key has it.
ADMIN_ROLE = "admin"


@dataclass(frozen=True, slots=True)
class Identity:
    """An account at an identity provider that signs a user in."""

    issuer: str
    subject: str
    provider: str
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Passkey:
    """A credential of WebAuthn that signs a user in. Its binary values are in base64url without padding."""

    passkey_id: str  # the credential id, which the authenticator chose
    public_key: str  # a COSE key
    user_handle: str  # the id by which the authenticator knows the user
    name: str  # by which the owner recognises it
    created_at: datetime
    sign_count: int = 0  # stays 0 for a passkey that is synced between devices
    transports: tuple[str, ...] = ()  # how browsers reach the authenticator, such as usb or internal
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UsedChallenge:
    """A passkey challenge that was used, kept until it expires so that it cannot be used again."""

    nonce: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class User:
    """Who owns files. A guest is a user without an e-mail address."""

    user_id: str  # the owner of the files
    kind: UserKind
    created_at: datetime
    email: str | None = None
    name: str | None = None
    language: str | None = None
    avatar_id: str | None = None
    cover_id: str | None = None
    verified_at: datetime | None = None
    password_hash: str | None = None
    epoch: int = 0  # sessions and tokens of an earlier epoch have ended
    roles: tuple[str, ...] = ()
    identities: tuple[Identity, ...] = ()
    passkeys: tuple[Passkey, ...] = ()
    disabled_at: datetime | None = None
    leaving_at: datetime | None = None
    adopted_by: str | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A person who is signed in by a cookie: by a token that was swapped for it, or to an account."""

    digest: str  # of the id; only the browser knows the id
    caller: Caller  # for an account, only its owner counts
    expires_at: datetime
    # Only sessions of accounts have what follows.
    session_id: str | None = None  # names the session in lists; signs nobody in
    user_id: str | None = None
    epoch: int | None = None
    how: str | None = None  # password, code, passkey, guest, or the provider's name
    auth_at: datetime | None = None  # when the person last proved who they are
    created_at: datetime | None = None
    seen_at: datetime | None = None
    user_agent: str | None = None
    network: str | None = None
    guest_id: str | None = None  # the guest that this browser was before it signed in


@dataclass(frozen=True, slots=True)
class Code:
    """A mailed code and link; either one uses up both. Neither is stored: they derive from `code_id` and `issue`."""

    code_id: str  # HMAC of purpose and e-mail address
    purpose: Purpose
    email: str
    issue: int  # counts the mails; each has a code of its own
    tries: int
    sent_at: datetime
    sent_hour: datetime  # start of the hour that `sent` counts
    sent: int
    expires_at: datetime
    purge_at: datetime
    used_at: datetime | None = None
    user_id: str | None = None  # the account that already has this address
    guest_id: str | None = None  # the guest that registers
    name: str | None = None
    language: str | None = None
    password_hash: str | None = None


@dataclass(frozen=True, slots=True)
class TokenFamily:
    """A chain of refresh tokens: one sign-in of a script."""

    family_id: str
    user_id: str
    epoch: int
    scopes: tuple[str, ...]
    generation: int
    salt: str
    created_at: datetime
    rotated_at: datetime
    expires_at: datetime
    purge_at: datetime
    late_day: datetime | None = None
    late: int = 0
    revoked_at: datetime | None = None
    revoked_for: str | None = None
    user_agent: str | None = None
    network: str | None = None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A script's credential: mdk_<key_id>_<secret><checksum>."""

    key_id: str
    user_id: str
    name: str
    secret_digest: str
    hint: str  # the first characters, to recognise it by
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeviceGrant:
    """A terminal that waits for approval in the browser."""

    digest: str  # of the device code
    user_code: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    network: str | None = None
    user_id: str | None = None
    approved_at: datetime | None = None
    refused_at: datetime | None = None
    collected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that waits to be sent. Its code and link are derived when it is sent, so this holds neither."""

    mail_id: str
    to: str
    template: str  # a table of mails/<language>.toml; "none" for an unknown address: dropped, never sent
    language: str
    values: dict[str, str]
    state: MailState
    not_before: datetime
    created_at: datetime
    expires_at: datetime
    tries: int = 0
    code_id: str | None = None
    issue: int | None = None


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Something that happened to an account, for its owner to read."""

    event_id: str
    at: datetime
    user_id: str
    event: EventName
    network: str | None = None
    user_agent: str | None = None
    detail: str | None = None
    actor_id: str | None = None  # the administrator who did it; None: the account itself, or the operator


Removal = Literal["role", "disabled", "leaving"]


@dataclass(frozen=True, slots=True)
class AdminLedger:
    """The one document that decides which administrator is removed next: see usecases/admin/administrators.py."""

    ledger_id: str
    created_at: datetime
    revision: int  # counts the removals
    user_id: str | None = None  # who is being removed; None: nobody
    epoch: int | None = None  # of that user, as it was read
    removals: tuple[Removal, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from, as far as it is kept: an address cut to its network, and the browser's name."""

    network: str = ""
    user_agent: str = ""
    counted_as: str = ""  # tries are counted under this: an IPv4 address, or a household's IPv6 network

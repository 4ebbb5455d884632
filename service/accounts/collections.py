"""The collections of accounts: what each holds, and its indexes, whose names never change."""

from service.accounts.model import (
    ADMIN_ROLE,
    AdminLedger,
    ApiKey,
    AuditEvent,
    Code,
    DeviceGrant,
    Mail,
    Session,
    TokenFamily,
    UsedChallenge,
    User,
)
from service.shared.ports.collection import Index, Kind

DAY_S = 86_400

SESSIONS = Kind(
    "sessions",
    Session,
    "digest",
    (
        # The database removes a session about a minute after its end.
        Index("expires_at", ("expires_at",), expires_after_s=0),
        Index("user_created", ("user_id", "created_at"), partial={"user_id": True}),
    ),
    newest_by="created_at",
)
USERS = Kind(
    "users",
    User,
    "user_id",
    (
        Index("email", ("email",), unique=True, partial={"email": True}),
        Index(
            "identity", ("identities.issuer", "identities.subject"), unique=True, partial={"identities.issuer": True}
        ),
        Index("passkey", ("passkeys.passkey_id",), unique=True, partial={"passkeys.passkey_id": True}),
        Index("guest_seen", ("kind", "seen_at"), partial={"kind": "guest"}),
        Index("leaving_at", ("leaving_at",), partial={"leaving_at": True}),
        Index("adopted_by", ("adopted_by",), partial={"adopted_by": True}),
        Index("created", ("created_at",)),
        Index("kind_created_id", ("kind", "created_at", "_id")),
        Index("administrators", ("roles",), partial={"roles": ADMIN_ROLE}),
    ),
)
ADMINISTRATORS = Kind("administrators", AdminLedger, "ledger_id")
CODES = Kind(
    "codes",
    Code,
    "code_id",
    (Index("purge_at", ("purge_at",), expires_after_s=0),),
    newest_by="sent_at",
)
USED_CHALLENGES = Kind(
    "used_challenges",
    UsedChallenge,
    "nonce",
    (Index("expires_at", ("expires_at",), expires_after_s=0),),
    newest_by="expires_at",
)
TOKEN_FAMILIES = Kind(
    "token_families",
    TokenFamily,
    "family_id",
    (
        # Thirty days after its end, so that a stolen token is still recognised.
        Index("purge_at", ("purge_at",), expires_after_s=0),
        Index("user_created", ("user_id", "created_at")),
    ),
)
API_KEYS = Kind("api_keys", ApiKey, "key_id", (Index("user_created", ("user_id", "created_at")),))
DEVICE_GRANTS = Kind(
    "device_grants",
    DeviceGrant,
    "digest",
    (
        Index("user_code", ("user_code",), unique=True),
        Index("expires_at", ("expires_at",), expires_after_s=0),
    ),
)
OUTBOX = Kind(
    "outbox",
    Mail,
    "mail_id",
    (
        Index("state_due", ("state", "not_before")),
        Index("expires_at", ("expires_at",), expires_after_s=0),
    ),
)
AUDIT = Kind(
    "audit",
    AuditEvent,
    "event_id",
    (
        Index("user_at_id", ("user_id", "at", "_id")),
        Index("at_id", ("at", "_id")),
        Index("at", ("at",), expires_after_s=90 * DAY_S),
    ),
    newest_by="at",
    durable=False,
)

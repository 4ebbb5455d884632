"""API keys, in the Authorization header: the credential of scripts."""

from collections.abc import Callable
from datetime import datetime, timedelta

from service.accounts.adapters.credential_lookup import CredentialLookup
from service.accounts.errors import ApiKeyInvalid
from service.accounts.model import ApiKey, User
from service.accounts.roles import is_open, scopes_of
from service.accounts.secrets import KEY_PREFIX, ReadKey, is_secret_of, read_api_key
from service.shared.checks import StoreCheck
from service.shared.model import Caller, Credentials
from service.shared.ports.collection import Collection
from service.shared.scopes import USERS_ADMIN

# A key's `last_used_at` is at most so old: one write for many requests.
USED_EVERY = timedelta(minutes=5)


class ApiKeyAuthenticator:
    """The Authenticator port for 'Authorization: Bearer mdk_…'. Asked at every request: a revoked key ends at once."""

    def __init__(self, keys: Collection[ApiKey], users: Collection[User], now: Callable[[], datetime]) -> None:
        self._keys = keys
        self._lookup = CredentialLookup(keys, users, lambda key: key.user_id)
        self._now = now

    def authenticate(self, credentials: Credentials) -> Caller | None:
        kind, _, text = (credentials.authorization or "").partition(" ")
        text = text.strip()
        if kind.lower() != "bearer" or not text.startswith(f"{KEY_PREFIX}_"):
            return None
        # The checksum spares the database what nobody ever issued.
        if (sent := read_api_key(text)) is None:
            raise ApiKeyInvalid
        return self._caller_of(sent)

    def _caller_of(self, sent: ReadKey) -> Caller:
        key, user = self._lookup.find(sent.key_id)
        if key is None or user is None or not self._is_live(key, sent) or not is_open(user):
            raise ApiKeyInvalid
        self._touch(key)
        return Caller(
            user.user_id,
            # Never more than the user may do now, and nothing of administrators.
            scopes_of(user).intersection(key.scopes) - {USERS_ADMIN},
            credential="api_key",
            expires_at=key.expires_at,
            key_id=key.key_id,
        )

    def _is_live(self, key: ApiKey, sent: ReadKey) -> bool:
        """Return whether this is the key that was sent, and it is neither revoked nor over."""
        is_over = key.revoked_at is not None or key.expires_at <= self._now()
        return is_secret_of(sent.secret, key.secret_digest) and not is_over

    def _touch(self, key: ApiKey) -> None:
        now = self._now()
        if key.last_used_at is None or now - key.last_used_at >= USED_EVERY:
            self._keys.touch(key.key_id, {"last_used_at": now})

    def check(self) -> list[StoreCheck]:
        return []

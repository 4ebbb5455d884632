"""API keys, in the Authorization header: the credential of scripts."""

from collections.abc import Callable
from datetime import datetime, timedelta

from service.accounts.errors import ApiKeyInvalid
from service.accounts.model import ApiKey, User
from service.accounts.roles import is_open, scopes_of
from service.accounts.secrets import KEY_PREFIX, is_secret_of, read_api_key
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
        self._users = users
        self._now = now

    def authenticate(self, credentials: Credentials) -> Caller | None:
        kind, _, text = (credentials.authorization or "").partition(" ")
        text = text.strip()
        if kind.lower() != "bearer" or not text.startswith(f"{KEY_PREFIX}_"):
            return None
        key = self._live_key(text)
        user = self._users.get(key.user_id) if key else None
        if key is None or user is None or not is_open(user):
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

    def _live_key(self, text: str) -> ApiKey | None:
        """Return the key, unless it is revoked or over. The checksum spares the database what nobody ever issued."""
        sent = read_api_key(text)
        key = self._keys.get(sent.key_id) if sent else None
        if sent is None or key is None or not is_secret_of(sent.secret, key.secret_digest):
            return None
        is_live = key.revoked_at is None and key.expires_at > self._now()
        return key if is_live else None

    def _touch(self, key: ApiKey) -> None:
        now = self._now()
        if key.last_used_at is None or now - key.last_used_at >= USED_EVERY:
            self._keys.touch(key.key_id, {"last_used_at": now})

    def check(self) -> list[StoreCheck]:
        return []

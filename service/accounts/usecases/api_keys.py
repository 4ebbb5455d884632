"""API keys: made, listed and ended by their owner. The secret is shown once; the database holds its digest."""

from collections.abc import Collection
from datetime import timedelta

from service.accounts.errors import ApiKeyNotFound, TooManyKeys
from service.accounts.model import ApiKey, Origin, User
from service.accounts.ports import Ports
from service.accounts.roles import scopes_of
from service.accounts.secrets import digest_of, new_api_key
from service.accounts.usecases.audit import note
from service.shared.errors import FieldError, ValidationFailed
from service.shared.scopes import USERS_ADMIN

MOST_KEYS = 20
HINT_CHARACTERS = 8  # "mdk_" and the beginning of the key's id


def make_key(
    ports: Ports, user: User, name: str, scopes: Collection[str], lasts: timedelta | None, origin: Origin
) -> tuple[str, ApiKey]:
    """Return a new key as its owner gets it, and what is stored of it. Raises TooManyKeys, ValidationFailed.

    Expired keys make room.
    """
    text, parts = new_api_key()
    now = ports.now()
    key = ApiKey(
        parts.key_id,
        user.user_id,
        name=name,
        secret_digest=digest_of(parts.secret),
        hint=text[:HINT_CHARACTERS],
        scopes=allowed_scopes(user, scopes),
        created_at=now,
        expires_at=now + (lasts or ports.accounts.policy.api_key_lifetime),
    )
    _remove_expired(ports, user)
    ports.accounts.api_keys.add(key)
    # Counted afterwards: of several requests at once, each that sees one key too many takes its own back.
    if len(list_keys(ports, user)) > MOST_KEYS:
        ports.accounts.api_keys.remove(key.key_id)
        raise TooManyKeys
    note(ports, user.user_id, "key_made", origin, name)
    return text, key


def list_keys(ports: Ports, user: User) -> list[ApiKey]:
    """Return the keys that are not revoked, newest first; expired ones too, until another key is made."""
    return ports.accounts.api_keys.find(user_id=user.user_id, revoked_at=None)


def revoke_key(ports: Ports, user_id: str, key_id: str, origin: Origin) -> None:
    """End a key at once. Raises ApiKeyNotFound, also for other people's keys and for ended ones."""
    expected = {"user_id": user_id, "revoked_at": None}
    key = ports.accounts.api_keys.change(key_id, expected, {"revoked_at": ports.now()})
    if key is None:
        raise ApiKeyNotFound
    note(ports, user_id, "key_revoked", origin, key.name)


def require_room(ports: Ports, user: User) -> None:
    """Raise TooManyKeys if the user has as many keys as one may have."""
    now = ports.now()
    if sum(key.expires_at > now for key in list_keys(ports, user)) >= MOST_KEYS:
        raise TooManyKeys


def allowed_scopes(user: User, asked: Collection[str]) -> tuple[str, ...]:
    """Return the scopes in order. Raises ValidationFailed for one that the user lacks, and for that of administrators.

    If none are asked for, return all that the user may give.
    """
    own = scopes_of(user) - {USERS_ADMIN}
    if beyond := sorted(set(asked) - own):
        message = f"{beyond[0]!r} is not a scope that you can give; these are: {', '.join(sorted(own))}"
        raise ValidationFailed(f"scopes: {message}", fields=(FieldError("scopes", message),))
    return tuple(sorted(set(asked) or own))


def _remove_expired(ports: Ports, user: User) -> None:
    now = ports.now()
    for key in list_keys(ports, user):
        if key.expires_at <= now:
            ports.accounts.api_keys.remove(key.key_id)

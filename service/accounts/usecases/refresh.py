"""Tokens for scripts: a short-lived access token, and a refresh token that is good once.

A family is one sign-in. Its document holds the number of the newest refresh token, and the tokens derive from it: a
lost answer is given again, and a token that comes back later shows that two hold the family.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from service.accounts.errors import RefreshTokenInvalid, SessionNotFound, SessionRevoked
from service.accounts.model import Origin, TokenFamily, User
from service.accounts.ports import Ports
from service.accounts.roles import is_live, scopes_of
from service.accounts.secrets import ReadRefresh, matches_any, mint_refresh, new_secret, read_refresh
from service.accounts.usecases.audit import note
from service.accounts.usecases.mails import queue_notice
from service.shared.batches import each_of
from service.shared.errors import TooBusy
from service.shared.ports.collection import Place
from service.shared.scopes import USERS_ADMIN

# The last token may be sent again for so long: an answer was lost, or two threads of one script refreshed at once.
GRACE = timedelta(seconds=30)
# And later so many times a day: the machine slept before it had the answer.
LATE_A_DAY = 3
# Each time another request was first, the family is read again.
MOST_READS = 8
# Ended families stay so long, for a stolen token to be recognised.
RETENTION = timedelta(days=30)
SHOWN = 100


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a script gets when it signs in or refreshes. `expires_in` is the access token's, in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


def issue_tokens(ports: Ports, user: User, origin: Origin) -> TokenPair:
    """Begin a family for the user who signed in. Its scopes are all of the user's but those of administrators."""
    now = ports.now()
    expires_at = now + ports.accounts.policy.refresh_token_lifetime
    family = TokenFamily(
        ports.new_id(),
        user.user_id,
        user.epoch,
        scopes=tuple(sorted(scopes_of(user) - {USERS_ADMIN})),
        generation=0,
        salt=new_secret(),
        created_at=now,
        rotated_at=now,
        expires_at=expires_at,
        purge_at=expires_at + RETENTION,
        user_agent=origin.user_agent or None,
        network=origin.network or None,
    )
    ports.accounts.token_families.add(family)
    return _pair(ports, family, user)


def refresh(ports: Ports, token: str, origin: Origin) -> TokenPair:
    """Return the next pair. Raises RefreshTokenInvalid, SessionRevoked, RateLimited, TooBusy.

    The newest token makes a new one; the one before is answered with that one again, within GRACE or LATE_A_DAY times a
    day. Any other ends the family, for whoever has it too. A forged token ends nothing.
    """
    ports.accounts.attempts.count("refresh", origin.counted_as)
    for _ in range(MOST_READS):
        sent, family = _read(ports, token)
        user = _user_of(ports, family)
        changes = _changes_for(ports, family, sent.generation)
        changed = _change(ports, family, changes) if changes else family
        if changed is None:  # another request was first
            continue
        if changed.revoked_at is not None:
            _warn(ports, user, origin)
            raise SessionRevoked
        return _pair(ports, changed, user)
    raise TooBusy("too many use this token at once")


def end_family_of_token(ports: Ports, token: str) -> None:
    """End the family of a refresh token, whichever of its tokens this is; do nothing if it is none of ours."""
    try:
        _, family = _read(ports, token)
    except RefreshTokenInvalid:
        return
    if _ended(ports, family):
        note(ports, family.user_id, "signed_out")


def list_families(ports: Ports, user: User) -> list[TokenFamily]:
    """Return the user's newest families that still refresh, newest first."""
    return list(islice(open_families(ports, user), SHOWN))


def open_families(ports: Ports, user: User) -> Iterator[TokenFamily]:
    """Yield all of the user's families that still refresh, newest first."""
    now = ports.now()

    def page_after(place: Place | None) -> list[TokenFamily]:
        expected = {"user_id": user.user_id, "revoked_at": None}
        return ports.accounts.token_families.find(limit=SHOWN, beyond=place, **expected)

    for family in each_of(page_after, lambda each: Place(each.created_at, each.family_id)):
        if family.expires_at > now and is_live(user, family.epoch):
            yield family


def end_family(ports: Ports, user: User, family_id: str) -> None:
    """End one of the user's families. Raises SessionNotFound, also for other people's."""
    family = ports.accounts.token_families.get(family_id)
    if family is None or family.user_id != user.user_id or not _ended(ports, family):
        raise SessionNotFound


def _read(ports: Ports, token: str) -> tuple[ReadRefresh, TokenFamily]:
    sent = read_refresh(token)
    family = ports.accounts.token_families.get(sent.family_id) if sent else None
    if sent is None or family is None or sent.generation > family.generation:
        raise RefreshTokenInvalid
    own = (mint_refresh(key, family.family_id, sent.generation, family.salt) for key in _keys(ports))
    if not matches_any(token, own):
        raise RefreshTokenInvalid
    return sent, family


def _user_of(ports: Ports, family: TokenFamily) -> User:
    """Return the user. Raises SessionRevoked if the family has ended, in whatever way."""
    user = ports.accounts.users.get(family.user_id)
    has_ended = family.revoked_at is not None or family.expires_at <= ports.now()
    if user is None or has_ended or not is_live(user, family.epoch):
        raise SessionRevoked
    return user


def _changes_for(ports: Ports, family: TokenFamily, generation: int) -> dict[str, object]:
    """Return what a token of this generation does to the family; nothing if it is answered as before."""
    now = ports.now()
    if generation == family.generation:
        return {"generation": generation + 1, "rotated_at": now}
    is_previous = generation == family.generation - 1
    if is_previous and now - family.rotated_at <= GRACE:
        return {}
    late = _late_today(ports, family)
    if is_previous and late < LATE_A_DAY:
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return {"rotated_at": now, "late_day": today, "late": late + 1}
    return {"revoked_at": now, "revoked_for": "reuse"}


def _late_today(ports: Ports, family: TokenFamily) -> int:
    is_today = family.late_day is not None and family.late_day.date() == ports.now().date()
    return family.late if is_today else 0


def _ended(ports: Ports, family: TokenFamily) -> bool:
    # Whatever else happens to the family meanwhile: whoever signs out is signed out.
    changes: dict[str, object] = {"revoked_at": ports.now(), "revoked_for": "signed_out"}
    return ports.accounts.token_families.change(family.family_id, {"revoked_at": None}, changes) is not None


def _change(ports: Ports, family: TokenFamily, changes: dict[str, object]) -> TokenFamily | None:
    """Change the family if it is as it was read."""
    expected = {"generation": family.generation, "rotated_at": family.rotated_at, "revoked_at": None}
    return ports.accounts.token_families.change(family.family_id, expected, changes)


def _warn(ports: Ports, user: User, origin: Origin) -> None:
    note(ports, user.user_id, "family_reused", origin)
    if user.email:
        queue_notice(ports, user.email, "reuse", user.language, {})


def _pair(ports: Ports, family: TokenFamily, user: User) -> TokenPair:
    now = ports.now()
    expires_at = min(now + ports.accounts.policy.access_token_lifetime, family.expires_at)
    scopes = scopes_of(user).intersection(family.scopes)
    return TokenPair(
        ports.access_tokens.issue(user.user_id, scopes, family.family_id, now, expires_at),
        mint_refresh(_keys(ports)[0], family.family_id, family.generation, family.salt),
        int((expires_at - now).total_seconds()),
    )


def _keys(ports: Ports) -> tuple[str, ...]:
    return ports.keyring.derive("refresh-token")

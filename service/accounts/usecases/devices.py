"""Signs a terminal in: it shows a code, a person allows it on the page, and the terminal collects a key (RFC 8628)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from service.accounts.errors import DeviceNotFound, DevicePending
from service.accounts.model import ApiKey, DeviceGrant, Origin, User
from service.accounts.ports import Ports
from service.accounts.roles import is_open
from service.accounts.secrets import digest_of, new_secret, new_user_code
from service.accounts.usecases.api_keys import allowed_scopes, make_key, require_room
from service.accounts.usecases.audit import note
from service.shared.errors import FieldError, TooBusy, ValidationFailed
from service.shared.ports.collection import After, Taken
from service.shared.scopes import ALL_SCOPES

LASTS = timedelta(minutes=10)
# The terminal asks again after so many seconds.
INTERVAL_S = 3
# Two terminals that draw the same code of 34 bits are rare; three times in a row is another fault.
MOST_DRAWS = 3


@dataclass(frozen=True, slots=True)
class StartedGrant:
    """A terminal's request, with the secret that only the terminal has."""

    device_code: str
    grant: DeviceGrant


def begin_grant(ports: Ports, name: str, scopes: Collection[str], origin: Origin) -> StartedGrant:
    """Register a terminal that waits for approval. Raises ValidationFailed for unknown scopes, RateLimited."""
    ports.accounts.attempts.count("device", origin.counted_as)
    for _ in range(MOST_DRAWS):
        device_code, now = new_secret(), ports.now()
        grant = DeviceGrant(
            digest_of(device_code),
            new_user_code(),
            name=name,
            scopes=_known(scopes),
            created_at=now,
            expires_at=now + LASTS,
            network=origin.network or None,
        )
        try:
            ports.accounts.device_grants.add(grant)
        except Taken:
            continue
        return StartedGrant(device_code, grant)
    raise TooBusy("no code was free")


def show_grant(ports: Ports, user_code: str) -> DeviceGrant:
    """Return the terminal that waits with this code. Raises DeviceNotFound if there is none."""
    grants = ports.accounts.device_grants.find(user_code=_clean(user_code), limit=1)
    grant = next(iter(grants), None)
    if grant is None or not _waits(ports, grant):
        raise DeviceNotFound
    return grant


def allow_grant(ports: Ports, user: User, user_code: str, origin: Origin) -> None:
    """Let the terminal collect a key of the user. Raises DeviceNotFound, TooManyKeys, ValidationFailed."""
    grant = show_grant(ports, user_code)
    allowed_scopes(user, grant.scopes)
    require_room(ports, user)
    _answer(ports, grant, {"user_id": user.user_id, "approved_at": ports.now()})
    note(ports, user.user_id, "device_approved", origin, grant.name)


def refuse_grant(ports: Ports, user_code: str) -> None:
    """Refuse the terminal a key. Raises DeviceNotFound."""
    _answer(ports, show_grant(ports, user_code), {"refused_at": ports.now()})


def collect_key(ports: Ports, device_code: str, origin: Origin) -> tuple[str, ApiKey]:
    """Return the key, once. Raises DevicePending before the decision, DeviceNotFound after a refusal, TooManyKeys."""
    ports.accounts.attempts.count("device_token", origin.counted_as)
    grant = ports.accounts.device_grants.get(digest_of(device_code))
    if grant and _waits(ports, grant):
        raise DevicePending
    if grant is None or grant.user_id is None:  # unknown, refused, or nobody came
        raise DeviceNotFound
    now = ports.now()
    expected = {"collected_at": None, "expires_at": After(now)}
    collected = ports.accounts.device_grants.change(grant.digest, expected, {"collected_at": now})
    user = ports.accounts.users.get(grant.user_id) if collected else None
    if user is None or not is_open(user):
        raise DeviceNotFound
    return make_key(ports, user, grant.name, grant.scopes, None, origin)


def _answer(ports: Ports, grant: DeviceGrant, changes: dict[str, object]) -> None:
    """Record the decision. Raises DeviceNotFound if somebody has already decided."""
    expected = {"user_id": None, "refused_at": None, "expires_at": After(ports.now())}
    if ports.accounts.device_grants.change(grant.digest, expected, changes) is None:
        raise DeviceNotFound


def _waits(ports: Ports, grant: DeviceGrant) -> bool:
    return grant.user_id is None and grant.refused_at is None and grant.expires_at > ports.now()


def _clean(user_code: str) -> str:
    """Return the code as it is stored, however it was typed."""
    letters = user_code.upper().replace("-", "").replace(" ", "")
    return f"{letters[:4]}-{letters[4:]}"


def _known(scopes: Collection[str]) -> tuple[str, ...]:
    if unknown := sorted(set(scopes).difference(ALL_SCOPES)):
        message = f"{unknown[0]!r} is not one of: {', '.join(ALL_SCOPES)}"
        raise ValidationFailed(f"scopes: {message}", fields=(FieldError("scopes", message),))
    return tuple(sorted(set(scopes) or ALL_SCOPES))

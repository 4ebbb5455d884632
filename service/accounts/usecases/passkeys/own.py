"""Adds, lists and removes the passkeys of an account. They are one list of the user's document, replaced whole."""

from dataclasses import dataclass, replace
from typing import Any

from service.accounts.errors import (
    PasskeyInvalid,
    PasskeyNotFound,
    PasskeyTaken,
    TooManyPasskeys,
)
from service.accounts.model import EventName, Origin, Passkey, Session, User
from service.accounts.ports import Ports
from service.accounts.ports.passkeys import Attestation, Options, PasskeyOwner
from service.accounts.roles import is_open
from service.accounts.secrets import user_handle_of
from service.accounts.usecases.audit import note
from service.accounts.usecases.mails import queue_notice
from service.accounts.usecases.passkeys.challenges import (
    Challenge,
    challenge_in,
    new_challenge,
    passkeys_of,
    use_up_challenge,
)
from service.accounts.usecases.sessions import OpenedSession, renew_session
from service.accounts.usecases.users import user_of
from service.accounts.usecases.ways_in import MOST_TRIES, remove_way_in, require_live
from service.shared.errors import TooBusy
from service.shared.ports.collection import Taken

MOST_PASSKEYS = 10
DEFAULT_NAME = "Passkey"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser is asked for, and the challenge in it."""

    options: Options
    challenge: Challenge


@dataclass(frozen=True, slots=True)
class AddedPasskey:
    """A new passkey, and the session of the browser that added it."""

    passkey: Passkey
    opened: OpenedSession


def begin_passkey(ports: Ports, user: User, session: Session) -> Asked:
    """Return what the browser needs to make a passkey for the user. Raises PasskeysOff, TooManyPasskeys."""
    passkeys = passkeys_of(ports)
    _require_room(user)
    challenge = new_challenge(ports, "add", session.digest)
    name = user.email or user.name or user.user_id
    owner = PasskeyOwner(user_handle_of(challenge.key, user.user_id), name, user.name or name)
    return Asked(passkeys.creation_options(challenge.text, owner, user.passkeys), challenge)


def add_passkey(
    ports: Ports, user: User, name: str | None, attestation: Attestation, session: Session, origin: Origin
) -> AddedPasskey:
    """Add the passkey that the browser made. The session gets a new id.

    Raises PasskeyInvalid, PasskeyTaken, TooManyPasskeys, SessionEnded.
    """
    challenge = challenge_in(ports, "add", session.digest, attestation.client_data)
    made = passkeys_of(ports).verify_new(attestation, challenge.text)
    use_up_challenge(ports, challenge)
    passkey = Passkey(
        made.passkey_id,
        made.public_key,
        user_handle=user_handle_of(challenge.key, user.user_id),
        name=name or DEFAULT_NAME,
        created_at=ports.now(),
        sign_count=made.sign_count,
        transports=attestation.transports,
    )
    changed = _with_passkey(ports, user, passkey, session)
    _report(ports, changed, "passkey_added", passkey, origin)
    return AddedPasskey(passkey, renew_session(ports, changed, session, origin, auth_at=session.auth_at))


def remove_passkey(ports: Ports, user: User, passkey_id: str, session: Session, origin: Origin) -> OpenedSession:
    """Remove a passkey. The session gets a new id.

    Raises PasskeysOff, PasskeyNotFound, also for other people's, LastWayIn, SessionEnded.
    """
    passkeys_of(ports)

    def passkey_in(current: User) -> Passkey:
        if (passkey := passkey_of(current, passkey_id)) is None:
            raise PasskeyNotFound
        return passkey

    def without_it(current: User) -> dict[str, Any]:
        passkey = passkey_in(current)
        return {"passkeys": tuple(one for one in current.passkeys if one != passkey)}

    before, changed = remove_way_in(ports, user, session, without_it)
    _report(ports, changed, "passkey_removed", passkey_in(before), origin)
    return renew_session(ports, changed, session, origin, auth_at=session.auth_at)


def passkey_of(user: User, passkey_id: str) -> Passkey | None:
    """Return the user's passkey of that id."""
    return next((one for one in user.passkeys if one.passkey_id == passkey_id), None)


def count_use(ports: Ports, user: User, passkey_id: str, sign_count: int, origin: Origin) -> User:
    """Note that the passkey was used. Raises PasskeyInvalid if it is gone, or if its count says that it was copied.

    A count that does not rise means that two devices sign with one key, unless it is 0: then it is not kept.
    """
    for _ in range(MOST_TRIES):
        passkey = passkey_of(user, passkey_id)
        if passkey is None:
            raise PasskeyInvalid
        if (sign_count or passkey.sign_count) and sign_count <= passkey.sign_count:
            note(ports, user.user_id, "passkey_count_behind", origin, passkey.name)
            raise PasskeyInvalid
        used = replace(passkey, sign_count=sign_count, last_used_at=ports.now())
        passkeys = tuple(used if one == passkey else one for one in user.passkeys)
        as_read = {"passkeys": user.passkeys, "epoch": user.epoch, "disabled_at": None, "leaving_at": None}
        changed = ports.accounts.users.change(user.user_id, as_read, {"passkeys": passkeys})
        if changed:
            return changed
        user = user_of(ports, user.user_id)
        if not is_open(user):
            raise PasskeyInvalid
    raise TooBusy("the account keeps changing")


def _with_passkey(ports: Ports, user: User, passkey: Passkey, session: Session) -> User:
    for _ in range(MOST_TRIES):
        require_live(user, session)
        _require_room(user)
        if passkey_of(user, passkey.passkey_id):  # a unique index says nothing of two in one document
            raise PasskeyTaken
        as_read = {"passkeys": user.passkeys, "epoch": user.epoch, "disabled_at": None, "leaving_at": None}
        try:
            changed = ports.accounts.users.change(user.user_id, as_read, {"passkeys": (*user.passkeys, passkey)})
        except Taken as error:
            raise PasskeyTaken from error
        if changed:
            return changed
        user = user_of(ports, user.user_id)
    raise TooBusy("the account keeps changing")


def _require_room(user: User) -> None:
    if len(user.passkeys) >= MOST_PASSKEYS:
        raise TooManyPasskeys


def _report(ports: Ports, user: User, event: EventName, passkey: Passkey, origin: Origin) -> None:
    note(ports, user.user_id, event, origin, passkey.name)
    if user.email:
        queue_notice(ports, user.email, "notice", user.language, {"what": event})

"""Signs people in by an identity provider, and links providers to accounts."""

from dataclasses import dataclass, replace
from typing import Any

from service.accounts.emails import clean_email
from service.accounts.errors import (
    EmailInvalid,
    IdentityTaken,
    ProviderNotFound,
    SessionEnded,
    SignInFailed,
    SignUpClosed,
)
from service.accounts.model import EventName, Identity, Origin, Session, User
from service.accounts.ports import Ports
from service.accounts.roles import is_live, is_open
from service.accounts.usecases.audit import note
from service.accounts.usecases.mails import queue_notice
from service.accounts.usecases.sessions import OpenedSession, renew_session
from service.accounts.usecases.users import claim_guest, user_of_email
from service.accounts.usecases.ways_in import remove_way_in
from service.shared.ports.collection import Containing, Taken

EXISTS_ALREADY = "the address has an account: sign in to it first, then link the provider"


@dataclass(frozen=True, slots=True)
class ProvenIdentity:
    """What a provider says about the person who has just signed in there."""

    identity: Identity
    is_email_verified: bool = False  # the provider says so, which is only worth something if it is trusted
    name: str | None = None


class _AccountChanged(Exception):
    """Another request changed the account first."""


def by_identity(ports: Ports, proven: ProvenIdentity, guest_id: str | None, origin: Origin) -> User:
    """Return the user of the identity, who may be new. Raises SignInFailed, SignUpClosed."""
    proven = _with_clean_email(proven)
    user = _user_now(ports, proven, guest_id, origin) or _user_now(ports, proven, guest_id, origin)
    if user is None or not is_open(user):
        raise SignInFailed
    note(ports, user.user_id, "signed_in", origin, proven.identity.provider)
    return user


def link_identity(ports: Ports, session_digest: str, identity: Identity, origin: Origin) -> OpenedSession:
    """Link the identity to the account that began this; it replaces another one of the same provider.

    The session gets a new id. Raises SessionEnded, IdentityTaken, SignInFailed if the account changed meanwhile.
    """
    user, session = _user_of_session(ports, session_digest)
    others = tuple(one for one in user.identities if one.provider != identity.provider)
    try:
        linked = _linked(ports, user, (*others, identity), identity, origin)
    except _AccountChanged as error:
        raise SignInFailed("the account changed meanwhile") from error
    return renew_session(ports, linked, session, origin, auth_at=session.auth_at)


def unlink_provider(ports: Ports, user: User, provider: str, session: Session, origin: Origin) -> OpenedSession:
    """Remove the provider from the account. The session gets a new id.

    Raises ProviderNotFound, LastWayIn, SessionEnded.
    """

    def without_it(current: User) -> dict[str, Any]:
        others = tuple(one for one in current.identities if one.provider != provider)
        if len(others) == len(current.identities):
            raise ProviderNotFound(f"{provider} is not linked to this account")
        return {"identities": others}

    _, changed = remove_way_in(ports, user, session, without_it)
    _notify(ports, changed, "identity_unlinked", provider, origin)
    return renew_session(ports, changed, session, origin, auth_at=session.auth_at)


def user_of_identity(ports: Ports, identity: Identity) -> User | None:
    """Return the user who signs in with the identity."""
    expected = Containing({"issuer": identity.issuer, "subject": identity.subject})
    return next(iter(ports.accounts.users.find(identities=expected, limit=1)), None)


def _with_clean_email(proven: ProvenIdentity) -> ProvenIdentity:
    """Return the identity with its address as accounts have it, or without one that cannot be used."""
    email = proven.identity.email
    try:
        email = clean_email(email) if email else None
    except EmailInvalid:
        email = None
    return replace(proven, identity=replace(proven.identity, email=email))


def _user_now(ports: Ports, proven: ProvenIdentity, guest_id: str | None, origin: Origin) -> User | None:
    """Return the user, or None if the identity or the address got an account in between: look again."""
    try:
        return _user_for(ports, proven, guest_id, origin)
    except (Taken, IdentityTaken, _AccountChanged):
        return None


def _user_for(ports: Ports, proven: ProvenIdentity, guest_id: str | None, origin: Origin) -> User:
    user = user_of_identity(ports, proven.identity) or _linked_by_email(ports, proven, origin)
    if user:
        return user
    if not ports.accounts.policy.is_sign_up_open:
        raise SignUpClosed
    user = _claimed_guest(ports, proven, guest_id) or _new_user(ports, proven)
    note(ports, user.user_id, "registered", origin, proven.identity.provider)
    return user


def _linked_by_email(ports: Ports, proven: ProvenIdentity, origin: Origin) -> User | None:
    """Link the identity to the account with its address, if the provider is trusted to know whose address it is."""
    identity = proven.identity
    user = user_of_email(ports, identity.email) if identity.email else None
    if user is None or any(_is_same(one, identity) for one in user.identities):
        return user  # another request linked it a moment ago
    has_another = any(one.provider == identity.provider for one in user.identities)
    if not _is_email_proven(ports, proven) or has_another or not is_open(user):
        raise SignInFailed(EXISTS_ALREADY)
    return _linked(ports, user, (*user.identities, identity), identity, origin)


def _is_same(one: Identity, other: Identity) -> bool:
    return (one.issuer, one.subject) == (other.issuer, other.subject)


def _is_email_proven(ports: Ports, proven: ProvenIdentity) -> bool:
    return proven.is_email_verified and proven.identity.provider in ports.accounts.policy.trusted_providers


def _linked(ports: Ports, user: User, identities: tuple[Identity, ...], identity: Identity, origin: Origin) -> User:
    as_read = {"identities": user.identities, "email": user.email, "epoch": user.epoch}
    try:
        changed = ports.accounts.users.change(user.user_id, as_read, {"identities": identities})
    except Taken as error:
        raise IdentityTaken from error
    if changed is None:
        raise _AccountChanged
    _notify(ports, changed, "identity_linked", identity.provider, origin)
    return changed


def _notify(ports: Ports, user: User, event: EventName, provider: str, origin: Origin) -> None:
    note(ports, user.user_id, event, origin, provider)
    if user.email:
        label = ports.accounts.policy.provider_labels.get(provider, provider)
        queue_notice(ports, user.email, "notice", user.language, {"what": event, "provider": label})


def _claimed_guest(ports: Ports, proven: ProvenIdentity, guest_id: str | None) -> User | None:
    email = _email_of_new_user(ports, proven)
    changes = {
        "email": email,
        "name": proven.name,
        "verified_at": ports.now() if email else None,
        "identities": (proven.identity,),
    }
    return claim_guest(ports, guest_id, changes)


def _new_user(ports: Ports, proven: ProvenIdentity) -> User:
    now, email = ports.now(), _email_of_new_user(ports, proven)
    user = User(
        ports.new_id(),
        "user",
        created_at=now,
        seen_at=now,
        email=email,
        name=proven.name,
        verified_at=now if email else None,
        identities=(proven.identity,),
    )
    ports.accounts.users.add(user)
    return user


def _email_of_new_user(ports: Ports, proven: ProvenIdentity) -> str | None:
    """Return the address if it is proven. Else the account gets none, because it may be another person's."""
    return proven.identity.email if _is_email_proven(ports, proven) else None


def _user_of_session(ports: Ports, digest: str) -> tuple[User, Session]:
    session = ports.sessions.get(digest)
    user = ports.accounts.users.get(session.user_id) if session and session.user_id else None
    if session is None or user is None or session.expires_at <= ports.now() or not is_live(user, session.epoch):
        raise SessionEnded
    return user, session

"""Signs people in by a passkey; they need not type who they are. Whatever is wrong, the answer is the same."""

from service.accounts.errors import PasskeyInvalid, PasskeyNotFound
from service.accounts.model import Origin, Session, User
from service.accounts.ports import Ports
from service.accounts.ports.passkeys import Assertion
from service.accounts.roles import is_open
from service.accounts.usecases.audit import note
from service.accounts.usecases.passkeys.challenges import (
    Challenge,
    challenge_in,
    new_challenge,
    passkeys_of,
    use_up_challenge,
)
from service.accounts.usecases.passkeys.own import Asked, count_use, passkey_of
from service.shared.ports.collection import Containing


def begin_sign_in(ports: Ports, browser: str) -> Asked:
    """Return what a browser needs to use any passkey of this site. The same for everybody. Raises PasskeysOff."""
    passkeys, challenge = passkeys_of(ports), new_challenge(ports, "sign_in", browser)
    return Asked(passkeys.request_options(challenge.text, ()), challenge)


def by_passkey(ports: Ports, assertion: Assertion, browser: str, origin: Origin) -> User:
    """Return the user of the passkey. Raises PasskeysOff, PasskeyInvalid, RateLimited."""
    passkeys_of(ports)
    ports.accounts.attempts.count("passkey", origin.counted_as)
    challenge = challenge_in(ports, "sign_in", browser, assertion.client_data)
    user = _owner_of(ports, assertion.passkey_id)
    if user is None or not is_open(user) or assertion.user_handle is None:
        raise PasskeyInvalid
    user = use_passkey(ports, user, assertion, challenge, origin)
    note(ports, user.user_id, "signed_in", origin, "passkey")
    return user


def begin_confirmation(ports: Ports, user: User, session: Session) -> Asked:
    """Return what the browser needs to use a passkey of this user. Raises PasskeysOff, PasskeyNotFound without any."""
    passkeys = passkeys_of(ports)
    if not user.passkeys:
        raise PasskeyNotFound("the account has no passkey")
    challenge = new_challenge(ports, "recent", session.digest)
    return Asked(passkeys.request_options(challenge.text, user.passkeys), challenge)


def confirm_by_passkey(ports: Ports, user: User, assertion: Assertion, session: Session, origin: Origin) -> User:
    """Return the user, who has shown a passkey of theirs. Raises PasskeysOff, PasskeyInvalid, RateLimited."""
    passkeys_of(ports)
    ports.accounts.attempts.count("passkey", origin.counted_as)
    challenge = challenge_in(ports, "recent", session.digest, assertion.client_data)
    return use_passkey(ports, user, assertion, challenge, origin)


def use_passkey(ports: Ports, user: User, assertion: Assertion, challenge: Challenge, origin: Origin) -> User:
    """Verify what the passkey signed, use the challenge up, and return the user as it is now. Raises PasskeyInvalid.

    A forged signature leaves the challenge: it proves nothing, and could not be guessed.
    """
    passkey = passkey_of(user, assertion.passkey_id)
    if passkey is None or assertion.user_handle not in (None, passkey.user_handle):
        raise PasskeyInvalid
    try:
        sign_count = passkeys_of(ports).verify(assertion, challenge.text, passkey.public_key)
    except PasskeyInvalid:
        note(ports, user.user_id, "sign_in_failed", origin, "passkey")
        raise
    use_up_challenge(ports, challenge)
    return count_use(ports, user, passkey.passkey_id, sign_count, origin)


def _owner_of(ports: Ports, passkey_id: str) -> User | None:
    owners = ports.accounts.users.find(passkeys=Containing({"passkey_id": passkey_id}), limit=1)
    return next(iter(owners), None)

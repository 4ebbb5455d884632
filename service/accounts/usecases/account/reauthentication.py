"""Asks whoever is signed in to prove again who they are, before what could take the account away."""

from service.accounts.errors import CodeInvalid, CredentialsInvalid, EmailInvalid
from service.accounts.model import Code, Origin, Session, User
from service.accounts.password_rules import normalized
from service.accounts.ports import Ports
from service.accounts.ports.passkeys import Assertion
from service.accounts.usecases.audit import note
from service.accounts.usecases.codes import Carried, issue_code, take_code, use_up
from service.accounts.usecases.mails import queue_code_mail
from service.accounts.usecases.passkeys.use import confirm_by_passkey
from service.accounts.usecases.sessions import OpenedSession, renew_session
from service.accounts.usecases.sign_in import account_of


def send_recent_code(ports: Ports, user: User, origin: Origin) -> Code:
    """Mail a code to the user's own address. Raises RateLimited, and EmailInvalid if the account has none."""
    if user.email is None:
        raise EmailInvalid("the account has no e-mail address: sign in again with its provider")
    ports.accounts.attempts.count("send_code", origin.counted_as)
    code = issue_code(ports, "recent", user.email, Carried(user_id=user.user_id, language=user.language))
    queue_code_mail(ports, code, "recent_code")
    return code


def reauthenticate_by_password(
    ports: Ports, user: User, password: str, session: Session, origin: Origin
) -> OpenedSession:
    """Renew the session after the right password. Raises CredentialsInvalid, RateLimited, PasswordsBusy."""
    attempts, account = ports.accounts.attempts, account_of(ports, user.email or user.user_id)
    attempts.count("login", origin.counted_as)
    with ports.accounts.passwords.place() as place:
        attempts.count("login_account", account)
        verdict = place.verify(user.password_hash, normalized(password))
    if not verdict.is_right:
        note(ports, user.user_id, "sign_in_failed", origin)
        raise CredentialsInvalid
    attempts.clear("login_account", account)
    return _note_and_renew(ports, user, session, origin, "password")


def reauthenticate_by_code(ports: Ports, user: User, guess: str, session: Session, origin: Origin) -> OpenedSession:
    """Renew the session after the mailed code. Raises CodeInvalid, RateLimited."""
    ports.accounts.attempts.count("verify_code", origin.counted_as)
    code = take_code(ports, "recent", user.email or "", guess)
    if code.user_id != user.user_id:
        raise CodeInvalid
    use_up(ports, code)
    return _note_and_renew(ports, user, session, origin, "code")


def reauthenticate_by_passkey(
    ports: Ports, user: User, assertion: Assertion, session: Session, origin: Origin
) -> OpenedSession:
    """Renew the session after a passkey of the user. Raises PasskeysOff, PasskeyInvalid, RateLimited."""
    user = confirm_by_passkey(ports, user, assertion, session, origin)
    return _note_and_renew(ports, user, session, origin, "passkey")


def _note_and_renew(ports: Ports, user: User, session: Session, origin: Origin, how: str) -> OpenedSession:
    note(ports, user.user_id, "reauthenticated", origin, how)
    return renew_session(ports, user, session, origin)

"""Sets passwords: with a mailed code for somebody who forgot it, and in the account's own session.

A new password ends every session and every sign-in of a script, by the same write, because it raises the epoch.
"""

from dataclasses import dataclass

from service.accounts.emails import clean_email
from service.accounts.errors import SessionEnded
from service.accounts.model import Code, Origin, Session, User
from service.accounts.ports import Ports
from service.accounts.usecases.audit import note
from service.accounts.usecases.codes import take_proof, use_up
from service.accounts.usecases.mails import queue_notice
from service.accounts.usecases.new_passwords import require_strong
from service.accounts.usecases.sessions import OpenedSession, renew_session
from service.accounts.usecases.sign_in import account_of, owner_of, send_code_if_known
from service.shared.ports.collection import Add


@dataclass(frozen=True, slots=True)
class Reset:
    """A new password, and what shows that the address is theirs: the code, or the token of the link."""

    password: str
    email: str | None = None
    code: str | None = None
    token: str | None = None


def send_reset_code(ports: Ports, email: str, language: str | None, origin: Origin) -> Code:
    """Mail a code to set a new password with. Raises as `send_code_if_known` does."""
    return send_code_if_known(ports, "reset", "reset", email, language, origin)


def reset_password(ports: Ports, asked: Reset, origin: Origin) -> None:
    """Set the password of whoever has the code. This signs nobody in. Raises CodeInvalid, PasswordWeak, RateLimited."""
    email = clean_email(asked.email) if asked.email else None
    password = require_strong(ports, asked.password, (email,), origin)
    ports.accounts.attempts.count("verify_code", origin.counted_as)
    with ports.accounts.passwords.place() as place:
        code = take_proof(ports, "reset", email, asked.code, asked.token)
        user = owner_of(ports, code)
        hashed = place.hash(password)  # before the code is used up: it may take too long
    use_up(ports, code)
    while _set_hash(ports, user.user_id, user.epoch, hashed) is None:  # another change raised the epoch
        user = owner_of(ports, code)
    ports.accounts.attempts.clear("login_account", account_of(ports, code.email))
    _report(ports, user, origin)


def change_password(ports: Ports, user: User, password: str, session: Session, origin: Origin) -> OpenedSession:
    """Set the password of the session's user; of all sessions only this one goes on, with a new id.

    Raises PasswordWeak, RateLimited, PasswordsBusy, and SessionEnded if another request ended this session meanwhile.
    """
    strong = require_strong(ports, password, (user.email, user.name), origin)
    hashed = ports.accounts.passwords.hash(strong)
    # By the session's epoch, not the user's: a reset may have come after the session was checked.
    changed = _set_hash(ports, user.user_id, session.epoch, hashed)
    if changed is None:
        raise SessionEnded
    _report(ports, changed, origin)
    return renew_session(ports, changed, session, origin, auth_at=session.auth_at)


def _set_hash(ports: Ports, user_id: str, epoch: int | None, hashed: str) -> User | None:
    return ports.accounts.users.change(user_id, {"epoch": epoch}, {"password_hash": hashed, "epoch": Add(1)})


def _report(ports: Ports, user: User, origin: Origin) -> None:
    note(ports, user.user_id, "password_changed", origin)
    if user.email:
        queue_notice(ports, user.email, "notice", user.language, {"what": "password_changed"})

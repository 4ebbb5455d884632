"""Changes the address of an account, after a code that was mailed to the new one; the old one is told."""

from service.accounts.emails import clean_email
from service.accounts.errors import CodeInvalid, EmailTaken, SessionEnded
from service.accounts.model import Code, Origin, Session, User
from service.accounts.ports import Ports
from service.accounts.usecases.audit import note
from service.accounts.usecases.codes import Carried, issue_code, take_code, use_up
from service.accounts.usecases.mails import queue_code_mail, queue_notice
from service.accounts.usecases.sessions import OpenedSession, renew_session
from service.shared.ports.collection import Add, Taken


def send_email_code(ports: Ports, user: User, email: str, origin: Origin) -> Code:
    """Mail a code to the new address, whether another account has it or not. Raises EmailInvalid, RateLimited."""
    email = clean_email(email)
    ports.accounts.attempts.count("send_code", origin.counted_as)
    code = issue_code(ports, "email", email, Carried(user_id=user.user_id, language=user.language))
    queue_code_mail(ports, code, "email_change")
    return code


def change_email(ports: Ports, user: User, email: str, guess: str, session: Session, origin: Origin) -> OpenedSession:
    """Give the user the new address; of all sessions only this one goes on, with a new id.

    Raises CodeInvalid, and EmailTaken if another account has the address: who reads its mail may know.
    """
    ports.accounts.attempts.count("verify_code", origin.counted_as)
    code = take_code(ports, "email", clean_email(email), guess)
    if code.user_id != user.user_id:
        raise CodeInvalid
    use_up(ports, code)
    changes = {"email": code.email, "verified_at": ports.now(), "epoch": Add(1)}
    try:
        changed = ports.accounts.users.change(user.user_id, {"epoch": session.epoch}, changes)
    except Taken as error:
        raise EmailTaken from error
    if changed is None:  # another request ended this session
        raise SessionEnded
    note(ports, user.user_id, "email_changed", origin)
    if user.email and user.email != code.email:
        queue_notice(ports, user.email, "notice", user.language, {"what": "email_changed"})
    return renew_session(ports, changed, session, origin, auth_at=session.auth_at)

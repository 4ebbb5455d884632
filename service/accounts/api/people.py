"""What the views of accounts ask of a request: where it comes from, and who is signed in to an account."""

from datetime import timedelta

from flask import current_app, g, request

from service.accounts.api.ports import current_ports
from service.accounts.errors import (
    AccountNeeded,
    AccountsOff,
    AdministratorNeeded,
    ReauthenticationNeeded,
    SessionEnded,
)
from service.accounts.model import Origin, Session, User
from service.accounts.ports import Ports
from service.accounts.usecases.sessions import session_of
from service.accounts.usecases.users import user_of
from service.shared.api.context import caller, caller_or_none, context, now
from service.shared.api.cookies import sent_session_id
from service.shared.api.origins import refuse_foreign_pages
from service.shared.api.proxies import caller_address, network_of
from service.shared.model import Caller
from service.shared.scopes import USERS_ADMIN

RECENT = timedelta(minutes=10)
MAX_USER_AGENT = 200


def require_accounts() -> None:
    """Raise AccountsOff unless AUTH_MODE=accounts."""
    if not current_ports().accounts.policy.is_on:
        raise AccountsOff(f"AUTH_MODE={context().settings.auth_mode} has no accounts")


def require_way_in() -> None:
    """Guard the calls that make a session: there are accounts, and no other site's page asks."""
    if request.method != "OPTIONS":
        require_accounts()
        refuse_foreign_pages(context().settings)
        g.is_own_page = True


def require_account() -> None:
    """Guard the calls of the page of a signed-in account."""
    if request.method != "OPTIONS":
        require_accounts()
        account_caller()


def account_caller() -> Caller:
    """Return the caller of an account's own session. Raises AccountNeeded for keys, tokens and guests."""
    who = caller()
    if who.credential != "cookie" or who.session_id is None or who.is_guest:
        raise AccountNeeded
    return who


def require_administrator() -> None:
    """Guard the calls of administrators. No key, no token and no other session has their scope."""
    if request.method != "OPTIONS":
        require_accounts()
        if USERS_ADMIN not in account_caller().scopes:
            raise AdministratorNeeded


def signed_in_user(ports: Ports) -> User:
    """Return the user of the session."""
    return user_of(ports, account_caller().owner)


def recently_signed_in_user(ports: Ports) -> User:
    """Return the user of the session. Raises ReauthenticationNeeded 10 minutes after the last proof."""
    auth_at = account_caller().auth_at
    if auth_at is None or now() - auth_at > RECENT:
        raise ReauthenticationNeeded
    return signed_in_user(ports)


def session_of_request(ports: Ports) -> Session | None:
    """Return the session of the request's cookie, if that identified the caller."""
    who, cookie = caller_or_none(), sent_session_id(context().settings)
    return session_of(ports, cookie) if who and who.credential == "cookie" and cookie else None


def own_session(ports: Ports) -> Session:
    """Return the session of an account's own page. Raises SessionEnded."""
    session = session_of_request(ports)
    if session is None:  # another request ended it meanwhile
        raise SessionEnded
    return session


def guest_of_request() -> str | None:
    """Return the id of the guest that asks, if one does."""
    try:
        who = caller_or_none()
    except SessionEnded:
        return None
    return who.owner if who and who.is_guest else None


def origin_of_request() -> Origin:
    """Return where the request comes from, as far as it is kept."""
    address = caller_address(current_app)
    agent = "".join(letter for letter in request.user_agent.string if letter.isprintable())
    return Origin(
        network=network_of(address, 24, 48),
        user_agent=agent[:MAX_USER_AGENT],
        counted_as=network_of(address, 32, 64),
    )

"""/api/auth: registering, signing in and out, and who is signed in."""

from flask import Response

from service.accounts.api.auth_answers import opened_answer, session_answer, signed_in_answer, tokens_answer
from service.accounts.api.auth_schemas import (
    AuthSessionAnswer,
    CodeSentAnswer,
    LoginAnswer,
    LoginRequest,
    LogoutRequest,
    ProviderAddressAnswer,
    RefreshRequest,
    RegisterAnswer,
    RegisterRequest,
    SendCodeRequest,
    TokensAnswer,
    VerifyCodeRequest,
    VerifyEmailRequest,
)
from service.accounts.api.contract import NOBODY, OF_ACCOUNTS, WAY_IN
from service.accounts.api.identities.views import start_sign_in
from service.accounts.api.people import (
    guest_of_request,
    origin_of_request,
    require_accounts,
    require_way_in,
    session_of_request,
)
from service.accounts.api.ports import ready_ports
from service.accounts.errors import SessionEnded
from service.accounts.model import User
from service.accounts.ports import Ports
from service.accounts.usecases.guests import guest_files
from service.accounts.usecases.refresh import end_family_of_token, issue_tokens, refresh
from service.accounts.usecases.registration import Proof, Registration, register, verify
from service.accounts.usecases.sessions import end_session
from service.accounts.usecases.sign_in import by_code, by_password, send_sign_in_code
from service.shared.api.blueprints import guarded_blueprint
from service.shared.api.context import answer, caller_or_none, context
from service.shared.api.contract import BODY, OPEN_TO_ALL, problems
from service.shared.api.cookies import clear_session_id, sent_session_id
from service.shared.api.origins import refuse_foreign_pages, require_own_page
from service.shared.errors import Unauthenticated

blueprint = guarded_blueprint("auth", "/api/auth", "accounts", guard=require_way_in, security=NOBODY)
state_blueprint = guarded_blueprint("auth_state", "/api/auth", "accounts", guard=require_accounts, security=OPEN_TO_ALL)


@blueprint.post("/register", responses={202: RegisterAnswer} | WAY_IN)
def register_account(body: RegisterRequest) -> Response:
    """Register an account. A code comes by mail; POST /api/auth/verify-email then makes the account."""
    ports = ready_ports()
    guest_id = guest_of_request() if body.keep_guest else None
    asked = Registration(body.email, body.password, body.name, body.language, guest_id)
    code, token = register(ports, asked, origin_of_request())
    return answer(RegisterAnswer(email=code.email, expires_at=code.expires_at, verification_token=token), 202)


@blueprint.post("/verify-email", responses={201: AuthSessionAnswer} | WAY_IN)
def verify_email(body: VerifyEmailRequest) -> Response:
    """Make the account and sign in, with the mailed code and either the `verification_token` or the password."""
    ports = ready_ports()
    proof = Proof(body.email, body.code, body.token, body.password, body.verification_token)
    return opened_answer(ports, verify(ports, proof, origin_of_request(), sent_session_id(context().settings)))


@blueprint.post("/login", responses={200: LoginAnswer, 201: AuthSessionAnswer} | WAY_IN | problems(Unauthenticated))
def login(body: LoginRequest) -> Response:
    """Sign in with a password, or get the address of a provider to sign in with."""
    ports = ready_ports()
    if body.provider is not None:
        url = start_sign_in(ports, body.provider, body.next, keep_guest=body.keep_guest)
        return answer(ProviderAddressAnswer(url=url))
    user = by_password(ports, body.email or "", body.password or "", origin_of_request())
    return _signed_in(ports, user, "password", tokens=body.tokens)


@blueprint.post("/otp/send", responses={202: CodeSentAnswer} | WAY_IN)
def send_code(body: SendCodeRequest) -> Response:
    """Request a code to sign in with."""
    code = send_sign_in_code(ready_ports(), body.email, body.language, origin_of_request())
    return answer(CodeSentAnswer(email=code.email, expires_at=code.expires_at), 202)


@blueprint.post("/otp/verify", responses={200: TokensAnswer, 201: AuthSessionAnswer} | WAY_IN)
def verify_code(body: VerifyCodeRequest) -> Response:
    """Sign in with the mailed code or link."""
    ports = ready_ports()
    user = by_code(ports, body.email, body.code, body.token, origin_of_request())
    return _signed_in(ports, user, "code", tokens=body.tokens)


@blueprint.post("/refresh", responses={200: TokensAnswer} | WAY_IN | problems(Unauthenticated))
def refresh_tokens(body: RefreshRequest) -> Response:
    """Get the next pair of tokens. The previous token works for 30 more seconds, in case its answer was lost."""
    return tokens_answer(refresh(ready_ports(), body.refresh_token, origin_of_request()))


@state_blueprint.post("/logout", responses={204: None} | OF_ACCOUNTS | BODY)
def logout(body: LogoutRequest) -> Response:
    """End the cookie's session, if there is one; with a refresh token, end the sign-in that it comes from."""
    settings, response = context().settings, Response(status=204)
    if body.refresh_token:
        end_family_of_token(ready_ports(), body.refresh_token)
        return response
    # The answer removes the cookie, which a browser does not send with another site's form.
    refuse_foreign_pages(settings)
    if cookie := sent_session_id(settings):
        require_own_page(settings)
        end_session(ready_ports(), cookie)
    clear_session_id(response, settings)
    return response


@state_blueprint.get("/session", responses={200: AuthSessionAnswer} | OF_ACCOUNTS)
def show_session() -> Response:
    """Show who is signed in, if anybody, and how to sign in."""
    ports, settings = ready_ports(), context().settings
    try:
        who = caller_or_none()
    except SessionEnded:
        response = answer(session_answer(ports, None, None))
        clear_session_id(response, settings)
        return response
    user = ports.accounts.users.get(who.owner) if who else None
    session = session_of_request(ports) if who else None
    response = answer(session_answer(ports, user, session, guest_files(ports, session)))
    response.vary.update(("Cookie", "Authorization"))
    return response


def _signed_in(ports: Ports, user: User, how: str, *, tokens: bool) -> Response:
    """Open a session, or return tokens to a script."""
    if tokens:
        return tokens_answer(issue_tokens(ports, user, origin_of_request()))
    return signed_in_answer(ports, user, how)

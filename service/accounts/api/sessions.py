"""/v1/session: shows who you are, exchanges a token for a cookie so that a page need not store it, and signs out."""

from dataclasses import asdict

from flask import Response

from service.accounts.api.ports import current_ports, ready_ports
from service.accounts.api.schemas import (
    Limits,
    SessionAccount,
    SessionAnswer,
    SessionFeatures,
    SessionGrant,
    SessionQuota,
)
from service.accounts.errors import SessionEnded
from service.accounts.usecases.sessions import end_session, open_session
from service.shared.api.blueprints import open_blueprint
from service.shared.api.context import (
    answer,
    caller,
    caller_or_none,
    context,
    now,
)
from service.shared.api.contract import (
    BEARER_ONLY,
    OPEN_TO_ALL,
    problems,
)
from service.shared.api.cookies import clear_session_id, sent_session_id, set_session_id
from service.shared.api.origins import require_own_page
from service.shared.errors import Unauthenticated, Unavailable
from service.shared.model import Caller, Grant
from service.uploads.policy import MAX_COVER_BYTES
from service.uploads.quota import NO_LIMIT
from service.uploads.usecases import allowance
from service.uploads.usecases.grants import left

blueprint = open_blueprint("sessions", "/v1/session", tag="session")


@blueprint.get("", security=OPEN_TO_ALL, responses={200: SessionAnswer} | problems(Unauthenticated, Unavailable))
def show() -> Response:
    """Show who you are to the service, and what may be uploaded."""
    try:
        return answer(_session_of(caller_or_none()))
    except SessionEnded:
        response = answer(_session_of(None))
        clear_session_id(response, context().settings)
        return response


@blueprint.post("", security=BEARER_ONLY, responses={201: SessionAnswer} | problems(Unauthenticated, Unavailable))
def sign_in() -> Response:
    """Exchange a bearer token for a session cookie that expires no later. An earlier session ends."""
    settings, who, ports = context().settings, caller(), ready_ports()
    session_id, expires_at = open_session(ports, who)
    if before := sent_session_id(settings):
        end_session(ports, before)
    response = answer(_session_of(who), 201)
    set_session_id(response, settings, session_id, max_age=int((expires_at - ports.now()).total_seconds()))
    return response


@blueprint.delete("", responses={204: None} | problems(Unavailable))
def sign_out() -> Response:
    """End the cookie's session, if there is one."""
    settings, response = context().settings, Response(status=204)
    if session_id := sent_session_id(settings):
        require_own_page(settings)
        end_session(ready_ports(), session_id)
    clear_session_id(response, settings)
    return response


def _session_of(who: Caller | None) -> SessionAnswer:
    policy = current_ports().policy
    limits = Limits(
        max_upload_bytes=policy.max_upload_bytes,
        put_max_bytes=policy.put_max_bytes,
        allowed_content_types=list(policy.allowed_content_types),
        max_cover_bytes=MAX_COVER_BYTES,
        cover_content_types=list(policy.cover_content_types),
        moods=list(policy.moods),
    )
    return SessionAnswer(
        auth_mode=context().settings.auth_mode,
        owner=who.owner if who else None,
        account=_account_of(who),
        scopes=sorted(who.scopes) if who else [],
        limits=limits,
        features=SessionFeatures(**asdict(current_ports().features)),
        grant=grant_answer(who.grant) if who and who.grant else None,
        quota=_quota_of(who) if who else None,
        server_time=now(),
    )


def _account_of(who: Caller | None) -> SessionAccount | None:
    accounts = current_ports().accounts
    user = accounts.users.get(who.owner) if who and accounts.policy.is_on else None
    return SessionAccount(kind=user.kind, name=user.name, email=user.email) if user else None


def grant_answer(grant: Grant) -> SessionGrant:
    """Return what the caller's token may still upload."""
    left_files, left_bytes = left(current_ports(), grant)
    return SessionGrant(
        prefix=grant.prefix or None,
        content_types=list(grant.content_types) or None,
        max_bytes=grant.max_bytes,
        max_files=grant.max_files,
        left_bytes=left_bytes,
        left_files=left_files,
    )


def _quota_of(who: Caller) -> SessionQuota | None:
    """Return what the caller may hold; None if there are no quotas."""
    quota = allowance.left(current_ports(), who.owner)
    if quota is None:
        return None
    max_bytes, left_bytes = _shown(quota.allowed.size_bytes, quota.left.size_bytes)
    max_files, left_files = _shown(quota.allowed.files, quota.left.files)
    max_pending, left_pending = _shown(quota.allowed.pending, quota.left.pending)
    return SessionQuota(
        max_bytes=max_bytes,
        left_bytes=left_bytes,
        max_files=max_files,
        left_files=left_files,
        max_pending=max_pending,
        left_pending=left_pending,
    )


def _shown(limit: int, remaining: int) -> tuple[int | None, int | None]:
    # An owner whose quota was lowered may have more than it allows.
    return (None, None) if limit == NO_LIMIT else (limit, max(0, remaining))

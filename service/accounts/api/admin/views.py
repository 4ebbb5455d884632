"""/api/admin: users and their audit, for administrators who are signed in on the page. It shows nobody's files."""

from collections.abc import Mapping

from flask import Response

from service.accounts.api.admin.answers import audited, managed_users
from service.accounts.api.admin.pages import page_of_events, page_of_users
from service.accounts.api.admin.schemas import (
    AuditedEventsAnswer,
    EventsQuery,
    ManagedUserAnswer,
    ManagedUsersAnswer,
    QuotaRequest,
    UserEditRequest,
    UserPath,
    UsersQuery,
)
from service.accounts.api.contract import OF_ACCOUNTS, SESSION_ONLY
from service.accounts.api.people import origin_of_request, recently_signed_in_user, require_administrator
from service.accounts.api.ports import ready_ports
from service.accounts.model import ADMIN_ROLE, User
from service.accounts.ports import Ports
from service.accounts.usecases.admin.people import Actor, UserEdits, delete_user, edit_user
from service.accounts.usecases.admin.user_quotas import Limit, QuotaEdits, require_quotas, set_quota
from service.shared.api.blueprints import guarded_blueprint
from service.shared.api.context import answer, now
from service.shared.api.contract import BODY, problems
from service.shared.errors import Conflict

# By the names of the use case.
LIMITS: Mapping[Limit, str] = {"size_bytes": "max_bytes", "files": "max_files", "pending": "max_pending"}

blueprint = guarded_blueprint("admin", "/api/admin", "accounts", guard=require_administrator, security=SESSION_ONLY)


@blueprint.get("/users", responses={200: ManagedUsersAnswer} | OF_ACCOUNTS)
def list_users(query: UsersQuery) -> Response:
    """List the users, newest first, or find some by the beginning of their address. For administrators."""
    ports = ready_ports()
    users, cursor = page_of_users(ports, query)
    return answer(ManagedUsersAnswer(users=managed_users(ports, users), next_cursor=cursor, server_time=now()))


@blueprint.patch("/users/<path:user_id>", responses={200: ManagedUserAnswer} | OF_ACCOUNTS | BODY | problems(Conflict))
def edit(path: UserPath, body: UserEditRequest) -> Response:
    """Disable or enable a user, make them an administrator, or give them a quota of their own. For administrators.

    Requires a sign-in within the last 10 minutes. One administrator always remains.
    """
    ports = ready_ports()
    actor = _actor(ports)
    changes_quota = "quota" in body.model_fields_set
    if changes_quota:  # before anything is changed
        require_quotas(ports)
    is_admin = None if body.roles is None else ADMIN_ROLE in body.roles
    user = edit_user(ports, actor, path.user_id, UserEdits(is_disabled=body.disabled, is_admin=is_admin))
    if changes_quota:
        set_quota(ports, user.user_id, _quota_edits(body.quota), actor)
    return _user_answer(ports, user, 200)


@blueprint.delete("/users/<path:user_id>", responses={202: ManagedUserAnswer} | OF_ACCOUNTS | problems(Conflict))
def delete(path: UserPath) -> Response:
    """Delete an account with all its files, as if its owner left. There is no way back. For administrators.

    Requires a sign-in within the last 10 minutes. The user is signed out at once; all is gone about an hour later.
    """
    ports = ready_ports()
    return _user_answer(ports, delete_user(ports, _actor(ports), path.user_id), 202)


@blueprint.get("/audit", responses={200: AuditedEventsAnswer} | OF_ACCOUNTS)
def list_events(query: EventsQuery) -> Response:
    """List what happened to all accounts, or to one, newest first. For administrators."""
    events, cursor = page_of_events(ready_ports(), query)
    shown = [audited(event) for event in events]
    return answer(AuditedEventsAnswer(events=shown, next_cursor=cursor, server_time=now()))


def _actor(ports: Ports) -> Actor:
    return Actor(recently_signed_in_user(ports).user_id, origin_of_request())


def _quota_edits(asked: QuotaRequest | None) -> QuotaEdits | None:
    if asked is None:
        return None
    return {limit: getattr(asked, name) for limit, name in LIMITS.items() if name in asked.model_fields_set}


def _user_answer(ports: Ports, user: User, status: int) -> Response:
    [shown] = managed_users(ports, [user])
    return answer(ManagedUserAnswer(user=shown, server_time=now()), status)

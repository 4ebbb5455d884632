"""/healthz, /readyz and /v1/session: what needs no token."""

from flask import Response
from flask_openapi3 import APIBlueprint, Tag

from service.api.answers import Health, Limits, Ready, ReadyCheck, SessionAnswer, SessionGrant
from service.api.context import answer, caller_or_none, context, now
from service.api.contract import ANY_CALL, OPEN_TO_ALL, problems
from service.api.requests import refuse_odd_parameters
from service.errors import Unauthenticated, Unavailable
from service.model import Grant
from service.usecases.grants import left
from service.usecases.health import readiness

blueprint = APIBlueprint("health", __name__, abp_tags=[Tag(name="service")], **ANY_CALL)
blueprint.before_request(refuse_odd_parameters)


@blueprint.get("/healthz", responses={200: Health})
def healthz() -> Response:
    """Whether the process answers. Asks nobody else."""
    return answer(Health(status="ok"))


@blueprint.get("/readyz", responses={200: Ready, 503: Ready})
def readyz() -> Response:
    """Whether the store and the database answer and the buckets are there: for the load balancer."""
    shared = context()
    found = readiness(shared.ports, shared.preparation)
    ok = all(check.ok for check in found)
    checks = [ReadyCheck(name=check.name, ok=check.ok, detail=check.detail) for check in found]
    response = answer(Ready(status="ready" if ok else "not_ready", checks=checks), 200 if ok else 503)
    if not ok:
        response.headers["Retry-After"] = "2"
    return response


@blueprint.get(
    "/v1/session",
    security=OPEN_TO_ALL,
    responses={200: SessionAnswer} | problems(Unauthenticated, Unavailable),
)
def session() -> Response:
    """Who you are to the service, and what may be uploaded."""
    shared, who = context(), caller_or_none()
    policy = shared.ports.policy
    limits = Limits(
        max_upload_bytes=policy.max_upload_bytes,
        allowed_content_types=list(policy.allowed_content_types),
        moods=list(policy.moods),
    )
    found = SessionAnswer(
        auth_mode=shared.settings.auth_mode,
        owner=who.owner if who else None,
        scopes=sorted(who.scopes) if who else [],
        limits=limits,
        grant=grant_answer(who.grant) if who and who.grant else None,
        server_time=now(),
    )
    return answer(found)


def grant_answer(grant: Grant) -> SessionGrant:
    """What the caller's token may still upload."""
    left_files, left_bytes = left(context().ports, grant)
    return SessionGrant(
        prefix=grant.prefix or None,
        content_types=list(grant.content_types) or None,
        max_bytes=grant.max_bytes,
        max_files=grant.max_files,
        left_bytes=left_bytes,
        left_files=left_files,
    )

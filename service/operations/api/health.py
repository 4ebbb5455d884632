"""/healthz and /readyz, for the operators of the service."""

from flask import Response

from service.operations.api.ports import current_ports
from service.operations.api.schemas import Health, Ready, ReadyCheck
from service.operations.usecases.health import readiness
from service.shared.api.blueprints import open_blueprint
from service.shared.api.context import answer, context

blueprint = open_blueprint("health", "", tag="service")


@blueprint.get("/healthz", responses={200: Health})
def healthz() -> Response:
    """Report that the process answers; nothing else is checked."""
    return answer(Health(status="ok"))


@blueprint.get("/readyz", responses={200: Ready, 503: Ready})
def readyz() -> Response:
    """Report whether the store, the database and the buckets can be reached, for load balancers."""
    results = readiness(current_ports(), context().preparation)
    ok = all(check.ok for check in results)
    checks = [ReadyCheck(name=check.name, ok=check.ok, detail=check.detail) for check in results]
    response = answer(Ready(status="ready" if ok else "not_ready", checks=checks), 200 if ok else 503)
    if not ok:
        response.headers["Retry-After"] = "2"
    return response

"""Makes every blueprint of the API together with the checks before its views, so that nobody can forget one."""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from flask.globals import request_ctx
from flask_openapi3 import APIBlueprint, Tag

from service.shared.api.call_limits.count import count_calls
from service.shared.api.context import caller, current_ports
from service.shared.api.contract import ANY_CALL, SECURED, SECURED_CALL
from service.shared.api.requests import refuse_odd_parameters
from service.shared.api.secured import SecuredBlueprint, name_of_view
from service.shared.call_limits import Limited

_NONE: Mapping[str, Collection[str]] = MappingProxyType({})


def secured_blueprint(
    name: str,
    prefix: str,
    tag: str,
    *,
    scopes: Collection[str] = (),
    call_scopes: Mapping[str, Collection[str]] = _NONE,
    writing_reads: Collection[str] = (),
    limited: Mapping[str, Limited] = MappingProxyType({}),
) -> SecuredBlueprint:
    """Return a blueprint that refuses a caller without the scope before the request's body is read.

    A caller needs one of `scopes`, or of `call_scopes` for a view that is named there. `writing_reads` are the views
    for GET that change something: a cookie alone is not enough for them if another site's page sends it. `limited` are
    the views whose calls count against CALL_LIMITS; a view for many at once counts by itself.
    """
    options = {"abp_tags": [Tag(name=tag)], "abp_security": SECURED, **SECURED_CALL}
    blueprint = SecuredBlueprint(
        name,
        __name__,
        url_prefix=prefix or None,
        scopes=scopes,
        call_scopes=call_scopes,
        writing_reads=writing_reads,
        **options,
    )

    @blueprint.before_request
    def require_caller() -> None:
        asked = request_ctx.request
        if asked.method != "OPTIONS":  # a browser's preflight carries no token
            view = name_of_view(asked.endpoint)
            blueprint.require_scope(view, caller())
            # Asked here, so that without limits a request enters no file of theirs.
            if view in limited and current_ports().call_limiter:
                count_calls(limited[view])

    blueprint.before_request(refuse_odd_parameters)
    return blueprint


def guarded_blueprint(
    name: str, prefix: str, tag: str, *, guard: Callable[[], None], security: list[dict[str, list[Any]]]
) -> APIBlueprint:
    """Return a blueprint whose callers are not people: `guard` refuses a request without their credential."""
    blueprint = APIBlueprint(
        name, __name__, url_prefix=prefix or None, abp_tags=[Tag(name=tag)], abp_security=security, **SECURED_CALL
    )
    blueprint.before_request(guard)
    blueprint.before_request(refuse_odd_parameters)
    return blueprint


def open_blueprint(name: str, prefix: str, tag: str) -> APIBlueprint:
    """Return a blueprint that anyone may call."""
    blueprint = APIBlueprint(name, __name__, url_prefix=prefix or None, abp_tags=[Tag(name=tag)], **ANY_CALL)
    blueprint.before_request(refuse_odd_parameters)
    return blueprint

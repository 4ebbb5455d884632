"""/api/auth/device: a terminal asks, a person allows it on the page, and the terminal collects an API key."""

from flask import Response

from service.accounts.api.contract import SESSION_ONLY
from service.accounts.api.people import origin_of_request, require_account, require_way_in, signed_in_user
from service.accounts.api.ports import ready_ports
from service.accounts.api.scripts.schemas import (
    ApproveDeviceRequest,
    DeviceAnswer,
    DeviceKeyAnswer,
    DevicePath,
    DeviceRequest,
    DeviceTokenRequest,
    WaitingDeviceAnswer,
)
from service.accounts.usecases.devices import (
    INTERVAL_S,
    LASTS,
    allow_grant,
    begin_grant,
    collect_key,
    refuse_grant,
    show_grant,
)
from service.shared.api.blueprints import guarded_blueprint
from service.shared.api.context import answer, context
from service.shared.api.contract import BODY, problems
from service.shared.api.origins import own_origin
from service.shared.errors import Conflict, NotFound, TooMany

OF_DEVICES = problems(NotFound)

terminal_blueprint = guarded_blueprint("devices", "/api/auth/device", "accounts", guard=require_way_in, security=[{}])
blueprint = guarded_blueprint(
    "device_approvals", "/api/auth/device", "accounts", guard=require_account, security=SESSION_ONLY
)


@terminal_blueprint.post("", responses={200: DeviceAnswer} | OF_DEVICES | BODY | problems(TooMany))
def begin(body: DeviceRequest) -> Response:
    """Start a terminal's sign-in. Show the code and the address to the person, then ask POST /api/auth/device/token."""
    started = begin_grant(ready_ports(), body.name, body.scopes, origin_of_request())
    code = started.grant.user_code
    asked = DeviceAnswer(
        device_code=started.device_code,
        user_code=code,
        url=f"{own_origin(context().settings)}/link#{code}",
        expires_in=int(LASTS.total_seconds()),
        interval=INTERVAL_S,
    )
    return answer(asked)


@terminal_blueprint.post("/token", responses={200: DeviceKeyAnswer} | OF_DEVICES | BODY | problems(Conflict, TooMany))
def collect(body: DeviceTokenRequest) -> Response:
    """Get the API key after the person has allowed the terminal. It is returned once."""
    text, key = collect_key(ready_ports(), body.device_code, origin_of_request())
    return answer(DeviceKeyAnswer(key=text, key_id=key.key_id, expires_at=key.expires_at))


@blueprint.get("/<id:user_code>", responses={200: WaitingDeviceAnswer} | OF_DEVICES)
def show(path: DevicePath) -> Response:
    """Show the terminal that waits with this code."""
    grant = show_grant(ready_ports(), path.user_code)
    waiting = WaitingDeviceAnswer(
        user_code=grant.user_code,
        name=grant.name,
        network=grant.network,
        scopes=list(grant.scopes),
        expires_at=grant.expires_at,
    )
    return answer(waiting)


@blueprint.post("/approve", responses={204: None} | OF_DEVICES | BODY | problems(Conflict))
def approve(body: ApproveDeviceRequest) -> Response:
    """Allow the terminal to act for you until its key expires, or refuse it."""
    ports = ready_ports()
    user = signed_in_user(ports)
    if body.allow:
        allow_grant(ports, user, body.user_code, origin_of_request())
    else:
        refuse_grant(ports, body.user_code)
    return Response(status=204)

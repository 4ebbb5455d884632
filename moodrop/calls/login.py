"""Signs a machine in: a person allows it on the page, and it collects an API key."""

from moodrop.calls.parsing import parse
from moodrop.calls.service import Service
from moodrop.errors import Conflict, ServerUnknown
from moodrop.model import PendingLogin

PENDING = "device_pending"


def begin_login(service: Service, name: str) -> PendingLogin:
    """Ask to be signed in under this name."""
    return parse(PendingLogin, service.call("POST", "/api/auth/device", body={"name": name}))


def collect_key(service: Service, pending: PendingLogin) -> str | None:
    """Return the key, once; None while nobody has decided."""
    body = {"device_code": pending.device_code}
    try:
        # A lost answer had the key: nobody gets it again.
        content = service.call("POST", "/api/auth/device/token", body=body, repeatable=False)
    except Conflict as error:
        if error.code == PENDING:
            return None
        raise
    key = content.get("key")
    if not isinstance(key, str):
        raise ServerUnknown("the answer is not from Moodrop's API v1: it has no key")
    return key


def end_key(service: Service) -> None:
    """Revoke the key that the calls are made with."""
    service.delete("/api/auth/api-keys/current")

"""Which page a browser sends a request for. A cookie goes along by itself, so our own page has to be the one."""

from flask import current_app, request

from service.shared.api.secured import SecuredBlueprint, name_of_view
from service.shared.errors import ForeignOrigin
from service.shared.settings import Settings


def own_origin(settings: Settings) -> str:
    """Scheme and host that people reach the service at, without a slash at the end."""
    return settings.public_url or request.host_url.rstrip("/")


def is_https(settings: Settings) -> bool:
    """Whether people reach the service by HTTPS."""
    return own_origin(settings).startswith("https:")


def is_write() -> bool:
    """Whether the request changes something."""
    return request.method not in ("GET", "HEAD", "OPTIONS") or _is_writing_read()


def _is_writing_read() -> bool:
    blueprint = current_app.blueprints.get(request.blueprint or "")
    return isinstance(blueprint, SecuredBlueprint) and name_of_view(request.endpoint) in blueprint.writing_reads


def require_own_page(settings: Settings) -> None:
    """Raises ForeignOrigin unless the browser says that the request is our own page's.

    Another port of our host, and another name under our domain, are 'same-site', and get our cookie sent: not ours.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    # Older browsers, and all of them where the page came by plain HTTP, send Origin alone.
    own = origin == own_origin(settings) if site is None else site == "same-origin"
    if not own:
        raise ForeignOrigin(f"a cookie alone does not let {origin or 'another site'} write")

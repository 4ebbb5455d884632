"""Checks which page a request comes from: browsers send cookies unasked, so only our own page may write with one."""

from flask import current_app, request

from service.shared.api.secured import SecuredBlueprint, name_of_view
from service.shared.errors import ForeignOrigin
from service.shared.settings import SharedSettings


def own_origin(settings: SharedSettings) -> str:
    """Return the scheme and host at which people reach the service, without a trailing slash."""
    return settings.public_url or request.host_url.rstrip("/")


def is_https(settings: SharedSettings) -> bool:
    """Return whether people reach the service by HTTPS."""
    return own_origin(settings).startswith("https:")


def is_write() -> bool:
    """Return whether the request changes something."""
    return request.method not in ("GET", "HEAD", "OPTIONS") or _is_writing_read()


def _is_writing_read() -> bool:
    blueprint = current_app.blueprints.get(request.blueprint or "")
    return isinstance(blueprint, SecuredBlueprint) and name_of_view(request.endpoint) in blueprint.writing_reads


def require_own_page(settings: SharedSettings) -> None:
    """Raise ForeignOrigin unless the browser says that the request comes from our own page.

    Another port of our host or another name under our domain is 'same-site' and gets our cookie, but is not our page.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    # Older browsers, and all browsers if the page came by plain HTTP, send only Origin.
    own = origin == own_origin(settings) if site is None else site == "same-origin"
    if not own:
        raise ForeignOrigin(f"a cookie alone does not let {origin or 'another site'} write")


def refuse_foreign_pages(settings: SharedSettings) -> None:
    """Raise ForeignOrigin if a page of another site asks for a session. Scripts send neither header and may ask."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    own = origin in (None, own_origin(settings)) if site is None else site == "same-origin"
    if not own:
        raise ForeignOrigin(f"{origin or 'another site'} cannot sign people in here")

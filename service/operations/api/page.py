"""The built page of web/, served from the same address as the API, with a strict policy for browsers."""

import json
import os.path
from itertools import chain
from pathlib import Path

from flask import Blueprint, Flask, Response, redirect, request, send_from_directory
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from service.operations.api.retired_worker import RETIRED_WORKER
from service.operations.settings import OperationsSettings
from service.shared.api.headers import CommonHeaders
from service.shared.api.problems import CONTENT_TYPE, render_http
from service.store.addresses import origins_of, store_of

# Permissions that the page may ask for, and permissions that nothing here ever needs.
_ASKED = ("camera", "microphone")
_NEVER = (
    "accelerometer",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
_COMMON = {
    "X-Content-Type-Options": "nosniff",
    # A presigned URL must not travel on as a referrer.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # No page of another site can embed our answers as a picture or script. The pages of CORS_ORIGINS use fetch.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join([f"{name}=(self)" for name in _ASKED] + [f"{name}=()" for name in _NEVER]),
}
# For browsers that do not know frame-ancestors. It can name no site, so it is left out where FRAME_ANCESTORS does.
_NO_FRAMES = {"X-Frame-Options": "DENY"}
# WebAssembly judges the mood of a face, and browsers treat WebAssembly like eval. This keyword allows it alone:
# eval and the like in JavaScript stay forbidden.
_PAGE_SCRIPTS = "'self' 'wasm-unsafe-eval'"
# The page's own policy for Trusted Types: web/src/lib/trusted-scripts.ts.
_PAGE_TRUSTS = "default"
# The addresses of accounts (web/src/features/accounts/places.ts), and that of the history.
_VIEWS = ("sign-in", "register", "verify", "forgot", "reset", "account", "link", "admin", "history")
# Vite copies them to the top without a hash. The icons are made from the first by web/scripts/icons.mjs.
_ICONS = ("favicon.svg", "icon-192.png", "icon-512.png", "icon-maskable-512.png", "apple-touch-icon.png")
_WORKER = "media-worker.js"
_MANIFEST = "manifest.webmanifest"
_PUBLIC = (*_ICONS, "robots.txt", _MANIFEST, _WORKER)
# Where files come that other apps share, and what the page says there (web/src/home/unknown-page.tsx).
_SHARE = "/share"
_NEVER_SHARED = f"{_SHARE}?worker=off"
# Below this, people read JSON too: it is the API's.
_API = "/v1/"
# Vite puts a hash of the content into each name below assets/.
_ASSET_MAX_AGE_S = 31_536_000
# The build also writes compressed copies of many of them; the smallest comes first.
_PACKED = {"br": ".br", "gzip": ".gz"}


def register_page(app: Flask, settings: OperationsSettings) -> None:
    """Serve the page where it is built, and set the security headers of every answer."""
    # Those of every store: a page that is open goes on while the files move.
    each = [origins_of(store_of(one, one.public_endpoint), one.buckets) for one in settings.stores.values()]
    store = tuple(dict.fromkeys(chain.from_iterable(each)))
    root = Path(settings.web_root).resolve()
    frames = settings.frame_ancestors
    if (root / "index.html").is_file():
        policy = content_security_policy(store, scripts=_PAGE_SCRIPTS, trusted=_PAGE_TRUSTS, frames=frames)
        app.register_blueprint(_page(root, policy, has_worker=settings.page_worker))
    common = {**_COMMON, **({} if frames else _NO_FRAMES), "Content-Security-Policy": content_security_policy(store)}
    app.wsgi_app = CommonHeaders(app.wsgi_app, common)  # type: ignore[method-assign]


def content_security_policy(
    store: tuple[str, ...], *, scripts: str = "'self'", trusted: str = "'none'", frames: tuple[str, ...] = ()
) -> str:
    """Return the policy: nothing inline, nothing foreign, no text as markup; bytes go to and come from the store.

    `store` are the origins of its buckets, `frames` the sites that may show the page in a frame.
    """
    origins = " ".join(store)
    ancestors = " ".join("'self'" if site == "self" else site for site in frames) or "'none'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; font-src 'self'; "
        f"connect-src 'self' {origins}; img-src 'self' data: blob: {origins}; media-src 'self' blob: {origins}; "
        f"manifest-src 'self'; frame-ancestors {ancestors}; base-uri 'none'; form-action 'self'; "
        f"require-trusted-types-for 'script'; trusted-types {trusted}"
    )


def _page(root: Path, policy: str, *, has_worker: bool) -> Blueprint:
    blueprint = Blueprint("page", __name__)

    @blueprint.get("/")
    @blueprint.get("/files/<id:file_id>")
    @blueprint.get(f"/<any({', '.join(map(repr, _VIEWS))}):view>")
    def index(file_id: str | None = None, view: str | None = None) -> Response:
        response = send_from_directory(root, "index.html")
        response.headers["Cache-Control"] = "no-cache"
        response.headers["Content-Security-Policy"] = policy
        return response

    @blueprint.app_errorhandler(NotFound)
    def unknown(error: NotFound) -> Response:
        """Answer people with the page, which knows what is wrong and leads back; answer clients with the problem."""
        problem = render_http(error)
        if request.path.startswith(_API) or not _is_for_a_person():
            return problem
        response = index()
        response.status_code = problem.status_code
        response.vary.add("Accept")
        return response

    @blueprint.get(f"/<any({', '.join(map(repr, _PUBLIC))}):name>")
    def public(name: str) -> Response:
        if name == _WORKER and not has_worker:
            return Response(RETIRED_WORKER, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})
        if name == _MANIFEST and not has_worker:
            return _without_sharing(root / name)
        return send_from_directory(root, name)

    @blueprint.get(_SHARE)
    @blueprint.post(_SHARE)
    def share() -> ResponseReturnValue:
        """Say that the files did not arrive: the page's service worker takes them, but was not there yet, or never is.

        If they are larger than a body may be, the server refuses them and sends the browser here by GET.
        """
        if has_worker or request.full_path == _NEVER_SHARED:
            return index()
        return redirect(_NEVER_SHARED, 303)

    @blueprint.get("/assets/<path:name>")
    def assets(name: str) -> Response:
        packed = _packed(root / "assets", name)
        # Flask derives the encoding and the type from the two endings of the name.
        response = send_from_directory(root / "assets", packed or name, max_age=_ASSET_MAX_AGE_S)
        response.headers["Cache-Control"] = f"public, max-age={_ASSET_MAX_AGE_S}, immutable"
        response.vary.add("Accept-Encoding")
        return response

    return blueprint


def _without_sharing(manifest: Path) -> Response:
    """Return the manifest of an installed page that is offered no files: without its worker, they would be lost."""
    if not manifest.is_file():
        raise NotFound
    rest = {name: value for name, value in json.loads(manifest.read_bytes()).items() if name != "share_target"}
    return Response(json.dumps(rest), mimetype="application/manifest+json")


def _is_for_a_person() -> bool:
    """Return whether a browser asks for a page to show. Scripts and clients that take anything get JSON."""
    accepted = request.accept_mimetypes
    return (
        request.method in {"GET", "HEAD"}
        and accepted.best_match([CONTENT_TYPE, "application/json", "text/html"]) == "text/html"
    )


def _packed(folder: Path, name: str) -> str | None:
    """Return the name of the compressed copy that this client accepts, or None if there is none."""
    for encoding, suffix in _PACKED.items():
        path = safe_join(str(folder), name + suffix)
        # os.path's answer to a name that is too long is no; pathlib's is an error.
        if path and request.accept_encodings[encoding] > 0 and os.path.isfile(path):  # noqa: PTH113
            return name + suffix
    return None

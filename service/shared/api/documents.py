"""/openapi.json and its readable form /docs, made from the models that check requests and answers."""

from html import escape
from pathlib import Path

import flask_openapi3_redoc
from flask import Blueprint, Response, current_app, jsonify
from flask_openapi3 import Info

from service.shared.api import problem
from service.shared.version import VERSION

INFO = Info(
    title="Moodrop",
    version=VERSION,
    description="Direct uploads to S3 stores by presigned URLs. Each file is verified, and recorded with a mood.",
)

blueprint = Blueprint(
    "documents",
    __name__,
    static_folder=str(Path(flask_openapi3_redoc.__file__).parent / "templates" / "redoc"),
    static_url_path="/docs/static",
)

# Redoc styles itself at run time, so this page alone may have inline styles.
_DOCS_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; worker-src blob:; frame-ancestors 'none'; base-uri 'none'"
)
_DOCS_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Moodrop API</title>
</head>
<body>
<redoc spec-url="/openapi.json" hide-download-button></redoc>
<noscript>The document itself: <a href="/openapi.json">/openapi.json</a></noscript>
<script src="/docs/static/js/redoc.standalone.js"></script>
</body>
</html>
"""


_CATALOGUE_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Moodrop errors</title>
<h1>Errors</h1>
<table>
<tr><th>code<th>status<th>retry<th>means<th>what to do
"""


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The OpenAPI 3.1 document."""
    return jsonify(current_app.api_doc)  # type: ignore[attr-defined]  # the app is flask-openapi3's


@blueprint.get("/docs/errors")
def catalogue() -> Response:
    """List every error code, with its meaning and what to do. A problem's `type` points here."""
    rows = [
        f"<tr id={escape(kind.code)}><td><code>{escape(kind.code)}</code><td>{kind.status}"
        f"<td>{'yes' if kind.retryable else 'no'}<td>{escape(kind.title)}<td>{escape(kind.hint)}"
        for kind in sorted(problem.catalogue(), key=lambda kind: (kind.status, kind.code))
    ]
    return Response(_CATALOGUE_PAGE + "\n".join(rows) + "</table>", mimetype="text/html")


@blueprint.get("/docs")
def docs() -> Response:
    """The document as a page for people."""
    return Response(_DOCS_PAGE, mimetype="text/html", headers={"Content-Security-Policy": _DOCS_CSP})

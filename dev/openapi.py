"""`python -m dev.openapi FILE`: write the OpenAPI document, with no server running.

The one module here that needs the service's packages.
"""

import json
import sys
from pathlib import Path
from typing import Any

from service.app import create_app
from service.settings import Settings


def document() -> dict[str, Any]:
    """What /openapi.json answers."""
    # Of the settings the document depends on none; these are the ones without a default.
    app = create_app(Settings(auth_mode="jwt", jwt_jwks_url="https://id.example/jwks.json"))
    found: dict[str, Any] = app.api_doc
    return found


def main() -> None:
    text = json.dumps(document(), indent=2, sort_keys=True)
    Path(sys.argv[1]).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

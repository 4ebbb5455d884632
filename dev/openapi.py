"""`python -m dev.openapi FILE`: writes the OpenAPI document without a running server.

Unlike the launcher, it needs the service's packages.
"""

import json
import sys
from pathlib import Path
from typing import Any

from service.app import create_app
from service.settings import Settings


def document() -> dict[str, Any]:
    """Return what /openapi.json serves."""
    # The document depends on no setting; these have no default.
    app = create_app(Settings(auth_mode="jwt", jwt_jwks_url="https://id.example/jwks.json"))
    api_doc: dict[str, Any] = app.api_doc
    return api_doc


def main() -> None:
    text = json.dumps(document(), indent=2, sort_keys=True)
    Path(sys.argv[1]).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

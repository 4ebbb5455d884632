"""Asks the service about its files."""

from typing import Any

import urllib3

from tests.conftest import Service


def files_of(service: Service) -> list[dict[str, Any]]:
    """Return the files that the service lists."""
    return list(urllib3.request("GET", f"{service.url}/v1/files?limit=200").json()["files"])

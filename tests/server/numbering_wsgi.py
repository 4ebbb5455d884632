"""An app whose answers say in which order its requests were handled. GET /hold holds its thread until it is let go."""

import os
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any

_NUMBERS = count(1)


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    number = 0 if environ["PATH_INFO"] == "/healthz" else next(_NUMBERS)
    if environ["PATH_INFO"] == "/hold":
        Path(os.environ["HOLD"]).read_bytes()
    body = str(number).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]

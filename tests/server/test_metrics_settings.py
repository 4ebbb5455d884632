"""Where the metrics are served, as gunicorn's configuration says."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from dev.project import ROOT
from service.settings import Settings

CODE = "from service.server.gunicorn_conf import bind; print(*bind)"


@pytest.mark.parametrize(
    ("given", "bind"),
    [
        ({}, "127.0.0.1:5000"),
        ({"METRICS_PORT": "9464"}, "127.0.0.1:5000 127.0.0.1:9464"),
        ({"METRICS_PORT": "9464", "METRICS_HOST": "::1", "HOST": "::1"}, "[::1]:5000 [::1]:9464"),
        ({"METRICS_PORT": "9464", "METRICS_HOST": "0.0.0.0"}, "127.0.0.1:5000 0.0.0.0:9464"),
    ],
    ids=["off", "on", "IPv6", "in a container"],
)
def test_gunicorn_listens_there(given: dict[str, str], bind: str) -> None:
    """Only if it is asked to, and on this machine alone by default."""
    environment = {"AUTH_MODE": "open", "SECRET_KEY": "5f8d0c1e9b7a43d2866f0e1c7d9a2b34e5c6f708", "PATH": "", **given}
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert (done.stdout.strip(), done.stderr) == (bind, "")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"metrics_port": 5000}, "must differ from PORT"),
        ({"metrics_host": "127.0.0.1:9464"}, "METRICS_PORT sets the port"),
    ],
    ids=["PORT", "a port in METRICS_HOST"],
)
def test_a_place_that_strangers_reach_is_refused(given: dict[str, object], message: str) -> None:
    """On PORT everybody could read them."""
    with pytest.raises(ValidationError, match=message):
        Settings(**{"auth_mode": "open", **given})

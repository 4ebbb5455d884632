"""A real OpenID provider, certified and in a process of its own, and people who sign in there."""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests

from dev import children
from dev.node import find_node
from dev.oidc_provider import find_oidc_provider
from dev.ports import free_port

CLIENT_ID, CLIENT_SECRET = "moodrop-tests", "a-secret-that-only-the-tests-use-0123456789"
# Where Flask's client is.
CALLBACK = "http://localhost/api/auth/callback/oidc"


@dataclass(frozen=True)
class OidcProvider:
    """A running provider. Who signs in as NAME has the address NAME@example.com; one as unv… has not proven it."""

    issuer: str

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a service that sends people there."""
        return {
            "oidc_name": "Home",
            "oidc_issuer": self.issuer,
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": CLIENT_SECRET,
        }

    def rotate_keys(self) -> None:
        """Sign with new keys from now on."""
        with direct() as http:
            http.post(f"{self.issuer}/rotate").raise_for_status()

    def sign_in(self, url: str, name: str) -> str:
        """Sign in on the provider's pages and agree; the address that the browser is sent back to."""
        with direct() as http:
            return self._until_back(http, url, name)

    def cancel(self, url: str) -> str:
        """Cancel on the provider's first page; the address that the browser is sent back to."""
        with direct() as http:
            page = self._page(http, url)
            return self._until_back(http, f"{page}/abort", "")

    def _page(self, http: requests.Session, url: str) -> str:
        """The address of the page that asks who it is."""
        return urljoin(self.issuer, http.get(url, allow_redirects=False).headers["Location"])

    def _until_back(self, http: requests.Session, url: str, name: str) -> str:
        for _ in range(12):
            answer = http.get(url, allow_redirects=False)
            if asked := re.search(r'name="prompt" value="(\w+)"', answer.text):
                form = {"prompt": asked[1], "login": name, "password": "any"}
                answer = http.post(url, data=form, allow_redirects=False)
            url = urljoin(url, answer.headers["Location"])
            if not url.startswith(self.issuer):
                return url
        raise AssertionError(f"the provider leads in circles: {url}")


def direct() -> requests.Session:
    """A browser's jar of cookies, without any proxy of this machine."""
    http = requests.Session()
    http.trust_env = False
    return http


@contextmanager
def running_oidc_provider(folder: Path, *callbacks: str) -> Iterator[OidcProvider]:
    """One that sends people back to these addresses, until the block is left."""
    port, node, log = free_port(), find_node(), folder / "oidc-provider.log"
    command = ["node", find_oidc_provider() / "provider.mjs", str(port), CLIENT_ID, CLIENT_SECRET, *callbacks]
    with log.open("wb") as output:
        process = children.spawn(command, output=output, env=node.env)
    try:
        _wait(process, log)
        yield OidcProvider(f"http://127.0.0.1:{port}")
    finally:
        children.stop(process)


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 30
    while "ready" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)


@pytest.fixture(scope="session")
def oidc_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OidcProvider]:
    """One for the run, which knows Flask's client."""
    with running_oidc_provider(tmp_path_factory.mktemp("identity"), CALLBACK) as provider:
        yield provider

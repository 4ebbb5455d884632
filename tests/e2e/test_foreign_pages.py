"""Pages of other ports and other sites, in Chromium, which sends cookies and headers as a person's browser does."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from dev.servers import MongodServer
from tests.conftest import Service, Store, settings_for

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(180)]

# A page of ours that asks for nothing by itself.
QUIET = "/healthz"
SESSION = '() => fetch("/api/auth/session").then((answer) => answer.json())'
OWN_CALL = """(path) => fetch(path, { method: "POST" }).then((answer) => answer.status)"""
WAYS = {
    "fetch": """(url) => fetch(url, {
      method: "POST", mode: "no-cors", credentials: "include", headers: { "Content-Type": "text/plain" }, body: "{}",
    }).then(() => "answered", () => null)""",
    # The browser asks first, and the service allows it to nobody.
    "JSON": """(url) => fetch(url, {
      method: "POST", credentials: "include", headers: { "Content-Type": "application/json" }, body: "{}",
    }).then(() => "answered", () => null)""",
    "form": """(url) => {
      const form = document.createElement("form");
      Object.assign(form, { method: "post", action: url, enctype: "text/plain" });
      document.body.append(form);
      form.submit();
    }""",
    # Its Origin is "null".
    "nameless form": """(url) => {
      const form = document.createElement("form");
      Object.assign(form, { method: "post", action: url, enctype: "text/plain", rel: "noreferrer" });
      document.body.append(form);
      form.submit();
    }""",
}
FETCHES = ("fetch", "JSON")


@pytest.fixture
def service(
    serve: Callable[..., Service], minio: Store, mongod: MongodServer, signing_keys: dict[str, str]
) -> tuple[str, int]:
    """The address of a service in which anybody may become a guest, as the browser reaches it, and its port."""
    accounts: dict[str, Any] = {"auth_mode": "accounts", "mail_page": True, "guests": "own"}
    running = serve(settings_for(minio, mongod, **signing_keys, **accounts))
    port = int(running.url.rpartition(":")[2])
    return f"http://localhost:{port}", port


@pytest.fixture
def other_port(tmp_path: Path) -> Iterator[int]:
    """The port of another server on this machine."""
    (tmp_path / "index.html").write_text("<!doctype html><title>other</title>", encoding="utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def signed_in(page: Page, service: tuple[str, int]) -> Page:
    """A browser with a session of the service."""
    page.goto(service[0] + QUIET)
    assert page.evaluate(OWN_CALL, "/api/auth/guest") == 201
    return page


def attack(page: Page, way: str, url: str) -> None:
    """Have the page send the POST and wait for the answer, which a page may not read after such a `fetch`."""
    if way in FETCHES:
        assert page.evaluate(WAYS[way], url) is None
        return
    with page.expect_response(url) as answer:
        page.evaluate(WAYS[way], url)
    page.wait_for_url(url)
    # 401: the cookie was not even sent.
    assert answer.value.status in (401, 403)


# 127.0.0.1 is another site than localhost; another port is the same site, and browsers send it a `Strict` cookie.
@pytest.mark.parametrize("host", ["localhost", "sibling.localhost", "127.0.0.1"])
@pytest.mark.parametrize("way", WAYS)
def test_another_page_neither_writes_nor_signs_in(
    signed_in: Page, service: tuple[str, int], other_port: int, host: str, way: str
) -> None:
    """Whatever a page may send without asking first: the session stays what it was."""
    address, _ = service
    before = signed_in.evaluate(SESSION)
    for path in ("/api/auth/logout", "/api/auth/guest", "/v1/uploads"):
        signed_in.goto(f"http://{host}:{other_port}/")
        attack(signed_in, way, address + path)

    signed_in.goto(address + QUIET)
    after = signed_in.evaluate(SESSION)
    assert after["user"]["user_id"] == before["user"]["user_id"]
    assert after["session"]["session_id"] == before["session"]["session_id"]


def test_our_own_page_signs_out(signed_in: Page) -> None:
    """By the same call that another page must not make."""
    assert signed_in.evaluate(OWN_CALL, "/api/auth/logout") == 204
    assert signed_in.evaluate(SESSION)["user"] is None

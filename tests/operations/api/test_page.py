"""The built page, served from the API's own address: what browsers cache, and what is never served."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pydantic import ValidationError

from service.ports import Ports
from service.settings import Settings
from service.uploads.policy import Policy
from tests.conftest import ROOT
from tests.helpers.api import UNKNOWN_ID, client_of
from tests.helpers.problems import assert_problem


@pytest.fixture
def page(ports: Ports, tmp_path: Path) -> FlaskClient:
    """A page as Vite builds it, with a secret beside it."""
    root = tmp_path / "dist"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<!doctype html><title>Moodrop</title>")
    (root / "favicon.svg").write_text("<svg/>")
    (root / "media-worker.js").write_text("self.addEventListener('fetch', () => {})")
    (root / "assets" / "app-1a2b3c.js").write_text("export {}")
    (root / "assets" / "judge-1a2b3c.wasm").write_bytes(b"\0asm\1\0\0\0")
    (root / "assets" / "face-1a2b3c.bin").write_bytes(b"weights")
    (tmp_path / "secret.txt").write_text("secret")
    (root / "assets" / "link").symlink_to(tmp_path / "nowhere")
    return client_of(Settings(auth_mode="open", web_root=str(root)), ports)


def test_the_page_is_asked_for_anew_and_runs_its_own_script_alone(page: FlaskClient) -> None:
    """A new build shows at once; no inline code, no foreign code, no frames."""
    with page.get("/") as response:
        assert (response.status_code, response.mimetype) == (200, "text/html")
        assert response.headers["Cache-Control"] == "no-cache"
        policy = response.headers["Content-Security-Policy"]

    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert policy.count("unsafe") == 1
    assert "frame-ancestors 'none'" in policy


def test_the_media_worker_is_served_at_the_top_and_asked_for_anew(page: FlaskClient) -> None:
    """A service worker controls only addresses below its own, and has the page's policy."""
    with page.get("/media-worker.js") as response:
        assert (response.status_code, response.mimetype) == (200, "text/javascript")
        assert response.headers["Cache-Control"] == "no-cache"
        assert "connect-src 'self' http://localhost:9000" in response.headers["Content-Security-Policy"]


def test_a_worker_is_called_back_by_a_setting(ports: Ports, tmp_path: Path, page: FlaskClient) -> None:
    """PAGE_WORKER=0 answers the worker's address with one that removes itself. What people keep on a device stays."""
    without = client_of(Settings(auth_mode="open", web_root=str(tmp_path / "dist"), page_worker=False), ports)

    with without.get("/media-worker.js") as response:
        assert (response.status_code, response.mimetype) == (200, "text/javascript")
        assert response.headers["Cache-Control"] == "no-cache"
        assert "registration.unregister()" in response.text
        assert "fetch" not in response.text


def test_without_the_worker_nothing_is_shared(ports: Ports, tmp_path: Path, page: FlaskClient) -> None:
    """PAGE_WORKER=0: the installed page is no more among the apps to share with, and what comes yet is told so."""
    manifest = (ROOT / "web" / "public" / "manifest.webmanifest").read_bytes()
    (tmp_path / "dist" / "manifest.webmanifest").write_bytes(manifest)
    without = client_of(Settings(auth_mode="open", web_root=str(tmp_path / "dist"), page_worker=False), ports)

    with page.get("/manifest.webmanifest") as response:
        assert (response.mimetype, response.data) == ("application/manifest+json", manifest)
    with without.get("/manifest.webmanifest") as response:
        assert response.mimetype == "application/manifest+json"
        assert response.get_json() == {k: v for k, v in json.loads(manifest).items() if k != "share_target"}
    for shared in (without.post("/share", data={"files": (io.BytesIO(b"song"), "song.mp3")}), without.get("/share")):
        assert (shared.status_code, shared.location) == (303, "/share?worker=off")
    with without.get("/share?worker=off") as response, page.get("/") as start:
        assert (response.status_code, response.data) == (200, start.data)


def test_what_is_shared_before_the_worker_is_there_is_answered_with_the_page(page: FlaskClient) -> None:
    """It says to share again. A browser asks for the installed page's address without its worker, however rarely."""
    files, headers = {"files": (io.BytesIO(b"song"), "song.mp3")}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}
    with page.post("/share", data=files, headers=headers) as response, page.get("/") as start:
        assert (response.status_code, response.data) == (200, start.data)
        assert response.headers["Content-Security-Policy"] == start.headers["Content-Security-Policy"]
    with page.get("/share") as response, page.get("/") as start:
        assert (response.status_code, response.data) == (200, start.data)


@pytest.mark.parametrize("path", sorted((ROOT / "web" / "public").iterdir()), ids=lambda path: path.name)
def test_what_the_page_has_at_the_top_is_served(ports: Ports, tmp_path: Path, path: Path) -> None:
    """The manifest of the installed page, and the icons that it names."""
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / path.name).write_bytes(path.read_bytes())
    client = client_of(Settings(auth_mode="open", web_root=str(tmp_path)), ports)

    with client.get(f"/{path.name}") as response:
        assert (response.status_code, response.data) == (200, path.read_bytes())


def test_the_page_may_reach_every_bucket_by_the_name_its_urls_have(ports: Ports) -> None:
    """With MINIO_ADDRESSING_STYLE=virtual each bucket is a host, except names with a dot."""
    virtual = Settings(
        auth_mode="open",
        minio_endpoint="http://127.0.0.1:9000",
        minio_public_endpoint="https://files.localhost",
        minio_addressing_style="virtual",
        minio_bucket="music",
        minio_bucket_by_type="video/*=films,application/pdf=a.b",
    )
    policy = (
        client_of(virtual, replace(ports, policy=Policy.from_settings(virtual)))
        .get("/healthz")
        .headers["Content-Security-Policy"]
    )

    bytes_go_to = "https://music.files.localhost https://films.files.localhost https://files.localhost"
    for part in ("connect-src 'self'", "img-src 'self' data: blob:", "media-src 'self' blob:"):
        assert f"{part} {bytes_go_to};" in policy


def test_a_files_own_address_is_the_page(page: FlaskClient) -> None:
    """A link to a file can be opened and reloaded; the page itself checks whether the file exists."""
    with page.get(f"/files/{UNKNOWN_ID}") as response, page.get("/") as front:
        assert (response.status_code, response.data) == (200, front.data)
        for name in ("Content-Security-Policy", "Cache-Control", "X-Frame-Options"):
            assert response.headers[name] == front.headers[name]
    assert_problem(page.get(f"/files/{UNKNOWN_ID}/nope"), 404, "route_not_found")


def test_no_site_may_frame_the_page_unless_it_is_named(page: FlaskClient, ports: Ports, tmp_path: Path) -> None:
    """FRAME_ANCESTORS concerns the page alone: no answer of the API is ever framed."""
    framed = Settings(
        auth_mode="open", web_root=str(tmp_path / "dist"), frame_ancestors="self, HTTPS://App.example.com:443/"
    )
    client = client_of(framed, ports)

    for address in ("/", "/history"):
        with client.get(address) as response:
            policy = response.headers["Content-Security-Policy"]
            assert "frame-ancestors 'self' https://app.example.com;" in policy
            assert "X-Frame-Options" not in response.headers
    assert "frame-ancestors 'none'" in client.get("/healthz").headers["Content-Security-Policy"]
    assert page.get("/healthz").headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "site",
    ["*", "https://*.example.com", "capacitor://localhost", "https://a.example/b", "https://a b", "x;y"],
)
def test_a_frame_ancestor_is_a_site(site: str) -> None:
    """Nothing that would widen the policy or add to it."""
    with pytest.raises(ValidationError, match=r"a site looks like https://app\.example\.com"):
        Settings(auth_mode="open", frame_ancestors=site)


# What Chromium sends with an address that was typed, and with a picture, a script or a fetch.
TYPED = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize("address", ["/nowhere", "/files/a/b", "/admin/more?x=1", "/assets/gone.js"])
def test_an_unknown_address_is_a_page_to_a_browser(page: FlaskClient, address: str) -> None:
    """With the page's own policy. It is still an error, and caches are not to mix it up with the problem."""
    with page.get(address, headers={"Accept": TYPED}) as response, page.get("/") as front:
        assert (response.status_code, response.data) == (404, front.data)
        assert response.headers["Vary"] == "Accept"
        for name in ("Content-Security-Policy", "Cache-Control", "X-Frame-Options"):
            assert response.headers[name] == front.headers[name]


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "image/avif,image/webp,*/*;q=0.8", "application/json, text/html;q=0.5"]
)
def test_an_unknown_address_is_a_problem_to_a_client(page: FlaskClient, accept: str) -> None:
    """Whatever is no browser that shows a page."""
    assert_problem(page.get("/nowhere", headers={"Accept": accept}), 404, "route_not_found")


def test_the_api_and_what_writes_answer_in_json(page: FlaskClient) -> None:
    """Also to a browser."""
    assert_problem(page.get("/v1/nowhere", headers={"Accept": TYPED}), 404, "route_not_found")
    assert_problem(page.post("/nowhere", headers={"Accept": TYPED}), 404, "route_not_found")


@pytest.mark.parametrize("view", ["sign-in", "register", "verify", "forgot", "reset", "account", "link", "history"])
def test_the_addresses_of_views_are_the_page(page: FlaskClient, view: str) -> None:
    """With the page's policy; what comes after the number sign never reaches the service."""
    with page.get(f"/{view}") as response, page.get("/") as start:
        assert response.data == start.data
        assert response.headers["Content-Security-Policy"] == start.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "mimetype"),
    [
        ("app-1a2b3c.js", "text/javascript"),
        ("judge-1a2b3c.wasm", "application/wasm"),
        ("face-1a2b3c.bin", "application/octet-stream"),
    ],
)
def test_built_files_are_kept_for_ever(page: FlaskClient, name: str, mimetype: str) -> None:
    """Their names change with their content."""
    with page.get(f"/assets/{name}") as response:
        assert (response.status_code, response.mimetype) == (200, mimetype)
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("gzip, deflate, br, zstd", "br", b"in brotli"),
        ("gzip", "gzip", b"in gzip"),
        ("br;q=0, gzip", "gzip", b"in gzip"),
        ("identity", None, b"export {}"),
        ("", None, b"export {}"),
    ],
)
def test_built_files_go_out_as_packed_as_the_browser_takes_them(
    page: FlaskClient, tmp_path: Path, accepted: str, encoding: str | None, body: bytes
) -> None:
    """Compressed by the build; Vary tells caches that the answer depends on the client."""
    (tmp_path / "dist/assets/app-1a2b3c.js.br").write_bytes(b"in brotli")
    (tmp_path / "dist/assets/app-1a2b3c.js.gz").write_bytes(b"in gzip")

    with page.get("/assets/app-1a2b3c.js", headers={"Accept-Encoding": accepted}) as response:
        assert (response.status_code, response.mimetype, response.data) == (200, "text/javascript", body)
        assert response.headers.get("Content-Encoding") == encoding
        assert response.headers["Vary"] == "Accept-Encoding"
        assert "immutable" in response.headers["Cache-Control"]


def test_the_picture_in_the_tab_is_served(page: FlaskClient) -> None:
    """From the root, where browsers look for it."""
    with page.get("/favicon.svg") as response:
        assert response.mimetype == "image/svg+xml"


@pytest.mark.parametrize(
    "address",
    [
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..\\..\\secret.txt",
        "/assets//etc/passwd",
        "/assets/link",
        "/assets/none.js",
        f"/assets/{'a' * 300}.js",
        "/assets/a%00b.js",
        "/assets/",
        "/index.html",
        "/robots.txt",
        "/.env",
    ],
)
def test_nothing_beside_the_page_is_served(page: FlaskClient, address: str) -> None:
    """404 in the shape of all errors, for any path."""
    assert_problem(page.get(address), 404, "route_not_found")


def test_without_a_built_page_the_api_serves_alone(ports: Ports, tmp_path: Path) -> None:
    """A service without the page is a valid deployment."""
    client = client_of(Settings(auth_mode="open", web_root=str(tmp_path)), ports)

    assert_problem(client.get("/"), 404, "route_not_found")
    assert client.get("/healthz").status_code == 200

"""The profile `https`: the page and the store behind one proxy, each under its own name."""

import json
import os
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3
from playwright.sync_api import Page, expect, sync_playwright

from dev.project import ROOT
from tests.e2e.chromium import chromium, fresh_page
from tests.e2e.page import add, expect_in_library
from tests.helpers.certificates import write_certificate
from tests.helpers.containers import Deployment
from tests.helpers.deploy_docs import dotenv_lines

pytestmark = [pytest.mark.containers, pytest.mark.timeout(300)]

PAGE, STORE = "moodrop.test", "files.moodrop.test"
DEPLOY = ROOT / "docs" / "deploy.md"


@pytest.fixture(scope="module")
def settings_of_compose() -> str:
    """The lines of docs/deploy.md, with names that lead nowhere else."""
    lines = {**dotenv_lines("PUBLIC_URL="), **dotenv_lines("PAGE_HOST=moodrop.example.com\n")}
    lines = {name: value.replace("moodrop.example.com", PAGE) for name, value in lines.items()}
    assert (lines["PAGE_HOST"], lines["STORE_HOST"]) == (PAGE, STORE)
    (authority,) = re.findall(r"`(SSL_CERT_FILE=.*?)`", DEPLOY.read_text())
    _write_certificates(Path(os.environ["COMPOSE_CHECKOUT"]))
    return "".join(f"{name}={value}\n" for name, value in lines.items()) + authority + "\n"


def _write_certificates(checkout: Path) -> None:
    """With the owner that the page gives them."""
    folder = checkout / "deploy" / "https"
    certificate = write_certificate(folder / "certificates" / "cert.pem", PAGE, STORE)
    shutil.copy(certificate, folder / "certificates" / "key.pem")
    (chown,) = re.findall(r"`(chown .*?)`", DEPLOY.read_text())
    subprocess.run(["bash", "-euc", chown], cwd=checkout, check=True)
    public, _, _ = certificate.read_text().partition("-----BEGIN PRIVATE KEY-----")
    (folder / "authorities" / "ca.pem").write_text(public)
    (folder / "authorities" / "ca.pem").chmod(0o644)
    (folder / "authorities").chmod(0o755)
    (folder / "certificates").chmod(0o755)


def ask(deployment: Deployment, host: str, path: str) -> urllib3.BaseHTTPResponse:
    """Send a GET to the proxy, which has to show a certificate of that host."""
    authority = str(deployment.folder / "deploy" / "https" / "authorities" / "ca.pem")
    with urllib3.HTTPSConnectionPool(
        "127.0.0.1", 443, ca_certs=authority, server_hostname=host, assert_hostname=host, retries=False
    ) as pool:
        return pool.request("GET", path, headers={"Host": host}, timeout=20)


def test_both_names_lead_to_their_servers(deployment: Deployment) -> None:
    """And have browsers come by HTTPS from then on."""
    page, store = ask(deployment, PAGE, "/readyz"), ask(deployment, STORE, "/minio/health/live")

    assert (page.status, store.status) == (200, 200)
    for answer in (page, store):
        assert answer.headers["strict-transport-security"] == "max-age=63072000"


def test_plain_http_leads_to_https(deployment: Deployment) -> None:
    answer = urllib3.request("GET", "http://127.0.0.1/docs?a=b", headers={"Host": PAGE}, redirect=False)

    assert (answer.status, answer.headers["location"]) == (308, f"https://{PAGE}/docs?a=b")


def test_another_name_gets_no_certificate(deployment: Deployment) -> None:
    """Nobody learns from the address which names it has."""
    with pytest.raises(urllib3.exceptions.SSLError) as refused:
        ask(deployment, "other.test", "/")

    assert isinstance(refused.value.args[0], ssl.SSLError)


def test_the_doctor_goes_by_the_public_addresses(deployment: Deployment) -> None:
    """From inside, too: it trusts the private authority by SSL_CERT_FILE alone, and finds nothing."""
    report = json.loads(deployment.execute("service", "flask", "--app", "service", "doctor", "--json"))
    checks = {check["name"]: check for check in report["checks"]}

    assert checks["public_endpoint"]["result"] == "ok"
    assert f"https://{STORE}" in checks["public_endpoint"]["found"]
    assert f"https://{PAGE}" in checks["cors"]["found"]


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of a browser to which both names are this machine's."""
    with (
        sync_playwright() as playwright,
        chromium(playwright.chromium, "--host-resolver-rules=MAP *.test 127.0.0.1") as browser,
        fresh_page(browser, ignore_https_errors=True) as page,
    ):
        yield page


def test_a_browser_signs_in_and_uploads(deployment: Deployment, page: Page, tmp_path: Path) -> None:
    """From an HTTPS page to an HTTPS store, with a cookie that belongs to this host alone."""
    expect.set_options(timeout=20_000)
    song = tmp_path / "over-tls.mp3"
    song.write_bytes(os.urandom(300_000))
    page.goto(f"https://{PAGE}")

    page.get_by_label("Access token").fill(deployment.token())
    page.get_by_role("button", name="Sign in").click()
    add(page, song, mood="Happy")

    expect_in_library(page, "over-tls")
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["secure"], cookie["domain"]) == ("__Host-moodrop_session", True, PAGE)

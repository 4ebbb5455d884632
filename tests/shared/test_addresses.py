"""Origins as browsers send them: what people write in a setting is normalised to that form, or refused."""

import pytest

from service.shared.addresses import as_origin, as_web_origin, shown


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://app.example.com", "https://app.example.com"),
        ("https://app.example.com/", "https://app.example.com"),
        ("https://App.Example.COM", "https://app.example.com"),
        ("HTTPS://app.example.com", "https://app.example.com"),
        ("https://app.example.com:443", "https://app.example.com"),
        ("http://app.example.com:80/", "http://app.example.com"),
        ("https://app.example.com:80", "https://app.example.com:80"),
        ("http://localhost:05173", "http://localhost:5173"),
        ("http://my_app.local", "http://my_app.local"),
        ("http://192.168.1.4:5000", "http://192.168.1.4:5000"),
        ("http://[::1]:5173", "http://[::1]:5173"),
        ("http://[0:0:0:0:0:0:0:1]:80", "http://[::1]"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("ionic://localhost/", "ionic://localhost"),
        ("tauri://localhost", "tauri://localhost"),
        ("app://obsidian.md", "app://obsidian.md"),
        ("chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai", "chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai"),
        ("moz-extension://0c1b-4e5f", "moz-extension://0c1b-4e5f"),
    ],
)
def test_an_origin_becomes_what_a_browser_sends(written: str, sent: str) -> None:
    """https://developer.mozilla.org/docs/Web/HTTP/Headers/Origin, and apps that show their own page."""
    assert as_origin(written) == sent
    assert as_origin(sent) == sent


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "a space"),
        ("*", "begin with"),
        ("null", "begin with"),
        ("app.example.com", "begin with"),
        ("//app.example.com", "begin with"),
        ("htps://app.example.com", "begin with"),
        ("file://disk", "file:"),
        ("wss://app.example.com", "wss:"),
        ("https://*.example.com", "host name"),
        ("https://", "host name"),
        ("http://[fe80::1%25eth0]", "host name"),
        ("https://app.example.com/path", "path"),
        ("https://app.example.com?x=1", "path"),
        ("https://app.example.com#", "path"),
        ("https://moodrop:secret@app.example.com", "password"),
        ("https://app.example.com:99999", "port"),
        ("https://app.example.com:port", "port"),
        ("https://app.example.com:0", "port"),
        ("https://app example.com", "a space"),
        ("https://app.example\n.com", "a space"),
        ("https://bücher.example", "xn--"),
        ("http://[::1", "IPv6"),
    ],
)
def test_what_no_browser_sends_is_refused_with_the_reason(written: str, why: str) -> None:
    """Otherwise such an origin would silently admit nobody."""
    with pytest.raises(ValueError, match=why):
        as_origin(written)


def test_only_the_web_has_web_origins() -> None:
    """People cannot reach the service at an app's page."""
    assert as_web_origin("http://App.example/") == "http://app.example"
    with pytest.raises(ValueError, match="https://"):
        as_web_origin("capacitor://localhost")


def test_an_address_is_shown_without_its_password() -> None:
    """Messages end up in logs."""
    assert shown("https://moodrop:secret@app.example") == "'https://…@app.example'"
    assert shown("moodrop:secret@app.example") == "'…@app.example'"
    assert shown("https://app.example") == "'https://app.example'"

"""What the page of a service with accounts does over HTTP: a cookie jar, and the headers of a browser."""

from typing import Any

import requests

PASSWORD = "correct horse battery staple"


class BrowserSession:
    """One browser at one service, which shows its mails at /dev/mail."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers.update({"Sec-Fetch-Site": "same-origin", "Origin": url})

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send it and return the answer. Fails unless it is a success."""
        response = self.http.post(self.url + path, json=body or {}, timeout=30)
        assert response.ok, response.text
        answer: dict[str, Any] = response.json() if response.content else {}
        return answer

    def get(self, path: str) -> dict[str, Any]:
        """Get it as JSON. Fails unless it is a success."""
        response = self.http.get(self.url + path, headers={"Accept": "application/json"}, timeout=30)
        assert response.ok, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def newest_mail(self, email: str) -> dict[str, Any]:
        """The newest mail to the address."""
        mail: dict[str, Any] = next(mail for mail in self.get("/dev/mail")["mails"] if mail["to"] == email)
        return mail

    def register(self, email: str, password: str = PASSWORD) -> dict[str, Any]:
        """Register, read the mail, verify; the answer says who is signed in."""
        asked = self.post("/api/auth/register", {"email": email, "password": password})
        proof = {
            "email": email,
            "code": self.newest_mail(email)["code"],
            "verification_token": asked["verification_token"],
        }
        return self.post("/api/auth/verify-email", proof)

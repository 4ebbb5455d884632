"""The calls of accounts under /api/auth that take a body, except those of passkeys."""

from typing import Any

from tests.helpers.accounts import EMAIL, PASSWORD

# A body that each call would accept, as far as its form goes.
FORMS: dict[str, dict[str, Any]] = {
    "POST register": {"email": "bob@example.com", "password": PASSWORD, "name": "Bob", "language": "de"},
    "POST verify-email": {"email": EMAIL, "code": "123456", "verification_token": "x", "password": PASSWORD},
    "POST login": {"email": EMAIL, "password": PASSWORD},
    "POST otp/send": {"email": EMAIL, "language": "de"},
    "POST otp/verify": {"email": EMAIL, "code": "123456"},
    "POST password/forgot": {"email": EMAIL, "language": "de"},
    "POST password/reset": {"email": EMAIL, "code": "123456", "password": PASSWORD},
    "POST refresh": {"refresh_token": "rt_x.0.y"},
    "POST logout": {"refresh_token": "rt_x.0.y"},
    "POST device": {"name": "a terminal"},
    "POST device/token": {"device_code": "x" * 43},
    "POST device/approve": {"user_code": "BCDF-GHJK"},
    "POST api-keys": {"name": "a script"},
    "PATCH account": {"name": "Ada", "language": "de"},
    "POST password": {"password": "seven dwarfs and an apple tree"},
    "POST email": {"email": "new@example.com"},
    "POST email/verify": {"email": "new@example.com", "code": "123456"},
    "POST reauthenticate": {"password": PASSWORD},
    "POST account/leave": {"email": EMAIL},
    "POST identities": {"provider": "google"},
}

"""The steps of the collection that need AUTH_MODE=accounts: a person registers, gives a script a key, and leaves."""

from typing import Any

from dev.collection.steps import Call, Folder, ToStore

SKIP_WITHOUT_ACCOUNTS = 'if (pm.collectionVariables.get("auth_mode") !== "accounts") pm.execution.skipRequest();'
# A cookie alone lets nobody write without it.
OWN_PAGE = {"Origin": "{{base_url}}"}
PASSWORD = "seven quiet rivers of lisbon"  # noqa: S105 - of an account that a run makes and deletes
NEW_PASSWORD = "nine loud bridges of porto"  # noqa: S105 - likewise
API_KEY = "{{api_key}}"
EMAIL = {"email": "{{email}}"}
NEW_EMAIL = (
    'pm.collectionVariables.set("email", pm.variables.replaceIn("{{$randomUUID}}@example.com"));'
    'pm.collectionVariables.set("mail_url", pm.variables.replaceIn("{{base_url}}/dev/mail"));'
)
ASKS_FOR_THE_PERSON = 'pm.expect(answer.options.{}userVerification).to.equal("required")'
NEWEST_CODE = 'pm.response.json().mails.find((mail) => mail.to === pm.collectionVariables.get("email")).code'


def _call(operation: str, status: int, *, before: tuple[str, ...] = (), **more: Any) -> Call:
    headers = OWN_PAGE if not operation.startswith("GET") else {}
    return Call(
        operation=operation,
        status=status,
        headers=headers,
        before=(SKIP_WITHOUT_ACCOUNTS, *before),
        **more,
    )


def _read_mail() -> ToStore:
    return ToStore(
        name="Read the code in the mail",
        description="With MAIL_PAGE=1 the mails are here; otherwise they are sent.",
        status=200,
        method="GET",
        url="mail_url",
        headers={"Accept": "application/json"},
        before=[SKIP_WITHOUT_ACCOUNTS],
        saves={"code": NEWEST_CODE},
    )


REGISTER = Folder(
    "Register and sign in (AUTH_MODE=accounts)",
    [
        _call(
            "POST /api/auth/register",
            202,
            before=(NEW_EMAIL,),
            body={**EMAIL, "password": PASSWORD, "name": "Ada", "keep_guest": False},
            saves={"verification_token": "answer.verification_token"},
        ),
        _read_mail(),
        _call(
            "POST /api/auth/verify-email",
            201,
            body={**EMAIL, "code": "{{code}}", "verification_token": "{{verification_token}}"},
            checks={"the person is signed in": 'pm.expect(answer.user.name).to.equal("Ada")'},
        ),
        _call(
            "GET /api/auth/session",
            200,
            checks={"the cookie stands for them": 'pm.expect(answer.user.kind).to.equal("user")'},
        ),
        _call("POST /api/auth/logout", 204, body={}),
        _call("POST /api/auth/otp/send", 202, body=EMAIL),
        _read_mail(),
        _call("POST /api/auth/otp/verify", 201, body={**EMAIL, "code": "{{code}}"}),
        _call("POST /api/auth/logout", 204, case="before the guest", body={}),
        _call("POST /api/auth/guest", 201, body={}),
        _call("POST /api/auth/login", 201, body={**EMAIL, "password": PASSWORD}),
        _call("POST /api/auth/guest/adopt", 202, body={}),
    ],
)

# A run has no browser for the provider's pages, so it asks for one that nobody has set up.
UNKNOWN = "nobody"
NOT_SET_UP = {"nobody has set it up": 'pm.expect(answer.code).to.equal("provider_not_found")'}
PROVIDERS = Folder(
    "Sign in with a provider (AUTH_MODE=accounts)",
    [
        _call("GET /api/auth/identities", 200),
        _call("POST /api/auth/identities", 404, body={"provider": UNKNOWN, "next": "/account"}, checks=NOT_SET_UP),
        _call("DELETE /api/auth/identities/{provider}", 404, path={"provider": UNKNOWN}, checks=NOT_SET_UP),
        _call("GET /api/auth/callback/{provider}", 404, path={"provider": UNKNOWN}, checks=NOT_SET_UP),
    ],
)

# A run has no authenticator, so it asks for the options and sends what none would sign.
NOT_SIGNED = {"id": "AAAA", "type": "public-key"}
CLIENT_DATA = {"clientDataJSON": "e30"}
ATTESTATION = {**NOT_SIGNED, "response": {**CLIENT_DATA, "attestationObject": "oA"}}
ASSERTION = {**NOT_SIGNED, "response": {**CLIENT_DATA, "authenticatorData": "AAAA", "signature": "AAAA"}}
NOT_ACCEPTED = {"it is not accepted": 'pm.expect(answer.code).to.equal("passkey_invalid")'}
PASSKEYS = Folder(
    "Sign in with a passkey (AUTH_MODE=accounts)",
    [
        _call(
            "POST /api/auth/passkeys/options",
            200,
            body={},
            checks={"the person is verified": ASKS_FOR_THE_PERSON.format("authenticatorSelection.")},
        ),
        _call("POST /api/auth/passkeys", 400, body={"name": "a phone", "credential": ATTESTATION}, checks=NOT_ACCEPTED),
        _call("GET /api/auth/passkeys", 200),
        _call("DELETE /api/auth/passkeys/{passkey_id}", 404, path={"passkey_id": "AAAA"}),
        _call(
            "POST /api/auth/passkey/options",
            200,
            body={},
            checks={"the person is verified": ASKS_FOR_THE_PERSON.format("")},
        ),
        _call("POST /api/auth/passkey/login", 400, body={"credential": ASSERTION}, checks=NOT_ACCEPTED),
        _call(
            "POST /api/auth/reauthenticate/passkey",
            404,
            body={},
            checks={"there is none": 'pm.expect(answer.code).to.equal("passkey_not_found")'},
        ),
    ],
)

SCRIPTS = Folder(
    "Give scripts access (AUTH_MODE=accounts)",
    [
        _call(
            "POST /api/auth/api-keys",
            201,
            body={"name": "a script", "scopes": ["files:read"]},
            saves={"api_key": "answer.key", "key_id": "answer.key_id"},
        ),
        _call("GET /api/auth/api-keys", 200),
        Call(
            operation="GET /v1/files",
            case="with the key",
            status=200,
            token=API_KEY,
            before=[SKIP_WITHOUT_ACCOUNTS],
        ),
        _call("DELETE /api/auth/api-keys/{key_id}", 204),
        _call(
            "POST /api/auth/device",
            200,
            body={"name": "moodrop on a laptop"},
            saves={"device_code": "answer.device_code", "user_code": "answer.user_code"},
        ),
        _call("GET /api/auth/device/{user_code}", 200),
        _call("POST /api/auth/device/approve", 204, body={"user_code": "{{user_code}}", "allow": True}),
        _call(
            "POST /api/auth/device/token",
            200,
            body={"device_code": "{{device_code}}"},
            saves={"api_key": "answer.key"},
        ),
        _call("DELETE /api/auth/api-keys/current", 204, token=API_KEY),
        _call(
            "POST /api/auth/login",
            200,
            case="for tokens",
            body={**EMAIL, "password": PASSWORD, "tokens": True},
            saves={"refresh_token": "answer.refresh_token"},
        ),
        _call(
            "POST /api/auth/refresh",
            200,
            body={"refresh_token": "{{refresh_token}}"},
            saves={"refresh_token": "answer.refresh_token"},
        ),
        _call("GET /.well-known/jwks.json", 200),
        _call("POST /api/auth/logout", 204, case="of the tokens", body={"refresh_token": "{{refresh_token}}"}),
    ],
)

NO_PICTURE = {"there is none": 'pm.expect(answer.code).to.equal("file_not_found")'}
OWN_ACCOUNT = Folder(
    "Change and leave the account (AUTH_MODE=accounts)",
    [
        _call("GET /api/auth/account", 200),
        _call(
            "PATCH /api/auth/account",
            200,
            body={"name": "Ada L.", "language": "de"},
            checks={"it has the name": 'pm.expect(answer.name).to.equal("Ada L.")'},
        ),
        _call("GET /api/auth/account/avatar", 404, checks=NO_PICTURE),
        _call("GET /api/auth/account/cover", 404, checks=NO_PICTURE),
        _call(
            "POST /api/auth/login",
            200,
            case="for a session to end",
            body={**EMAIL, "password": PASSWORD, "tokens": True},
        ),
        _call(
            "GET /api/auth/sessions",
            200,
            saves={"session_id": 'answer.sessions.find((one) => one.kind === "script").session_id'},
        ),
        _call("DELETE /api/auth/sessions/{session_id}", 204),
        _call("DELETE /api/auth/sessions", 204, query={"others": "1"}),
        _call("POST /api/auth/reauthenticate/send", 202, body={}),
        _read_mail(),
        _call("POST /api/auth/reauthenticate", 201, body={"code": "{{code}}"}),
        _call("POST /api/auth/password", 204, body={"password": NEW_PASSWORD}),
        _call("POST /api/auth/email", 202, before=(NEW_EMAIL,), body=EMAIL),
        _read_mail(),
        _call("POST /api/auth/email/verify", 200, body={**EMAIL, "code": "{{code}}"}),
        _call("POST /api/auth/password/forgot", 202, body=EMAIL),
        _read_mail(),
        _call("POST /api/auth/password/reset", 204, body={**EMAIL, "code": "{{code}}", "password": PASSWORD}),
        _call("POST /api/auth/login", 201, case="with the new password", body={**EMAIL, "password": PASSWORD}),
        _call(
            "GET /api/auth/account/audit",
            200,
            checks={
                "it names the change": 'pm.expect(answer.events.map((one) => one.event)).to.include("email_changed")'
            },
        ),
        _call("POST /api/auth/account/leave", 202, body=EMAIL),
    ],
)

# The account of a run is an ordinary one.
NO_ADMINISTRATOR = {"they are no administrator": 'pm.expect(answer.code).to.equal("administrator_needed")'}
SOMEBODY = {"user_id": "somebody"}
ADMINISTRATION = Folder(
    "Administer users (AUTH_MODE=accounts, for administrators)",
    [
        _call("GET /api/admin/users", 403, query={"q": "ada"}, checks=NO_ADMINISTRATOR),
        _call(
            "PATCH /api/admin/users/{user_id}",
            403,
            path=SOMEBODY,
            body={"disabled": True, "quota": {"max_bytes": 1_000_000_000}},
            checks=NO_ADMINISTRATOR,
        ),
        _call("DELETE /api/admin/users/{user_id}", 403, path=SOMEBODY, checks=NO_ADMINISTRATOR),
        _call("GET /api/admin/audit", 403, query=SOMEBODY, checks=NO_ADMINISTRATOR),
    ],
)

ACCOUNTS = (REGISTER, PROVIDERS, PASSKEYS, SCRIPTS, ADMINISTRATION, OWN_ACCOUNT)

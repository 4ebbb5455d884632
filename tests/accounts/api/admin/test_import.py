"""`flask user import`, `quota` and `delete`: what an operator does to many users, and to one."""

import json
from datetime import timedelta
from typing import Any

import bcrypt
import pytest
from argon2 import PasswordHasher, Type
from click.testing import Result
from flask.testing import FlaskClient

from service.accounts.adapters.argon2_passwords import Argon2Passwords
from service.accounts.usecases.admin.operator import set_admin
from service.ports import Ports
from tests.conftest import Clock
from tests.helpers.accounts import EMAIL, PASSWORD, accounts_ports, accounts_settings, page_of, register
from tests.helpers.quotas import limits, with_limits

OLD = "their old password"
BOB = "bob@example.com"
ROW = {"email": BOB, "verified": True}


def bcrypt_of(password: str, prefix: bytes = b"2b") -> str:
    made = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4))
    return made.replace(b"$2b$", b"$" + prefix + b"$", 1).decode()


BCRYPT = bcrypt_of(OLD)
ARGON2ID = PasswordHasher(1, 64, 1).hash(OLD)
HASHES = {
    "bcrypt 2a": bcrypt_of(OLD, b"2a"),
    "bcrypt 2b": BCRYPT,
    "bcrypt 2y": bcrypt_of(OLD, b"2y"),
    "argon2id": ARGON2ID,
    "argon2id of several lanes": PasswordHasher(2, 256, 4, hash_len=16, salt_len=8).hash(OLD),
}


def run(page: FlaskClient, *words: str, text: str | bytes = "") -> Result:
    return page.application.test_cli_runner().invoke(args=["user", *words], input=text)


def import_rows(page: FlaskClient, *rows: dict[str, Any] | str) -> Result:
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    return run(page, "import", "-", text=text + "\n")


def sign_in(page: FlaskClient, password: str = OLD, email: str = BOB) -> int:
    return page.post("/api/auth/login", json={"email": email, "password": password}).status_code


@pytest.mark.parametrize("kind", HASHES)
def test_an_imported_user_signs_in_with_the_old_password_and_the_hash_becomes_ours(
    page: FlaskClient, accounts: Ports, kind: str
) -> None:
    """A wrong one is as wrong as any, and replaces nothing."""
    done = import_rows(page, {**ROW, "password_hash": HASHES[kind], "name": "Bob"})
    assert (done.exit_code, done.output) == (0, "imported 1, unchanged 0, refused 0\n")

    assert sign_in(page, "a wrong password") == 401
    [before] = accounts.accounts.users.find(email=BOB)
    assert before.password_hash == HASHES[kind]
    assert sign_in(page) == 201

    [after] = accounts.accounts.users.find(email=BOB)
    assert after.password_hash != HASHES[kind]
    assert "$argon2id$v=19$m=64,t=2,p=1$" in str(after.password_hash)
    assert after.name == "Bob"
    assert sign_in(page) == 201


def test_a_long_password_is_cut_as_its_maker_cut_it(page: FlaskClient) -> None:
    """bcrypt reads 72 bytes; from the first sign-in on all of it counts."""
    long = "a long passphrase " * 6
    import_rows(page, {**ROW, "password_hash": bcrypt_of(long)})

    assert sign_in(page, long[:72]) == 201
    assert sign_in(page, long) == 401


def test_whoever_has_no_hash_sets_a_password_by_mail(page: FlaskClient, accounts: Ports) -> None:
    """Until then no password is right."""
    import_rows(page, ROW)

    assert sign_in(page, "") in (401, 422)
    assert sign_in(page, OLD) == 401
    assert accounts.accounts.outbox.find(state="kept") == []
    assert page.post("/api/auth/password/forgot", json={"email": BOB}).status_code == 202
    assert [mail.template for mail in accounts.accounts.outbox.find(state="kept")] == ["reset"]


def test_importing_again_changes_nothing(page: FlaskClient, accounts: Ports) -> None:
    """Not even a password or a name that the user changed since, and not what was disabled."""
    row = {**ROW, "password_hash": BCRYPT, "id": "u1", "name": "Bob"}
    assert import_rows(page, row, row).output == "imported 1, unchanged 1, refused 0\n"
    sign_in(page)
    page.patch("/api/auth/account", json={"name": "Robert"})
    run(page, "disable", BOB)
    before = accounts.accounts.users.get("u1")

    again = import_rows(page, row, {**row, "email": "BOB@Example.com", "name": "Mallory"})

    assert (again.exit_code, again.output) == (0, "imported 0, unchanged 2, refused 0\n")
    assert accounts.accounts.users.get("u1") == before


def test_the_id_is_the_owner_of_the_files_that_are_there(page: FlaskClient, accounts: Ports) -> None:
    """One id has one address, and one address one id."""
    import_rows(page, {**ROW, "id": "auth0|u1", "password_hash": BCRYPT})
    sign_in(page)
    assert page.get("/api/auth/session").get_json()["user"]["user_id"] == "auth0|u1"

    taken = import_rows(page, {**ROW, "id": "u2"}, {**ROW, "email": "carol@example.com", "id": "auth0|u1"})

    assert taken.exit_code == 1
    assert taken.output.splitlines() == [
        "line 1: the address belongs to an account with another id (email_taken)",
        "line 2: the id belongs to another account (email_taken)",
        "imported 0, unchanged 0, refused 2",
    ]


BAD_ROWS: dict[str, Any] = {
    "verified must be true": {**ROW, "verified": False},
    "verified is required": {"email": BOB},
    "email is required": {"verified": True},
    "email must be text": {**ROW, "email": {"$gt": ""}},
    "email_invalid": {**ROW, "email": "no address"},
    "an unknown field is not a known field": {**ROW, "roles": ["admin"]},
    "name must be one line": {**ROW, "name": "a\nb"},
    "id must be one line": {**ROW, "id": "a\u0000b"},
    "the line is not JSON": "{",
    "the line must be a JSON object": "[]",
    "a field appears twice": '{"email": "a@example.com", "email": "b@example.com", "verified": true}',
    "the line has more than 16384 bytes": json.dumps({**ROW, "name": "x" * 40_000}),
    "must be a bcrypt hash": {**ROW, "password_hash": "5f4dcc3b5aa765d61d8327deb882cf99"},
    "password_hash must not be empty": {**ROW, "password_hash": ""},
}
COSTLY = {
    "bcrypt of cost 15": BCRYPT.replace("$04$", "$15$"),
    "bcrypt of cost 31": BCRYPT.replace("$04$", "$31$"),
    "bcrypt 2x": bcrypt_of(OLD, b"2x"),
    "argon2i": PasswordHasher(1, 64, 1, type=Type.I).hash(OLD),
    "4 GiB": ARGON2ID.replace("m=64", "m=4194304"),
    "129 MiB": ARGON2ID.replace("m=64", "m=131073"),
    "a million passes": ARGON2ID.replace("t=1", "t=1000000"),
    "32 passes of 128 MiB": ARGON2ID.replace("m=64,t=1", "m=131072,t=32"),
    "a thousand lanes": ARGON2ID.replace("p=1", "p=1000"),
    "less memory than lanes need": ARGON2ID.replace("p=1", "p=16"),
    "no passes": ARGON2ID.replace("t=1", "t=0"),
    "a number of a thousand digits": ARGON2ID.replace("m=64", "m=" + "9" * 100),
}


@pytest.mark.parametrize("reason", BAD_ROWS)
def test_a_bad_line_is_refused_with_its_number_and_the_others_are_imported(page: FlaskClient, reason: str) -> None:
    """The command exits with 1. Blank lines count as lines."""
    done = import_rows(page, {**ROW, "email": "carol@example.com"}, "", BAD_ROWS[reason], {**ROW, "email": EMAIL})

    assert done.exit_code == 1
    report, total = done.output.splitlines()
    assert report.startswith("line 3: ")
    assert reason in report
    assert total == "imported 2, unchanged 0, refused 1"


@pytest.mark.parametrize("kind", COSTLY)
def test_a_hash_that_costs_too_much_is_refused(page: FlaskClient, accounts: Ports, kind: str) -> None:
    """Its maker chose the cost, and everybody who signs in would wait. Nothing shows the hash."""
    done = import_rows(page, {**ROW, "password_hash": COSTLY[kind]})

    assert done.exit_code == 1
    assert "line 1: password_hash: must " in done.output
    assert accounts.accounts.users.find(email=BOB) == []
    assert COSTLY[kind][-20:] not in done.output


@pytest.mark.parametrize(
    "line",
    [
        json.dumps({BCRYPT: "email", **ROW}),
        json.dumps({**ROW, "email": BCRYPT}),
        json.dumps({**ROW, "password_hash": [BCRYPT]}),
        json.dumps({**ROW, "password_hash": BCRYPT + " "}),
        f'{{"email": "a@example.com", "password_hash": "{BCRYPT}',
        json.dumps(BCRYPT),
        f'{{"{BCRYPT}": 1, "{BCRYPT}": 2}}',
    ],
    ids=["a name", "the address", "a list", "with a blank", "cut off", "alone", "twice"],
)
def test_no_report_shows_a_hash(page: FlaskClient, line: str) -> None:
    """Wherever it stands in the line."""
    done = import_rows(page, line)

    assert done.exit_code == 1
    assert "line 1: " in done.output
    assert BCRYPT[10:30] not in done.output


def test_a_file_that_is_not_text_is_refused_line_by_line(page: FlaskClient) -> None:
    """Without a traceback."""
    done = run(page, "import", "-", text=b"\xff\xfe{\x00\n" + json.dumps(ROW).encode())

    assert done.exit_code == 1
    assert "line 1: the line is not UTF-8" in done.output
    assert done.output.splitlines()[-1] == "imported 1, unchanged 0, refused 1"


def test_a_damaged_hash_signs_nobody_in(page: FlaskClient) -> None:
    """It has the form of one, and the answer is that of a wrong password."""
    damaged = {"a@example.com": ARGON2ID[:-1], "b@example.com": BCRYPT[:-31] + "." * 31}
    import_rows(page, *({**ROW, "email": email, "password_hash": one} for email, one in damaged.items()))

    assert [sign_in(page, OLD, email) for email in damaged] == [401, 401]


def test_a_hash_within_the_limits_is_verified_in_time() -> None:
    """The costliest one that is taken over."""
    costliest = PasswordHasher(8, 131_072, 4).hash(OLD)

    assert Argon2Passwords(8192).verify(costliest, OLD).is_right


# --- quota and delete ------------------------------------------------------------------------------
def test_an_operator_shows_and_sets_a_quota(ports: Ports) -> None:
    """0 means no limit, as in the settings; what is left out stays."""
    settings = accounts_settings()
    ports = with_limits(accounts_ports(ports, settings), limits(1000, 10, 5))
    page = page_of(ports, settings)
    register(page, ports)
    page.get("/v1/session")

    assert "bytes 0 of 1000, files 0 of 10, pending 0 of 5  default" in run(page, "quota", EMAIL).output
    custom = run(page, "quota", EMAIL, "--max-bytes", "5000", "--max-files", "0").output
    assert "bytes 0 of 5000, files 0 of unlimited, pending 0 of 5  custom" in custom
    assert page.get("/v1/session").get_json()["quota"]["max_bytes"] == 5000
    assert "default" in run(page, "quota", EMAIL, "--default").output
    assert run(page, "quota", EMAIL, "--default", "--max-bytes", "1").exit_code == 2
    assert run(page, "quota", EMAIL, "--max-pending", "2001").exit_code == 2
    assert "(user_not_found)" in run(page, "quota", "nobody").output


def test_without_quotas_the_operator_is_told_what_to_set(page: FlaskClient, accounts: Ports) -> None:
    """The command says which settings there are."""
    register(page, accounts)
    assert "(quotas_off). QUOTA_BYTES, QUOTA_FILES and QUOTA_PENDING set them." in run(page, "quota", EMAIL).output


def test_an_operator_deletes_a_user_after_asking(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """The user is out at once; the last administrator stays."""
    user_id = register(page, accounts)["user"]["user_id"]
    set_admin(accounts, EMAIL, is_admin=True)

    assert run(page, "delete", EMAIL, text="n\n").exit_code == 1
    assert "(last_administrator)" in run(page, "delete", EMAIL, "--yes").output
    assert page.get("/v1/files").status_code == 200
    set_admin(accounts, EMAIL, is_admin=False)
    clock.time += timedelta(seconds=1)
    assert "leaving" in run(page, "delete", user_id, text="y\n").output
    assert page.get("/v1/files").status_code == 401
    assert sign_in(page, PASSWORD, EMAIL) == 401
    assert run(page, "delete", user_id, "--yes").exit_code == 0

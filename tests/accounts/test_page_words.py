"""The page has words in every language for each event of the audit, and for each error that a person can meet."""

import re
from typing import get_args

import pytest

from service.accounts.model import EventName
from tests.catalogue import CATALOGUE
from tests.helpers.page_words import LANGUAGES, dictionary, names_in

ACCOUNTS, PAGE = "features/accounts", "lib"
# Only a program can cause these: the page never sends what they refuse.
OF_PROGRAMS = {
    *("body_encoded", "body_too_large", "checksum_invalid", "conflict", "cover_missing", "event_secret_invalid"),
    *("gone", "grant_needs_declaration", "headers_too_large", "idempotency_key_reused", "invalid", "invalid_json"),
    *("invalid_object_key", "key_outside_grant", "key_outside_prefix", "media_type_unsupported", "method_not_allowed"),
    *("missing_key", "not_multipart", "object_key_taken", "part_checksum_required", "part_number_invalid"),
    *("precondition_failed", "route_not_found", "too_large", "too_many", "unavailable", "unsupported_type"),
    "uri_too_long",
}
# Accounts' own errors that no view of the page can cause.
OF_SCRIPTS = {
    *("token_invalid", "token_expired", "refresh_token_invalid", "session_revoked", "api_key_invalid"),
    *("accounts_off", "user_not_found", "device_pending"),
}
# Only who runs the service can mend these, and so its own words are the right ones.
OF_OPERATORS = {"not_local", "foreign_origin", "store_denied"}
# Calls, settings, commands and headers.
TECHNICAL = re.compile(r"\b[A-Z]+_[A-Z]+\b|\b(GET|POST) |`|Retry-After|\bAPI\b")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_of_the_audit_has_words(language: str) -> None:
    """A new event cannot be noted without them: mypy knows the names."""
    assert names_in(dictionary(language, ACCOUNTS), "events") == set(get_args(EventName))


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_error_that_a_person_can_meet_has_words(language: str) -> None:
    """Also the errors of the mails and of guests."""
    codes = {kind.code for kind in CATALOGUE} - OF_PROGRAMS

    assert codes - names_in(dictionary(language, PAGE), "codes") == set()


def test_no_error_tells_a_person_in_english_what_only_a_program_does() -> None:
    """The service's own sentences are for scripts, too: they name calls, settings and headers."""
    technical = {kind.code for kind in CATALOGUE if TECHNICAL.search(f"{kind.title} {kind.hint}")}
    in_english = names_in(dictionary("en", ACCOUNTS), "problems") | names_in(dictionary("en", PAGE), "codes")

    assert technical - OF_PROGRAMS - OF_SCRIPTS - OF_OPERATORS - in_english == set()


def test_what_only_programs_cause_is_in_the_catalogue() -> None:
    """An error that is gone is listed here no longer."""
    assert (OF_PROGRAMS | OF_SCRIPTS | OF_OPERATORS) - {kind.code for kind in CATALOGUE} == set()

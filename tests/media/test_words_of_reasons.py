"""The page has words for each kind of job that can fail and for each reason, in each language."""

from typing import get_args

import pytest

from service.jobs.model import Reason
from service.media.model import RESULTS
from tests.helpers.page_words import LANGUAGES, dictionary, names_in

WORK = "features/files/work"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_reason_has_words(language: str) -> None:
    """And none is left of a reason that is gone."""
    assert names_in(dictionary(language, WORK), "reasons") == set(get_args(Reason))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_of_job_has_a_name(language: str) -> None:
    """Webhooks are jobs too, but the operator's matter."""
    assert names_in(dictionary(language, WORK), "kinds") == set(RESULTS)

"""Scoring a new password takes a bounded time, and threads do not disturb each other."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pytest
from zxcvbn.matching import L33T_TABLE, enumerate_l33t_subs, relevant_l33t_subtable

from service.accounts.errors import PasswordWeak
from service.accounts.password_rules import check_password, with_few_readings

SYMBOLS = sorted({symbol for symbols in L33T_TABLE.values() for symbol in symbols})
MOST_READINGS = 24


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Threads take turns after every few instructions."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def readings(password: str) -> int:
    """Return how often zxcvbn would look all its words up."""
    return len(enumerate_l33t_subs(relevant_l33t_subtable(password, L33T_TABLE)))


@pytest.mark.parametrize("left_out", [0, 1, 2, 3], ids=str)
def test_symbols_that_may_be_letters_are_read_in_few_ways(left_out: int) -> None:
    """All of them can be read in 736 ways, which would take ten seconds."""
    for symbols in combinations(SYMBOLS, len(SYMBOLS) - left_out):
        assert readings(with_few_readings("".join(symbols))) <= MOST_READINGS


@pytest.mark.parametrize("letter", L33T_TABLE)
def test_any_few_symbols_are_read_in_few_ways_too(letter: str) -> None:
    """Whatever else the password has."""
    for others in combinations(L33T_TABLE, 3):
        password = "".join(symbol for each in {letter, *others} for symbol in L33T_TABLE[each])
        assert readings(with_few_readings(password)) <= MOST_READINGS


def test_a_usual_password_is_scored_as_it_is() -> None:
    """Its words are found behind its symbols."""
    assert with_few_readings("P@$$w0rd1!") == "P@$$w0rd1!"
    with pytest.raises(PasswordWeak):
        check_password("P@$$w0rd1!")


def test_a_password_of_many_symbols_is_still_told_from_a_weak_one() -> None:
    """A common word with many symbols is a common word."""
    assert check_password("4@8({[<36gk91!|0$5+7%2") == "4@8({[<36gk91!|0$5+7%2"
    with pytest.raises(PasswordWeak):
        check_password("p@5$w0rd1!|4$")


@pytest.mark.usefixtures("eager_threads")
def test_at_once_each_person_is_scored_by_what_is_known_of_them() -> None:
    """The library keeps these words in a global variable."""
    address = "wq7xk2vbn9tz@example.com"

    def is_refused(number: int) -> bool:
        known = address if number % 2 else f"{number}@example.com"
        try:
            check_password(address, (known,))
        except PasswordWeak:
            return True
        return False

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(is_refused, range(200))) == [False, True] * 100

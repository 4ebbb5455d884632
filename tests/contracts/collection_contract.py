"""The promises of every collection of small documents, run in memory and on the real mongod."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest

from service.shared.ports.collection import (
    Add,
    After,
    AtMost,
    Collection,
    Containing,
    Including,
    Index,
    Kind,
    NotAfter,
    Place,
    Present,
    Taken,
)

NOON = datetime(2026, 1, 2, 12, 0, 0, 125_000, UTC)


class Colour(StrEnum):
    """Some enum."""

    RED = "red"


@dataclass(frozen=True, slots=True)
class Identity:
    """Something in a list."""

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class Person:
    """A document with a field of every kind."""

    person_id: str
    created_at: datetime
    email: str | None = None
    colour: Colour | None = None
    tries: int | None = None
    tags: frozenset[str] = frozenset()
    identities: tuple[Identity, ...] = ()
    expires_at: datetime | None = None
    notes: dict[str, str] = field(default_factory=dict)


PERSONS = Kind(
    "persons",
    Person,
    "person_id",
    (
        Index("email", ("email",), unique=True, partial={"email": True}),
        Index(
            "identity", ("identities.issuer", "identities.subject"), unique=True, partial={"identities.subject": True}
        ),
        Index("colour_created", ("colour", "created_at")),
    ),
)
ANN = Person(
    "01A",
    NOON,
    "ann@example.org",
    Colour.RED,
    0,
    frozenset({"b", "a"}),
    (Identity("google", "1"), Identity("github", "1")),
    NOON + timedelta(hours=1),
    {"$odd": "na.me"},
)
BOB = Person("01B", NOON + timedelta(seconds=1))


class CollectionContract:
    """Promises of any database."""

    def test_a_document_comes_back_whole(self, persons: Collection[Person]) -> None:
        """Sets, enums, lists and times; an unset field stays unset."""
        persons.add(ANN)
        persons.add(BOB)

        assert (persons.get("01A"), persons.get("01B"), persons.get("01C")) == (ANN, BOB, None)

    def test_two_documents_come_back_together(self, persons: Collection[Person]) -> None:
        """One of each collection, and each of them alone; the same one twice is no special case."""
        persons.add(ANN)
        persons.add(BOB)

        assert persons.get_with("01A", persons, "01B") == (ANN, BOB)
        assert persons.get_with("01A", persons, "01A") == (ANN, ANN)
        assert persons.get_with("01A", persons, "01C") == (ANN, None)
        assert persons.get_with("01C", persons, "01B") == (None, BOB)
        assert persons.get_with("01C", persons, "01C") == (None, None)

    def test_of_many_threads_each_gets_its_own_two_documents(self, persons: Collection[Person]) -> None:
        """They may be read together: nobody gets what another asked for."""
        ids = [f"{number:02d}" for number in range(50)]
        for person_id in ids:
            persons.add(replace(BOB, person_id=person_id))

        def read(number: int) -> list[str | None]:
            other_id = ids[-number] if number % 3 else "absent"
            return [person and person.person_id for person in persons.get_with(ids[number], persons, other_id)]

        with ThreadPoolExecutor(16) as pool:
            pairs = list(pool.map(read, range(50)))
        assert pairs == [[ids[number], ids[-number] if number % 3 else None] for number in range(50)]

    def test_an_id_is_taken_once(self, persons: Collection[Person]) -> None:
        """The second writer gets an error and changes nothing."""
        persons.add(ANN)

        with pytest.raises(Taken) as error:
            persons.add(replace(BOB, person_id="01A"))

        assert (error.value.index, persons.get("01A")) == ("_id", ANN)

    def test_a_unique_value_is_taken_once(self, persons: Collection[Person]) -> None:
        """The error names the index, so a use case knows what to answer."""
        persons.add(ANN)

        with pytest.raises(Taken) as error:
            persons.add(replace(BOB, email="ann@example.org"))

        assert (error.value.index, persons.get("01B")) == ("email", None)

    def test_an_unset_field_is_never_taken(self, persons: Collection[Person]) -> None:
        """For example, many guests have no e-mail address."""
        persons.add(BOB)
        persons.add(replace(BOB, person_id="01C"))

        assert len(persons.find()) == 2

    def test_each_element_of_a_list_is_unique_too(self, persons: Collection[Person]) -> None:
        """A provider's account leads to one person, wherever it stands in the list; parts of it may repeat."""
        persons.add(ANN)
        persons.add(replace(BOB, identities=(Identity("google", "2"), Identity("gitlab", "1"))))

        with pytest.raises(Taken) as error:
            persons.add(replace(BOB, person_id="01C", identities=(Identity("x", "9"), Identity("github", "1"))))

        assert error.value.index == "identity"

    def test_a_change_answers_what_is_there_now(self, persons: Collection[Person]) -> None:
        """Set one field, remove one, count one up."""
        persons.add(ANN)

        changed = persons.change(
            "01A", {"email": "ann@example.org"}, {"colour": None, "tries": Add(2), "email": "a@b.c"}
        )

        assert changed == replace(ANN, colour=None, tries=2, email="a@b.c")
        assert persons.get("01A") == changed

    @pytest.mark.parametrize(
        "expected",
        [
            {"email": "bob@example.org"},
            {"email": None},
            {"tries": AtMost(-1)},
            {"expires_at": After(NOON + timedelta(hours=1))},
            {"expires_at": NotAfter(NOON + timedelta(minutes=59))},
            {"tags": frozenset({"a"})},
            {"colour": Colour.RED, "tries": 1},
            {"identities": (Identity("google", "1"),)},
            {"identities": ()},
            {"identities": Containing({"issuer": "google", "subject": "2"})},
            {"tags": Including("c")},
        ],
    )
    def test_nothing_changes_unless_all_is_as_expected(
        self, persons: Collection[Person], expected: dict[str, object]
    ) -> None:
        """Because somebody else was first."""
        persons.add(ANN)

        assert persons.change("01A", expected, {"tries": Add(1)}) is None
        assert not persons.remove("01A", expected)
        assert persons.get("01A") == ANN

    @pytest.mark.parametrize(
        "expected",
        [
            {},
            {"email": "ann@example.org", "colour": Colour.RED},
            {"tries": AtMost(0)},
            {"expires_at": After(NOON)},
            {"expires_at": NotAfter(NOON + timedelta(hours=1))},
            {"email": Present(), "tries": Present()},
            {"tags": frozenset({"b", "a"})},
            {"identities": ANN.identities},
            {"identities": Containing({"issuer": "github", "subject": "1"})},
            {"tags": Including("b")},
        ],
    )
    def test_what_is_as_expected_changes(self, persons: Collection[Person], expected: dict[str, object]) -> None:
        """Every kind of condition, where it is true."""
        persons.add(ANN)

        assert persons.change("01A", expected, {"tries": Add(1)}) == replace(ANN, tries=1)

    def test_no_elements_are_an_empty_list_or_a_missing_one(self, persons: Collection[Person]) -> None:
        """An older version did not write the field; both are read as no elements."""
        persons.add(BOB)
        persons.add(ANN)
        persons.change("01A", {}, {"identities": None})

        assert persons.change("01A", {"identities": ()}, {"tries": 7}) == replace(ANN, identities=(), tries=7)
        assert persons.change("01B", {"identities": ()}, {"tries": 7}) == replace(BOB, tries=7)

    def test_a_missing_number_is_not_at_most_anything(self, persons: Collection[Person]) -> None:
        """A missing time is not later than another either; a missing count starts at 0."""
        persons.add(BOB)

        assert persons.change("01B", {"tries": AtMost(5)}, {"tries": 1}) is None
        assert persons.change("01B", {"expires_at": After(NOON)}, {"tries": 1}) is None
        assert persons.change("01B", {"expires_at": NotAfter(NOON)}, {"tries": 1}) is None
        assert persons.change("01B", {"expires_at": Present()}, {"tries": 1}) is None
        assert persons.change("01B", {"tries": None}, {"tries": Add(1)}) == replace(BOB, tries=1)

    def test_a_value_is_never_an_operator(self, persons: Collection[Person]) -> None:
        """A condition with a client's value matches that value, not everything."""
        persons.add(ANN)

        assert persons.change("01A", {"email": {"$gt": ""}}, {"tries": Add(1)}) is None
        assert persons.find(email={"$exists": True}) == []

    def test_a_change_cannot_take_what_is_taken(self, persons: Collection[Person]) -> None:
        """The document stays unchanged."""
        persons.add(ANN)
        persons.add(BOB)

        with pytest.raises(Taken) as error:
            persons.change("01B", {}, {"email": "ann@example.org"})

        assert (error.value.index, persons.get("01B")) == ("email", BOB)

    def test_of_many_changes_at_once_one_is_made(self, persons: Collection[Person]) -> None:
        """The others see that change."""
        persons.add(BOB)

        with ThreadPoolExecutor(16) as pool:
            made = list(pool.map(lambda at: persons.change("01B", {"email": None}, {"email": f"{at}@x"}), range(50)))

        winners = [person for person in made if person]
        assert winners == [persons.get("01B")]

    def test_a_list_begins_with_the_newest(self, persons: Collection[Person]) -> None:
        """Only documents with exactly these values, and at most the limit."""
        people = [Person(f"01{at}", NOON + timedelta(seconds=at), colour=Colour.RED) for at in range(5)]
        for person in (BOB, *people):
            persons.add(person)

        assert persons.find(colour=Colour.RED, limit=3) == people[:1:-1]
        assert persons.find(colour=None) == [BOB]
        assert persons.find(colour=Present(), created_at=NotAfter(people[1].created_at)) == people[1::-1]

    def test_pages_of_a_list_miss_nothing_and_repeat_nothing(self, persons: Collection[Person]) -> None:
        """Also among documents of one moment, and those that are not as expected stay out."""
        people = [Person(f"01{at}", NOON + timedelta(seconds=at // 3), colour=Colour.RED) for at in range(8)]
        for person in (BOB, *people):
            persons.add(person)

        seen, beyond = list[Person](), None
        while page := persons.find(colour=Colour.RED, limit=2, beyond=beyond):
            seen += page
            beyond = Place(page[-1].created_at, page[-1].person_id)

        assert seen == people[::-1]

    def test_a_prefix_finds_what_starts_with_it_in_order(self, persons: Collection[Person]) -> None:
        """Page by page; what a pattern would match is no prefix."""
        emails = ["ann@example.org", "annA@example.org", "anne@example.org", "bob@example.org", "an.*@example.org"]
        for number, email in enumerate(emails):
            persons.add(Person(f"01{number}", NOON, email=email))
        persons.add(BOB)

        def emails_of(prefix: str, limit: int = 10, beyond: str | None = None) -> list[str | None]:
            return [person.email for person in persons.starting_with("email", prefix, limit=limit, beyond=beyond)]

        assert emails_of("ann") == sorted(emails[:3])
        assert emails_of("ann", 1) == sorted(emails[:3])[:1]
        assert emails_of("ann", 10, min(emails[:3])) == sorted(emails[:3])[1:]
        assert emails_of("an.*") == ["an.*@example.org"]
        assert emails_of("") == sorted(emails)
        assert emails_of(".*") == emails_of("zoe") == []

    def test_one_element_has_all_the_values(self, persons: Collection[Person]) -> None:
        """Not one element this value and another one that."""
        persons.add(replace(BOB, identities=(Identity("google", "1"), Identity("github", "2"))))

        assert persons.find(identities=Containing({"issuer": "google", "subject": "2"})) == []
        assert len(persons.find(identities=Containing({"issuer": "github", "subject": "2"}))) == 1

    def test_what_is_removed_is_gone(self, persons: Collection[Person]) -> None:
        """Only that document, only once; its values are free again."""
        persons.add(ANN)
        persons.add(BOB)

        assert persons.remove("01A", {"email": "ann@example.org"})
        assert not persons.remove("01A")
        persons.add(replace(ANN, person_id="01C"))

        assert persons.find() == [BOB, replace(ANN, person_id="01C")]

    def test_a_touch_changes_what_is_there(self, persons: Collection[Person]) -> None:
        """It creates nothing."""
        persons.add(BOB)
        persons.touch("01B", {"expires_at": NOON})
        persons.touch("01C", {"expires_at": NOON})

        assert (persons.get("01B"), persons.get("01C")) == (replace(BOB, expires_at=NOON), None)

    def test_preparing_again_keeps_everything(self, persons: Collection[Person]) -> None:
        """A restart forgets nothing."""
        persons.add(ANN)
        persons.prepare()

        assert persons.get("01A") == ANN

"""Administrators who remove each other at the same moment, on a real mongod: one always remains."""

from collections.abc import Iterator
from functools import partial

import pytest

from dev.servers import MongodServer
from service.accounts.model import ADMIN_ROLE, Origin, User
from service.accounts.usecases.admin.people import Actor, UserEdits, delete_user, edit_user
from service.accounts.usecases.administrators import LEDGER, remove_administrator
from service.ports import Ports
from service.settings import Settings
from service.shared.ports.collection import Add, Including
from tests.conftest import Store
from tests.helpers.accounts import add_user
from tests.helpers.deployments import deployed_accounts
from tests.helpers.racing import FULL, SHORT, Field, race

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

SIZES = [
    pytest.param(SHORT, id="50"),
    pytest.param(FULL, id="1000", marks=pytest.mark.torture("1,000 at once")),
]


@pytest.fixture
def deployment(minio: Store, mongod: MongodServer) -> Iterator[tuple[Settings, Ports]]:
    """A deployment with a database of its own."""
    with deployed_accounts(minio, mongod, rate_limits=False) as deployed:
        yield deployed


def add_admins(ports: Ports, count: int) -> list[User]:
    people = [add_user(ports, f"admin{number}@example.com") for number in range(count)]
    for user in people:
        ports.accounts.users.change(user.user_id, {}, {"roles": (ADMIN_ROLE,)})
    return people


def open_admins(ports: Ports) -> list[str]:
    admins = ports.accounts.users.find(roles=Including(ADMIN_ROLE), disabled_at=None, leaving_at=None)
    return [user.user_id for user in admins]


def remove_one(people: list[str], ports: Ports, number: int) -> str:
    """One request removes the next administrator of the list, in one of three ways."""
    whom, actor = people[number % len(people)], Actor(people[(number + 1) % len(people)], Origin())
    match number % 3:
        case 0:
            edit_user(ports, actor, whom, UserEdits(is_admin=False))
        case 1:
            edit_user(ports, actor, whom, UserEdits(is_disabled=True))
        case _:
            delete_user(ports, actor, whom)
    return "removed"


@pytest.mark.parametrize("field", SIZES)
@pytest.mark.parametrize("count", [2, 5])
def test_of_administrators_who_remove_each_other_one_remains(
    deployment: tuple[Settings, Ports], field: Field, count: int
) -> None:
    """However many ask at the same moment, in several processes, to demote, disable or delete each other."""
    settings, ports = deployment
    people = [user.user_id for user in add_admins(ports, count)]

    counted = race(settings, partial(remove_one, people), field)

    assert len(open_admins(ports)) == 1, counted
    assert counted["last_administrator"] > 0
    assert set(counted) <= {"removed", "last_administrator", "user_leaving"}


def demote_and_promote(people: list[str], ports: Ports, number: int) -> str:
    """Roles are taken and given back all the time."""
    whom, actor = people[number % len(people)], Actor("operator", Origin())
    edit_user(ports, actor, whom, UserEdits(is_admin=number % 2 == 0))
    assert open_admins(ports), "nobody is an administrator"
    return "done"


def test_roles_that_are_given_back_meanwhile_do_not_matter(deployment: tuple[Settings, Ports]) -> None:
    """A worker that comes late with a removal takes away nothing that was given since."""
    settings, ports = deployment
    people = [user.user_id for user in add_admins(ports, 3)]

    counted = race(settings, partial(demote_and_promote, people), SHORT)

    assert set(counted) <= {"done", "last_administrator"}
    assert open_admins(ports)


def test_a_removal_that_a_worker_began_is_finished_by_the_next_one(deployment: tuple[Settings, Ports]) -> None:
    """A worker may be killed after the update that decides; until the next removal nothing else happens."""
    _, ports = deployment
    first, second = add_admins(ports, 2)
    remove_administrator(ports, second.user_id, ("role",))
    ports.accounts.users.change(second.user_id, {}, {"roles": (ADMIN_ROLE,)})
    begun = {"user_id": first.user_id, "epoch": first.epoch, "removals": ("role",), "at": ports.now()}
    assert ports.accounts.administrators.change(LEDGER, {"user_id": None}, {"revision": Add(1), **begun})

    with pytest.raises(Exception, match="only administrator"):
        remove_administrator(ports, second.user_id, ("role",))

    assert open_admins(ports) == [second.user_id]
    ledger = ports.accounts.administrators.get(LEDGER)
    assert ledger
    assert ledger.user_id is None


def test_a_late_worker_changes_nothing(deployment: tuple[Settings, Ports]) -> None:
    """Somebody else finished its removal, and the user was made an administrator again."""
    _, ports = deployment
    first, second = add_admins(ports, 2)
    stale = ports.accounts.users.get(first.user_id)
    remove_administrator(ports, first.user_id, ("role",))
    ports.accounts.users.change(first.user_id, {}, {"roles": (ADMIN_ROLE,)})
    remove_administrator(ports, second.user_id, ("role",))
    assert stale
    late = {"user_id": first.user_id, "epoch": stale.epoch, "removals": ("role",), "at": ports.now()}
    ports.accounts.administrators.change(LEDGER, {"user_id": None}, {"revision": Add(1), **late})

    assert remove_administrator(ports, second.user_id, ("role",)) is None

    assert open_admins(ports) == [first.user_id]

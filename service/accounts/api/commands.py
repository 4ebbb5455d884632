"""`flask --app service user …`: accounts, by hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup

from service.accounts.api.ports import ready_ports
from service.accounts.errors import AccountsOff
from service.accounts.model import User
from service.accounts.ports import Ports
from service.accounts.usecases.admin import create_user, disable_user, enable_user, list_users, set_admin
from service.shared.errors import MoodropError

user = AppGroup("user", help="Accounts (AUTH_MODE=accounts).")
EMAIL = click.argument("email")


@user.command("create")
@EMAIL
@click.option("--admin", is_flag=True, help="An administrator.")
@click.option("--id", "owner", help="The owner of files that are there already: a token's 'sub', or local.")
def create(email: str, admin: bool, owner: str | None) -> None:
    """Create an account, and mail a link to set its password. Works with SIGN_UP=closed too."""
    with _problems() as ports:
        made = create_user(ports, email, owner=owner, is_admin=admin)
        click.echo(f"created {_line(made)}; a link to set the password is on its way")


@user.command("list")
def list_all() -> None:
    """List the newest 1,000 accounts."""
    with _problems() as ports:
        for one in list_users(ports):
            click.echo(_line(one))


@user.command("disable")
@EMAIL
def disable(email: str) -> None:
    """Keep a user out, from the next request on. Their files stay."""
    _change(disable_user, email)


@user.command("enable")
@EMAIL
def enable(email: str) -> None:
    """Let a user in again."""
    _change(enable_user, email)


@user.command("admin")
@EMAIL
@click.option("--remove", is_flag=True, help="Make them an administrator no longer.")
def admin(email: str, remove: bool) -> None:
    """Make a user an administrator."""
    _change(lambda ports, address: set_admin(ports, address, is_admin=not remove), email)


def _change(change: Callable[[Ports, str], User], email: str) -> None:
    with _problems() as ports:
        click.echo(_line(change(ports, email)))


def _line(one: User) -> str:
    state = "disabled" if one.disabled_at else "leaving" if one.leaving_at else "active"
    return "  ".join([one.user_id, one.email or "", state, *one.roles])


@contextmanager
def _problems() -> Iterator[Ports]:
    """Yield the ports, and end the command with what went wrong."""
    try:
        ports = ready_ports()
        if not ports.accounts.policy.is_on:
            raise AccountsOff
        yield ports
    except MoodropError as error:
        raise click.ClickException(f"{error.detail} ({error.code}). {error.hint}") from error

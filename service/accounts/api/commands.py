"""`flask --app service user …`: accounts, by hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

import click
from flask.cli import AppGroup

from service.accounts.api.import_command import import_users
from service.accounts.api.ports import ready_ports
from service.accounts.errors import AccountsOff
from service.accounts.model import User
from service.accounts.ports import Ports
from service.accounts.usecases.admin.operator import (
    create_user,
    delete_user,
    disable_user,
    enable_user,
    find_user,
    list_users,
    set_admin,
)
from service.accounts.usecases.admin.user_quotas import Limit, quotas_of, require_quotas, set_quota
from service.shared.commands import problems_ending_command
from service.uploads.quota import MOST_PENDING, NO_LIMIT, Quota

user = AppGroup("user", help="Accounts (AUTH_MODE=accounts).")
EMAIL = click.argument("email")
WHO = click.argument("who", metavar="EMAIL|ID")
LIMITS: tuple[Limit, ...] = ("size_bytes", "files", "pending")
MOST = click.IntRange(0, 2**53)


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


@user.command("quota")
@WHO
@click.option("--max-bytes", "size_bytes", type=MOST, help="Total bytes of files and unfinished uploads; 0: no limit.")
@click.option("--max-files", "files", type=MOST, help="Number of files, covers and unfinished uploads; 0: no limit.")
@click.option(
    "--max-pending", "pending", type=click.IntRange(0, MOST_PENDING), help="Number of unfinished uploads; 0: no limit."
)
@click.option("--default", is_flag=True, help="The limits of the settings again.")
def quota(who: str, default: bool, **limits: int | None) -> None:
    """Show what a user may hold, or give them limits of their own."""
    edits: dict[Limit, int | None] = {name: limits[name] or None for name in LIMITS if limits[name] is not None}
    if default and edits:
        raise click.UsageError("--default takes no limits beside it")
    with _problems() as ports:
        require_quotas(ports)
        user_id = find_user(ports, who).user_id
        if default or edits:
            set_quota(ports, user_id, None if default else edits)
        click.echo(_quota_line(quotas_of(ports, [user_id])[user_id]))


@user.command("import")
@click.argument("file", type=click.File("rb"))
@click.pass_context
def import_file(command: click.Context, file: BinaryIO) -> None:
    """Import users of another service from FILE, or - for standard input: a JSON object a line.

    Each has `email`, `"verified": true`, and perhaps `name`, `password_hash` (bcrypt or argon2id) and `id`, the owner
    of files that are there already. Users who are there already are not changed. Exits with 1 if a line was refused.
    """
    with _problems() as ports:
        is_complete = import_users(ports, file)
    command.exit(0 if is_complete else 1)


@user.command("delete")
@WHO
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(who: str, yes: bool) -> None:
    """Delete an account with all its files, for good. The user is out at once; all is gone about an hour later."""
    with _problems() as ports:
        whom = find_user(ports, who)
        if not yes:
            click.confirm(f"Delete {whom.email or whom.user_id} with all files? There is no way back", abort=True)
        delete_user(ports, whom)
        click.echo(_line(find_user(ports, whom.user_id)))


def _quota_line(quota: Quota) -> str:
    used = quota.used if quota.counted_at else None
    parts = [
        f"{name.removeprefix('size_')} {getattr(used, name) if used else '?'} of {_limit(getattr(quota.allowed, name))}"
        for name in LIMITS
    ]
    return f"{quota.owner}  {', '.join(parts)}  {'custom' if quota.is_custom else 'default'}"


def _limit(limit: int) -> str:
    return "unlimited" if limit == NO_LIMIT else str(limit)


def _change(change: Callable[[Ports, str], User], email: str) -> None:
    with _problems() as ports:
        click.echo(_line(change(ports, email)))


def _line(one: User) -> str:
    state = "disabled" if one.disabled_at else "leaving" if one.leaving_at else "active"
    return "  ".join([one.user_id, one.email or "", state, *one.roles])


@contextmanager
def _problems() -> Iterator[Ports]:
    """Yield the ports, and end the command with what went wrong."""
    with problems_ending_command():
        ports = ready_ports()
        if not ports.accounts.policy.is_on:
            raise AccountsOff
        yield ports

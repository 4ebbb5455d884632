"""`flask --app service …`: what an operator does by hand or from cron."""

import json
from dataclasses import asdict
from datetime import timedelta
from itertools import chain

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from service.accounts.adapters.jwt.authenticator import JwtAuthenticator, issue_token
from service.accounts.api.commands import user
from service.accounts.settings import AccountsSettings
from service.accounts.usecases.keeper import keep_accounts
from service.jobs.usecases.sweep import sweep_jobs
from service.listening.settings import ListeningSettings
from service.listening.usecases.plan_fit import plan_fit
from service.listening.usecases.retention import remove_old_listens
from service.media.api.commands import media
from service.media.api.move_command import move_command
from service.media.usecases.reconcile import reconcile_derived
from service.operations.api.ports import current_ports
from service.operations.usecases.doctor import FAILED, examine, table
from service.shared.api.context import context, settings_of
from service.shared.commands import printable, problems_ending_command
from service.shared.errors import MoodropError
from service.shared.model import Credentials
from service.shared.scopes import ADMIN, ALL_SCOPES, UPLOADS_WRITE
from service.store.settings import StoreSettings
from service.uploads.api.commands import store
from service.uploads.usecases.upkeep.reconcile import (
    GRACE,
    Difference,
    Tally,
    reconcile,
)
from service.uploads.usecases.upkeep.sweep import sweep
from service.webhooks.api.commands import webhook

TEN_YEARS_S = 10 * 365 * 86_400

token = AppGroup("token", help="Tokens for scripts (AUTH_MODE=jwt).")


@token.command("create")
@click.option("--sub", "owner", required=True, help="The owner of the files: the token's 'sub'.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([*ALL_SCOPES, ADMIN]),
    help="Default: all but admin; with a limit, only uploads:write.",
)
@click.option(
    "--expires-in", default=3600, show_default=True, type=click.IntRange(1, TEN_YEARS_S), help="Lifetime in seconds."
)
@click.option("--prefix", help="Only keys with this prefix: uploads/<sub>/…/, with a final '/'.")
@click.option("--max-bytes", type=click.IntRange(0), help="Total bytes of all uploads with the token.")
@click.option("--max-files", type=click.IntRange(1), help="Number of uploads with the token.")
@click.option("--content-type", "content_types", multiple=True, help="Only this type, such as audio/mpeg or audio/*.")
@click.option("--once", is_flag=True, default=None, help="Only one upload.")
def create_token(owner: str, scopes: tuple[str, ...], expires_in: int, **narrowed: object) -> None:
    """Print a token signed with JWT_SECRET; the last five options limit its uploads."""
    settings, now = settings_of(AccountsSettings), context().ports.now
    mode = settings.auth_mode
    if mode != "jwt":
        raise click.ClickException(
            f"AUTH_MODE={mode} takes no such token. Set AUTH_MODE=jwt and JWT_SECRET to use tokens."
        )
    if not settings.jwt_secret.get_secret_value():
        raise click.ClickException("Your identity provider makes the tokens. Set JWT_SECRET too to make some here.")
    grant = {name: value for name, value in narrowed.items() if value not in (None, ())}
    scopes = scopes or ((UPLOADS_WRITE,) if grant else ALL_SCOPES)
    made = issue_token(settings, owner, scopes, at=now(), expires_in=expires_in, grant=grant)
    try:  # never hand out a token that this service would refuse
        JwtAuthenticator(settings, now).authenticate(Credentials(f"Bearer {made}"))
    except MoodropError as error:
        raise click.ClickException(error.detail) from error
    click.echo(made)


@click.command("sweep")
@with_appcontext
def sweep_command() -> None:
    """Sweep now, as the service does by itself: confirm what has arrived, and remove what has expired.

    Jobs, histories and, if there are any, accounts have their upkeep too.
    """
    ports = current_ports()
    with problems_ending_command():
        # First, so that what was made of deleted files is gone when their documents are to go.
        sweep_jobs(ports)
        report = sweep(ports)
        plan_fit(ports)
        remove_old_listens(ports, keep_days=settings_of(ListeningSettings).history_keep_days)
        if ports.accounts.policy.is_on:
            keep_accounts(ports)
    click.echo(
        f"confirmed {report.confirmed}, expired {report.expired}, removed {report.removed}, "
        f"tidied {report.tidied}, put off {report.failed}"
    )


@click.command("reconcile")
@click.option(
    "--fix",
    is_flag=True,
    help="Remove the objects that nobody knows, in all versions; make derived ones again that are lost.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines; the last one has the totals.")
@click.option(
    "--grace",
    default=int(GRACE.total_seconds()),
    show_default=True,
    type=click.IntRange(0),
    help="Minimum age in seconds; younger objects are skipped.",
)
@click.option("--thorough", is_flag=True, help="Check every file in the store, with one request each.")
@with_appcontext
@click.pass_context
def reconcile_command(command: click.Context, fix: bool, as_json: bool, grace: int, thorough: bool) -> None:
    """Compare the buckets with the database: objects without a document, and files without their object.

    Likewise for what is derived from files.

    Changes nothing without --fix. Exits with 0 if no difference is left, with 1 if one is, and with 3 if a server
    is down.
    """
    tally = Tally()
    try:
        young = timedelta(seconds=grace)
        ports = current_ports()
        derived = reconcile_derived(ports, tally, fix=fix, grace=young)
        for difference in chain(reconcile(ports, tally, fix=fix, grace=young, thorough=thorough), derived):
            click.echo(_as_json(difference) if as_json else _row(difference))
    except MoodropError as error:
        click.echo(f"Error: {error.detail} ({error.code}). {error.hint}", err=True)
        command.exit(3)
    if as_json:
        click.echo(_as_json(tally))
    else:
        click.echo(f"{tally.objects} objects, {tally.documents} documents: {tally.left} differ, {tally.fixed} mended")
    command.exit(1 if tally.left else 0)


def _as_json(row: Difference | Tally) -> str:
    fields = asdict(row)
    # What this command prints keeps the name.
    fields["mended"] = fields.pop("fixed")
    return json.dumps(fields, default=str)


def _row(difference: Difference) -> str:
    size = "" if difference.size_bytes is None else str(difference.size_bytes)
    since = difference.modified_at.isoformat(timespec="seconds") if difference.modified_at else ""
    key = printable(f"{difference.bucket}/{difference.object_key}")
    fixed = "mended" if difference.fixed else ""
    return f"{difference.problem:<15}  {size:>14}  {since:<25}  {fixed:<6}  {difference.upload_id or '':<26}  {key}"


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
@click.pass_context
def doctor_command(command: click.Context, as_json: bool) -> None:
    """Check the database, the store and what browsers meet there; say how to fix each failure.

    Exits with 1 if a check failed that WAIVED_CHECKS does not name.
    """
    findings = examine(current_ports(), settings_of(StoreSettings).waived_checks)
    failed = any(finding.result == FAILED for finding in findings)
    if as_json:
        click.echo(json.dumps({"ok": not failed, "checks": [finding.as_dict() for finding in findings]}, indent=2))
    else:
        click.echo(table(findings))
    command.exit(1 if failed else 0)


def register_commands(app: Flask) -> None:
    """Add the commands to `flask --app service`."""
    app.cli.add_command(token)
    app.cli.add_command(user)
    app.cli.add_command(webhook)
    app.cli.add_command(media)
    store.add_command(move_command)
    app.cli.add_command(store)
    app.cli.add_command(sweep_command)
    app.cli.add_command(reconcile_command)
    app.cli.add_command(doctor_command)

"""`flask --app service webhook …`: what receivers did not take."""

import click
from flask.cli import AppGroup

from service.shared.commands import problems_ending_command
from service.webhooks.api.ports import current_ports
from service.webhooks.model import Delivery
from service.webhooks.usecases.replay import list_deliveries, replay, replay_failed

webhook = AppGroup("webhook", help="Deliveries to WEBHOOK_URLS that were not taken yet.")


@webhook.command("list")
def list_command() -> None:
    """List what failed and what is still to be taken, newest first. What was taken is not kept."""
    with problems_ending_command():
        for delivery in list_deliveries(current_ports()):
            click.echo(_row(delivery))


@webhook.command("replay")
@click.argument("delivery_id", required=False)
@click.option("--failed", is_flag=True, help="All that failed.")
def replay_command(delivery_id: str | None, failed: bool) -> None:
    """Have deliveries tried again at once, under the same webhook-id."""
    if (delivery_id is None) == (not failed):
        raise click.UsageError("Name a delivery, or say --failed.")
    with problems_ending_command():
        if delivery_id is None:
            click.echo(f"replayed {replay_failed(current_ports())}")
        elif replay(current_ports(), delivery_id):
            click.echo("replayed 1")
        else:
            raise click.ClickException(f"there is no delivery {delivery_id!r}, or a worker is at it; see webhook list")


def _row(delivery: Delivery) -> str:
    since = delivery.created_at.isoformat(timespec="seconds")
    reason = f"  {delivery.reason}" if delivery.reason else ""
    return (
        f"{delivery.delivery_id}  {delivery.state:<6}  {delivery.event:<12}  {delivery.file_id:<26}  {since}  "
        f"{delivery.tries} tries  {delivery.origin}{reason}"
    )

"""`flask --app service store …`: exports the manifest of all files, and makes files of objects that are there."""

from pathlib import Path
from typing import TextIO, cast

import click
from flask.cli import AppGroup

from service.shared.api.context import current_ports, ready_ports
from service.shared.commands import printable, problems_ending_command
from service.uploads.manifest import read_manifest
from service.uploads.ports import Ports
from service.uploads.usecases.upkeep.adopt import adopt_objects
from service.uploads.usecases.upkeep.manifests import ImportTally, Refusal, export_manifest, import_manifest
from service.uploads.usecases.upkeep.rebuild import rebuild_files

store = AppGroup("store", help="Export, import, adopt and rebuild files.")


@store.command("export")
@click.argument("output", type=click.File("w", encoding="utf-8", atomic=True), default="-")
def export_command(output: TextIO) -> None:
    """Write the manifest of all files, as JSON Lines, to OUTPUT (by default: to the terminal). Reads no object."""
    with problems_ending_command():
        output.writelines(f"{line}\n" for line in export_manifest(cast(Ports, current_ports())))


@store.command("import")
@click.argument("manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def import_command(command: click.Context, manifest: Path) -> None:
    """Make files of the objects that MANIFEST names, after you have copied them into the buckets under their keys.

    Checks the whole manifest first, then each object: its size, type and digest. Nothing is changed in the store. It
    can be stopped and repeated. Exits with 1 if a file was not made.
    """
    tally = ImportTally()
    # Bytes that are no UTF-8 make a line that is not as it was written, and that has a number.
    with problems_ending_command(), manifest.open(encoding="utf-8", errors="replace") as lines:
        for _ in read_manifest(lines):
            pass
        lines.seek(0)
        for refusal in import_manifest(cast(Ports, current_ports()), read_manifest(lines), tally):
            click.echo(f"line {refusal.line}: {_shown(refusal)}", err=True)
    click.echo(f"{tally.imported} imported, {tally.present} here already, {tally.refused} refused")
    command.exit(1 if tally.refused else 0)


@store.command("adopt")
@click.argument("bucket")
@click.option("--owner", help="The owner of the files. Default: whom the key names, uploads/<owner>/….")
@click.pass_context
def adopt_command(command: click.Context, bucket: str, owner: str | None) -> None:
    """Make files of all objects below uploads/ in BUCKET that belong to no file, in their newest version.

    Changes nothing in the store. It can be stopped and repeated. Exits with 1 if a file could not be made.
    """
    tally = ImportTally()
    with problems_ending_command():
        for refusal in adopt_objects(cast(Ports, current_ports()), bucket, owner, tally):
            click.echo(_shown(refusal), err=True)
    click.echo(f"{tally.imported} adopted, {tally.present} here already, {tally.refused} refused")
    command.exit(1 if tally.refused else 0)


@store.command("rebuild")
@click.argument("bucket")
@click.option("--private", "is_private", is_flag=True, help="Make files private that were declared public.")
@click.pass_context
def rebuild_command(command: click.Context, bucket: str, is_private: bool) -> None:
    """Make lost documents again, of the objects in BUCKET and of what their uploaders declared about them.

    Documents that exist stay as they are, and the store is not changed. For files that have moved to another store, it
    records again which copies they left in BUCKET. It can be stopped and repeated. Exits with 1 if a file could not be
    made.
    """
    tally = ImportTally()
    with problems_ending_command():
        ports = cast(Ports, ready_ports())  # the database may be new, without its indexes
        for refusal in rebuild_files(ports, bucket, tally, is_private=is_private):
            click.echo(_shown(refusal), err=True)
    click.echo(f"{tally.imported} rebuilt, {tally.present} here already, {tally.refused} refused")
    if tally.copies:
        click.echo(f"{tally.copies} of those here already are in another store, and left a copy in this one")
    command.exit(1 if tally.refused else 0)


def _shown(refusal: Refusal) -> str:
    return f"{printable(refusal.object_key)}: {refusal.reason}"

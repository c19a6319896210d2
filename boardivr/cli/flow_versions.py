"""``boardivr flow load`` and what goes with it: versions of flows on a running appliance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.flow_replay import replay
from boardivr.cli.output import json_option, print_json, print_table

if TYPE_CHECKING:
    from boardivr.store.versions import KeptVersion


@click.command()
@click.argument(
    "folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@json_option
@pass_app
def load(app: AppContext, folder: Path | None, as_json: bool) -> None:
    """Have the running appliance load its flows anew; all of them, or none.

    Calls that go on keep the version that they began with.
    """
    from boardivr.control import ask

    place = None if folder is None else str(folder.absolute())
    print_loaded(ask(app.settings.control, "load", folder=place), as_json)


@click.command()
@click.argument("flow", required=False)
@json_option
@pass_app
def versions(app: AppContext, flow: str | None, as_json: bool) -> None:
    """List the versions of flows that have run here, the newest first."""
    with app.store() as store:
        from boardivr.store.versions import VersionFile

        found = VersionFile(store).all(flow)
    running = _running(app)
    if as_json:
        print_json([_facts(one, running) for one in found])
        return
    print_table(
        ("hash", "flow", "loaded", "who", "runs", "file"),
        [
            (one.hash[:12], one.flow, one.loaded, one.who, running.get(one.hash, ""), one.path)
            for one in found
        ],
    )


@click.command()
@click.argument("old")
@click.argument("new", required=False)
@pass_app
def diff(app: AppContext, old: str, new: str | None) -> None:
    """Show what is different between two versions, by their hashes.

    Without NEW: between OLD and the flow's file as it is now.
    """
    from boardivr.flows.versions import diff as texts_differ
    from boardivr.store.versions import VersionFile

    with app.store() as store:
        file = VersionFile(store)
        before = file.get(old)
        after = None if new is None else file.get(new)
    old_texts, new_texts = _texts(before), _texts(after) if after else _texts_now(before.path)
    old_name = f"{before.flow} {before.hash[:12]}"
    new_name = f"{after.flow} {after.hash[:12]}" if after else str(before.path.parent)
    for name in dict.fromkeys((*old_texts, *new_texts)):
        was, now = old_texts.get(name, ""), new_texts.get(name, "")
        for line in texts_differ(was, now, f"{old_name} {name}", f"{new_name} {name}"):
            click.echo(line)


@click.command()
@click.argument("hash")
@json_option
@pass_app
def rollback(app: AppContext, hash: str, as_json: bool) -> None:
    """Go back to a version of a flow: its file is written, and the appliance loads it.

    What the file had is kept beside it as FILE.before-rollback. Nothing is
    written if the version can't be run any more.
    """
    from boardivr.control import ControlError, ask
    from boardivr.flows.rollback import put_back
    from boardivr.store.versions import VersionFile

    with app.store() as store:
        version = VersionFile(store).get(hash)
    kept = put_back(version.path, version.text, version.files, version.hash)
    click.echo(f"{version.path} is {version.hash[:12]} again; before: {kept}", err=True)
    try:
        print_loaded(ask(app.settings.control, "load", folder=str(version.path.parent)), as_json)
    except ControlError:
        click.echo("no appliance runs; it will have this version when it starts", err=True)


def print_loaded(result: Any, as_json: bool) -> None:
    """Print what a reload did."""
    if as_json:
        print_json(result)
        return
    for change in result["changes"]:
        name = f".{change['name']}" if change["name"] else ""
        click.echo(f"{change['kind']} {change['what']} {change['flow']}{name}")
    count = len(result["changes"]) or "no"
    took, rendered = result["seconds"], result["rendered"]
    click.echo(f"{count} changes in {took:.2f} s, {rendered} prompts made ready")


def _texts(version: KeptVersion) -> dict[str, str]:
    """Return a version's texts by the names of its files: the flow's, then its overlays'."""
    return {version.path.name: version.text, **version.overlays}


def _texts_now(path: Path) -> dict[str, str]:
    """Return the texts that a flow's files have now."""
    from boardivr.flows.overlay import overlays_beside

    files = (path, *overlays_beside(path))
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def _running(app: AppContext) -> dict[str, str]:
    """Return which versions run at this moment, and how."""
    from boardivr.control import ControlError, ask

    try:
        status: Any = ask(app.settings.control, "status")
    except ControlError:
        return {}
    return {one["hash"]: "yes" if one["is_current"] else "old calls" for one in status["flows"]}


def _facts(one: KeptVersion, running: dict[str, str]) -> dict[str, object]:
    return {
        "hash": one.hash,
        "flow": one.flow,
        "loaded": one.loaded.isoformat(timespec="milliseconds"),
        "who": one.who,
        "runs": running.get(one.hash),
        "file": str(one.path),
    }


COMMANDS = (load, versions, diff, rollback, replay)

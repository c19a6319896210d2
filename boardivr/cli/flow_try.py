"""``boardivr flow try``: call a flow from the terminal, with its menus beside what is heard."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.phone import BANK, appliance_for

if TYPE_CHECKING:
    from boardivr.flows.interpreter import Interpreter


@click.command("try")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--ani", help="The number that calls.")
@click.option("--show-keys", is_flag=True, help="Show keys, instead of a dot for each.")
@pass_app
def try_flow(app: AppContext, file: Path, ani: str | None, show_keys: bool) -> None:
    """Call a flow from this terminal, and see its menus as they are computed.

    The flows of the file's folder are checked, the file's one answers, over real
    audio, with this appliance's customers and hosts. Keys are those of `boardivr phone`.
    """
    from boardivr.app import Appliance
    from boardivr.cli.handset import KEYS_HELP, Handset, keys_typed
    from boardivr.flows.loader import load_flow

    running: list[Interpreter] = []

    class Watched(Appliance):
        """An appliance that shows the interpreter of its last call."""

        def _interpreter(self, *what: Any, **more: Any) -> Interpreter:
            running.append(super()._interpreter(*what, **more))
            return running[-1]

    shown = ""

    def write(text: str) -> None:
        nonlocal shown
        menu = menu_of(running[-1]) if running else ""
        if menu and menu != shown:
            click.secho(f"\n{menu}", dim=True)
        shown = menu or shown
        click.echo(text, nl=False)

    name = str(load_flow(file).name)
    folder = file.absolute().parent
    with (
        appliance_for(
            app, BANK, name, is_virtual=False, folder=folder, open_appliance=Watched
        ) as board,
        keys_typed() as keys,
    ):
        if sys.stdin.isatty():
            click.echo(KEYS_HELP, err=True)
        Handset(board.telephone(), keys, write).use(BANK, ani, show_keys=show_keys)


def menu_of(interpreter: Interpreter) -> str:
    """Return the menu that is being offered: its name, and a line for each key."""
    notes = interpreter.state.notes
    if "offers" not in notes:
        return ""
    rows = [offer.partition("=") for offer in str(notes["offers"]).split()]
    width = max([len(name) for _, _, name in rows] + [len(str(notes["menu"])) + 2])
    lines = [f" {notes['menu']} ".center(width + 4, "-")]
    lines += [f" {key}  {name}" for key, _, name in rows]
    return "\n".join([*lines, "-" * (width + 4)])

"""``boardivr fax probe``: what a fax machine can do."""

from __future__ import annotations

from typing import Any

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.output import cell_text, json_option, print_json


@click.command()
@click.argument("number")
@json_option
@pass_app
def probe(app: AppContext, number: str, as_json: bool) -> None:
    """Call a machine, hear what it can do, and hang up; nothing is printed there.

    The running appliance makes the call, on the next line that is free. Exit code 1 if
    no fax answered.

    \b
        boardivr fax probe "010 6666 0001"
    """
    from boardivr.control import ask

    found: Any = ask(app.settings.control, "fax_probe", number=number)
    if as_json:
        print_json(found)
    else:
        _print(found)
    if found["outcome"] != "fax":
        raise click.exceptions.Exit(1)


def _print(found: Any) -> None:
    click.echo(f"{found['number']}: {found['outcome']}")
    if found.get("advice"):
        click.echo(found["advice"])
    for name in ("ident", "vendor", "model"):
        if found.get(name):
            click.echo(f"{name}: {found[name]}")
    for name, value in (found.get("can") or {}).items():
        text = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        click.echo(f"{name.replace('_', ' ')}: {cell_text(text)}")
    for line in found.get("trace", ()):
        click.echo(line)

"""``boardivr parameter``: values that are changed while calls run."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.flow_customer import known_flows
from boardivr.cli.output import json_option, print_json, print_table

if TYPE_CHECKING:
    from boardivr.store.parameters import LiveParameters


@click.group()
def parameter() -> None:
    """Live parameters: seconds such as no_input and host, and the switch trace."""


@parameter.command("list")
@json_option
@pass_app
def list_parameters(app: AppContext, as_json: bool) -> None:
    """List the parameters that are set; all others are as flow and settings have them."""
    with _live(app) as live:
        found = live.all()
    if as_json:
        print_json(
            [
                {"name": one.name, "value": one.value, "who": one.who, "changed": one.changed}
                for one in found
            ]
        )
        return
    print_table(
        ("name", "value", "who", "changed"),
        [(one.name, one.value, one.who, one.changed) for one in found],
    )


@parameter.command("set")
@click.argument("name")
@click.argument("value")
@pass_app
def set_parameter(app: AppContext, name: str, value: str) -> None:
    """Set a parameter to seconds, or trace to on or off; in force within a second.

    NAME is no_input, between_keys, host, ring or trace, for all flows; or
    FLOW.NAME for one flow, such as bank.no_input, which counts more.
    """
    with _live(app) as live:
        live.set(name, value, getpass.getuser())
    click.echo(f"{name} is {value}")
    _note_unknown(app, name.rpartition(".")[0])


def _note_unknown(app: AppContext, flow: str) -> None:
    """Tell that there is no flow for which a parameter was set."""
    from boardivr.yamlread import near

    flows = known_flows(app) if flow else None
    names = [str(one.name) for one in flows or ()]
    if flows is not None and flow not in names:
        note = f"note: no flow {flow!r} in {app.settings.flows}; {near(flow, names)}"
        click.echo(note.rstrip("; "), err=True)


@parameter.command("clear")
@click.argument("name")
@pass_app
def clear_parameter(app: AppContext, name: str) -> None:
    """Go back to what flow and settings have."""
    with _live(app) as live:
        live.clear(name)
    click.echo(f"{name} is as written again")


@contextmanager
def _live(app: AppContext) -> Iterator[LiveParameters]:
    from boardivr.clock import SystemClock
    from boardivr.store.parameters import LiveParameters

    with app.store() as store:
        yield LiveParameters(store, SystemClock())

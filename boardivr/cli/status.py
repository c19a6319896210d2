"""``boardivr status``: how the running appliance does."""

from __future__ import annotations

from typing import Any

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.output import json_option, print_json, print_table


@click.command()
@json_option
@pass_app
def status(app: AppContext, as_json: bool) -> None:
    """Show the channels and their calls, flows, hosts and the writer of call records."""
    from boardivr.control import ask

    found: Any = ask(app.settings.control, "status", within=10.0)
    if as_json:
        print_json(found)
        return
    columns = ("channel", "state", "calls", "call", "from", "customer", "flow", "seconds")
    print_table(columns, [[one.get(name) for name in columns] for one in found["channels"]])
    for line in lines(found):
        click.echo(line)


def lines(found: Any) -> list[str]:
    """Return what isn't about channels; what somebody should look at begins with ``!``."""
    writer, hosts = found["writer"], found["hosts"]
    told = [f"flows from {found['folder']}"]
    for flow in found["flows"]:
        which = "runs" if flow["is_current"] else "calls of before a reload go on with it"
        told.append(f"flow {flow['flow']} {flow['hash'][:12]}: {which}")
    told.append(f"hosts: {hosts['working']} requests on their way")
    told += [f"! host {name}: {count} requests hang" for name, count in hosts["hanging"].items()]
    told.append(f"call records: {writer['written']} rows written, {writer['waiting']} wait")
    if writer["lost"] or writer["last_error"]:
        told.append(f"! call records: {writer['lost']} rows lost, {writer['last_error'] or 'ok'}")
    faxes = [f"{count} {state}" for state, count in found["faxes"].items()]
    told.append(f"faxes: {', '.join(faxes) or 'none'}")
    told += [f"parameter {name} is {value}" for name, value in found["parameters"].items()]
    dead = [one["channel"] for one in found["channels"] if not one["works"]]
    told += [f"! {name}: its thread has ended" for name in dead]
    return told

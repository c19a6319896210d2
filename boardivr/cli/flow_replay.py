"""``boardivr flow replay``: a traced call, run again."""

from __future__ import annotations

import sys

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.output import json_option, print_json


@click.command()
@click.argument("call_id", metavar="ID")
@json_option
@pass_app
def replay(app: AppContext, call_id: str, as_json: bool) -> None:
    """Run a traced call again, and show the first difference; exit code 1 if there is one.

    The version of the flow that the call had, its keys and its hosts' answers.
    Keys that a trace must not have are made up; PINs are as right as they were.
    """
    import dataclasses

    from boardivr.clock import SystemClock
    from boardivr.errors import BoardIVRError
    from boardivr.flows.loader import read_flow_text
    from boardivr.replay import replay as run_again
    from boardivr.store.calls import CallArchive
    from boardivr.store.customers import CustomerFile
    from boardivr.store.versions import VersionFile

    with app.store() as store:
        archive = CallArchive(store)
        record = archive.get(call_id)
        steps = archive.steps(record.id)
        if not steps or record.flow_hash is None:
            raise BoardIVRError(f"call {record.id} has no trace: tracing was off")
        version = VersionFile(store).get(record.flow_hash)
        who = CustomerFile(store, SystemClock()).get(record.customer or "")
    flow = read_flow_text(version.text, version.path, version.files)
    done = run_again(flow, record, steps, who)
    if as_json:
        print_json({"call": record.id, "flow_hash": version.hash, **dataclasses.asdict(done)})
    else:
        click.echo(f"call {record.id}, {version.flow} {version.hash[:12]}")
        for number in done.made_up:
            click.echo(f"step {number}: keys aren't in the trace, made up")
        told = f"{done.steps} steps, all as then"
        click.echo(told if done.difference is None else f"first difference: {done.difference}")
    if done.difference is not None:
        sys.exit(1)

"""``boardivr flow replay``: a traced call, run again."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.output import json_option, print_json

if TYPE_CHECKING:
    from boardivr.calls.record import CallRecord, TraceStep
    from boardivr.customer import Customer
    from boardivr.flows.model import Flow
    from boardivr.replay import Replayed


@click.command()
@click.argument("call_id", metavar="ID")
@click.option("--fast", is_flag=True, help="On the interpreter alone, without audio.")
@json_option
@pass_app
def replay(app: AppContext, call_id: str, fast: bool, as_json: bool) -> None:
    """Run a traced call again, and show the first difference; exit code 1 if there is one.

    On a virtual board with real audio and key tones: the version of the flow that the call
    had, its keys when they were pressed, and its hosts' answers.
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
    call = (flow, record, steps, who)
    done = run_again(*call) if fast else _on_board(app, *call)
    if as_json:
        print_json({"call": record.id, "flow_hash": version.hash, **dataclasses.asdict(done)})
    else:
        click.echo(f"call {record.id}, {version.flow} {version.hash[:12]}")
        for number in done.made_up:
            click.echo(f"step {number}: keys aren't in the trace, made up")
        told = f"{done.steps} steps, all as then"
        click.echo(told if done.difference is None else f"first difference: {done.difference}")
    if done.difference is not None:
        if not as_json:
            click.echo("\n".join(done.heard[-6:]))
        sys.exit(1)


def _on_board(
    app: AppContext,
    flow: Flow,
    record: CallRecord,
    steps: Sequence[TraceStep],
    who: Customer | None,
) -> Replayed:
    """Run a call again with the flow's prompts as audio."""
    from boardivr.prompts.joining.joiner import joiner_beside
    from boardivr.prompts.library import PromptLibrary
    from boardivr.prompts.recorded import folders_of
    from boardivr.prompts.tts.casting import cast
    from boardivr.replay.audio import replay_on_board

    home = app.settings.home
    with cast(app.settings.voices) as voices:
        voice = PromptLibrary(
            flow.prompt_sources(),
            voices,
            home / "prompts",
            default_language=flow.language.default,
            joiner=joiner_beside(app.settings.voices),
            folders=folders_of(str(flow.name), flow.path, home),
        )
        return replay_on_board(
            flow, record, steps, who, voice=voice, recordings=home / "recordings"
        )

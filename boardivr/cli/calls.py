"""``boardivr calls``: call records, and traces as stories."""

from __future__ import annotations

import click

from boardivr.calls.record import CallRecord, TraceStep
from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.output import cell_text, json_option, print_json, print_table


@click.group()
def calls() -> None:
    """Call records and their traces."""


@calls.command("list")
@click.option("-n", "--limit", default=20, show_default=True, type=click.IntRange(1), help="Most.")
@click.option("--customer", help="Only this customer's, by id.")
@json_option
@pass_app
def list_calls(app: AppContext, limit: int, customer: str | None, as_json: bool) -> None:
    """List the newest calls, newest first."""
    from boardivr.store.calls import CallArchive

    with app.store() as store:
        found = CallArchive(store).recent(limit, customer=customer)
    if as_json:
        print_json([call_facts(record) for record in found])
        return
    print_calls(found)


@calls.command()
@click.argument("call_id", metavar="ID")
@json_option
@pass_app
def show(app: AppContext, call_id: str, as_json: bool) -> None:
    """Show one call; a beginning or an end of its ID will do."""
    from boardivr.store.calls import CallArchive

    with app.store() as store:
        record = CallArchive(store).get(call_id)
    if as_json:
        print_json(call_facts(record))
        return
    for name, value in call_facts(record).items():
        shown = getattr(record, name) if name in ("started", "answered", "ended") else value
        click.echo(f"{name.replace('_', ' '):10} {_tags(shown)}")


@calls.command()
@click.argument("call_id", metavar="ID")
@json_option
@pass_app
def trace(app: AppContext, call_id: str, as_json: bool) -> None:
    """Tell what happened in a call, step by step.

    Steps are there if tracing was on: `boardivr parameter set trace on`.
    """
    from boardivr.calls.trace import story
    from boardivr.store.calls import CallArchive

    with app.store() as store:
        archive = CallArchive(store)
        record = archive.get(call_id)
        steps = archive.steps(record.id)
    if as_json:
        print_json({**call_facts(record), "steps": [_step_facts(step) for step in steps]})
        return
    for line in story(record, steps):
        click.echo(line)


def print_calls(records: list[CallRecord]) -> None:
    """Print call records as a table."""
    print_table(
        ("id", "started", "channel", "from", "customer", "language", "s", "ended", "choices"),
        [
            (
                record.id,
                record.started,
                record.channel,
                record.ani,
                record.customer,
                record.language,
                record.seconds,
                _ending(record),
                " > ".join(record.path),
            )
            for record in records
        ],
    )


def call_facts(record: CallRecord) -> dict[str, object]:
    """Return a record as JSON has it; times in ISO 8601."""

    def time(name: str) -> str | None:
        when = getattr(record, name)
        return None if when is None else str(when.isoformat(timespec="milliseconds"))

    return {
        "id": record.id,
        "node": record.node,
        "board": record.board,
        "channel": record.channel,
        "ani": record.ani,
        "dnis": record.dnis,
        "customer": record.customer,
        "flow": record.flow,
        "flow_hash": record.flow_hash,
        "language": record.language,
        "started": time("started"),
        "answered": time("answered"),
        "ended": time("ended"),
        "seconds": record.seconds,
        "ending": record.ending.value if record.ending else None,
        "why": record.why,
        "path": list(record.path),
        "tags": dict(record.tags),
    }


def _step_facts(step: TraceStep) -> dict[str, object]:
    return {
        "number": step.number,
        "at": step.at.isoformat(timespec="milliseconds"),
        "name": step.name,
        "detail": dict(step.detail),
    }


def _ending(record: CallRecord) -> str:
    if record.ending is None:
        return "goes on"
    return f"{record.ending.value}: {record.why}" if record.why else record.ending.value


def _tags(value: object) -> str:
    if isinstance(value, dict):
        return cell_text([f"{name}={tag}" for name, tag in value.items()])
    return cell_text(value)

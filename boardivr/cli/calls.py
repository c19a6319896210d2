"""``boardivr calls``: call records, and traces as stories."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from boardivr.calls.record import CallRecord, TraceStep
from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.output import cell_text, json_option, print_json, print_table

if TYPE_CHECKING:
    from boardivr.calls.funnel import Place


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


@calls.command("funnel")
@click.argument("flow")
@click.option("--since", metavar="WHEN", help="A date such as 2026-09-21, or 24h, 7d.")
@json_option
@pass_app
def show_funnel(app: AppContext, flow: str, since: str | None, as_json: bool) -> None:
    """Count how callers went through a flow: choices, mistakes, where they hung up."""
    import dataclasses

    from boardivr.calls.funnel import funnel
    from boardivr.store.calls import CallArchive

    begin = None if since is None else _since(since)
    with app.store() as store:
        found = funnel(CallArchive(store).of_flow(flow, begin))
    if as_json:
        print_json({"flow": flow, **dataclasses.asdict(found)})
        return
    click.echo(f"{found.calls} calls of {flow}, {found.hung_up} hung up by the caller")
    if not found.calls:
        return
    click.echo()
    print_table(
        ("choice", "calls", "of all", "times", "hung up after"),
        [(c.id, c.calls, _share(c.calls, found.calls), c.times, c.hung_up) for c in found.choices],
    )
    click.echo()
    print_table(
        ("place", "calls", "of traced", "times", "no input", "no match", "wrong", "hung up"),
        [
            (p.name, p.calls, _share(p.calls, found.traced), p.times, *_mistakes(p))
            for p in found.places
        ],
    )
    if found.traced < found.calls:
        click.echo(f"places are of the {found.traced} calls that were traced")


def _mistakes(place: Place) -> tuple[int, ...]:
    return (place.no_input, place.no_match, place.wrong, place.hung_up)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"


def _since(text: str) -> datetime:
    """Return when ``7d`` or ``24h`` ago was, or a date's beginning, in local time."""
    ago = re.fullmatch(r"([0-9]{1,5})([dhm])", text)
    if ago:
        unit = {"d": "days", "h": "hours", "m": "minutes"}[ago[2]]
        return datetime.now(UTC) - timedelta(**{unit: int(ago[1])})
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise click.UsageError(
            f"--since: expected a date, or a time ago such as 7d or 24h, found {text!r}"
        ) from None


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

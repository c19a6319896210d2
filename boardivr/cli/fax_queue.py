"""``boardivr fax queue|show|hold|release|cancel|retry|move``: jobs, looked at and changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.fax_common import Moment, Priority, open_queue, print_jobs, tell_appliance
from boardivr.cli.output import cell_text, json_option, print_json, print_table

if TYPE_CHECKING:
    from boardivr.fax.queue.events import Event
    from boardivr.fax.queue.queue import FaxQueue

fax_ids = click.argument("ids", metavar="FAX...", nargs=-1, required=True, type=int)


@click.command()
@click.option("--all", "is_all", is_flag=True, help="Those that are over, too.")
@click.option("--owner", default="", metavar="NAME", help="Only this one's.")
@click.option("--to", "number", default="", metavar="NUMBER", help="Only to this number.")
@click.option("--group", default="", metavar="ID", help="Only those that were ordered together.")
@click.option("--limit", type=int, default=100, show_default=True, help="So many at most.")
@json_option
@pass_app
def queue(
    app: AppContext, /, is_all: bool, number: str, limit: int, as_json: bool, **only: str
) -> None:
    """List faxes that are to be sent: those on a line, then in the order in which they go.

    With --all --group, this is the summary of a broadcast.
    """
    from boardivr.fax.queue.job import JobState

    with open_queue(app) as queue:
        wanted = [state for state in JobState if is_all or not state.is_final]
        canonical = queue.section.dial_plan.read(number).canonical if number else ""
        jobs = queue.file.jobs(wanted, number=canonical, limit=limit, **only)
        group = only["group"]
        counts = queue.file.group(group) if group else queue.file.counts()
    print_jobs(jobs, as_json)
    if not as_json:
        click.echo(", ".join(f"{n} {state.value}" for state, n in counts.items()) or "no faxes")


@click.command()
@click.argument("id", metavar="FAX", type=int)
@json_option
@pass_app
def show(app: AppContext, id: int, as_json: bool) -> None:
    """Show a fax: how it does, its calls, what is known of the machine, what may be done."""
    from boardivr.fax.queue.facts import destination_facts, job_facts, plain

    with open_queue(app) as queue:
        job = queue.job(id)
        facts = job_facts(job)
        tries = [plain(one) for one in queue.log.tries(id)]
        known = destination_facts(queue.log.destination(job.number))
    for one in tries:
        del one["trace"]
    if as_json:
        print_json({**facts, "calls": tries, "machine": known})
        return
    for name, value in facts.items():
        if value not in ("", None, 0, False, (), {}):
            click.echo(f"{name.replace('_', ' ')}: {cell_text(value)}")
    if tries:
        click.echo()
        print_table(
            ("call", "began", "channel", "how", "phase", "pages", "rate", "seconds", "tried with"),
            [
                (one["number"], one["began"], one["channel"], one["words"] or "sent", one["phase"],
                 one["confirmed"], one["rate"], one["seconds"], one["settings"])
                for one in tries
            ],
        )  # fmt: skip
    if known["is_fax"]:
        click.echo(f"\nmachine: {' '.join(filter(None, machine(known)))}")


def machine(known: dict[str, Any]) -> list[str]:
    """Return what is known of a machine, as people read it."""
    told = [known["ident"], known["vendor"], known["model"]]
    can = known["can"]
    if can:
        told.append(f"{can['rate']} bit/s ({can['modems']}), {can['compressions']},")
        told.append(f"{can['resolutions']}; {'with' if can['ecm'] else 'no'} error correction")
    return told


def _change(app: AppContext, ids: tuple[int, ...], event: Callable[[FaxQueue], Event]) -> list[Any]:
    with open_queue(app) as queue:
        queue.adopt()  # what a dead appliance left on a line
        jobs = [queue.advance(id, event(queue)).job for id in ids]
    tell_appliance(app)
    return jobs


@click.command()
@fax_ids
@json_option
@pass_app
def hold(app: AppContext, ids: tuple[int, ...], as_json: bool) -> None:
    """Keep faxes from being sent until they are released; one on a line ends its call first."""
    from boardivr.fax.queue.events import Held

    print_jobs(_change(app, ids, lambda queue: Held()), as_json)


@click.command()
@fax_ids
@json_option
@pass_app
def release(app: AppContext, ids: tuple[int, ...], as_json: bool) -> None:
    """Let faxes that were held be sent."""
    from boardivr.fax.queue.events import Released

    print_jobs(_change(app, ids, lambda queue: Released()), as_json)


@click.command()
@fax_ids
@json_option
@pass_app
def cancel(app: AppContext, ids: tuple[int, ...], as_json: bool) -> None:
    """Don't send faxes any more; the call of one that is on a line is ended."""
    from boardivr.fax.queue.events import Cancelled

    print_jobs(_change(app, ids, lambda queue: Cancelled()), as_json)


@click.command()
@fax_ids
@json_option
@pass_app
def retry(app: AppContext, ids: tuple[int, ...], as_json: bool) -> None:
    """Try faxes now, whatever they wait for; a window that is closed stays closed.

    Of one that has failed or was cancelled, a new fax is made of the pages that aren't
    confirmed.
    """
    with open_queue(app) as queue:
        queue.adopt()
        jobs = [queue.retry(id) for id in ids]
    tell_appliance(app)
    print_jobs(jobs, as_json)


@click.command()
@fax_ids
@click.option("--to", "number", metavar="NUMBER", help="Another number.")
@click.option("--priority", type=Priority(), help="high, normal, bulk, or 0 to 255.")
@click.option("--at", "send_at", type=Moment(), help="Not before.")
@click.option("--window", metavar="TIMES", help="Only then: 22:00-06:00; empty: any time.")
@click.option("--lines", metavar="GROUP", help="Another group of lines.")
@json_option
@pass_app
def move(
    app: AppContext,
    ids: tuple[int, ...],
    number: str | None,
    priority: int | None,
    send_at: datetime | None,
    window: str | None,
    lines: str | None,
    as_json: bool,
) -> None:
    """Change where, when and in which order faxes go that aren't on a line."""

    def moved(queue: FaxQueue) -> Event:
        return queue.moved(
            number=number, priority=priority, send_at=send_at, window=window, lines=lines
        )

    print_jobs(_change(app, ids, moved), as_json)


COMMANDS = (queue, show, hold, release, cancel, retry, move)

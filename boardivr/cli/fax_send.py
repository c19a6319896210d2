"""``boardivr fax send`` and ``wait``."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.fax_common import Moment, Priority, open_queue, print_jobs, tell_appliance
from boardivr.cli.fax_pages import cover_of, cover_options, options_of, page_options
from boardivr.cli.fax_watch import watch
from boardivr.cli.output import json_option

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=FILE)
@click.option(
    "--to",
    "numbers",
    metavar="NUMBER",
    multiple=True,
    required=True,
    help="Where to; several times for a broadcast.",
)
@click.option("--at", "send_at", type=Moment(), help="Not before: 22:00, a date and time, 30min.")
@click.option("--by", "kill_at", type=Moment(), help="Not after.")
@click.option("--window", default="", metavar="TIMES", help="Only then: 22:00-06:00, mon-fri ...")
@click.option(
    "--priority",
    type=Priority(),
    default="normal",
    show_default=True,
    help="high, normal, bulk, or 0 to 255: low goes first.",
)
@cover_options
@page_options
@click.option("--ident", default="", metavar="NUMBER", help="Our number, as the machine is told.")
@click.option("--header", default="", metavar="TEXT", help="The line over each page.")
@click.option("--owner", default="", metavar="NAME", help="Whose fax it is; you.")
@click.option("--title", default="", metavar="TEXT", help="What it is about, for lists.")
@click.option("--sub-address", default="", metavar="DIGITS", help="Where the machine puts it.")
@click.option("--lines", default="", metavar="GROUP", help="The group of lines that it goes on.")
@click.option("--ecm/--no-ecm", default=None, help="Error correction.")
@click.option(
    "--max-rate",
    type=click.Choice(["14400", "12000", "9600", "7200", "4800", "2400"]),
    help="Bits a second at most.",
)
@click.option("--again", "is_again", is_flag=True, help="Also if the same went there just now.")
@click.option("--hold", "is_held", is_flag=True, help="Accept it, and wait for `fax release`.")
@click.option("--wait", "is_waiting", is_flag=True, help="Wait until it is over, and show how.")
@json_option
@pass_app
def send(
    app: AppContext,
    /,
    files: tuple[Path, ...],
    numbers: tuple[str, ...],
    cover: tuple[str, ...],
    cover_template: str,
    max_rate: str | None,
    owner: str,
    is_waiting: bool,
    as_json: bool,
    **more: Any,
) -> None:
    """Queue documents as a fax for one or several numbers.

    It is accepted when this command says so; then it is on the disk, and is sent
    until every page is confirmed, or given up with a reason.

    \b
        boardivr fax send letter.pdf --to "010 6666 0001" --wait
        boardivr fax send offer.md --to 7001 --to 7002 --at 22:00 --cover to="Li Wei"
    """
    from boardivr.fax.queue.order import FaxOrder

    pages = {name: more.pop(name) for name in PAGE}
    order = FaxOrder(
        files=files,
        numbers=numbers,
        cover=cover_of(cover, cover_template),
        options=options_of(pages),
        owner=owner or getpass.getuser(),
        max_rate=None if max_rate is None else int(max_rate),
        **more,
    )
    with open_queue(app) as queue:
        jobs = queue.submit(order)
        is_running = tell_appliance(app)
        if not is_running:
            click.echo("boardivr: no appliance runs here; it is sent when one does", err=True)
        if is_waiting:
            finish(watch(queue, jobs, None), as_json)
        else:
            print_jobs(jobs, as_json)


PAGE = ("resolution", "paper", "tone", "dots", "drop_blank")


@click.command()
@click.argument("ids", metavar="FAX...", nargs=-1, required=True, type=int)
@click.option("--within", type=Moment(), help="Until then only: 10min, 12:00.")
@json_option
@pass_app
def wait(app: AppContext, ids: tuple[int, ...], within: datetime | None, as_json: bool) -> None:
    """Wait until faxes are over, and show how they go. Exit code 1 if one wasn't sent."""
    with open_queue(app) as queue:
        finish(watch(queue, [queue.job(id) for id in ids], within), as_json)


def finish(jobs: Any, as_json: bool) -> None:
    """Print how faxes ended; exit with 1 if one wasn't sent."""
    from boardivr.fax.queue.job import JobState

    print_jobs(jobs, as_json)
    if any(job.state is not JobState.SENT for job in jobs):
        raise click.exceptions.Exit(1)


COMMANDS = (send, wait)

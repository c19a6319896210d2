"""``boardivr fax log|report|trace``: what became of faxes."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.fax_common import Moment, open_queue
from boardivr.cli.output import json_option, print_json, print_table

BY = ("destination", "cause", "phase", "owner", "day", "channel")


@click.command()
@click.option("--to", "number", default="", metavar="NUMBER", help="Only to this number.")
@click.option("--limit", type=int, default=50, show_default=True, help="So many at most.")
@json_option
@pass_app
def log(app: AppContext, number: str, limit: int, as_json: bool) -> None:
    """List the calls that were made for faxes, the newest first."""
    from boardivr.fax.queue.facts import plain

    with open_queue(app) as queue:
        canonical = queue.section.dial_plan.read(number).canonical if number else ""
        found = queue.log.recent(limit, canonical)
    rows = [{"to": to, **plain(one)} for to, one in found]
    for row in rows:
        del row["trace"]
    if as_json:
        print_json(rows)
        return
    print_table(
        ("began", "fax", "call", "to", "channel", "how", "phase", "pages", "rate", "seconds"),
        [
            (row["began"], row["job"], row["number"], row["to"], row["channel"],
             row["failure"] or "sent", row["phase"], row["confirmed"], row["rate"], row["seconds"])
            for row in rows
        ],
    )  # fmt: skip


@click.command()
@click.option(
    "--by",
    type=click.Choice(BY),
    default="destination",
    show_default=True,
    help="What the counts are of.",
)
@click.option("--since", type=Moment(), help="From then on; 30 days ago.")
@click.option("--until", type=Moment(), help="Before then; now.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option
@pass_app
def report(
    app: AppContext,
    by: str,
    since: datetime | None,
    until: datetime | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Count calls, how many sent their fax, pages and minutes."""
    end = until or datetime.now(UTC)
    with open_queue(app) as queue:
        rows = queue.log.report(since or end - timedelta(days=30), end, by)
    facts = [_facts(by, row) for row in rows]
    columns = (by, "calls", "sent", "success", "pages", "minutes")
    if as_json:
        print_json(facts)
    elif as_csv:
        table = csv.DictWriter(sys.stdout, columns)
        table.writeheader()
        table.writerows(facts)
    else:
        print_table(columns, [[fact[name] for name in columns] for fact in facts])


def _facts(by: str, row: Any) -> dict[str, Any]:
    return {
        by: row["what"],
        "calls": row["calls"],
        "sent": row["sent"],
        "success": f"{100 * row['sent'] / row['calls']:.0f} %",
        "pages": row["pages"],
        "minutes": round(row["seconds"] / 60, 1),
    }


@click.command()
@click.argument("id", metavar="FAX", type=int)
@click.option("--call", "number", type=int, help="Only the call with this number.")
@json_option
@pass_app
def trace(app: AppContext, id: int, number: int | None, as_json: bool) -> None:
    """Show the T.30 frames of a fax's calls: -> we said, <- the machine said."""
    with open_queue(app) as queue:
        queue.job(id)
        tries = [one for one in queue.log.tries(id) if number in (None, one.number)]
    if as_json:
        print_json([{"call": one.number, "began": one.began, "frames": one.trace} for one in tries])
        return
    for one in tries:
        how = one.words or "every page confirmed"
        click.echo(f"call {one.number} on {one.channel}: {how}")
        for line in one.trace or ("    no frame came or went",):
            click.echo(line)


COMMANDS = (log, report, trace)

"""``boardivr board``: which boards there are, what they can do, and whether they do it right."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from boardivr.cli.lazy import OneLine
from boardivr.cli.output import json_option, print_json, print_table

if TYPE_CHECKING:
    from boardivr.hal import Channel
    from boardivr.hal.conformance_run import Case

SIGNS = {"passed": "ok  ", "skipped": "skip", "failed": "FAIL"}
COLOURS = {"passed": "green", "skipped": "yellow", "failed": "red"}


@click.group()
def board() -> None:
    """List and test telephone boards."""


@board.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the drivers that are installed, and whether they can be used."""
    from boardivr.hal.registry import describe

    drivers = describe()
    if as_json:
        print_json([vars(driver) for driver in drivers])
        return
    print_table(
        ("driver", "says", "where"),
        [
            (d.name, f"can't be used: {d.problem}" if d.problem else d.about, d.place)
            for d in drivers
        ],
    )


@board.command()
@click.argument("url")
@json_option
def show(url: str, as_json: bool) -> None:
    """Open a board and list its lines: name, kind, number, what they can do.

    Example:

    \b
        boardivr board show "loopback:?lines=30&kind=e1"
    """
    from boardivr.hal.registry import open_board

    with open_board(url) as opened:
        channels = [_facts(channel) for channel in opened.channels]
    if as_json:
        print_json(channels)
        return
    print_table(
        ("line", "kind", "number", "features"),
        [(c["name"], c["kind"], c["number"], c["features"]) for c in channels],
    )


@board.command()
@click.argument("url")
@click.option("--far-end", metavar="URL", help="The board that URL's lines are wired to.")
@click.option(
    "--number", "numbers", metavar="NUMBER", multiple=True,
    help="Number that reaches a line of the board from its far end; once for each of two lines.",
)  # fmt: skip
@click.option(
    "-k", "--only", default="", metavar="WORDS", help="Only cases with these in the name."
)
@json_option
def test(url: str, far_end: str | None, numbers: tuple[str, ...], only: str, as_json: bool) -> None:
    """Run the conformance suite on a board; exit code 1 if a case fails.

    A loopback board brings its far ends, and runs in virtual time unless its URL
    says time=real. Other boards need --far-end, a board wired to their lines.

    \b
        boardivr board test "loopback:?kind=e1"
    """
    suite = _suite()
    url = suite.with_time(url)
    with suite.rig_of(url, far_end, numbers):
        pass  # what keeps it from opening is told once, not by each case
    cases: list[Case] = []
    if not as_json:
        click.echo(f"{url}, in {'virtual' if suite.is_virtual(url) else 'real'} time")

    def report(case: Case) -> None:
        cases.append(case)
        if not as_json:
            click.echo(_line(case))

    suite.run_suite(url, report, far_end=far_end, numbers=numbers, only=only)
    counts = {outcome: sum(case.outcome == outcome for case in cases) for outcome in SIGNS}
    if as_json:
        print_json({"url": url, **counts, "cases": [vars(case) for case in cases]})
    else:
        click.echo(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    sys.exit(1 if counts["failed"] else 0)


def _suite() -> Any:
    """Return the module of the suite, which needs pytest."""
    try:
        from boardivr.hal import conformance_run
    except ModuleNotFoundError as error:
        if error.name != "pytest":
            raise
        raise OneLine(
            "board test needs pytest, which isn't installed: pip install pytest"
        ) from None
    return conformance_run


def _line(case: Case) -> str:
    sign = click.style(SIGNS[case.outcome], fg=COLOURS[case.outcome])
    why = f": {case.reason}" if case.reason else ""
    return f"{sign} {case.name}{why}"


def _facts(channel: Channel) -> dict[str, object]:
    return {
        "name": channel.name,
        "kind": channel.kind.value,
        "number": channel.number,
        "features": [str(f.name).lower().replace("_", " ") for f in channel.features],
    }

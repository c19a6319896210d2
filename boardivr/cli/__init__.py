"""The command line: ``boardivr COMMAND``.

Commands are loaded when they are used, so that ``boardivr --help`` is there at
once. A module of a command parses, calls and prints; nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from boardivr import __version__
from boardivr.cli.context import AppContext
from boardivr.cli.lazy import LazyCommand, LazyGroup

COMMANDS = {
    "demo": LazyCommand("boardivr.cli.demo:demo", "Run the sample bank's calls and show them."),
    "run": LazyCommand("boardivr.cli.run:run", "Start the appliance."),
    "status": LazyCommand("boardivr.cli.status:status", "How the running appliance does."),
    "phone": LazyCommand("boardivr.cli.phone:phone", "Be a caller, from this terminal."),
    "call": LazyCommand("boardivr.cli.phone:call", "Make one call as scripted, and record it."),
    "flow": LazyCommand("boardivr.cli.flow:flow", "Check flows, show menus, try them."),
    "prompt": LazyCommand("boardivr.cli.prompt:prompt", "What callers hear, in each language."),
    "voice": LazyCommand("boardivr.cli.voice:voice", "Speech engines, and how they sound."),
    "speech": LazyCommand(
        "boardivr.cli.speech:speech", "What callers say: models, how well it is understood."
    ),
    "calls": LazyCommand("boardivr.cli.calls:calls", "List call records, tell their traces."),
    "fax": LazyCommand("boardivr.cli.fax:fax", "Faxes: documents, the queue."),
    "customer": LazyCommand("boardivr.cli.customer:customer", "Customers and their functions."),
    "parameter": LazyCommand(
        "boardivr.cli.parameter:parameter", "Times and switches, changed while calls run."
    ),
    "db": LazyCommand("boardivr.cli.db:db", "The database: its place and its schema."),
    "board": LazyCommand("boardivr.cli.board:board", "List and test telephone boards."),
    "dialogic-sim": LazyCommand(
        "boardivr.cli.dialogic:dialogic_sim", "Run a Dialogic program without a board."
    ),
    "doctor": LazyCommand("boardivr.cli.doctor:doctor", "Check that all is in place."),
}


@click.group(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="boardivr", message="%(prog)s %(version)s")
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="BOARDIVR_SETTINGS",
    help="The settings file, instead of boardivr.yaml in the appliance's home.",
)
@click.option("-v", "--verbose", count=True, help="Log to stderr; twice for details.")
@click.option("--debug", is_flag=True, help="Show where an error came from.")
@click.pass_context
def cli(context: click.Context, settings_file: Path | None, verbose: int, debug: bool) -> None:
    """BoardIVR: an IVR and fax appliance on telephone boards."""
    context.obj = AppContext(settings_file=settings_file, debug=debug)
    if verbose:
        _log_to_stderr(verbose)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0, 1 for an error, 2 for a command that can't be meant."""
    cli.main(args=None if arguments is None else list(arguments), prog_name="boardivr")


def _log_to_stderr(verbose: int) -> None:
    import logging

    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO if verbose == 1 else logging.DEBUG,
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
    )

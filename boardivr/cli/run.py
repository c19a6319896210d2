"""``boardivr run``: the appliance, until it is told to stop."""

from __future__ import annotations

import signal
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.output import progress

if TYPE_CHECKING:
    from boardivr.app import Appliance

LOOK = 0.5
"""Seconds between two looks at the signals: they come to Python only between waits."""


@click.command()
@click.option("--board", "boards", multiple=True, help="A board's URL, in place of the settings'.")
@click.option(
    "--patience", default=30.0, show_default=True, help="Seconds that calls may go on at the end."
)
@pass_app
def run(app: AppContext, boards: tuple[str, ...], patience: float) -> None:
    """Start the appliance and answer calls, until SIGINT or SIGTERM.

    A second signal ends it without waiting for calls.

    Example:

    \b
        boardivr run --board "loopback:?lines=8&country=cn&audiosocket=9092"
    """
    import dataclasses

    from boardivr.app import Appliance
    from boardivr.operating import serve

    settings = app.settings
    if boards:
        settings = dataclasses.replace(settings, boards=boards)
    told = threading.Event()
    _on_signals(told)
    with Appliance(settings) as appliance, ExitStack() as stack:
        render_prompts(appliance)
        appliance.start()
        stack.enter_context(serve(appliance))
        channels = len(appliance.workers)
        click.echo(f"{channels} channels answer: {', '.join(appliance.flows)}; Ctrl-C stops")
        while not told.wait(LOOK):
            pass
        told.clear()
        click.echo("stopping: no more calls are taken")
        while patience > 0 and not told.is_set() and not appliance.stop(min(LOOK, patience)):
            patience -= LOOK


def render_prompts(appliance: Appliance) -> None:
    """Render all prompts, with a progress bar, and say on stderr what is wrong with any."""
    with progress("prompts", appliance.prompt_count) as step:
        problems = appliance.warm(lambda done, total, name: step())
    for problem in problems:
        click.echo(f"prompt {problem}", err=True)


def _on_signals(told: threading.Event) -> None:
    def tell(number: int, frame: object) -> None:
        told.set()

    signal.signal(signal.SIGINT, tell)
    signal.signal(signal.SIGTERM, tell)

"""``boardivr phone`` and ``boardivr call``: be a caller of this appliance's flows."""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.lazy import OneLine
from boardivr.cli.output import json_option, print_json
from boardivr.cli.run import render_prompts

if TYPE_CHECKING:
    from boardivr.app import Appliance
    from boardivr.hal.loopback import Heard, LoopbackBoard
    from boardivr.hal.loopback.script import Action, Result

BANK = "95588"
NODE = "phone"
"""These calls have a node of their own, so that they can be made beside ``boardivr run``."""

SCRIPT = {"press", "wait", "hear", "say", "hang_up"}

F = TypeVar("F", bound=Callable[..., Any])


def _digits(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.isdecimal():
        raise click.BadParameter(f"expected a telephone number, found {value!r}")
    return value


def _keys(context: click.Context, parameter: click.Parameter, value: Sequence[str]) -> Any:
    for keys in value:
        if not re.fullmatch(r"[0-9*#A-D,]+", keys):
            raise click.BadParameter("expected keys of 0-9 * # A-D, or a comma for a second")
    return value


def call_options(command: F) -> F:
    """Give a command the options that say who calls whom."""
    for option in reversed(
        (
            click.option("--number", default=BANK, show_default=True, callback=_digits,
                         help="The number that is called."),
            click.option("--ani", callback=_digits, help="The number that calls."),
            click.option("--flow", help="The flow that answers, whatever number is called."),
            click.option("--show-keys", is_flag=True, help="Show keys, instead of a dot for each."),
        )
    ):  # fmt: skip
        command = option(command)
    return command


@click.command()
@call_options
@pass_app
def phone(app: AppContext, number: str, ani: str | None, flow: str | None, show_keys: bool) -> None:
    """Call the appliance from this terminal, and see what is said as it is heard.

    Keys 0-9 * # A-D are pressed as they are typed; h hangs up, c calls again, q quits;
    s and a line of words says them.
    Where stdin is no terminal, its characters are the keys, a comma waits a second,
    and at its end the call goes on until the other side hangs up.
    """
    from boardivr.cli.handset import KEYS_HELP, Handset, keys_typed

    with appliance_for(app, number, flow, is_virtual=False) as board, keys_typed() as keys:
        if sys.stdin.isatty():
            click.echo(KEYS_HELP, err=True)
        handset = Handset(board.telephone(), keys, lambda text: click.echo(text, nl=False))
        handset.use(number, ani, show_keys=show_keys)


class ScriptCommand(click.Command):
    """A command whose options are done in the order in which they are given."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        ctx.meta["order"] = [str(parameter.name) for parameter in order]
        return super().parse_args(ctx, args)


@click.command(cls=ScriptCommand)
@call_options
@click.option("--press", multiple=True, callback=_keys, metavar="KEYS", help="Press keys.")
@click.option(
    "--wait", multiple=True, type=click.FloatRange(min=0), metavar="SECONDS", help="Listen so long."
)
@click.option("--hear", multiple=True, metavar="WORDS", help="Wait for these words.")
@click.option(
    "--say", multiple=True, type=click.Path(exists=True, dir_okay=False), metavar="FILE",
    help="Play a sound file into the telephone.",
)  # fmt: skip
@click.option("--hang-up", is_flag=True, help="Hang up.")
@click.option(
    "--record", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Record both sides into a WAV file.",
)  # fmt: skip
@click.option("--real-time", is_flag=True, help="At line speed, instead of as fast as it goes.")
@json_option
@pass_app
def call(
    app: AppContext,
    /,
    number: str,
    ani: str | None,
    flow: str | None,
    show_keys: bool,
    record: Path | None,
    real_time: bool,
    as_json: bool,
    **script: Any,
) -> None:
    """Make one call as scripted, and print what was heard and pressed, and when.

    --press, --wait, --hear, --say and --hang-up are done in the order in which they
    are given; then the caller hangs up. Exit code 1 if words of --hear didn't come,
    or nobody answered.

    \b
        boardivr call --hear "card number" --press 6222020000000002# --wait 5
    """
    from boardivr.hal.loopback.script import run_script

    actions = _actions(click.get_current_context().meta["order"], script)
    with appliance_for(app, number, flow, is_virtual=not real_time) as board:
        telephone = board.telephone()
        with telephone.recording(record) if record is not None else nullcontext():
            result = run_script(telephone, number, ani, actions)
        log = list(telephone.log)
    if as_json:
        print_json(_facts(number, result, log, show_keys))
    else:
        _print(log, show_keys)
    if problem := _problem(number, result):
        raise OneLine(problem)


@contextmanager
def appliance_for(
    app: AppContext,
    number: str,
    flow: str | None,
    *,
    is_virtual: bool,
    folder: Path | None = None,
    open_appliance: Callable[..., Appliance] | None = None,
) -> Iterator[LoopbackBoard]:
    """Run this appliance's flows on a line of a loopback board, for one caller.

    :param folder: of the flows, in place of the settings'
    """
    from boardivr.app import Appliance
    from boardivr.hal.loopback import open_board

    settings = dataclasses.replace(app.settings, node=NODE, flows=folder or app.settings.flows)
    if flow is not None:
        settings = dataclasses.replace(settings, lines={"*": flow})
    time = "virtual" if is_virtual else "real"
    url = f"loopback:?lines=1&kind=e1&country={settings.country}&number={number}&time={time}"
    opened = open_appliance or Appliance
    with open_board(url) as board, opened(settings, boards=[board]) as appliance:
        render_prompts(appliance)
        appliance.start()
        yield board
        appliance.stop(5.0)  # the call's record is written to its end


def _actions(order: Sequence[str], script: dict[str, Any]) -> list[Action]:
    from boardivr.hal.loopback.script import Action

    values = {name: iter(given) for name, given in script.items() if isinstance(given, tuple)}
    actions = []
    for name in order:
        if name in values:
            actions.append(Action(what=name, value=str(next(values[name]))))  # type: ignore[arg-type]
        elif name in SCRIPT:
            actions.append(Action(what=name))  # type: ignore[arg-type]
    return actions


def _print(log: Sequence[Heard], show_keys: bool) -> None:
    from boardivr.hal.loopback.transcript import lines

    for line in lines(log, log[0].at if log else 0.0, show_keys=show_keys):
        click.echo(line)


def _problem(number: str, result: Result) -> str:
    if not result.is_answered:
        cause = "" if result.cause is None else f" (cause {result.cause})"
        return f"{number}: nobody answered{cause}"
    return f"expected to hear {result.missed[0]!r}, didn't" if result.missed else ""


def _facts(number: str, result: Result, log: Sequence[Heard], show_keys: bool) -> dict[str, object]:
    from boardivr.hal.loopback.transcript import keys_text

    start = log[0].at if log else 0.0
    return {
        "number": number,
        "answered": result.is_answered,
        "cause": result.cause,
        "missed": list(result.missed),
        "log": [
            {
                "at": round(entry.at - start, 3),
                "what": entry.what,
                "text": keys_text(entry, show_keys),
                "name": entry.name,
                "seconds": round(entry.seconds, 3),
                "whole": entry.is_whole,
            }
            for entry in log
        ],
    }

"""``boardivr prompt record``: a speaker records prompts by telephone."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.output import json_option, print_json
from boardivr.cli.prompt_desk import cells_of, chosen_options, folder_of, one_desk, shipped_option
from boardivr.errors import BoardIVRError

if TYPE_CHECKING:
    from boardivr.hal import Board, Channel
    from boardivr.prompts.booth import Task
    from boardivr.prompts.desk import Desk
    from boardivr.prompts.history import Version
    from boardivr.prompts.studio import Order


@click.command()
@click.argument("ids", metavar="[ID...]", nargs=-1)
@chosen_options
@click.option("--all", "everything", is_flag=True, help="Those too whose recordings are good.")
@click.option("--call", "number", help="Call the speaker, instead of waiting for his call.")
@click.option("--board", "url", help="A board's URL; the first one of the settings.")
@click.option("--channel", "channel_name", help="A channel of it; the first one.")
@click.option("--speak", help="Speak to him in this language, such as en or zh-CN.")
@click.option("--who", "speaker", required=True, help="The speaker's name, for the history.")
@click.option("--wait", default=300.0, show_default=True, help="Seconds to wait for him.")
@shipped_option
@json_option
@pass_app
def record(
    app: AppContext,
    ids: tuple[str, ...],
    flow_name: str | None,
    languages: tuple[str, ...],
    groups: tuple[str, ...],
    everything: bool,
    number: str | None,
    url: str | None,
    channel_name: str | None,
    speak: str | None,
    speaker: str,
    wait: float,
    shipped: bool,
    as_json: bool,
) -> None:
    """Walk a speaker through what has no good recording: hear, say, keep or say again.

    A running appliance calls him on a line that is free, with --call. Otherwise this
    program opens a board of its own.
    """
    from boardivr.prompts.booth import Booth, booth_language
    from boardivr.prompts.studio import connect, facts

    with one_desk(app, flow_name, ids[0] if ids else None) as desk:
        tasks = _tasks(desk, ids, languages, groups, everything)
        language = speak or booth_language(desk.languages)
        if url is None and _is_running(app):
            order = _order(desk, number, speaker, language, tasks, wait, shipped)
            _print(_ordered(app, order), as_json)
            return
        with _board(app, url) as board:
            channel = _channel(board, channel_name)
            if number is None:
                _wait_for_call(channel, wait)
            else:
                click.echo(f"{channel.name}: calling {number}", err=True)
                connect(channel, number, wait)
            booth = Booth(
                channel, desk.library, folder_of(desk, shipped), language=language, who=speaker,
                wall=board.clock.wall, tell=_tell if not as_json else lambda version: None,
            )  # fmt: skip
            session = booth.run(tasks)
            with suppress(BoardIVRError):
                channel.hang_up()
    _print(facts(session), as_json)


def _tasks(
    desk: Desk,
    ids: tuple[str, ...],
    languages: tuple[str, ...],
    groups: tuple[str, ...],
    everything: bool,
) -> list[Task]:
    """What there is to record; named prompts in any case."""
    from boardivr.prompts.booth import Task
    from boardivr.prompts.tts import markup

    tasks = [
        Task(prompt=cell.prompt, language=cell.language, text=markup.plain(cell.text))
        for cell in cells_of(desk, ids=ids, languages=languages, groups=groups)
        if cell.text and (everything or ids or cell.problems or _is_to_record(cell.version))
    ]
    if not tasks:
        raise click.UsageError("all has been recorded; --all takes it nevertheless")
    return tasks


def _is_to_record(version: Version | None) -> bool:
    return version is None or version.source == "synthesis"


# In a running appliance


def _is_running(app: AppContext) -> bool:
    from boardivr.control import ControlError, ask

    try:
        ask(app.settings.control, "status", within=10.0)
    except ControlError:
        return False
    return True


def _order(
    desk: Desk,
    number: str | None,
    speaker: str,
    language: str,
    tasks: list[Task],
    wait: float,
    shipped: bool,
) -> Order:
    from boardivr.prompts.studio import Order

    if number is None:
        raise click.UsageError("the appliance is running: have it call the speaker with --call")
    if shipped:
        raise click.UsageError("the appliance is running: it records into its own library only")
    return Order(flow=desk.name, number=number, who=speaker, speak=language, tasks=tasks, wait=wait)


def _ordered(app: AppContext, order: Order) -> Any:
    from boardivr.control import ask
    from boardivr.prompts.studio import WITHIN

    click.echo(f"the appliance calls {order.number} on the next line that is free", err=True)
    return ask(app.settings.control, "prompt_record", within=WITHIN, order=order.as_text())


# On a board of its own


def _board(app: AppContext, url: str | None) -> Board:
    from boardivr.hal.registry import open_board

    return open_board(url or app.settings.boards[0])


def _channel(board: Board, name: str | None) -> Channel:
    found = next((one for one in board.channels if name in (None, one.name)), None)
    if found is None:
        known = ", ".join(one.name for one in board.channels)
        raise BoardIVRError(f"expected a channel of {known}, found {name!r}")
    return found


def _wait_for_call(channel: Channel, wait: float) -> None:
    click.echo(f"{channel.name}: waiting for the speaker's call", err=True)
    if channel.wait_for_call(timeout=wait) is None:
        raise BoardIVRError(f"{channel.name}: expected a call within {wait:g} s, found none")
    channel.answer()


def _tell(version: Version) -> None:
    about = f"{version.seconds:.1f} s, version {version.number}"
    click.echo(f"{version.prompt}@{version.language}: kept, {about}")


def _print(session: Any, as_json: bool) -> None:
    if as_json:
        print_json(session)
        return
    click.echo(
        f"{session['ending']}: {len(session['kept'])} kept, {len(session['skipped'])} skipped"
    )


COMMANDS = (record,)

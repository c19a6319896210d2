"""``boardivr prompt record``: a speaker records prompts by telephone."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.output import json_option, print_json
from boardivr.cli.prompt_desk import cells_of, chosen_options, folder_of, one_desk, shipped_option
from boardivr.errors import BoardIVRError

if TYPE_CHECKING:
    from boardivr.hal import Board, Channel
    from boardivr.prompts.booth import Session
    from boardivr.prompts.history import Version


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

    The board must not be another program's meanwhile.
    """
    from boardivr.hal.registry import open_board
    from boardivr.prompts.booth import Booth, Task, booth_language
    from boardivr.prompts.tts import markup

    with one_desk(app, flow_name, ids[0] if ids else None) as desk:
        cells = [
            cell
            for cell in cells_of(desk, ids=ids, languages=languages, groups=groups)
            if cell.text and (everything or ids or cell.problems or _is_to_record(cell.version))
        ]
        tasks = [
            Task(prompt=c.prompt, language=c.language, text=markup.plain(c.text)) for c in cells
        ]
        if not tasks:
            raise click.UsageError("all has been recorded; --all takes it nevertheless")
        with open_board(url or app.settings.boards[0]) as board:
            channel = _channel(board, channel_name)
            _connect(channel, number, wait)
            booth = Booth(
                channel, desk.library, folder_of(desk, shipped),
                language=speak or booth_language(desk.languages), who=speaker,
                wall=board.clock.wall, tell=_tell if not as_json else lambda version: None,
            )  # fmt: skip
            session = booth.run(tasks)
            with suppress(BoardIVRError):
                channel.hang_up()
    _print(session, as_json)


def _is_to_record(version: Version | None) -> bool:
    return version is None or version.source == "synthesis"


def _channel(board: Board, name: str | None) -> Channel:
    found = next((one for one in board.channels if name in (None, one.name)), None)
    if found is None:
        known = ", ".join(one.name for one in board.channels)
        raise BoardIVRError(f"expected a channel of {known}, found {name!r}")
    return found


def _connect(channel: Channel, number: str | None, wait: float) -> None:
    if number is None:
        click.echo(f"{channel.name}: waiting for the speaker's call", err=True)
        if channel.wait_for_call(timeout=wait) is None:
            raise BoardIVRError(f"{channel.name}: expected a call within {wait:g} s, found none")
        channel.answer()
        return
    click.echo(f"{channel.name}: calling {number}", err=True)
    progress = channel.dial(number, wait)
    if not progress.is_connected:
        outcome = progress.outcome.name.lower().replace("_", " ")
        raise BoardIVRError(f"{channel.name}: {number} didn't answer: {outcome}")


def _tell(version: Version) -> None:
    about = f"{version.seconds:.1f} s, version {version.number}"
    click.echo(f"{version.prompt}@{version.language}: kept, {about}")


def _print(session: Session, as_json: bool) -> None:
    skipped = [f"{task.prompt}@{task.language}" for task in session.skipped]
    if as_json:
        kept = [version.facts() for version in session.kept]
        print_json({"ending": session.ending, "kept": kept, "skipped": skipped})
        return
    click.echo(f"{session.ending}: {len(session.kept)} kept, {len(skipped)} skipped")


COMMANDS = (record,)

"""``boardivr dialogic-sim``: run a program for Dialogic boards without a board."""

from __future__ import annotations

import os
import subprocess
import time

import click

from boardivr.cli.lazy import OneLine


@click.command("dialogic-sim", context_settings={"ignore_unknown_options": True})
@click.option(
    "--board",
    default="analog=4&spans=1&ip=4",
    show_default=True,
    metavar="OPTIONS",
    help="What there is: analog=4&spans=1&ip=2&country=us, and as a loopback board.",
)
@click.option(
    "--far-end",
    "far_ends",
    multiple=True,
    metavar="SCRIPT",
    help="A telephone and what it does: 'call 9558801 wait 1 press 1234'.",
)
@click.option(
    "--speed",
    type=click.IntRange(1, 1000),
    default=1,
    show_default=True,
    help="Simulated seconds in a second.",
)
@click.option("--transcript", is_flag=True, help="Print what the far ends heard and did.")
@click.option("--include", is_flag=True, help="Print the headers' folder.")
@click.option("--lib", is_flag=True, help="Print the libraries' folder.")
@click.argument("program", nargs=-1, type=click.UNPROCESSED)
def dialogic_sim(
    board: str,
    far_ends: tuple[str, ...],
    speed: int,
    transcript: bool,
    include: bool,
    lib: bool,
    program: tuple[str, ...],
) -> None:
    """Run a program that was written for Dialogic boards, on boards that are simulated.

    Its exit code is the program's. Without a program the boards stay, until Ctrl-C, for
    programs that are started by hand.

    \b
        gcc ivr.c -I$(boardivr dialogic-sim --include) \\
            -L$(boardivr dialogic-sim --lib) -lgc -ldxxx -lsrl -ldti -o ivr
        boardivr dialogic-sim --far-end 'call 9558801 wait 1 press 1234' -- ./ivr
    """
    from boardivr.hal.dialogic_cffi.simulator import farend
    from boardivr.hal.dialogic_cffi.simulator.build import build
    from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware
    from boardivr.hal.dialogic_cffi.simulator.layout import read_layout

    library = build()
    if include or lib:
        click.echo(library.include if include else library.lib)
        return
    scripts = [farend.read_script(text) for text in far_ends]
    with Firmware(read_layout(board, speed=speed)) as firmware:
        phones = [firmware.telephone(farend.own_number(script)) for script in scripts]
        for phone, script in zip(phones, scripts, strict=True):
            farend.start(phone, script)
        settings = {"LD_LIBRARY_PATH": str(library.lib), "BOARDIVR_DIALOGIC": str(firmware.path)}
        code = _run(program, settings)
        if transcript:
            for phone in phones:
                _print(phone)
    if code:
        raise click.exceptions.Exit(code)


def _run(program: tuple[str, ...], settings: dict[str, str]) -> int:
    if program:
        try:
            return subprocess.run(program, env={**os.environ, **settings}, check=False).returncode
        except OSError as error:
            raise OneLine(f"{program[0]}: {error.strerror}") from None
    for name, value in settings.items():
        click.echo(f"export {name}={value}")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return 0


def _print(phone: object) -> None:
    from boardivr.hal.loopback.telephone import Telephone
    from boardivr.hal.loopback.transcript import lines

    assert isinstance(phone, Telephone)
    click.echo(f"{phone.station.name}:")
    for line in lines(phone.log, phone.log[0].at if phone.log else 0.0, show_keys=False):
        click.echo(f"  {line}")

"""``boardivr prompt import|export|play|bundle``: recordings in and out."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.output import json_option, print_json, print_table, progress
from boardivr.cli.prompt_desk import (
    cells_of,
    chosen_options,
    flow_option,
    folder_of,
    now,
    one_desk,
    shipped_option,
    who,
)
from boardivr.errors import BoardIVRError

if TYPE_CHECKING:
    from boardivr.prompts.delivery import Delivered
    from boardivr.prompts.desk import Desk
    from boardivr.prompts.folder import RecordingFolder
    from boardivr.prompts.history import Version

PLAYERS = (
    ("aplay", "-q"),
    ("paplay",),
    ("play", "-q"),
    ("ffplay", "-v", "error", "-nodisp", "-autoexit"),
)
FILE = click.Path(path_type=Path)


@click.command("import")
@click.argument("places", metavar="FILE|FOLDER|BUNDLE...", nargs=-1, required=True,
                type=click.Path(exists=True, path_type=Path))  # fmt: skip
@flow_option
@click.option("--id", "prompt_id", help="The prompt, where a file's name doesn't say it.")
@click.option("--language", help="The language, where names don't say it.")
@click.option("--vox-rate", type=click.Choice(["8000", "6000"]), default="8000",
              show_default=True, help="Samples a second of VOX files.")  # fmt: skip
@click.option("--replace", is_flag=True, help="A bundle's flow takes the place of another one.")
@shipped_option
@json_option
@pass_app
def import_files(
    app: AppContext,
    places: tuple[Path, ...],
    flow_name: str | None,
    prompt_id: str | None,
    language: str | None,
    vox_rate: str,
    replace: bool,
    shipped: bool,
    as_json: bool,
) -> None:
    """Take recordings in, by their names: zh-CN/welcome.wav or welcome.zh-CN.mp3.

    They are normalised, and played from the next play on; the originals are kept.
    """
    if len(places) == 1 and zipfile.is_zipfile(places[0]):
        _take_bundle(app, places[0], replace, as_json)
        return
    with one_desk(app, flow_name, prompt_id) as desk:
        taken, failed = _import(desk, places, prompt_id, language, int(vox_rate), shipped)
    if not taken and not failed:
        raise click.UsageError(f"no recordings in {', '.join(map(str, places))}")
    if as_json:
        print_json({"taken": [version.facts() for version in taken], "failed": failed})
    else:
        print_table(
            ("prompt", "language", "version", "seconds", "dBm0", "clipped"),
            [(v.prompt, v.language, v.number, v.seconds, v.level_dbm0, v.clipped or None)
             for v in taken],
        )  # fmt: skip
        for line in failed:
            click.echo(f"boardivr: {line}", err=True)
    if failed:
        sys.exit(1)


def _import(
    desk: Desk,
    places: tuple[Path, ...],
    prompt_id: str | None,
    language: str | None,
    vox_rate: int,
    shipped: bool,
) -> tuple[list[Version], list[str]]:
    """Take in what can be; return the versions, and a line for each file that can't."""
    from boardivr.prompts.delivery import files_in, recognise
    from boardivr.prompts.script import read_texts

    folder = folder_of(desk, shipped)
    scripts: dict[Path, Mapping[tuple[str, str], str]] = {}
    taken, failed = [], []
    files = list(files_in(places))
    with progress("importing", len(files)) as step:
        for path, root in files:
            try:
                one = recognise(
                    path, root, desk.library.prompts, desk.languages,
                    prompt=prompt_id, language=language,
                )  # fmt: skip
                if root not in scripts:
                    scripts[root] = read_texts(root)
                taken.append(_take(desk, one, vox_rate, folder, scripts[root]))
            except BoardIVRError as error:
                failed.append(str(error))
            step()
    return taken, failed


def _take(
    desk: Desk,
    one: Delivered,
    vox_rate: int,
    folder: RecordingFolder,
    script: Mapping[tuple[str, str], str],
) -> Version:
    from boardivr.media.audiofile import read_content
    from boardivr.prompts.importing import prepare, take_in

    content = read_content(one.path)
    prepared = prepare(one.path, content, vox_rate=vox_rate)
    return take_in(
        folder, prepared, prompt=one.prompt, language=one.language,
        text=script.get((one.prompt, one.language)) or desk.text(one.prompt, one.language),
        source="studio" if script else "upload", who=who(), when=now(),
        original=(one.path.name, content),
    )  # fmt: skip


def _take_bundle(app: AppContext, path: Path, replace: bool, as_json: bool) -> None:
    from boardivr.prompts.bundle import read_bundle, take_in_bundle

    bundle = read_bundle(path)
    written = take_in_bundle(bundle, app.settings.flows, replace=replace)
    if as_json:
        print_json({"flow": bundle.flow, "hash": bundle.hash, "files": written})
    else:
        count = len(bundle.recordings)
        click.echo(f"flow {bundle.flow} with {count} recordings is in {app.settings.flows}")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@chosen_options
@click.option("--all", "everything", is_flag=True, help="Those too whose recordings are good.")
@click.option("--audio", type=click.Choice(["alaw", "ulaw", "linear", "vox", "flac"]),
              help="Write the recordings, instead of a script.")  # fmt: skip
@json_option
@pass_app
def export(
    app: AppContext,
    folder: Path,
    flow_name: str | None,
    languages: tuple[str, ...],
    groups: tuple[str, ...],
    everything: bool,
    audio: str | None,
    as_json: bool,
) -> None:
    """Write a recording script for a studio, or the recordings themselves.

    The script has what has no good recording: script.csv and script.pdf. The
    recordings come back under the names in it: boardivr prompt import FOLDER.
    """
    from boardivr.prompts import script
    from boardivr.prompts.output import write_recording

    with one_desk(app, flow_name) as desk:
        cells = cells_of(desk, languages=languages, groups=groups)
        if audio is not None:
            clips = [c for c in cells if c.path is not None]
            files = [str(write_recording(cell, folder, audio)) for cell in clips]
        else:
            wanted = [c for c in cells if everything or c.state != "recorded" or c.problems]
            lines = script.lines(wanted, desk.uses)
            if not lines:
                raise click.UsageError("all has been recorded; --all writes it nevertheless")
            files = [str(p) for p in script.write_script(folder, f"Flow {desk.name}", lines)]
    if as_json:
        print_json({"flow": desk.name, "files": files})
    else:
        click.echo("\n".join(files))


@click.command()
@click.argument("prompt_id", metavar="ID")
@flow_option
@click.option("--language", help="Instead of the flow's first.")
@click.option("--version", "number", type=int, help="An older version.")
@click.option("-o", "--output", type=FILE, help="Write it here: .wav, .flac, .vox, .al, .ul")
@click.option("--png", type=FILE, help="Draw it here.")
@json_option
@pass_app
def play(
    app: AppContext,
    prompt_id: str,
    flow_name: str | None,
    language: str | None,
    number: int | None,
    output: Path | None,
    png: Path | None,
    as_json: bool,
) -> None:
    """Play a prompt as callers hear it, on this machine or into a file."""
    from boardivr.prompts.output import write_clip
    from boardivr.prompts.picture import draw

    with one_desk(app, flow_name, prompt_id) as desk, tempfile.TemporaryDirectory() as place:
        clip = desk.clip(prompt_id, language or desk.languages[0], number)
        file = write_clip(clip, output or Path(place, "prompt.wav"))
        if png is not None:
            draw({clip.name: file}, png)
        if output is None and png is None:
            _play(file)
    written = [str(path) for path in (output, png) if path is not None]
    if as_json:
        print_json({"prompt": clip.name, "text": clip.text, "seconds": clip.seconds,
                    "files": written})  # fmt: skip
    elif written:
        click.echo("\n".join(written))


def _play(file: Path) -> None:
    player = next((one for one in PLAYERS if shutil.which(one[0])), None)
    if player is None:
        names = ", ".join(one[0] for one in PLAYERS)
        raise BoardIVRError(f"expected a program that plays sound ({names}), found none; use -o")
    result = subprocess.run([*player, str(file)], check=False)
    if result.returncode:
        raise BoardIVRError(f"{player[0]} ended with {result.returncode}; use -o")


@click.command()
@click.argument("output", metavar="OUT.zip", type=click.Path(dir_okay=False, path_type=Path))
@flow_option
@json_option
@pass_app
def bundle(app: AppContext, output: Path, flow_name: str | None, as_json: bool) -> None:
    """Put a flow with only its prompts into one file, which `prompt import` takes elsewhere."""
    from boardivr.prompts.bundle import collect, write_bundle

    with one_desk(app, flow_name) as desk:
        made = collect(desk, who(), now())
    write_bundle(made, output)
    if as_json:
        print_json({"file": str(output), "flow": made.flow, "hash": made.hash,
                    "files": sorted(made.files)})  # fmt: skip
    else:
        click.echo(f"{output}: flow {made.flow} with {len(made.recordings)} recordings")


COMMANDS = (import_files, export, play, bundle)

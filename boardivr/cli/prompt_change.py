"""``boardivr prompt synth|diff|rename|remove|restore``: what the library has, changed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.output import json_option, print_json, print_table, progress
from boardivr.cli.prompt_desk import (
    cells_of,
    chosen_options,
    desks,
    flow_option,
    folder_of,
    now,
    one_desk,
    shipped_option,
    who,
)
from boardivr.errors import BoardIVRError

if TYPE_CHECKING:
    from boardivr.prompts.check import Cell
    from boardivr.prompts.desk import Desk
    from boardivr.prompts.history import Version


@click.command()
@chosen_options
@click.option("--force", is_flag=True, help="Those too that have a recording of these words.")
@shipped_option
@json_option
@pass_app
def synth(
    app: AppContext,
    flow_name: str | None,
    languages: tuple[str, ...],
    groups: tuple[str, ...],
    force: bool,
    shipped: bool,
    as_json: bool,
) -> None:
    """Have the speech engine make recordings of what has none.

    With --shipped they are kept as FLAC beside the flow, to be given on with it.
    A person's recordings are left alone, --force or not.
    """
    made: list[Version] = []
    failed: list[str] = []
    with desks(app, flow_name) as found:
        for desk in found:
            cells = cells_of(desk, languages=languages, groups=groups)
            wanted = [cell for cell in cells if _is_to_make(cell, force)]
            with progress(f"speaking {desk.name}", len(wanted)) as step:
                for cell in wanted:
                    try:
                        made.append(_speak(desk, cell, shipped))
                    except BoardIVRError as error:
                        failed.append(f"{desk.name}: {cell.prompt}@{cell.language}: {error}")
                    step()
    if as_json:
        print_json({"made": [version.facts() for version in made], "failed": failed})
    else:
        click.echo(f"{len(made)} recordings made")
        for line in failed:
            click.echo(f"boardivr: {line}", err=True)
    if failed:
        sys.exit(1)


def _is_to_make(cell: Cell, force: bool) -> bool:
    is_speech = cell.version is not None and cell.version.source == "synthesis"
    return cell.state == "spoken" or (force and is_speech)


def _speak(desk: Desk, cell: Cell, shipped: bool) -> Version:
    from boardivr.prompts.importing import prepare_speech, take_in

    speech, voice = desk.library.speech(cell.prompt, cell.language)
    source = cell.source
    return take_in(
        folder_of(desk, shipped), prepare_speech(speech, ".flac" if shipped else ".wav"),
        prompt=cell.prompt, language=(source.language if source else None) or cell.language,
        text=cell.text, source="synthesis", who=who(), when=now(), original=None, voice=voice,
    )  # fmt: skip


@click.command()
@click.argument("prompt_id", metavar="[ID]", required=False)
@chosen_options
@json_option
@pass_app
def diff(
    app: AppContext,
    prompt_id: str | None,
    flow_name: str | None,
    languages: tuple[str, ...],
    groups: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show what was recorded in other words than the flow has; of one prompt, every version.

    \b
        - the words of a recording
        + the flow's words, or those of the next version
    """
    facts: list[dict[str, object]] = []
    with desks(app, flow_name) as found:
        for desk in found:
            if prompt_id is not None and prompt_id not in desk.library.prompts:
                continue
            ids = () if prompt_id is None else (prompt_id,)
            for cell in desk.chosen(ids, languages, groups):
                facts += _differences(desk, cell, every=prompt_id is not None)
        if prompt_id is not None and not facts:
            found[0].library.need(prompt_id)
    if as_json:
        print_json(facts)
        return
    for one in facts:
        click.echo(f"{one['prompt']}@{one['language']} {one['from']} -> {one['to']}")
        if one["was"] != one["is"]:
            click.echo(f"- {one['was']}\n+ {one['is']}")
        if one["figures"]:
            click.echo(f"  {one['figures']}")


def _differences(desk: Desk, cell: Cell, *, every: bool) -> Iterator[dict[str, object]]:
    from itertools import pairwise

    from boardivr.prompts.recorded import is_same_text

    about = {"flow": desk.name, "prompt": cell.prompt, "language": cell.language}
    versions = desk.versions(cell.prompt, cell.language)
    for old, new in pairwise(versions) if every else ():
        figures = f"{old.seconds:g} s -> {new.seconds:g} s, {old.source} -> {new.source}"
        yield {**about, "from": old.number, "to": new.number, "was": old.text, "is": new.text,
               "figures": figures}  # fmt: skip
    if versions and not is_same_text(versions[-1].text, cell.text):
        yield {**about, "from": versions[-1].number, "to": "flow", "was": versions[-1].text,
               "is": cell.text, "figures": ""}  # fmt: skip


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@flow_option
@json_option
@pass_app
def rename(app: AppContext, old: str, new: str, flow_name: str | None, as_json: bool) -> None:
    """Give a prompt's recordings another id, and tell where the flow names the old one.

    The flow's file is yours: it is not changed.
    """
    with one_desk(app, flow_name) as desk:
        renamed = {
            str(folder.path): folder.rename(old, new, who(), now())
            for folder in (desk.own, desk.shipped)
        }
        places = desk.places(old)
        languages = sorted({tag for tags in renamed.values() for tag in tags})
        if not languages and not places:
            desk.library.need(old)
    if as_json:
        print_json({"flow": desk.name, "languages": languages, "named_at": places})
        return
    click.echo(f"recordings of {old} in {', '.join(languages) or 'no language'} are {new}'s now")
    for place in places:
        click.echo(f"{place}: names {old}")


@click.command()
@click.argument("ids", metavar="ID...", nargs=-1)
@flow_option
@click.option("--language", "languages", multiple=True, help="Only this language.")
@click.option("--unused", is_flag=True, help="All recordings that no prompt plays.")
@shipped_option
@json_option
@pass_app
def remove(
    app: AppContext,
    ids: tuple[str, ...],
    flow_name: str | None,
    languages: tuple[str, ...],
    unused: bool,
    shipped: bool,
    as_json: bool,
) -> None:
    """Take recordings away: the text is spoken again. Their versions are kept."""
    if not ids and not unused:
        raise click.UsageError("name prompts, or --unused")
    removed = []
    with one_desk(app, flow_name, ids[0] if ids and not unused else None) as desk:
        folder = folder_of(desk, shipped)
        for prompt, tag, _ in list(folder.all()):
            is_spare = unused and prompt not in desk.library.prompts
            if (prompt in ids or is_spare) and (not languages or tag in languages):
                folder.remove(prompt, tag, who(), now())
                removed.append(f"{prompt}@{tag}")
    if as_json:
        print_json({"flow": desk.name, "removed": removed})
    else:
        click.echo("\n".join(removed) or "nothing to remove")


@click.command()
@click.argument("prompt_id", metavar="ID")
@click.argument("number", metavar="VERSION", type=int)
@click.option("--language", required=True, help="Of the recording.")
@flow_option
@shipped_option
@json_option
@pass_app
def restore(
    app: AppContext,
    prompt_id: str,
    number: int,
    language: str,
    flow_name: str | None,
    shipped: bool,
    as_json: bool,
) -> None:
    """Play an older version of a recording again, as a new version."""
    with one_desk(app, flow_name, prompt_id) as desk:
        folder = folder_of(desk, shipped)
        found = folder.history.versions(prompt_id, language)
        version = next((one for one in found if one.number == number), None)
        if version is None:
            known = ", ".join(str(one.number) for one in found)
            expected = f"expected a version of {known}" if known else "it has no versions here"
            raise BoardIVRError(f"{prompt_id}@{language}: {expected}")
        again = folder.restore(version, who(), now())
    if as_json:
        print_json(again.facts())
    else:
        print_table(("prompt", "language", "version"), [(prompt_id, language, again.number)])


COMMANDS = (synth, diff, rename, remove, restore)

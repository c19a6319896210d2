"""``boardivr prompt``: what callers hear, and whether it is as it should be."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from boardivr.cli import prompt_change, prompt_files, prompt_record
from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.output import cell_text, json_option, print_json, print_table
from boardivr.cli.prompt_desk import (
    cells_of,
    chosen_options,
    desks,
    flow_option,
    one_desk,
    problem_facts,
)

if TYPE_CHECKING:
    from boardivr.prompts.check import Cell
    from boardivr.prompts.desk import Desk
    from boardivr.prompts.history import Version

MOST_TEXT = 40


@click.group()
def prompt() -> None:
    """What callers hear: recordings and texts, in each language."""


@prompt.command("list")
@chosen_options
@click.option(
    "--state", type=click.Choice(["recorded", "spoken", "missing"]), help="Only what is played so."
)
@json_option
@pass_app
def list_prompts(
    app: AppContext,
    flow_name: str | None,
    languages: tuple[str, ...],
    groups: tuple[str, ...],
    state: str | None,
    as_json: bool,
) -> None:
    """List prompts in each language: what is played, and who says it."""
    facts = []
    with desks(app, flow_name) as found:
        for desk in found:
            cells = cells_of(desk, languages=languages, groups=groups)
            facts += [_facts(desk, cell) for cell in cells if state in (None, cell.state)]
    if as_json:
        print_json(facts)
        return
    columns = ("flow", "prompt", "language", "state", "version", "seconds", "level", "said_by")
    rows = [[*(fact[name] for name in columns), _short(str(fact["text"]))] for fact in facts]
    print_table([*(name.replace("_", " ") for name in columns), "text"], rows)


@prompt.command()
@click.argument("prompt_id", metavar="ID")
@flow_option
@click.option(
    "--png", type=click.Path(dir_okay=False, path_type=Path), help="Draw its recordings here."
)
@json_option
@pass_app
def show(
    app: AppContext, prompt_id: str, flow_name: str | None, png: Path | None, as_json: bool
) -> None:
    """Show one prompt: its words, recordings with all their versions, and who says it."""
    with one_desk(app, flow_name, prompt_id) as desk:
        cells = desk.chosen([prompt_id])
        versions = {cell.language: desk.versions(prompt_id, cell.language) for cell in cells}
    if png is not None:
        _draw(cells, png)
    if as_json:
        facts = [
            {**_facts(desk, cell), "versions": [v.facts() for v in versions[cell.language]]}
            for cell in cells
        ]
        print_json({"id": prompt_id, "flow": desk.name, "languages": facts})
        return
    click.echo(f"{prompt_id}, said by {cell_text(desk.uses.get(prompt_id, ()))}")
    for cell in cells:
        click.echo(f"\n{cell.language}: {cell.text or '-'}")
        click.echo(f"  {cell.state}{f': {cell.path}' if cell.path else ''}")
        for problem in cell.problems:
            click.echo(f"  {problem.kind.value}: {problem.message}")
        if versions[cell.language]:
            _print_versions(cell, versions[cell.language])
    if png is not None:
        click.echo(f"\n{png}")


@prompt.command()
@chosen_options
@click.option("--strict", is_flag=True, help="Exit code 1 for warnings too.")
@json_option
@pass_app
def check(
    app: AppContext,
    flow_name: str | None,
    languages: tuple[str, ...],
    groups: tuple[str, ...],
    strict: bool,
    as_json: bool,
) -> None:
    """Tell all that is wrong with prompts; exit code 1 if callers would not hear them right.

    Every prompt in every language; nothing is spoken.
    """
    count, found = 0, []
    with desks(app, flow_name) as flows:
        for desk in flows:
            cells = cells_of(desk, languages=languages, groups=groups)
            problems = [problem for cell in cells for problem in cell.problems]
            if not (languages or groups):
                problems += desk.spare()
            count += len(cells)
            found += [problem_facts(desk, problem) for problem in problems]
    if as_json:
        print_json(found)
    else:
        for one in found:
            mild = "warning: " if one["severity"] == "warning" else ""
            name = f"{one['flow']}: {one['prompt']}@{one['language']}"
            click.echo(f"{mild}{name}: {one['message']} [{one['kind']}]")
        click.echo(f"{count} prompts in all languages, {len(found)} problems", err=True)
    if any(strict or one["severity"] == "error" for one in found):
        sys.exit(1)


def _facts(desk: Desk, cell: Cell) -> dict[str, object]:
    version, measures = cell.version, cell.measures
    return {
        "flow": desk.name,
        "prompt": cell.prompt,
        "language": cell.language,
        "state": cell.state,
        "version": version.number if version else None,
        "source": version.source if version else None,
        "who": version.who if version else None,
        "when": version.when if version else None,
        "seconds": measures.seconds if measures else None,
        "level": measures.level_dbm0 if measures else None,
        "sha256": measures.sha256 if measures else None,
        "file": cell.path,
        "groups": desk.groups.get(cell.prompt, ()),
        "said_by": desk.uses.get(cell.prompt, ()),
        "text": cell.text,
        "problems": [problem.kind.value for problem in cell.problems],
    }


def _print_versions(cell: Cell, versions: tuple[Version, ...]) -> None:
    played = cell.measures.sha256 if cell.measures else None
    rows = [
        ("*" if v.sha256 == played else "", v.number, v.source, v.who, v.when, v.seconds,
         v.level_dbm0, v.clipped or None, v.voice, _short(v.text))
        for v in versions
    ]  # fmt: skip
    columns = ("", "version", "source", "who", "when", "seconds", "dBm0", "clipped", "voice")
    print_table((*columns, "words"), rows)


def _draw(cells: tuple[Cell, ...], png: Path) -> None:
    from boardivr.prompts.picture import draw

    recordings = {f"{c.prompt}@{c.language}": c.path for c in cells if c.path is not None}
    if not recordings:
        raise click.UsageError("it has no recording to draw")
    draw(recordings, png)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_TEXT else line[: MOST_TEXT - 1] + "…"


for command in (*prompt_files.COMMANDS, *prompt_change.COMMANDS, *prompt_record.COMMANDS):
    prompt.add_command(command)

"""``boardivr flow``: check flows, and show the menus that customers hear."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from boardivr.cli import flow_author, flow_try, flow_versions
from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.flow_customer import at_option, customer_of, language_of, need_functions
from boardivr.cli.output import json_option, print_json, print_table
from boardivr.cli.prompt_desk import recordings_of

if TYPE_CHECKING:
    from datetime import datetime

    from boardivr.flows.menu import MenuTree
    from boardivr.flows.model import Flow
    from boardivr.prompts.pieces import Piece
    from boardivr.yamlread import Problem


@click.group()
def flow() -> None:
    """Check flows, show menus, try them."""


@flow.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--sarif", "as_sarif", is_flag=True, help="Print SARIF, for code reviews.")
@json_option
@pass_app
def check(app: AppContext, files: tuple[Path, ...], as_sarif: bool, as_json: bool) -> None:
    """Tell everything that is wrong with flow files; exit code 1 if they can't be run.

    Their recordings are looked at too.
    """
    from boardivr import __version__
    from boardivr.flows.loader import check_file, lost_overlays
    from boardivr.flows.sarif import sarif

    problems = [problem for file in files if file.is_dir() for problem in lost_overlays(file)]
    for file in _flow_files(files):
        found = check_file(file)
        problems += found
        if all(problem.is_warning for problem in found):
            problems += recordings_of(app, file)
            problems += unheard_of(app, file)
    if as_sarif:
        print_json(sarif(problems, __version__))
    elif as_json:
        print_json([_facts(problem) for problem in problems])
    else:
        for problem in problems:
            click.echo(("warning: " if problem.is_warning else "") + str(problem))
    if any(not problem.is_warning for problem in problems):
        sys.exit(1)


def unheard_of(app: AppContext, file: Path) -> list[Problem]:
    """Find choices that can't be said as they are named."""
    from boardivr.flows.loader import read_flow
    from boardivr.speech.checking import unpronounceable
    from boardivr.speech.recogniser import open_recogniser

    recogniser = open_recogniser(app.settings.home, app.settings.speech)
    return list(unpronounceable(read_flow(file), recogniser))


@flow.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("menu_id", metavar="MENU")
@click.option("--customer", "customer_id", metavar="ID", help="A customer of the appliance.")
@click.option("--open", "functions", multiple=True, metavar="FUNCTION", help="As if opened.")
@click.option("--group", metavar="NAME", help="As if he belonged to it.")
@click.option("--language", help="Instead of the customer's, such as en.")
@at_option
@json_option
@pass_app
def menu(
    app: AppContext,
    file: Path,
    menu_id: str,
    customer_id: str | None,
    functions: tuple[str, ...],
    group: str | None,
    language: str | None,
    at: datetime,
    as_json: bool,
) -> None:
    """Show what a customer hears in a menu, with his keys."""
    from boardivr.flows.loader import load_flow
    from boardivr.flows.menu import render

    who = customer_of(app, customer_id, functions, group)
    whole = load_flow(file)
    need_functions(whole, functions)
    loaded = whole.of(who)
    if loaded.menu(menu_id) is None:
        raise click.UsageError(
            f"{file} has no menu {menu_id!r}; there are {', '.join(loaded.menus)}"
        )
    tag = language_of(loaded, language, who)
    pages = list(render(loaded, who, at, menu_id, language=tag, has_back=False).pages())
    rows = [row for number, page in enumerate(pages, 1) for row in _rows(loaded, page, tag, number)]
    if as_json:
        print_json([dict(zip(_COLUMNS, row, strict=True)) for row in rows])
        return
    for page in pages:
        click.echo(_said(loaded, page.announcement, tag))
    print_table(_COLUMNS, rows)


@flow.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--fast", is_flag=True, help="On the interpreter alone, without audio.")
@click.option("-k", "name", default="", metavar="WORDS", help="Only tests with this in the name.")
@click.option("-j", "--jobs", type=click.IntRange(0), default=0, help="Processes; 0: as needed.")
@click.option("--cover", is_flag=True, help="Tell which steps, branches and items were used.")
@click.option("--cover-min", type=click.IntRange(0, 100), metavar="N", help="Fail below N %.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write JUnit XML here.")
@json_option
@pass_app
def test(
    app: AppContext,
    files: tuple[Path, ...],
    fast: bool,
    name: str,
    jobs: int,
    cover: bool,
    cover_min: int | None,
    junit: Path | None,
    as_json: bool,
) -> None:
    """Make the calls of *.test.yaml files; exit code 1 if one isn't as it should be."""
    import time

    from boardivr.testing import report, running
    from boardivr.testing.cover import summary
    from boardivr.yamlread import ReadError

    began = time.perf_counter()
    try:
        scripts = running.load(running.find_files(files))
    except ReadError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    manner = running.Manner(is_fast=fast, prompts=app.settings.home / "prompts")
    results = []
    for result in running.run(scripts, manner, name=name, jobs=jobs):
        results.append(result)
        if not as_json:
            click.echo("\n".join(report.told(result)))
    if not results:
        raise click.UsageError(f"no test has {name!r} in its name" if name else "no tests there")
    wants_cover = cover or cover_min is not None
    covers = running.cover_of(scripts, results) if wants_cover else None
    if junit is not None:
        flow_author.write_text(junit, report.junit(results))
    if as_json:
        print_json(report.facts(results, covers))
    else:
        for path, one in (covers or {}).items():
            click.echo(f"{path}: " + "\n  ".join(summary(one)))
        click.echo(report.counts(results, time.perf_counter() - began))
    least = min((one.share() for one in (covers or {}).values()), default=1.0)
    is_thin = cover_min is not None and least < cover_min / 100
    if is_thin:
        click.echo(f"boardivr: {least:.0%} covered, expected {cover_min} %", err=True)
    if is_thin or any(not result.is_passed for result in results):
        sys.exit(1)


group = flow

for command in (*flow_author.COMMANDS, *flow_versions.COMMANDS, flow_try.try_flow):
    flow.add_command(command)

_COLUMNS = ("page", "key", "choice", "says", "goes to")


def _flow_files(files: tuple[Path, ...]) -> list[Path]:
    """Return files as named; of a folder, the flows in it."""
    from boardivr.flows.loader import flow_files

    found: list[Path] = []
    for file in files:
        flows = flow_files(file) if file.is_dir() else [file]
        if not flows:
            raise click.UsageError(f"no flows in {file}")
        found += flows
    return found


def _facts(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.at.file,
        "line": problem.at.line,
        "column": problem.at.column,
        "severity": "warning" if problem.is_warning else "error",
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }


def _rows(loaded: Flow, page: MenuTree, tag: str, number: int) -> list[tuple[object, ...]]:
    return [
        (number, c.key, c.id, _said(loaded, c.say, tag), c.target or "the next page")
        for c in (*page.choices, *page.always)
    ]


def _said(loaded: Flow, pieces: tuple[Piece, ...], tag: str) -> str:
    """Return pieces as they are said; a pause begins a new line."""
    from boardivr.prompts import say
    from boardivr.prompts.pieces import Pause, PromptRef

    prompts = loaded.prompt_sources()
    words = [
        "\n" if isinstance(p, Pause)
        else prompts[p.id].sources[tag].text if isinstance(p, PromptRef)
        else say.words(p, tag)
        for p in pieces
    ]  # fmt: skip
    return re.sub(r" *\n *| +(?=[,,])", lambda found: found[0].strip(" "), " ".join(words))

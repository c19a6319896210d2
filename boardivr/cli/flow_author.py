"""``boardivr flow explore``, ``draw``, ``schema`` and ``new``: for those who write flows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.flow_customer import at_option, customer_of, language_of, need_functions
from boardivr.cli.output import json_option, print_json, print_table, width
from boardivr.errors import BoardIVRError

if TYPE_CHECKING:
    from datetime import datetime

    from boardivr.testing.explore import Walk
    from boardivr.testing.script import Shared


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--depth", type=click.IntRange(1, 20), default=5, help="Choices in menus: 5.")
@json_option
def explore(file: Path, depth: int, as_json: bool) -> None:
    """Walk all ways through a flow; exit code 1 if a caller gets stuck on one."""
    from boardivr.flows.loader import load_flow
    from boardivr.testing.explore import STUCK
    from boardivr.testing.explore import explore as walk_through
    from boardivr.testing.profiles import profiles

    flow = load_flow(file)
    walk = walk_through(flow, profiles(flow, _shared(file)), depth=depth)
    if as_json:
        print_json(_facts(walk))
    else:
        for finding in walk.findings:
            click.echo(str(finding))
        rows = [
            (f"{reach.seconds:.0f} s", reach.name, reach.profile, " > ".join(reach.path))
            for reach in sorted(walk.reached.values(), key=lambda r: (-r.seconds, r.name))
        ]
        print_table(("after", "reached", "by", "choices"), rows)
        click.echo(f"{walk.calls} calls, {walk.places} places")
    if any(finding.kind in STUCK for finding in walk.findings):
        sys.exit(1)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--customer", "customer_id", metavar="ID", help="As he hears it.")
@click.option("--open", "functions", multiple=True, metavar="FUNCTION", help="As if opened.")
@click.option("--group", metavar="NAME", help="As if he belonged to it.")
@click.option("--language", help="Instead of the flow's first, such as en.")
@at_option
@click.option("--svg", type=click.Path(path_type=Path), help="Write a drawing here.")
@click.option("--mermaid", is_flag=True, help="Print it in Mermaid's language.")
@pass_app
def draw(
    app: AppContext,
    file: Path,
    customer_id: str | None,
    functions: tuple[str, ...],
    group: str | None,
    language: str | None,
    at: datetime,
    svg: Path | None,
    mermaid: bool,
) -> None:
    """Draw a flow: for everybody, or as one customer hears it."""
    from boardivr.flows import draw as drawing
    from boardivr.flows.loader import load_flow
    from boardivr.flows.svg import svg as drawn

    flow = load_flow(file)
    need_functions(flow, functions)
    asked = customer_id is not None or functions or group is not None
    who = customer_of(app, customer_id, functions, group) if asked else None
    view = drawing.View(
        flow=flow.of(who),
        language=language_of(flow, language, who),
        now=at,
        customer=who,
    )
    tree = drawing.tree(view)
    if svg is not None:
        write_text(svg, drawn(tree))
    elif mermaid:
        click.echo(drawing.mermaid(tree), nl=False)
    else:
        click.echo("\n".join(drawing.lines(tree)))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--effective", is_flag=True, help="The flow itself, each line with its place.")
@click.option("--customer", "customer_id", metavar="ID", help="As it is for him.")
@click.option("--group", metavar="NAME", help="As it is for customers of this group.")
@json_option
@pass_app
def show(
    app: AppContext,
    file: Path,
    effective: bool,
    customer_id: str | None,
    group: str | None,
    as_json: bool,
) -> None:
    """Show a flow's overlays; or what results, and where each line came from."""
    from boardivr.flows.loader import load_flow
    from boardivr.flows.show import effective as lines_of
    from boardivr.flows.show import overlays

    whole = load_flow(file)
    flow = whole.of(customer_of(app, customer_id, (), group))
    if effective and as_json:
        lines = lines_of(flow)
        print_json([{"text": x.text, "file": x.at.file, "line": x.at.line} for x in lines])
    elif effective:
        lines = lines_of(flow)
        widest = min(96, max(width(line.text) for line in lines))
        for line in lines:
            space = " " * (widest - width(line.text))
            click.echo(f"{line.text}{space}  # {Path(line.at.file).name}:{line.at.line}")
    elif as_json:
        print_json([vars(one) for one in overlays(whole)])
    else:
        columns = ("overlay", "groups", "on", "off", "changes", "adds", "file")
        rows = [tuple(vars(one).values()) for one in overlays(whole)]
        print_table(columns, rows)


@click.command()
@click.argument("name")
@click.option(
    "--folder", type=click.Path(path_type=Path), default=Path(), help="Where; here if not given."
)
def new(name: str, folder: Path) -> None:
    """Write a small flow that is explained, and tests for it that pass."""
    from boardivr.flows.starter import write_starter

    flow, tests = write_starter(name, folder)
    click.echo(f"{flow}\n{tests}")
    click.echo(f"next: boardivr flow check {flow}; boardivr flow test {flow}", err=True)


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Write it here.")
@click.option("--overlay", is_flag=True, help="That of overlays instead.")
def schema(out: Path | None, overlay: bool) -> None:
    """Print the JSON Schema of flow files, for editors."""
    import json

    from boardivr.flows.schema import overlay_schema
    from boardivr.flows.schema import schema as flow_schema

    made = overlay_schema() if overlay else flow_schema()
    if out is None:
        print_json(made)
    else:
        write_text(out, json.dumps(made, indent=1) + "\n")


COMMANDS = (explore, draw, new, schema, show)


def write_text(path: Path, text: str) -> None:
    """Write a file.

    :raises BoardIVRError: it can't be written
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BoardIVRError(f"{path}: can't be written: {error.strerror}") from error


def _shared(file: Path) -> Shared | None:
    """Return what the tests beside a flow share, if there are some."""
    from boardivr.testing.script import SUFFIX, read_script

    tests = file.with_name(file.stem + SUFFIX)
    return read_script(tests).shared if tests.exists() else None


def _facts(walk: Walk) -> dict[str, object]:
    return {
        "calls": walk.calls,
        "places": walk.places,
        "findings": [vars(finding) for finding in walk.findings],
        "reached": [vars(reach) for reach in walk.reached.values()],
    }

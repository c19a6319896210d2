"""``boardivr flow explore``, ``draw``, ``schema`` and ``new``: for those who write flows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from boardivr.cli.output import json_option, print_json, print_table

if TYPE_CHECKING:
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


COMMANDS = (explore,)


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

"""What the commands of ``boardivr prompt`` share: whose prompts, and which of them."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from boardivr.cli.context import AppContext
from boardivr.cli.output import progress

if TYPE_CHECKING:
    from boardivr.flows.model import Flow
    from boardivr.prompts.check import Cell
    from boardivr.prompts.desk import Desk
    from boardivr.prompts.folder import RecordingFolder
    from boardivr.prompts.problems import PromptProblem
    from boardivr.yamlread import Problem

F = TypeVar("F", bound=Callable[..., Any])

flow_option = click.option(
    "--flow", "flow_name", metavar="FLOW", help="A flow's name or file; all flows of the settings."
)
shipped_option = click.option(
    "--shipped", is_flag=True, help="Recordings beside the flow's file, not the appliance's own."
)


def chosen_options(command: F) -> F:
    """Give a command the options that say which prompts it is about."""
    for option in (
        click.option("--group", "groups", multiple=True, help="Only prompts of this group."),
        click.option("--language", "languages", multiple=True, help="Only this language."),
        flow_option,
    ):
        command = option(command)
    return command


@contextmanager
def desks(app: AppContext, flow_name: str | Path | None) -> Iterator[list[Desk]]:
    """Open the prompts of a flow, or of all.

    :raises BoardIVRError: a flow that can't be read
    """
    from boardivr.prompts.desk import Desk
    from boardivr.prompts.library import MEASURED, PromptLibrary
    from boardivr.prompts.measures import MeasuredFiles
    from boardivr.prompts.recorded import folders_of
    from boardivr.prompts.tts.casting import cast

    settings = app.settings
    with cast(settings.voices) as engine:
        found = []
        measured = MeasuredFiles(settings.home / "prompts" / MEASURED)
        for flow in _flows(settings.flows, flow_name):
            folders = folders_of(str(flow.name), flow.path, settings.home)
            library = PromptLibrary(
                flow.prompt_sources(),
                engine,
                settings.home / "prompts",
                default_language=flow.language.default,
                folders=folders,
                measured=measured,
            )
            found.append(Desk(flow=flow, library=library, own=folders[0], shipped=folders[-1]))
        yield found


@contextmanager
def one_desk(app: AppContext, flow_name: str | None, prompt: str | None = None) -> Iterator[Desk]:
    """Open the prompts of the flow that is named, or of the only one that has a prompt."""
    with desks(app, flow_name) as found:
        fitting = [desk for desk in found if prompt is None or prompt in desk.library.prompts]
        if len(fitting) > 1:
            names = ", ".join(desk.name for desk in fitting)
            raise click.UsageError(f"name the flow with --flow: one of {names}")
        if not fitting and prompt is not None:
            found[0].library.need(prompt)
        yield fitting[0]


def recordings_of(app: AppContext, file: Path) -> list[Problem]:
    """Return what is wrong with the recordings of a flow that can be run."""
    from boardivr.prompts.gate import flow_problems

    with desks(app, file) as (desk,):
        return list(flow_problems(desk.flow, desk.cells()))


def folder_of(desk: Desk, shipped: bool) -> RecordingFolder:
    """Return the recordings that a command changes."""
    return desk.shipped if shipped else desk.own


def cells_of(desk: Desk, **chosen: Any) -> tuple[Cell, ...]:
    """Return the prompts that are asked for, measured with a progress bar."""
    with progress("measuring", len(desk.flow.prompts) * len(desk.languages)) as step:
        return desk.chosen(**chosen, progress=step)


def who() -> str:
    """Return who works here, for histories."""
    return getpass.getuser()


def now() -> datetime:
    return datetime.now(UTC)


def problem_facts(desk: Desk, problem: PromptProblem) -> dict[str, object]:
    """Return a problem as JSON has it."""
    return {
        "flow": desk.name,
        "prompt": problem.prompt,
        "language": problem.language,
        "kind": problem.kind.value,
        "severity": "warning" if problem.kind.is_warning else "error",
        "message": problem.message,
    }


def _flows(folder: Path, name: str | Path | None) -> list[Flow]:
    """Flows that are well-formed, whether they can be run or not."""
    from boardivr.errors import SettingsError
    from boardivr.flows.loader import flow_files, read_flow

    if isinstance(name, Path) or (name and ("/" in name or name.endswith(".yaml"))):
        return [read_flow(Path(name))]
    flows = [read_flow(path) for path in flow_files(folder)]
    found = [flow for flow in flows if name is None or flow.name == name]
    if not found:
        known = ", ".join(str(flow.name) for flow in flows) or "none"
        raise SettingsError(f"{folder}: expected a flow {name or ''}, found {known}")
    return found

"""The prompt check as part of checking a flow: recordings, told at their place in its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

from boardivr.prompts.check import Cell
from boardivr.prompts.problems import ProblemKind, PromptProblem
from boardivr.yamlnodes import Mark
from boardivr.yamlread import Problem

if TYPE_CHECKING:
    from boardivr.flows.model import Flow, Words

OF_RECORDINGS = frozenset(
    (
        ProblemKind.FILE,
        ProblemKind.STALE,
        ProblemKind.OUTDATED,
        ProblemKind.LEVEL,
        ProblemKind.CLIPPED,
        ProblemKind.SILENCE,
        ProblemKind.LENGTH,
        ProblemKind.WORDS,
        ProblemKind.RATE,
    )
)
"""What the flow's own rules can't see; they tell all else."""

HINTS = {
    ProblemKind.FILE: "its text will be spoken by synthesis",
    ProblemKind.STALE: "record it again, or say what was recorded",
    ProblemKind.OUTDATED: "`boardivr prompt synth` makes it anew",
    ProblemKind.LEVEL: "`boardivr prompt import` brings it to the level of the others",
    ProblemKind.RATE: "`boardivr prompt import` converts it once",
}


def flow_problems(flow: Flow, cells: Iterable[Cell]) -> Iterator[Problem]:
    """Yield what is wrong with a flow's recordings, as its other problems are told.

    :param cells: of the flow's prompts, as the library has them
    """
    for cell in cells:
        at = _place(flow, cell)
        for problem in cell.problems:
            if problem.kind in OF_RECORDINGS and not _is_told_of(cell, problem):
                yield Problem(
                    at=at,
                    code=f"prompt-{problem.kind.value}",
                    message=f"{cell.prompt}@{cell.language}: {problem.message}",
                    hint=HINTS.get(problem.kind, ""),
                    is_warning=problem.kind.is_warning or problem.kind is ProblemKind.FILE,
                )


def _place(flow: Flow, cell: Cell) -> Mark:
    """Where the words of a prompt in a language are written."""
    owner = next(one for one in flow.variants if cell.prompt in one.prompts)
    prompts = cast("Mapping[str, Mapping[str, Words]]", owner.prompts)
    words = prompts[cell.prompt].get(cell.language)
    names = {str(name): name.at for name in owner.prompts}
    return words.at if words is not None and words.at is not None else names[cell.prompt]


def _is_told_of(cell: Cell, problem: PromptProblem) -> bool:
    """Whether the flow's own rule ``prompt-file`` tells it: the file isn't there."""
    named = cell.source.file if cell.source is not None else None
    is_there = named is None or named.is_file()
    return problem.kind is ProblemKind.FILE and not is_there

"""Running files of tests: which tests, in how many processes, with what result."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from boardivr.flows.loader import load_flow
from boardivr.flows.model import Flow
from boardivr.hal.loopback.telephone import Heard
from boardivr.prompts.joining.joiner import Joiner
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.recorded import folders_of
from boardivr.speech.recogniser import PhraseRecogniser, open_recogniser
from boardivr.testing.cover import Cover, Point, points
from boardivr.testing.names import known_names
from boardivr.testing.quiet import quiet
from boardivr.testing.rig import Made, Rig
from boardivr.testing.script import SUFFIX, Script, ScriptError, read_script

EACH = 12
EACH_FAST = 500
"""Tests for which another process is worth its start, with audio and without."""


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How tests are run.

    :param is_fast: on the interpreter alone, without audio
    :param prompts: folder where spoken prompts are kept
    """

    is_fast: bool = False
    prompts: Path = Path("prompts")


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a test failed.

    :param at: where it is written what was expected
    :param since: the place in the log from which on it was looked for
    """

    file: str
    line: int
    expected: str
    found: str
    since: int | None


@dataclass(frozen=True, kw_only=True)
class Result:
    """One test's result.

    :param seconds: that it took
    :param line_seconds: of the line's time
    """

    file: str
    line: int
    name: str
    flow: str
    failure: Failure | None
    seconds: float
    line_seconds: float
    log: Sequence[Heard]
    hit: frozenset[Point]

    @property
    def is_passed(self) -> bool:
        return self.failure is None


def find_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files of tests: those named, those in a folder, those beside a flow."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(path.glob(f"*{SUFFIX}"))
        elif path.name.endswith(SUFFIX):
            found.append(path)
        else:
            found.append(path.with_name(path.stem + SUFFIX))
    return found


def load(paths: Sequence[Path]) -> list[Script]:
    """Read files of tests, and check them against their flows.

    :raises ScriptError: a file can't be used; the problems of all
    :raises FlowError: a flow can't be run
    """
    scripts, problems = [], []
    for path in paths:
        try:
            script = read_script(path)
            problems += known_names(script, _flow(script.flow))
            scripts.append(script)
        except ScriptError as error:
            problems += error.problems
    if problems:
        raise ScriptError(problems)
    return scripts


def run(
    scripts: Sequence[Script], manner: Manner, *, name: str = "", jobs: int = 0
) -> Iterator[Result]:
    """Run tests and yield their results, in order.

    :param name: only tests whose name has this in it
    :param jobs: processes; 0 takes as many as are worth it
    """
    work = [
        (script.path, number)
        for script in scripts
        for number, case in enumerate(script.cases)
        if name.casefold() in case.test.casefold()
    ]
    if not manner.is_fast:
        for script in scripts:
            _voice(script.flow, manner.prompts).warm()
    each = EACH_FAST if manner.is_fast else EACH
    count = min(jobs or min(os.cpu_count() or 1, 1 + len(work) // each), max(1, len(work)))
    if count <= 1:
        for path, number in work:
            yield run_one(path, number, manner)
        return
    yield from _run_apart(work, manner, count)


def _run_apart(work: list[tuple[Path, int]], manner: Manner, count: int) -> Iterator[Result]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Spawned, not forked: the engine's threads wouldn't come along.
    context = multiprocessing.get_context("spawn")
    size = max(1, min(10, -(-len(work) // (count * 2))))
    with ProcessPoolExecutor(count, mp_context=context) as pool:
        task = functools.partial(_run_pair, manner)
        yield from pool.map(task, work, chunksize=size)


def _run_pair(manner: Manner, pair: tuple[Path, int]) -> Result:
    return run_one(*pair, manner)


def run_one(path: Path, number: int, manner: Manner) -> Result:
    """Run one test of a file, by its number from 0."""
    script = _script(path)
    case = script.cases[number]
    began = time.perf_counter()
    with quiet():
        made = _rig(script.flow, manner).run(case, script.shared)
    return Result(
        file=str(path),
        line=case.test.at.line,
        name=str(case.test),
        flow=str(script.flow),
        failure=_failure(made, path, case.test.at.line),
        seconds=time.perf_counter() - began,
        line_seconds=made.record.seconds or 0.0,
        log=made.log,
        hit=made.hit,
    )


def cover_of(scripts: Sequence[Script], results: Sequence[Result]) -> dict[str, Cover]:
    """Return what the results went through, by flow file."""
    return {
        flow: Cover(
            points=points(_flow(Path(flow))),
            hit=frozenset().union(*(r.hit for r in results if r.flow == flow)),
        )
        for flow in dict.fromkeys(str(script.flow) for script in scripts)
    }


def _failure(made: Made, path: Path, line: int) -> Failure | None:
    failure = made.failure
    if failure is None:
        return None
    at = failure.at
    return Failure(
        file=at.file if at else str(path), line=at.line if at else line,
        expected=failure.expected, found=failure.found, since=failure.since,
    )  # fmt: skip


# Each process reads a file once.


@functools.cache
def _script_at(path: Path, stamp: int) -> Script:
    return read_script(path)


def _script(path: Path) -> Script:
    return _script_at(path, path.stat().st_mtime_ns)


@functools.cache
def _flow_at(path: Path, stamp: int) -> Flow:
    return load_flow(path)


def _flow(path: Path) -> Flow:
    return _flow_at(path, path.stat().st_mtime_ns if path.exists() else 0)


@functools.cache
def _voice_at(path: Path, stamp: int, folder: Path) -> PromptLibrary:
    from boardivr.prompts.tts.pyttsx3_engine import Pyttsx3Synthesiser

    flow = _flow_at(path, stamp)
    return PromptLibrary(
        flow.prompt_sources(),
        Pyttsx3Synthesiser(),
        folder,
        default_language=flow.language.default,
        folders=folders_of(str(flow.name), flow.path, None),
        joiner=Joiner(),
    )


def _voice(path: Path, folder: Path) -> PromptLibrary:
    return _voice_at(path, path.stat().st_mtime_ns, folder)


@functools.cache
def _ear(prompts: Path) -> PhraseRecogniser:
    """The recogniser of the home that the prompts are in."""
    return open_recogniser(prompts.parent)


@functools.lru_cache(maxsize=8)
def _rig_at(path: Path, stamp: int, manner: Manner) -> Rig:
    voice = None if manner.is_fast else _voice_at(path, stamp, manner.prompts)
    return Rig(_flow_at(path, stamp), voice, None if manner.is_fast else _ear(manner.prompts))


def _rig(path: Path, manner: Manner) -> Rig:
    return _rig_at(path, path.stat().st_mtime_ns, manner)

"""Loads flows from files: read, checked, with the hash that calls are recorded under."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
from collections.abc import Collection
from pathlib import Path

from boardivr.flows.check import check
from boardivr.flows.model import Flow, FlowError, VersionError
from boardivr.yamlread import Problem, ReadError, read_file, read_text

log = logging.getLogger(__name__)


def read_flow(path: Path) -> Flow:
    """Read a flow without checking what it means.

    :raises FlowError: it isn't well-formed; every problem with its place
    """
    try:
        return read_flow_text(read_file(path), path)
    except ReadError as error:
        raise FlowError(list(error.problems)) from None


def read_flow_text(text: str, path: Path) -> Flow:
    """Read a flow's text as if it were in a file; see :func:`read_flow`."""
    try:
        flow = read_text(text, str(path), Flow)
    except ReadError as error:
        raise FlowError(list(error.problems)) from None
    flow = dataclasses.replace(flow, path=path)
    return dataclasses.replace(flow, hash=_hash(flow, text))


def load_flow(path: Path) -> Flow:
    """Read and check a flow; what only deserves a look is logged.

    :raises FlowError: it can't be run; every problem with its place
    """
    flow = read_flow(path)
    problems = check(flow)
    errors = [p for p in problems if not p.is_warning]
    if errors:
        raise FlowError(errors)
    for warning in problems:
        log.warning("%s", warning)
    return flow


def check_file(path: Path) -> list[Problem]:
    """Return every problem and warning of a flow file."""
    try:
        return check(read_flow(path))
    except FlowError as error:
        return list(error.problems)


def load_folder(folder: Path, known: Collection[Flow] = ()) -> dict[str, Flow]:
    """Load every flow in a folder, by name; tests beside them are left out.

    :param known: flows that were loaded before; those whose files and recordings are
        the same are taken as they are
    :raises FlowError: one of them can't be run; the problems of all
    """
    flows: dict[str, Flow] = {}
    problems: list[Problem] = []
    before = {flow.path: flow for flow in known}
    for path in sorted(folder.glob("*.yaml")):
        if path.name.endswith(".test.yaml"):
            continue
        try:
            flow = _unchanged(path, before.get(path)) or load_flow(path)
        except FlowError as error:
            problems += error.problems
            continue
        if flow.name in flows:
            message = f"flow {str(flow.name)!r} is already in {flows[flow.name].path}"
            problems.append(Problem(at=flow.name.at, code="duplicate-flow", message=message))
        flows[str(flow.name)] = flow
    if problems:
        raise FlowError(problems)
    return flows


def text_of(flow: Flow) -> str:
    """Return the text that a flow was read from.

    :raises VersionError: the file isn't the same any more
    """
    try:
        text = read_file(flow.path)
    except ReadError as error:
        raise FlowError(list(error.problems)) from None
    if _hash(flow, text) != flow.hash:
        raise VersionError(f"{flow.path}: changed while it was loaded; load it again")
    return text


def _unchanged(path: Path, known: Flow | None) -> Flow | None:
    """Return a known flow if its file and recordings are as they were."""
    if known is None:
        return None
    try:
        return known if _hash(known, read_file(path)) == known.hash else None
    except (ReadError, OSError):
        return None  # loading tells what is wrong


def _hash(flow: Flow, text: str) -> str:
    """Return the sha256 of the flow's text, its prompts' words among it, and its recordings."""
    digest = hashlib.sha256(text.encode())
    for name, prompt in sorted(flow.prompt_sources().items()):
        for language, source in sorted(prompt.sources.items()):
            if source.file is not None and source.file.is_file():
                digest.update(f"\0{name}\0{language}\0".encode() + source.file.read_bytes())
    return digest.hexdigest()

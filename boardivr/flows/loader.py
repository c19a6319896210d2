"""Loads flows from files: read, checked, with the hash that calls are recorded under."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from boardivr import yamlread
from boardivr.flows import overlaying
from boardivr.flows.check import check
from boardivr.flows.model import Flow, FlowError, VersionError
from boardivr.flows.overlay import SUFFIX as OVERLAY
from boardivr.flows.overlay import base_of, overlays_beside
from boardivr.yamlnodes import parse
from boardivr.yamlread import Problem, ReadError, read_file, read_node

log = logging.getLogger(__name__)

Texts = Mapping[Path, str]
"""Overlays' texts by their files."""


def read_flow(path: Path) -> Flow:
    """Read a flow, with the overlays beside it, without checking what it means.

    :raises FlowError: it isn't well-formed; every problem with its place
    """
    try:
        text, overlays = _texts(path)
    except ReadError as error:
        raise FlowError(list(error.problems)) from None
    return read_flow_text(text, path, overlays)


def read_flow_text(text: str, path: Path, overlays: Texts | None = None) -> Flow:
    """Read a flow's text as if it were in a file; see :func:`read_flow`.

    :param overlays: their texts; none where it isn't given
    """
    overlays = overlays or {}
    try:
        base = parse(text, str(path))
        flow = dataclasses.replace(read_node(base, Flow), path=path)
        if overlays and isinstance(base, yamlread.Mapping):
            flow = overlaying.with_overlays(flow, base, overlays)
    except ReadError as error:
        raise FlowError(list(error.problems)) from None
    return dataclasses.replace(flow, hash=_hash(flow, text, overlays))


def load_flow(path: Path) -> Flow:
    """Read and check a flow; what only deserves a look is logged.

    :raises FlowError: it can't be run; every problem with its place
    """
    flow = read_flow(path)
    problems = check_whole(flow)
    errors = [p for p in problems if not p.is_warning]
    if errors:
        raise FlowError(errors)
    for warning in problems:
        log.warning("%s", warning)
    return flow


def check_whole(flow: Flow) -> list[Problem]:
    """Return everything that is wrong with a flow and with its overlays, in its order."""
    found = check(flow)
    return found + overlaying.check_overlays(flow, found) if flow.overlays else found


def check_file(path: Path) -> list[Problem]:
    """Return every problem and warning of a flow file and its overlays; or of one overlay."""
    if path.name.endswith(OVERLAY):
        if not base_of(path).exists():
            return [_orphan(path)]
        return [p for p in check_file(base_of(path)) if p.at.file == str(path)]
    try:
        return check_whole(read_flow(path))
    except FlowError as error:
        return list(error.problems)


def flow_files(folder: Path) -> list[Path]:
    """Return the flows in a folder: neither tests beside them nor overlays."""
    return sorted(
        path for path in folder.glob("*.yaml") if not path.name.endswith((".test.yaml", OVERLAY))
    )


def lost_overlays(folder: Path) -> list[Problem]:
    """Return a problem for each overlay in a folder that has no flow."""
    return [_orphan(path) for path in sorted(folder.glob("*" + OVERLAY)) if _is_lost(path)]


def load_folder(folder: Path, known: Collection[Flow] = ()) -> dict[str, Flow]:
    """Load every flow in a folder with its overlays, by name; tests are left out.

    :param known: flows that were loaded before; those whose files and recordings are
        the same are taken as they are
    :raises FlowError: one of them can't be run; the problems of all
    """
    flows: dict[str, Flow] = {}
    problems = lost_overlays(folder)
    before = {flow.path: flow for flow in known}
    for path in flow_files(folder):
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


def texts_of(flow: Flow) -> tuple[str, dict[Path, str]]:
    """Return the texts that a flow and its overlays were read from.

    :raises VersionError: the files aren't the same any more
    """
    try:
        text, overlays = _texts(flow.path)
    except ReadError as error:
        raise FlowError(list(error.problems)) from None
    if _hash(flow, text, overlays) != flow.hash:
        raise VersionError(f"{flow.path}: changed while it was loaded; load it again")
    return text, overlays


def _texts(path: Path) -> tuple[str, dict[Path, str]]:
    """Return a flow's text and those of its overlays.

    :raises ReadError: they can't be read; the problems of all
    """
    texts: dict[Path, str] = {}
    problems: list[Problem] = []
    for file in (path, *overlays_beside(path)):
        try:
            texts[file] = read_file(file)
        except ReadError as error:
            problems += error.problems
    if problems:
        raise ReadError(problems)
    return texts.pop(path), texts


def _unchanged(path: Path, known: Flow | None) -> Flow | None:
    """Return a known flow if its files and recordings are as they were."""
    if known is None:
        return None
    try:
        return known if _hash(known, *_texts(path)) == known.hash else None
    except (ReadError, OSError):
        return None  # loading tells what is wrong


def _is_lost(overlay: Path) -> bool:
    return not base_of(overlay).exists()


def _orphan(path: Path) -> Problem:
    base = base_of(path).name
    return Problem(
        at=yamlread.Mark(str(path), 1, 1),
        code="overlay-flow",
        message=f"there is no flow {base} beside it",
        hint="an overlay of bank.yaml is called bank.NAME.overlay.yaml",
    )


def _hash(flow: Flow, text: str, overlays: Texts) -> str:
    """Return the sha256 of the flow's text, its overlays and its recordings."""
    digest = hashlib.sha256(text.encode())
    for part in _parts(flow, overlays):
        digest.update(part)
    return digest.hexdigest()


def _parts(flow: Flow, overlays: Texts) -> Iterator[bytes]:
    for path, overlay in sorted(overlays.items()):
        yield f"\0{path.name}\0{overlay}".encode()
    for name, prompt in sorted(flow.prompt_sources().items()):
        for language, source in sorted(prompt.sources.items()):
            if source.file is not None and source.file.is_file():
                yield f"\0{name}\0{language}\0".encode() + source.file.read_bytes()

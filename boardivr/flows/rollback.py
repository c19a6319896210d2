"""Putting an older version of a flow back into its file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from boardivr.flows.loader import check_whole, read_flow_text
from boardivr.flows.model import FlowError, VersionError
from boardivr.flows.overlay import overlays_beside

BEFORE = ".before-rollback"


def put_back(path: Path, text: str, overlays: Mapping[Path, str], hash: str) -> Path | None:
    """Write a version of a flow to its file, and its overlays to theirs.

    Each file is written at once or not at all. Overlays that the version hasn't are
    set aside.

    :param hash: of the version, recordings among it
    :return: where the text is now that the file had; None if there was no file
    :raises FlowError: the version can't be run any more
    :raises VersionError: its recordings are others now
    :raises OSError: the file can't be written
    """
    flow = read_flow_text(text, path, overlays)
    if flow.hash != hash:
        raise VersionError(
            f"{path}: the recordings of this version aren't there any more, or are others now"
        )
    if errors := [problem for problem in check_whole(flow) if not problem.is_warning]:
        raise FlowError(errors)
    for extra in set(overlays_beside(path)) - set(overlays):
        extra.replace(extra.with_name(extra.name + BEFORE))
    for overlay, words in overlays.items():
        _write(overlay, words)
    return _write(path, text)


def _write(path: Path, text: str) -> Path | None:
    """Write a file; return where what it had is kept."""
    kept = path.with_name(path.name + BEFORE) if path.exists() else None
    if kept is not None:
        kept.write_bytes(path.read_bytes())
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return kept

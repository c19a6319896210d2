"""Putting an older version of a flow back into its file."""

from __future__ import annotations

import os
from pathlib import Path

from boardivr.flows.check import check
from boardivr.flows.loader import read_flow_text
from boardivr.flows.model import FlowError, VersionError


def put_back(path: Path, text: str, hash: str) -> Path | None:
    """Write a version of a flow to its file, at once or not at all.

    :param hash: of the version, recordings among it
    :return: where the text is now that the file had; None if there was no file
    :raises FlowError: the version can't be run any more
    :raises VersionError: its recordings are others now
    :raises OSError: the file can't be written
    """
    flow = read_flow_text(text, path)
    if flow.hash != hash:
        raise VersionError(
            f"{path}: the recordings of this version aren't there any more, or are others now"
        )
    if errors := [problem for problem in check(flow) if not problem.is_warning]:
        raise FlowError(errors)
    kept = path.with_name(path.name + ".before-rollback") if path.exists() else None
    if kept is not None:
        kept.write_bytes(path.read_bytes())
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return kept

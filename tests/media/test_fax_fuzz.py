"""Frames that no machine sends: whatever comes over the line, the process goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def survives(folder: Path, seed: int, terminals: int) -> None:
    command = [sys.executable, "-m", "tests.media.fax_fuzzer", str(seed), str(terminals)]
    ended = subprocess.run(
        [*command, str(folder)], check=False, capture_output=True, text=True, timeout=600
    )
    assert (ended.returncode, ended.stdout) == (0, "done\n"), ended.stderr


def test_any_frame_is_survived(tmp_path: Path) -> None:
    """Some hundred random frames, at terminals that send and that receive."""
    survives(tmp_path, seed=1, terminals=25)


@pytest.mark.grid
@pytest.mark.parametrize("seed", range(2, 12))
def test_many_frames_are_survived(tmp_path: Path, seed: int) -> None:
    """Some ten thousand of them."""
    survives(tmp_path, seed, terminals=100)

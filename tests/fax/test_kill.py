"""A conversion that is killed: a whole fax or none, and nothing is left of it for long."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
from pathlib import Path

import pytest

from boardivr.fax import sandbox
from boardivr.fax.document import convert

from .samples import pages_of

PROGRAM = """
import sys
from pathlib import Path
from boardivr.fax.document import convert
convert([Path(sys.argv[1])], Path(sys.argv[2]))
"""
PAGES = 12
IN_GRID = 40


def killed_at(moment: float, source: Path, out: Path) -> None:
    """Convert in a process that is killed (SIGKILL) after so many seconds, if it's still there."""
    command = [sys.executable, "-c", PROGRAM, str(source), str(out)]
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(command, timeout=moment, check=False, capture_output=True)


def kill_often(folder: Path, moments: list[float]) -> None:
    source, out = folder / "a.txt", folder / "out.tif"
    source.write_text("\f".join(["hello"] * PAGES), encoding="utf-8")
    for moment in moments:
        out.unlink(missing_ok=True)
        killed_at(moment, source, out)
        assert not out.exists() or len(pages_of(out)) == PAGES, moment

    convert([source], out)

    assert {path.name for path in folder.iterdir()} == {"a.txt", "out.tif"}


def test_a_killed_conversion_leaves_nothing_half_done(tmp_path: Path) -> None:
    """Whenever it's killed, the fax isn't there or is whole; the next one tidies up."""
    kill_often(tmp_path, [0.25, 0.4, 0.6])

    assert not list(tmp_path.glob(f"{sandbox.PREFIX}*"))


@pytest.mark.grid
def test_killed_at_many_moments(tmp_path: Path) -> None:
    """The same at many moments, from the start to after the end."""
    chance = random.Random(4)

    kill_often(tmp_path, [chance.uniform(0.02, 1.2) for _ in range(IN_GRID)])

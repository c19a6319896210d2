"""Engines of a package that is installed for one test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from boardivr.prompts.tts.registry import GROUP

SOURCE = Path(__file__).parent / "bad_engines.py"


@pytest.fixture
def bad_engines(tmp_path, monkeypatch):
    """Install the engines of bad_engines.py, for this process and for workers."""
    place = tmp_path / "site"
    info = place / "bad_engines-1.dist-info"
    info.mkdir(parents=True)
    shutil.copy(SOURCE, place)
    names = [line.split("(")[0].split()[-1] for line in SOURCE.read_text().splitlines()
             if line.startswith("    def ") and "(self, request)" in line]  # fmt: skip
    points = [f"{name} = bad_engines:ENGINE_{name}" for name in names if name != "speak"]
    points += ["broken = bad_engines:BROKEN", "absent = no_such_module:ENGINE"]
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-engines\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\n" + "\n".join(points) + "\n")
    monkeypatch.syspath_prepend(str(place))
    monkeypatch.setenv("PYTHONPATH", str(place))
    return place

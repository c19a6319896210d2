from __future__ import annotations

from pathlib import Path

import pytest

from boardivr.errors import BoardIVRError
from boardivr.watch import FolderWatch


def test_loads_when_files_rest(tmp_path: Path) -> None:
    """A change is loaded once, and not before two looks have found the same."""
    file, loads = tmp_path / "a.yaml", []
    file.write_text("1")
    watch = FolderWatch(lambda: list(tmp_path.glob("*")), lambda: loads.append(file.read_text()))
    assert not watch.look()
    file.write_text("12")
    assert not watch.look()
    file.write_text("123")  # it is still being written
    assert not watch.look()
    assert watch.look()
    assert not watch.look()
    (tmp_path / "b.yaml").write_text("1")
    assert not watch.look()
    assert watch.look()
    file.unlink()
    watch.look()
    file.write_text("1")
    watch.look()
    assert watch.look()

    assert loads == ["123", "123", "1"]


def test_bad_set_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A set that can't be loaded is told once, and looked at again after the next change."""
    tries = []

    def load() -> None:
        tries.append(1)
        raise BoardIVRError("a.yaml:1:1: broken")

    watch = FolderWatch(lambda: list(tmp_path.glob("*")), load)
    (tmp_path / "a.yaml").write_text("1")
    for _ in range(4):
        watch.look()

    assert len(tries) == 1
    assert "the flows stay as they were: a.yaml:1:1: broken" in caplog.text

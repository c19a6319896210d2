from __future__ import annotations

import os
from pathlib import Path

import pytest

from boardivr.store import Busy, StoreError
from boardivr.store.lock import NodeLock, holder


def test_one_process_for_a_node(tmp_path: Path) -> None:
    """A second process can't be the same node, and is told who is; another node it can be."""
    path = tmp_path / "sub" / "boardivr.db"
    with NodeLock(path, "main"):
        expected = rf"node 'main' runs already, as process {os.getpid()}$"
        with pytest.raises(Busy, match=expected):
            NodeLock(path, "main")
        NodeLock(path, "second").close()

    NodeLock(path, "main").close()


def test_holder(tmp_path: Path) -> None:
    """Whether a node runs can be asked without being it; what is left of one that ended is none."""
    path = tmp_path / "boardivr.db"
    before = holder(path, "main")
    with NodeLock(path, "main"):
        during = holder(path, "main")
        again = holder(path, "main")

    assert (before, during, again) == (None, str(os.getpid()), str(os.getpid()))
    assert holder(path, "main") is None
    assert (tmp_path / "boardivr.db.main.lock").exists()


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A file in the folder's place is one line."""
    (tmp_path / "lib").write_text("")

    with pytest.raises(StoreError, match=r"boardivr\.db\.main\.lock: "):
        NodeLock(tmp_path / "lib" / "boardivr.db", "main")

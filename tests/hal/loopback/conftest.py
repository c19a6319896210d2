from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from boardivr.hal.loopback import LoopbackBoard, open_board

Open = Callable[..., LoopbackBoard]
MEMORY = Path("/dev/shm")


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """Return a folder in memory: a page of a fax waits for the disk twice, which takes long."""
    if not MEMORY.is_dir():
        yield tmp_path
        return
    with TemporaryDirectory(dir=MEMORY, prefix="boardivr-test-") as name:
        yield Path(name)


@pytest.fixture
def board_of() -> Iterator[Open]:
    """Open loopback boards in virtual time by the options of their URLs; all are closed again."""
    with ExitStack() as stack:

        def board_of(options: str = "", time: str = "virtual") -> LoopbackBoard:
            return stack.enter_context(open_board(f"loopback:?time={time}&{options}"))

        yield board_of

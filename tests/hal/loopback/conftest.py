from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from boardivr.hal.loopback import LoopbackBoard, open_board

Open = Callable[..., LoopbackBoard]


@pytest.fixture
def board_of() -> Iterator[Open]:
    """Open loopback boards in virtual time by the options of their URLs; all are closed again."""
    with ExitStack() as stack:

        def board_of(options: str = "", time: str = "virtual") -> LoopbackBoard:
            return stack.enter_context(open_board(f"loopback:?time={time}&{options}"))

        yield board_of

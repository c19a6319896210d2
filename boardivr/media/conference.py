"""A conference: each of its ports hears the sum of all the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boardivr.closing import Closing
from boardivr.media._engine import lib
from boardivr.media.check import check

if TYPE_CHECKING:
    from boardivr.media.engine import Engine
    from boardivr.media.port import Port


class Conference(Closing):
    """A conference of any number of ports; what is too loud for the line's law is clipped.

    A port is in one bridge, listens to one port or is in one conference: joining ends
    what it was in before.

    :raises EngineError: there are as many conferences as the engine can have
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.number = check(lib.bi_conference_open(engine.handle), "bi_conference_open")
        self._is_open = True

    def join(self, port: Port) -> None:
        """Let a port's far end hear the others, and them hear it.

        :raises EngineError: the conference is closed, or the port is
        """
        number = self.number if self._is_open else -1
        result = lib.bi_conference_join(self._engine.handle, number, port.number)
        check(result, "bi_conference_join")

    def leave(self, port: Port) -> None:
        """Take a port out; nothing happens where it isn't in."""
        result = lib.bi_conference_leave(self._engine.handle, self.number, port.number)
        check(result, "bi_conference_leave")

    def close(self) -> None:
        """Send everybody out. Safe to repeat."""
        if self._is_open:
            self._is_open = False
            lib.bi_conference_close(self._engine.handle, self.number)

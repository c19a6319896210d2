"""What boards and channels raise.

::

    BoardIVRError
     +-- BoardError               a board, or its library, refused or failed
     |    +-- DriverUnavailable   library missing, or of a version we can't use
     |    +-- Unsupported         Channel.features says that it can't
     |    +-- ChannelStateError   e.g. play on an on-hook line
     +-- CallEnded                the far end hung up: how most calls end
"""

from __future__ import annotations

from boardivr.errors import BoardIVRError


class BoardError(BoardIVRError):
    """A board, or the library that drives it, refused or failed.

    :param message: what was tried and what came of it
    :param function: the vendor function that said no, where there is one
    :param code: that function's error number
    """

    def __init__(
        self, message: str, *, function: str | None = None, code: int | None = None
    ) -> None:
        self.function = function
        self.code = code
        where = f" [{function}: {code}]" if function else ""
        super().__init__(message + where)


class DriverUnavailable(BoardError):
    """The driver's library isn't installed, or is of a version it can't use."""


class Unsupported(BoardError):
    """This channel can't do that; :attr:`Channel.features` would have said so."""


class ChannelStateError(BoardError):
    """The call isn't where this verb needs it, e.g. play on an on-hook line."""


class CallEnded(BoardIVRError):
    """The far end hung up. Not a fault: how most calls end."""

"""Two boards wired back to back: the channels of one are the far ends of the other.

So a board without a harness of its own is tested with a second one, whatever
its maker. Line n of the far board calls line n of the board under test.
"""

from __future__ import annotations

import math
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from boardivr.hal.board import Board
from boardivr.hal.channel import Channel
from boardivr.hal.conformance.rig import FarEnd, Rig
from boardivr.hal.errors import BoardError, CallEnded
from boardivr.hal.registry import open_board
from boardivr.hal.types import Clip, State, Termination

CONNECT = 30.0  # seconds that a far end waits for its call to be answered


class ChannelFarEnd:
    """A channel that calls, presses and listens, as a telephone does.

    Dialling blocks until the other side answers, so it has a thread; every
    other verb waits for that thread first.
    """

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self._dialling: threading.Thread | None = None
        self._problem: BaseException | None = None

    def call(self, number: str, ani: str | None = None) -> None:
        """Dial; who calls is what the line says, ``ani`` can't be chosen."""
        self.hang_up()
        self._problem = None
        self._dialling = self.channel.clock.spawn(partial(self._dial, number), "far end dials")

    def press(self, keys: str) -> None:
        """Press keys.

        :raises CallEnded: nobody answered, or the other side hung up
        """
        self._connect()
        self.channel.send_digits(keys)

    def say(self, clip: Clip) -> None:
        """Speak."""
        self._connect()
        self.channel.play(clip, until=Termination())

    def hang_up(self) -> None:
        """Put the handset down, even while it dials."""
        if self.channel.state is State.DIALING:
            self.channel.stop()
        if self._dialling is not None:
            self.channel.clock.join(self._dialling)
            self._dialling = None
        self.channel.hang_up()

    def level(self, seconds: float) -> float:
        """Listen for so long, and return the level of what came in, in dBm0."""
        from boardivr.media.audiofile import read_samples

        self._connect()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "heard.wav"
            self.channel.record(path, Termination(max_time=seconds))
            samples = [int(x) for x in read_samples(path)[0]]
        power = sum(x * x for x in samples) / max(1, len(samples))
        return -99.0 if power < 1 else 3.14 + 10 * math.log10(power / (32767**2 / 2))

    def _dial(self, number: str) -> None:
        try:
            self.channel.dial(number, timeout=CONNECT)
        except BaseException as error:  # it belongs to the thread that waits for us
            self._problem = error

    def _connect(self) -> None:
        if self._dialling is not None:
            self.channel.clock.join(self._dialling)
            self._dialling = None
        if self._problem is not None:
            raise self._problem
        if self.channel.state is not State.CONNECTED:
            raise CallEnded(f"{self.channel.name}: nobody answered")


@contextmanager
def open_back_to_back(near: str, far: str, numbers: Sequence[str]) -> Iterator[Rig]:
    """Open a board under test and the one at its other end.

    :param numbers: by which each line of the near board is dialled from the far one
    :raises BoardError: one can't be opened, or a number is missing
    """
    with ExitStack() as stack:
        near_board = stack.enter_context(open_board(near))
        far_board = stack.enter_context(open_board(far))
        yield back_to_back(near_board, far_board.channels, numbers)


def back_to_back(board: Board, far: Sequence[Channel], numbers: Sequence[str]) -> Rig:
    """Return a rig of the board's first lines and the channels that call them.

    :raises BoardError: there are fewer than two lines, far channels or numbers
    """
    for what, there in (("lines", board.channels), ("far lines", far), ("numbers", numbers)):
        if len(there) < 2:
            raise BoardError(f"back to back: expected at least 2 {what}, found {len(there)}")
    far_ends: list[FarEnd] = [ChannelFarEnd(channel) for channel in far[:2]]
    ani = far[0].number or None
    return Rig(board=board, far_ends=far_ends, numbers=list(numbers[:2]), ani=ani)

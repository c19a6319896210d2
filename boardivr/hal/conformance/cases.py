"""What all cases of the suite share: fixtures, and verbs to try."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from boardivr.clock import Clock
from boardivr.hal import (
    CallEnded,
    Channel,
    Clip,
    Encoding,
    Feature,
    Termination,
)
from boardivr.hal.conformance.rig import FarEnd, Rig

ROOM = 0.25  # seconds
FIVE_SECONDS = Termination(max_time=5.0)
BEAT = Clip(data=(b"\x00\x20" * 8 + b"\x00\xe0" * 8) * 1000, encoding=Encoding.LINEAR, name="beat")
"""Two seconds of a 500 Hz square wave."""


def need(channel: Channel, feature: Feature) -> None:
    """Skip the case where the channel hasn't got a feature."""
    if feature not in channel.features:
        pytest.skip(f"{channel.name} has no {feature.name}")


class Cases:
    """The fixtures; a driver's test class gives ``rig``."""

    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        raise NotImplementedError("a driver's test class gives the fixture 'rig'")

    @pytest.fixture
    def line(self, rig: Rig) -> Channel:
        return rig.board.channels[0]

    @pytest.fixture
    def clock(self, rig: Rig) -> Clock:
        return rig.board.clock

    @pytest.fixture
    def far(self, rig: Rig) -> FarEnd:
        return rig.far_ends[0]

    @pytest.fixture
    def after(self, clock: Clock) -> Callable[[float, Callable[[], None]], None]:
        def after(seconds: float, act: Callable[[], None]) -> None:
            def run() -> None:
                clock.sleep(seconds)
                with suppress(CallEnded):  # the case may be over before the last key is up
                    act()

            clock.spawn(run, "far end")

        return after

    @pytest.fixture
    def call(self, rig: Rig) -> Iterator[Channel]:
        """A channel in conversation with its far end."""
        channel = connect(rig, 0)
        yield channel
        channel.hang_up()


def connect(rig: Rig, index: int) -> Channel:
    """Have a far end call its channel, and answer."""
    channel = rig.board.channels[index]
    rig.far_ends[index].call(rig.numbers[index], ani="02161234567")
    assert channel.wait_for_call(timeout=20.0) is not None
    channel.answer()
    return channel


def verbs(channel: Channel, folder: Path) -> Mapping[str, Callable[[], object]]:
    """Every verb that takes a while."""
    return {
        "answer": channel.answer,
        "play": partial(channel.play, BEAT, BEAT, until=FIVE_SECONDS),
        "get_digits": partial(channel.get_digits, FIVE_SECONDS),
        "record": partial(channel.record, folder / "r.wav", FIVE_SECONDS),
        "send_digits": partial(channel.send_digits, "1234567890" * 4),
    }


def ended(result: object) -> object:
    """Return why a verb ended."""
    return getattr(result, "reason", result)


def samples(path: Path) -> list[int]:
    """Return a recording's samples, linear."""
    from boardivr.media.audiofile import read_samples

    return [int(x) for x in read_samples(path)[0]]


@contextmanager
def saying(far: FarEnd, clock: Clock) -> Iterator[None]:
    """Have a far end speak while the block runs; 8 s at most."""

    def speak() -> None:
        for _ in range(4):
            far.say(BEAT)

    thread = clock.spawn(speak, "speaker")
    yield
    clock.join(thread)

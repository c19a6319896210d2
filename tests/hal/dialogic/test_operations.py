"""One operation at a time: it ends, is stopped, is lost, or is made to end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest

from boardivr.clock import Clock
from boardivr.hal.dialogic_cffi.errors import OutOfService
from boardivr.hal.dialogic_cffi.operations import Operations, nothing
from boardivr.hal.dialogic_cffi.srl import SrlEvent
from boardivr.media.engine import Engine

DONE = SrlEvent(device=1, type=0x81)
STOPPED = SrlEvent(device=1, type=0x81, data=b"stopped")


class Work:
    """A board's part: it can be started and cancelled, and tells what was asked of it."""

    def __init__(self, clock: Clock, *, stops_after: float | None = 0.1) -> None:
        self.clock = clock
        self.log: list[str] = []
        self.operations = Operations("line", clock, lambda: self.log.append("reset"))
        self._stops_after = stops_after

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        def run() -> None:
            self.clock.sleep(seconds)
            act()

        self.clock.spawn(run, "board")

    def cancel(self) -> None:
        self.log.append("cancel")
        if self._stops_after is not None:
            self.after(self._stops_after, lambda: self.operations.take(STOPPED))

    def run(self, **more: object) -> SrlEvent | None:
        return self.operations.run(
            "a play",
            lambda: self.log.append("start"),
            lambda event: event.type == 0x81,
            self.cancel,
            **more,  # type: ignore[arg-type]
        )


@pytest.fixture
def clock() -> Iterator[Clock]:
    engine = Engine(ports=1, is_virtual=True)
    yield engine.clock
    engine.close()


def test_ends(clock: Clock) -> None:
    """An operation ends by its event; others are none of its."""
    work = Work(clock)
    work.after(1.0, lambda: work.operations.take(SrlEvent(device=1, type=0x86)))
    work.after(2.0, lambda: work.operations.take(DONE))

    assert work.run() is DONE
    assert clock.now() == pytest.approx(2.0)
    assert work.log == ["start"]


def test_stopped(clock: Clock) -> None:
    """A stop cancels it; it ends by the board's own event."""
    work = Work(clock)
    with work.operations.verb():
        work.after(1.0, work.operations.stop)
        assert work.run() is STOPPED
        assert work.operations.is_stopped
        assert work.run() is None  # what would follow in the same verb doesn't start
    with work.operations.verb():
        work.after(0.5, lambda: work.operations.take(DONE))
        assert work.run() is DONE
    assert work.log == ["start", "cancel", "start"]


def test_stop_when_idle(clock: Clock) -> None:
    """A stop with nothing in progress does nothing, then or later."""
    work = Work(clock)
    work.operations.stop()
    with work.operations.verb():
        work.after(0.5, lambda: work.operations.take(DONE))
        assert work.run() is DONE
    assert work.log == ["start"]


def test_lost(clock: Clock) -> None:
    """A lost line cancels what runs, and nothing starts after it but hanging up."""
    work = Work(clock)
    with work.operations.verb():
        work.after(1.0, work.operations.lose)
        assert work.run() is STOPPED
        assert work.run() is None
        work.after(0.5, lambda: work.operations.take(DONE))
        assert work.run(whatever=True) is DONE
    assert work.operations.is_lost


def test_our_own_time(clock: Clock) -> None:
    """A time-out of ours cancels it."""
    work = Work(clock)
    assert work.run(timeout=3.0) is STOPPED
    assert clock.now() == pytest.approx(3.1, abs=0.05)


def test_asked_on_the_way(clock: Clock) -> None:
    """What is asked on the way cancels it only where the answer is yes."""
    work = Work(clock)
    work.after(2.0, lambda: work.operations.take(DONE))
    assert work.run(check=(1.0, lambda: False)) is DONE
    assert work.run(check=(1.0, lambda: True)) is STOPPED


def test_refused(clock: Clock) -> None:
    """What can't be started is no operation."""
    work = Work(clock)

    def refuse() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        work.operations.run("a play", refuse, lambda event: True, nothing)
    assert work.operations.take(DONE) is False


def test_reset(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """What a stop doesn't end is ended by a reset, and the channel goes on."""
    work = Work(clock, stops_after=None)
    work.after(17.0, lambda: work.operations.take(DONE))

    assert work.run(limit=10.0) is DONE
    assert work.log == ["start", "cancel", "reset"]
    assert "a play doesn't end: stopping it" in caplog.text


def test_out_of_service(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """What never ends takes the channel out of service, with an alarm."""
    work = Work(clock, stops_after=None)
    with caplog.at_level(logging.CRITICAL), pytest.raises(OutOfService, match="out of service"):
        work.run(limit=10.0)

    assert clock.now() == pytest.approx(20.0, abs=0.05)
    assert "ALARM line: out of service: a play didn't end" in caplog.text
    with pytest.raises(OutOfService), work.operations.verb():
        pass


def test_a_stop_that_does_not_work(clock: Clock) -> None:
    """A stop that the board ignores is forced, long before the operation's own end."""
    work = Work(clock, stops_after=None)
    with work.operations.verb():
        work.after(1.0, work.operations.stop)
        work.after(8.0, lambda: work.operations.take(DONE))
        assert work.run(limit=3600.0) is DONE
    assert work.log == ["start", "cancel", "cancel"]

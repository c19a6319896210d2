from __future__ import annotations

import logging

import pytest

from boardivr.flows.services import Parameters
from boardivr.store import NotFound, Store, StoreError
from boardivr.store.parameters import LOOK_EVERY, LiveParameters
from tests.manual_clock import ManualClock


class Timer:
    """Real seconds, as a test has them."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def timer() -> Timer:
    return Timer()


@pytest.fixture
def live(store: Store, clock: ManualClock, timer: Timer) -> LiveParameters:
    return LiveParameters(store, clock, timer=timer)


def test_written_value_until_one_is_set(live: LiveParameters) -> None:
    """A flow's own value holds until an operator sets one, and again when it is cleared."""
    parameters: Parameters = live

    assert parameters.seconds("no_input", 10.0) == 10.0
    live.set("no_input", "8.5", "ops")
    assert parameters.seconds("no_input", 10.0) == 8.5
    live.clear("no_input")
    assert parameters.seconds("no_input", 10.0) == 10.0


def test_switch(live: LiveParameters) -> None:
    """Tracing goes on and off while calls run."""
    assert live.is_on("trace", True) is True
    live.set("trace", "off", "ops")
    assert live.is_on("trace", True) is False
    live.set("trace", "on", "ops")
    assert live.is_on("trace", False) is True


def test_change_by_another_process(
    store: Store, clock: ManualClock, timer: Timer, live: LiveParameters
) -> None:
    """Another process's change is seen within a second; until then memory answers."""
    live.seconds("host", 5.0)
    LiveParameters(store, clock, timer=timer).set("host", "3", "ops")

    assert live.seconds("host", 5.0) == 5.0
    timer.seconds += LOOK_EVERY
    assert live.seconds("host", 5.0) == 3.0


def test_who_and_when(live: LiveParameters, clock: ManualClock) -> None:
    """Every change is kept with who made it and when."""
    live.set("host", "3", "li")
    clock.advance(hours=1)
    live.set("host", "4", "zhao")

    (parameter,) = live.all()
    assert (parameter.name, parameter.value, parameter.who) == ("host", "4", "zhao")
    assert parameter.changed == clock.wall()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("no_input", "soon", "no_input: expected seconds from 0 to 86400, found 'soon'"),
        ("no_input", "-1", "expected seconds"),
        ("no_input", "nan", "expected seconds"),
        ("no_input", "inf", "expected seconds"),
        ("no_input", "on", "no_input: expected seconds, found 'on'"),
        ("trace", "8", "trace: expected on or off, found '8'"),
    ],
)
def test_refused(live: LiveParameters, name: str, value: str, message: str) -> None:
    """A value that can't be meant isn't set."""
    with pytest.raises(StoreError, match=message):
        live.set(name, value, "ops")
    assert live.all() == []


def test_clearing_what_is_not_set(live: LiveParameters) -> None:
    """There is nothing to go back from."""
    with pytest.raises(NotFound, match="no parameter 'host' is set"):
        live.clear("host")


def test_database_gone(
    store: Store, timer: Timer, live: LiveParameters, caplog: pytest.LogCaptureFixture
) -> None:
    """A call goes on with the last known values when the database can't be read."""
    live.set("host", "3", "ops")
    live.seconds("host", 5.0)
    store.close()
    timer.seconds += LOOK_EVERY
    with caplog.at_level(logging.ERROR):
        assert live.seconds("host", 5.0) == 3.0
    assert "the last known ones hold" in caplog.text


def test_flow_counts_more(store: Store) -> None:
    """A flow's own value is taken before the one for all, and that before what is written."""
    live = LiveParameters(store, ManualClock())
    live.set("no_input", "8", "li")
    live.set("bank.no_input", "3", "li")
    live.set("bank.trace", "off", "li")

    assert live.of("bank").seconds("no_input", 10.0) == 3.0
    assert live.of("orders").seconds("no_input", 10.0) == 8.0
    assert live.of("orders").seconds("host", 5.0) == 5.0
    assert not live.of("bank").is_on("trace", True)
    assert live.of("orders").is_on("trace", True)


def test_unknown_name(store: Store) -> None:
    """A name that nobody reads is refused: it would change nothing."""
    live = LiveParameters(store, ManualClock())

    with pytest.raises(StoreError, match=r"no parameter 'bank\.no_imput'; there are between_keys"):
        live.set("bank.no_imput", "8", "li")

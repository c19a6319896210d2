"""Faults on request: what goes wrong on a line, when a test wants it to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial

from boardivr.hal.loopback.exchange import Exchange
from boardivr.hal.loopback.station import Station
from boardivr.media.check import EngineError

FAX_LOSS = 8.0  # dB


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with a line; a plain ``Fault()`` is a good one.

    :param loss: what comes in is so much weaker, dB
    :param noise: white noise comes in, dBm0; below -90 is none
    :param echo: what goes out comes back so much weaker, dB; 0 is none
    :param echo_delay: seconds, at most 0.2
    :param delay: what comes in is so late, seconds, at most one
    :param drop: share of 20 ms frames that are lost, 0 to 1
    :param hang_up_after: the far end of the call that stands then hangs up, seconds from now
    :param glare: called as the line's next dial begins: have a telephone call the line
    :param seed: of noise and lost frames; the same ones for the same seed
    """

    loss: float = 0.0
    noise: float = -99.0
    echo: float = 0.0
    echo_delay: float = 0.0
    drop: float = 0.0
    delay: float = 0.0
    hang_up_after: float | None = None
    glare: Callable[[], None] | None = None
    seed: int = 1


def inflict(exchange: Exchange, station: Station, fault: Fault) -> None:
    """Give a station's line a fault, instead of the one it had.

    :raises EngineError: a share that isn't 0 to 1, or a delay out of range
    """
    station.port.set_line(
        loss_db=fault.loss, noise_dbm0=fault.noise, echo_db=fault.echo,
        echo_delay=fault.echo_delay, drop=fault.drop, seed=fault.seed, delay=fault.delay,
    )  # fmt: skip
    station.has_fault = fault != Fault()
    station.ambush = fault.glare
    if fault.hang_up_after is not None:
        exchange.timers.after(fault.hang_up_after, partial(_hang_up_far_end, exchange, station))


@contextmanager
def padded(station: Station) -> Iterator[None]:
    """Give a station's line the loss that a real one has, while a fax is on it.

    A line without any loss makes spandsp's V.17 fail now and then: its modems are
    tuned to lines. A fault that was asked for stays as it is.
    """
    if not station.has_fault:
        station.port.set_line(loss_db=FAX_LOSS)
    try:
        yield
    finally:
        if not station.has_fault:
            with suppress(EngineError):  # the board may be closed under it
                station.port.clear_line()


def _hang_up_far_end(exchange: Exchange, station: Station) -> None:
    far_end = station.peer()
    if far_end is not None:
        exchange.hang_up(far_end)

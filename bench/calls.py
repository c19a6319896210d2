"""Calls through the bank flow: how many a second, with records and traces kept.

Virtual time: every line is busy all the time, and the figure is how fast this
machine gets through the work of a call: signalling, real audio, detection,
prompts, PIN check, host, records. A caller types everything ahead, as one who
knows his bank does; the second figure has a caller who listens to it all.
"""

from __future__ import annotations

import dataclasses
import statistics
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import perf_counter

from boardivr.app import Appliance
from boardivr.clock import Clock
from boardivr.demo import BANK, PINS, demo_settings
from boardivr.hal import CallEnded
from boardivr.hal.loopback import Telephone, open_board
from boardivr.settings import load_settings
from boardivr.store.sample import WANG, seed

PIN_COST = 10
"""Cheaper than the default of 14, which alone would take 33 ms of a core a call."""

CALLERS = 60
CALLS = 20  # each caller's
TARGET_CALLS = 139  # a second: 500,000 busy-hour calls
TARGET_SPEED = 500


def hurried(phone: Telephone) -> None:
    """Types ahead, hears the balance, and hangs up."""
    phone.press(f"{WANG.card}#{PINS['A']}1")
    phone.hear("say:money")


def patient(phone: Telephone) -> None:
    """Listens to every prompt and menu to its end."""
    phone.hear("enter_card@en")
    phone.listen(3.5)
    phone.press(f"{WANG.card}#")
    phone.hear("enter_pin@en")
    phone.listen(3.0)
    phone.press(PINS["A"])
    phone.hear("agent@zh-CN")
    phone.listen(3.0)
    phone.press("1")
    phone.hear("say:money")


def main() -> dict[str, object]:
    """Measure and print."""
    hurried_rate, _ = _measure(CALLERS, CALLS, hurried)
    alone = [_measure(1, 5, patient)[1] for _ in range(3)]
    result: dict[str, object] = {
        "calls_per_second": round(hurried_rate, 1),
        "calls_per_second_target": TARGET_CALLS,
        "one_call_times_real_time": round(statistics.median(alone)),
        "one_call_times_real_time_target": TARGET_SPEED,
        "pin_cost": PIN_COST,
        "callers": CALLERS,
    }
    row = "{:45} {:8.0f}  (>= {})".format
    print(row("calls a second, typed ahead, records kept", hurried_rate, TARGET_CALLS))
    print(row("one call alone, times real time", statistics.median(alone), TARGET_SPEED))
    print(f"PIN hashes at cost {PIN_COST}; {CALLERS} callers at once, {CALLS} calls each")
    return result


def _measure(callers: int, calls: int, act: Callable[[Telephone], None]) -> tuple[float, float]:
    """Return calls a second, and line time over real time."""
    with tempfile.TemporaryDirectory() as folder:
        settings = demo_settings(load_settings(), Path(folder))
        settings = dataclasses.replace(
            settings, pin_cost=PIN_COST, home=load_settings().home / "bench"
        )
        board = open_board(f"loopback:?lines={callers}&kind=e1&number={BANK}&time=virtual")
        with Appliance(settings, boards=[board]) as appliance:
            seed(appliance.store, appliance.customers, PINS)
            appliance.warm()
            appliance.start()
            phones = [board.telephone(f"139{n:08}") for n in range(callers)]
            _call_all(board.clock, phones, 1, act)  # phrases are rendered, files are read
            began, line_began = perf_counter(), board.clock.now()
            _call_all(board.clock, phones, calls, act)
            took, line = perf_counter() - began, board.clock.now() - line_began
            appliance.stop(10.0)
            assert appliance.writer.flush()
            records = appliance.archive.recent(callers * (calls + 1))
            assert all("balance" in record.path for record in records), records[0]
            assert len(records) == callers * (calls + 1)
    return callers * calls / took, line / took


def _call_all(
    clock: Clock, phones: list[Telephone], calls: int, act: Callable[[Telephone], None]
) -> None:
    def run(phone: Telephone) -> None:
        for _ in range(calls):
            phone.call(BANK)
            if phone.wait_for_answer():
                with suppress(CallEnded):
                    act(phone)
            phone.hang_up()
            clock.sleep(0.2)  # the line is put down at its other end

    threads = [clock.spawn(partial(run, phone), phone.station.name) for phone in phones]
    for thread in threads:
        clock.join(thread)


if __name__ == "__main__":
    main()

"""The engine's clock: who runs when, in virtual time and in real time."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.hal.types import Clip, Termination
from boardivr.media.check import EngineClosed, EngineStuck
from boardivr.media.clock import EngineClock
from boardivr.media.engine import Engine
from boardivr.media.tones import plan
from tests.media.lines import START, virtual

Step = tuple[str, int]  # ("sleep", ms), ("set", flag), or ("wait", 10,000 * flag + ms)


def run_program(programs: Sequence[Sequence[Step]]) -> list[list[int]]:
    """Run a thread for each program; return when each of its steps had ended, in frames."""
    flags: set[int] = set()
    ends: list[list[int]] = [[] for _ in programs]
    with virtual() as engine:
        clock = engine.clock

        def thread(steps: Sequence[Step], log: list[int]) -> None:
            for name, number in steps:
                do(clock, flags, name, number)
                log.append(round(clock.now() * 50))

        threads = [
            clock.spawn(lambda s=steps, log=log: thread(s, log), f"t{i}")  # type: ignore[misc]
            for i, (steps, log) in enumerate(zip(programs, ends, strict=True))
        ]
        for one in threads:
            clock.join(one)
    return ends


def do(clock: EngineClock, flags: set[int], name: str, number: int) -> None:
    if name == "sleep":
        clock.sleep(number / 1000)
    elif name == "set":
        flags.add(number)
        clock.notify()
    else:
        flag, ms = divmod(number, 10_000)
        clock.wait(lambda: flag in flags, ms / 1000)


def expected(programs: Sequence[Sequence[Step]]) -> list[list[int]]:
    """Work out the same from the rules alone, in frames of 20 ms."""
    ends: list[list[int]] = [[] for _ in programs]
    flags: set[int] = set()
    now = 0

    def thread(steps: Sequence[Step], log: list[int]) -> Iterator[tuple[int, int]]:
        for name, number in steps:
            flag, ms = divmod(number, 10_000) if name == "wait" else (-1, number)
            if name == "set":
                flags.add(number)
            elif flag not in flags:
                yield ms, flag
            log.append(now)

    waiting = {thread(steps, log): (0, -1) for steps, log in zip(programs, ends, strict=True)}
    while waiting:
        ready = [t for t, (until, flag) in waiting.items() if until <= now or flag in flags]
        if not ready:
            now = min(until for until, _ in waiting.values())
        for one in ready:
            del waiting[one]
            for ms, flag in one:
                waiting[one] = (now + math.ceil(ms / 20), flag)
                break
    return ends


STEPS = st.one_of(
    st.tuples(st.just("sleep"), st.integers(0, 3000)),
    st.tuples(st.just("set"), st.integers(0, 5)),
    st.builds(
        lambda flag, ms: ("wait", 10_000 * flag + ms), st.integers(0, 5), st.integers(0, 3000)
    ),
)


@settings(max_examples=150, deadline=None)
@given(programs=st.lists(st.lists(STEPS, max_size=12), min_size=1, max_size=8))
def test_any_program_ends_when_it_should(programs: list[list[Step]]) -> None:
    """Sleeps, waits and notifications of any threads take exactly the time they say."""
    assert run_program(programs) == expected(programs)


def test_same_order_every_time() -> None:
    """Threads that are due together run in the order in which they became so: 20 runs alike."""

    def log() -> list[tuple[str, float]]:
        lines: list[tuple[str, float]] = []
        with virtual() as engine:
            clock = engine.clock

            def thread(number: int) -> None:
                for step in range(10):
                    clock.sleep(0.02 * ((number * 7 + step * 3) % 4))
                    lines.append((f"{number}.{step}", clock.now()))

            for one in [clock.spawn(lambda n=n: thread(n), f"t{n}") for n in range(12)]:  # type: ignore[misc]
                clock.join(one)
        return lines

    first = log()
    assert len(first) == 120
    assert all(log() == first for _ in range(19))


def test_one_thread_at_a_time() -> None:
    """Between two waits no other thread of the clock runs."""
    inside = 0
    with virtual() as engine:
        clock = engine.clock

        def thread() -> None:
            nonlocal inside
            for _ in range(50):
                clock.sleep(0.02)
                inside += 1
                for _ in range(2000):  # long enough for the interpreter to switch
                    assert inside == 1
                inside -= 1

        for one in [clock.spawn(thread, f"t{n}") for n in range(4)]:
            clock.join(one)


def test_200_threads() -> None:
    """As many threads as a large node has channels, each woken at its time."""
    woken: list[tuple[int, float]] = []
    with virtual() as engine:
        clock = engine.clock

        def thread(number: int) -> None:
            clock.sleep(number * 0.02)
            woken.append((number, clock.now()))

        for one in [clock.spawn(lambda n=n: thread(n), f"t{n}") for n in range(200)]:  # type: ignore[misc]
            clock.join(one)

    assert woken == [(n, pytest.approx(0.02 * n)) for n in range(200)]


def test_sums_of_floats_cost_no_frame() -> None:
    """0.7000000000000001 s are 35 frames; yet any time at all that is left passes."""
    with virtual() as engine:
        engine.clock.sleep(35 * 0.02)
        assert engine.clock.now() == 0.7
        engine.clock.sleep(1e-12)
        assert engine.clock.now() == 0.72
        engine.clock.sleep(-1.0)
        assert engine.clock.now() == 0.72


def test_days_pass_at_once() -> None:
    """Time jumps where no line has anything to carry; the wall clock goes with it."""
    with virtual() as engine:
        engine.clock.sleep(7 * 86400.0)

        assert engine.clock.now() == 7 * 86400
        assert (engine.clock.wall() - START).days == 7
        assert engine.stats()["ticks"] < 100


def test_waiting_for_ever_is_refused() -> None:
    """Where every thread waits and none has a deadline, all of them are told."""
    told: list[str] = []
    with virtual() as engine:

        def thread() -> None:
            try:
                engine.clock.wait(lambda: False)
            except EngineStuck:
                told.append("spawned")

        port = engine.open_port()
        engine.clock.sleep(1.0)
        one = engine.clock.spawn(thread, "t")
        with pytest.raises(EngineStuck, match="no deadline"):
            port.next_event()
        told.append("main")
        engine.clock.join(one)
        engine.clock.sleep(1.0)

        assert sorted(told) == ["main", "spawned"]
        assert engine.clock.now() == 2.0


def test_a_tone_for_ever_is_no_hope() -> None:
    """A tone that nobody listens to keeps time going, but not for ever: after an hour in
    which nobody was due, the threads that wait are told."""
    with virtual() as engine:
        port = engine.open_port()
        other = engine.open_port()
        port.wire(other)
        port.begin_tone(plan("cn").tone("dial"))

        with pytest.raises(EngineStuck, match="no deadline"):
            other.next_event()
        assert engine.clock.now() == pytest.approx(3600, abs=1)


def test_a_long_clip_is_heard_out() -> None:
    """A clip of more than an hour ends by itself, though no deadline runs."""
    clip = Clip(data=bytes(8000 * 4000))
    with virtual() as engine:
        port = engine.open_port()

        assert port.play([clip], Termination()).seconds == 4000


def test_foreign_thread_is_refused() -> None:
    """A thread that time wouldn't wait for can't wait in virtual time, but may notify."""
    errors: list[str] = []
    with virtual() as engine:

        def thread() -> None:
            try:
                engine.clock.sleep(1.0)
            except RuntimeError as error:
                errors.append(str(error))
            engine.clock.notify()

        foreign = threading.Thread(target=thread, name="foreign")
        foreign.start()
        foreign.join()

    assert errors == ["thread foreign doesn't belong to this clock: start it with spawn()"]


def test_only_spawned_threads_can_be_joined() -> None:
    """join() says what it can't wait for."""
    with virtual() as engine, pytest.raises(TypeError, match="expected a thread of this clock"):
        engine.clock.join(threading.current_thread())


def test_failing_thread_ends_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception ends its thread and is shown; the others go on."""
    shown: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: shown.append(str(args.exc_value)))

    def fail() -> None:
        raise ValueError("broken on purpose")

    with virtual() as engine:
        one = engine.clock.spawn(fail, "fails")
        other = engine.clock.spawn(lambda: engine.clock.sleep(1.0), "sleeps")
        engine.clock.join(one)
        assert engine.clock.now() == 0
        engine.clock.join(other)
        assert engine.clock.now() == 1

    assert shown == ["broken on purpose"]


def test_spawned_threads_spawn_and_join() -> None:
    """Any thread of the clock may start and await others."""
    with virtual() as engine:
        clock = engine.clock

        def tree(depth: int) -> None:
            clock.sleep(0.1)
            if depth:
                below = [clock.spawn(lambda: tree(depth - 1), "below") for _ in range(2)]
                for one in below:
                    clock.join(one)

        clock.join(clock.spawn(lambda: tree(4), "top"))

        assert clock.now() == pytest.approx(0.5)


def blocked_threads(engine: Engine, errors: list[str]) -> list[threading.Thread]:
    """Start threads that wait in every way there is."""
    port, clock = engine.open_port(), engine.clock

    def until_closed(wait: object) -> None:
        assert callable(wait)
        try:
            wait()
        except EngineClosed as error:
            errors.append(type(error).__name__)

    waits = [
        lambda: clock.sleep(600.0),
        lambda: clock.wait(lambda: False),
        lambda: clock.wait(lambda: False, 600.0),
        lambda: port.next_event(600.0),
    ]
    return [clock.spawn(lambda w=w: until_closed(w), "blocked") for w in waits]  # type: ignore[misc]


@pytest.mark.parametrize("is_virtual", [True, False])
def test_closing_lets_everybody_out(is_virtual: bool) -> None:
    """Every thread that waits gets EngineClosed when the engine is closed, once."""
    errors: list[str] = []
    engine = Engine(ports=4, is_virtual=is_virtual)
    threads = blocked_threads(engine, errors)
    engine.clock.sleep(0.1)
    engine.close()
    engine.close()
    for thread in threads:
        thread.join(10.0)
        assert not thread.is_alive()

    assert errors == ["EngineClosed"] * 4
    with pytest.raises(EngineClosed, match="was closed"):
        engine.clock.sleep(1.0)


def test_closed_before_its_threads_began() -> None:
    """Threads that are still in the queue for their first turn never run."""
    ran: list[int] = []
    for _ in range(50):
        engine = Engine(ports=2, is_virtual=True)
        threads = [engine.clock.spawn(lambda: ran.append(1), "late") for _ in range(3)]
        engine.close()
        for thread in threads:
            thread.join(10.0)
        engine.close()
        del engine, threads

    assert ran == []


def test_real_time_passes() -> None:
    """In real time the clock ticks by itself, waits return, and threads wake each other."""
    engine = Engine(ports=2)
    try:
        clock = engine.clock
        flags: list[float] = []
        assert not clock.wait(lambda: False, 0.1)
        assert 0.1 <= clock.now() <= 5.0

        def thread() -> None:
            clock.sleep(0.1)
            flags.append(clock.now())
            clock.notify()

        one = clock.spawn(thread, "t")
        assert clock.wait(lambda: bool(flags), 30.0)
        clock.join(one)
        assert clock.now() >= flags[0] >= 0.2
        assert engine.stats()["ticks"] >= 10
    finally:
        engine.close()

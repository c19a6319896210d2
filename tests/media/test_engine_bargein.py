"""Barge-in, on samples: how soon the line is silent after a key's tone began."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.hal.types import KEYS, Clip, Reason, Termination
from boardivr.media.engine import Engine
from boardivr.media.events import Kind
from tests.media.lines import (
    FRAME,
    IDLE,
    begin_play,
    clip,
    on_lines,
    padded,
    seconds_of,
    virtual,
    wait_until,
    wired,
)
from tests.media.signals import key

PROMPT = clip(seconds_of(1.0), "prompt")
ANY_KEY = Termination(digits=KEYS)
LEVELS = (-3.0, -8.0, -12.0, -16.0, -20.0, -25.0, -30.0)


def tone_after(name: str, offset: int, level: float, phase: float = 1.5) -> Clip:
    return clip(padded(key(name, 800, level, level, phase=phase), offset))


def silent_after(engine: Engine, tones: list[tuple[int, Clip]]) -> list[float]:
    """Play a prompt against each tone; return the milliseconds that the prompt went on.

    :param tones: the tone's first sample in the clip, and the clip
    """
    pairs = [wired(engine) for _ in tones]
    for (near, far), (_, tone) in zip(pairs, tones, strict=True):
        near.detect_digits()
        begin_play(near, [PROMPT], ANY_KEY)
        begin_play(far, [tone])
    lines = on_lines(engine, [near for near, _ in pairs], 12)
    for port in (port for pair in pairs for port in pair):
        port.close()
    return [
        1000 * (last_sound(sent) + 1 - begin) / 8000
        for (sent, _), (begin, _) in zip(lines, tones, strict=True)
    ]


def last_sound(sent: bytes) -> int:
    return int(np.flatnonzero(np.frombuffer(sent, np.uint8) != IDLE)[-1])


def check(delays: list[float]) -> None:
    assert min(delays) > 0
    assert np.percentile(delays, 95) <= 45
    assert max(delays) <= 46


@pytest.mark.parametrize("level", LEVELS)
def test_silent_within_45_ms(level: float) -> None:
    """Every key silences the prompt within 45 ms (p95) of its tone, wherever in a frame."""
    rng = np.random.default_rng(int(-level))
    with virtual(ports=32) as engine:
        delays: list[float] = []
        for _ in range(8):
            offsets = [int(o) for o in rng.integers(0, FRAME, len(KEYS))]
            tones = [(o, tone_after(k, o, level)) for k, o in zip(KEYS, offsets, strict=True)]
            delays += silent_after(engine, tones)

    check(delays)


@pytest.mark.grid
@pytest.mark.parametrize("level", [-3.0, -6.0, -10.0, -16.0, -20.0, -23.0, -26.0, -28.0, -30.0])
@pytest.mark.parametrize("phase", [0.0, 0.8, 1.5, 2.2, 3.0])
def test_silent_within_45_ms_everywhere(level: float, phase: float) -> None:
    """All 16 keys, at each of the 160 places in a frame, and other phases."""
    with virtual(ports=32) as engine:
        delays = [
            delay
            for offset in range(FRAME)
            for delay in silent_after(
                engine, [(offset, tone_after(k, offset, level, phase)) for k in KEYS]
            )
        ]

    check(delays)


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(KEYS),
    offset=st.integers(0, 6 * FRAME),
    low=st.floats(-30, -3),
    twist=st.floats(-4, 4),
)
def test_twist_does_not_delay(name: str, offset: int, low: float, twist: float) -> None:
    """A key whose tones are not equally loud is heard as soon."""
    high = max(-30.0, min(-3.0, low + twist))
    with virtual(ports=2) as engine:
        tone = clip(padded(key(name, 480, low, high), offset))
        delays = silent_after(engine, [(offset, tone)])

    assert 0 < delays[0] <= 46


def test_key_ends_the_verb_and_is_kept() -> None:
    """play() returns in the tick in which the tone was recognised; the key can be collected."""
    with virtual() as engine:
        near, far = wired(engine)
        near.detect_digits()
        thread = engine.clock.spawn(wait_until(engine, 0.5, lambda: far.send_digits("7")), "caller")
        ended = near.play([PROMPT], Termination(max_digits=1))
        at = engine.clock.now()
        keys, collected = near.get_digits(Termination(max_digits=1, max_time=1.0))
        engine.clock.join(thread)

    assert (ended.reason, keys, collected.reason) == (Reason.MAX_DIGITS, "7", Reason.MAX_DIGITS)
    assert 0.52 <= at <= 0.56
    assert ended.seconds == pytest.approx(at)


def test_only_a_key_of_the_set_ends_it() -> None:
    """A key that isn't in the set is kept, and the prompt goes on until one is."""
    with virtual() as engine:
        near, far = wired(engine)
        near.detect_digits()
        press = wait_until(engine, 0.2, lambda: far.send_digits("1#"))
        thread = engine.clock.spawn(press, "caller")
        ended = near.play([PROMPT], Termination(digits="#"))
        keys = near.take_digits()
        engine.clock.join(thread)

    assert (ended.reason, keys) == (Reason.DIGIT, "1#")
    assert 0.36 < ended.seconds < 0.44


def test_begin_and_end_of_keys_are_told() -> None:
    """Whoever subscribes is told when a tone begins, and when it ended with its length."""
    with virtual() as engine:
        near, far = wired(engine)
        near.detect_digits()
        near.subscribe(Kind.KEY_BEGIN | Kind.KEY_END)
        thread = engine.clock.spawn(lambda: far.send_digits("A", on=0.1), "caller")
        begin, end = near.next_event(1.0), near.next_event(1.0)
        engine.clock.join(thread)

    assert begin is not None
    assert end is not None
    assert (begin.kind, chr(begin.a)) == (Kind.KEY_BEGIN, "A")
    assert (end.kind, chr(end.a)) == (Kind.KEY_END, "A")
    assert begin.at == 0.04
    assert abs(end.b - 100) <= 5
    assert end.at <= 0.16

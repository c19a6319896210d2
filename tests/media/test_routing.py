"""Who hears whom: bridges, conferences and taps, told apart by tones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from boardivr.media.check import EngineError
from boardivr.media.conference import Conference
from boardivr.media.engine import Engine
from boardivr.media.port import Port
from tests.media.lines import (
    IDLE,
    begin_play,
    clip,
    coded,
    level_at,
    linear,
    on_lines,
    seconds_of,
    virtual,
    wired,
)
from tests.media.signals import amplitude

TONES = (400.0, 550.0, 700.0, 850.0, 1000.0)  # a whole number of cycles in 20 ms
LEVEL = amplitude(-20.0)
Line = tuple[Port, Port]


def lines(engine: Engine, count: int) -> list[Line]:
    """Return lines whose far ends each say a tone of their own."""
    made = [wired(engine) for _ in range(count)]
    for (_, far), hz in zip(made, TONES, strict=False):
        begin_play(far, [clip(seconds_of(60.0, hz, -20.0))])
    return made


def hears(engine: Engine, made: Sequence[Line], settle: int = 3) -> list[set[float]]:
    """Return which tones each far end hears, each at its own level."""
    on_lines(engine, [], settle)
    heard = on_lines(engine, [far for _, far in made], 10)
    return [{hz for hz in TONES if is_heard(linear(there), hz)} for _, there in heard]


def is_heard(signal: np.ndarray[object, np.dtype[np.int16]], hz: float) -> bool:
    level = level_at(signal.astype(float), hz)
    assert level < 0.05 * LEVEL or 0.9 * LEVEL < level < 1.1 * LEVEL
    return level > 0.5 * LEVEL


def test_bridge() -> None:
    """Bridged lines hear each other, and nobody himself; others hear nothing."""
    with virtual() as engine:
        made = lines(engine, 3)
        made[0][0].bridge(made[1][0])

        assert hears(engine, made) == [{TONES[1]}, {TONES[0]}, set()]


def test_bridge_is_sample_exact() -> None:
    """What one says is what the other hears, code for code, one frame later."""
    with virtual() as engine:
        (a, far_a), (b, far_b) = wired(engine), wired(engine)
        a.bridge(b)
        signal = seconds_of(0.2)
        begin_play(far_a, [clip(signal)])
        (_, heard), *_ = on_lines(engine, [far_b], 12)

    assert heard == bytes([IDLE]) * 160 + coded(signal) + bytes([IDLE]) * 160


def test_unroute_ends_a_bridge_for_both() -> None:
    """After it both lines are silent."""
    with virtual() as engine:
        made = lines(engine, 2)
        made[0][0].bridge(made[1][0])
        on_lines(engine, [], 5)
        made[1][0].unroute()

        assert hears(engine, made) == [set(), set()]


def test_bridging_anew_leaves_the_third_alone() -> None:
    """A line that is bridged elsewhere doesn't go on hearing its former partner."""
    with virtual() as engine:
        made = lines(engine, 3)
        a, b, c = (near for near, _ in made)
        a.bridge(b)
        on_lines(engine, [], 5)
        c.bridge(a)

        assert hears(engine, made) == [{TONES[2]}, set(), {TONES[0]}]


def test_prompt_into_a_bridge_is_mixed() -> None:
    """A port that plays while bridged lets its far end hear both."""
    with virtual() as engine:
        made = lines(engine, 2)
        made[0][0].bridge(made[1][0])
        begin_play(made[0][0], [clip(seconds_of(9.0, TONES[4], -20.0))])

        assert hears(engine, made) == [{TONES[1], TONES[4]}, {TONES[0]}]


def test_listening_hears_both_sides_and_is_not_heard() -> None:
    """A tap on a bridged line hears both; those two don't notice."""
    with virtual() as engine:
        made = lines(engine, 3)
        a, b, tap = (near for near, _ in made)
        a.bridge(b)
        tap.listen(a)

        assert hears(engine, made, 5) == [{TONES[1]}, {TONES[0]}, {TONES[0], TONES[1]}]
        tap.unroute()
        assert hears(engine, made) == [{TONES[1]}, {TONES[0]}, set()]


@pytest.mark.parametrize("count", [2, 3, 5])
def test_conference_hears_all_others(count: int) -> None:
    """Each hears the sum of the others, and not himself."""
    with virtual(ports=10) as engine, Conference(engine) as conference:
        made = lines(engine, count)
        for near, _ in made:
            conference.join(near)

        assert hears(engine, made) == [set(TONES[:count]) - {hz} for hz in TONES[:count]]


def test_leaving_and_closing_a_conference() -> None:
    """Who left is out, both ways; when it closes everybody is."""
    with virtual() as engine:
        conference = Conference(engine)
        made = lines(engine, 3)
        for near, _ in made:
            conference.join(near)
        conference.leave(made[1][0])
        conference.leave(made[1][0])

        assert hears(engine, made) == [{TONES[2]}, set(), {TONES[0]}]
        conference.close()
        conference.close()
        assert hears(engine, made) == [set(), set(), set()]
        with pytest.raises(EngineError, match="bad file descriptor"):
            conference.join(made[0][0])


def test_leaving_a_conference_one_is_not_in_keeps_the_bridge() -> None:
    """leave() is about this conference only."""
    with virtual() as engine, Conference(engine) as conference:
        made = lines(engine, 2)
        made[0][0].bridge(made[1][0])
        conference.leave(made[0][0])

        assert hears(engine, made) == [{TONES[1]}, {TONES[0]}]


def test_two_conferences_are_apart() -> None:
    """Nobody is heard in another conference."""
    with virtual() as engine, Conference(engine) as one, Conference(engine) as two:
        made = lines(engine, 4)
        for i, (near, _) in enumerate(made):
            (one if i < 2 else two).join(near)

        assert hears(engine, made) == [{TONES[1]}, {TONES[0]}, {TONES[3]}, {TONES[2]}]


def test_conferences_run_out() -> None:
    """There are half as many as ports; one that is closed can be had again."""
    with virtual(ports=2) as engine:
        first, _ = Conference(engine), Conference(engine)
        with pytest.raises(EngineError, match="no space"):
            Conference(engine)
        first.close()
        Conference(engine)


def test_loud_conference_is_clipped_not_wrapped() -> None:
    """Five loud voices add up to full scale, with the sign they have."""
    with virtual(ports=12) as engine, Conference(engine) as conference:
        made = [wired(engine) for _ in range(5)]
        for near, far in made:
            conference.join(near)
            begin_play(far, [clip(seconds_of(1.0, 400.0, 0.0))])
        on_lines(engine, [], 3)
        (_, heard), (_, own) = on_lines(engine, [made[0][1], made[1][0]], 5)

    mixed, one = linear(heard).astype(int), linear(own).astype(int)
    assert np.abs(mixed).max() == 32256
    loud = np.abs(np.roll(one, 160)) > 9000
    loud[:160] = False
    assert (np.abs(mixed[loud]) == 32256).all()
    assert (np.sign(mixed[loud]) == np.sign(np.roll(one, 160)[loud])).all()


@pytest.mark.parametrize("how", ["bridge", "listen", "conference", "wire"])
def test_closing_a_port_that_is_connected(how: str) -> None:
    """What was connected to it is silent; the next port with its number isn't connected."""
    with virtual() as engine:
        made = lines(engine, 2)
        a, b = made[0][0], made[1][0]
        conference = Conference(engine)
        if how == "conference":
            conference.join(a)
            conference.join(b)
        elif how != "wire":
            getattr(b, how)(a)
        on_lines(engine, [], 3)
        (made[0][1] if how == "wire" else a).close()
        fresh = engine.open_port()
        begin_play(fresh, [clip(seconds_of(9.0, TONES[3], -20.0))])
        on_lines(engine, [], 3)
        (_, at_b), (_, at_fresh) = on_lines(engine, [made[1][1], fresh], 3)

    assert at_b == bytes([IDLE]) * 480
    assert at_fresh == bytes([IDLE]) * 480


def test_nonsense_is_refused() -> None:
    """A port can't be connected to itself or to one that is closed."""
    with virtual() as engine:
        a, b = engine.open_port(), engine.open_port()
        b.close()
        for verb in (a.bridge, a.listen, a.wire):
            for other in (a, b):
                with pytest.raises(EngineError):
                    verb(other)


@pytest.mark.parametrize("how", ["bridge", "listen", "conference"])
def test_conceal(how: str) -> None:
    """What a concealed line's far end says is heard by nobody else; what others say still comes."""
    with virtual() as engine:
        made = lines(engine, 2)
        (one, _), (two, _) = made
        if how == "bridge":
            one.bridge(two)
        elif how == "listen":
            two.listen(one)
        else:
            conference = Conference(engine)
            conference.join(one)
            conference.join(two)
        before = hears(engine, made)
        one.conceal(True)
        concealed = hears(engine, made)
        one.conceal(False)
        after = hears(engine, made)

    assert TONES[0] in before[1]
    assert TONES[0] not in concealed[1]
    assert concealed[0] == before[0]
    assert after == before


def test_concealing_ends_with_the_call() -> None:
    """A port that is used anew isn't concealed by what was before."""
    with virtual() as engine:
        one, far = wired(engine)
        one.conceal(True)
        one.reset()
        made = [(one, far), *lines(engine, 1)]
        begin_play(far, [clip(seconds_of(60.0, TONES[1], -20.0))])
        one.bridge(made[1][0])

        assert TONES[1] in hears(engine, made)[1]

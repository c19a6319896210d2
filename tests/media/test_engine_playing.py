"""What a port says, on samples: clips, tones, keys; and what is told of them."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.hal.types import KEYS, Clip, Encoding, Reason, Termination
from boardivr.media.check import EngineError
from boardivr.media.engine import Engine
from boardivr.media.events import Kind
from boardivr.media.tones import Step, Tone
from tests.media.lines import (
    IDLE,
    NOTHING,
    begin_play,
    clip,
    coded,
    level_at,
    linear,
    on_lines,
    seconds_of,
    tick,
    virtual,
    wired,
)
from tests.media.signals import COLUMNS, ROWS, amplitude, silence
from tests.media.signals import KEYS as PAD


@settings(max_examples=60, deadline=None)
@given(lengths=st.lists(st.integers(0, 700), min_size=1, max_size=12), seed=st.integers(0, 99))
def test_clips_follow_each_other_without_a_gap(lengths: list[int], seed: int) -> None:
    """What is on the line is the clips, sample for sample, then idle."""
    rng = np.random.default_rng(seed)
    parts = [rng.integers(0, 256, n, dtype=np.uint8).tobytes() for n in lengths]
    with virtual() as engine:
        near, far = wired(engine)
        begin_play(near, [Clip(data=part) for part in parts])
        ticks = sum(lengths) // 160 + 3
        (sent, _), (_, heard) = on_lines(engine, [near, far], ticks)

    whole = b"".join(parts)
    assert sent == whole.ljust(160 * ticks, bytes([IDLE]))
    assert heard == sent


@settings(max_examples=40, deadline=None)
@given(lengths=st.lists(st.integers(1, 700), min_size=1, max_size=8))
def test_far_end_is_told_of_each_clip(lengths: list[int]) -> None:
    """CLIP_BEGIN and CLIP_END tell the sample, which clip, and how much of it was played."""
    clips = [clip(seconds_of(1.0)[:n], f"c{i}") for i, n in enumerate(lengths)]
    with virtual() as engine:
        near, far = wired(engine)
        far.subscribe(Kind.CLIP_BEGIN | Kind.CLIP_END)
        near.play(clips, NOTHING)
        told = []
        while (event := far.next_event(0.0)) is not None:
            heard = engine.clip(event.a)
            assert heard is not None
            told.append((event.kind, heard.name, round(event.at * 8000), event.b))

    expected = []
    at = 0
    for i, n in enumerate(lengths):
        expected += [(Kind.CLIP_BEGIN, f"c{i}", at, 0), (Kind.CLIP_END, f"c{i}", at + n, n)]
        at += n
    assert told == expected


def test_far_end_is_told_how_much_was_played_before_a_stop() -> None:
    """A prompt that is cut ends, for the transcript, where it was cut."""
    with virtual() as engine:
        near, far = wired(engine)
        far.subscribe(Kind.CLIP_END)
        near.play([clip(seconds_of(1.0))], Termination(max_time=0.3))
        event = far.next_event(0.0)

    assert event is not None
    assert (event.kind, event.b, event.at) == (Kind.CLIP_END, 2400, 0.3)


def test_one_clip_lies_in_memory_once() -> None:
    """Sixty ports play a clip; it is there once, and gone when nobody has it any more."""
    sound = clip(seconds_of(2.0))
    with virtual(ports=60) as engine:
        ports = [engine.open_port() for _ in range(60)]
        for port in ports:
            begin_play(port, [sound, sound])
        tick(engine, 10)
        during = engine.stats()
        del sound
        gc.collect()
        tick(engine, 200)
        assert engine.stats()["clips"] == 1
        for port in ports:
            port.close()

        assert (during["clips"], during["clip_bytes"]) == (1, 16000)
        assert engine.stats()["clips"] == engine.stats()["clip_bytes"] == 0


@pytest.mark.parametrize("law", [Encoding.ALAW, Encoding.ULAW])
@pytest.mark.parametrize("encoding", list(Encoding))
def test_clips_of_any_encoding_on_lines_of_any_law(law: Encoding, encoding: Encoding) -> None:
    """Audio of the line's law is untouched; other audio is coded as G.711 says."""
    signal = seconds_of(0.1, hz=1004.0, dbm0=-10.0)
    if encoding is Encoding.LINEAR:
        data, meant = np.round(signal).astype("<i2").tobytes(), signal
    else:
        data = coded(signal, encoding)
        meant = linear(data, encoding).astype(float)
    with virtual(law=law) as engine:
        near, far = wired(engine)
        begin_play(near, [Clip(data=data, encoding=encoding)])
        (_, heard), *_ = on_lines(engine, [far], 6)

    idle = 0xFF if law is Encoding.ULAW else IDLE
    if law is not encoding:
        meant = 4 * np.floor(np.round(meant) / 4)  # G.711 codes 14 bits (A-law 13)
    assert heard == coded(meant, law) + bytes([idle]) * 160


def test_a_lines_law_must_be_g711() -> None:
    """Linear lines don't exist."""
    with pytest.raises(ValueError, match="expected lines of alaw or ulaw, found linear"):
        Engine(law=Encoding.LINEAR, is_virtual=True)


def test_keys_have_their_levels() -> None:
    """Each key's two tones are at the asked levels on the line, others 40 dB below."""
    with virtual() as engine:
        near, far = wired(engine)
        far_end = engine.clock.spawn(
            lambda: near.send_digits(KEYS, on=0.1, off=0.1, low_dbm0=-9.0, high_dbm0=-7.0), "keys"
        )
        engine.clock.sleep(0.02)
        (_, first) = on_lines(engine, [far], 9)[0]
        sounds = [linear(first)[:640]]
        for _ in KEYS[1:]:
            sounds.append(linear(on_lines(engine, [far], 10)[0][1])[160:640])
        engine.clock.join(far_end)

    for name, sound in zip(KEYS, sounds, strict=True):
        row, column = divmod(PAD.index(name), 4)
        assert level_at(sound, ROWS[row]) == pytest.approx(amplitude(-9.0), rel=0.03)
        assert level_at(sound, COLUMNS[column]) == pytest.approx(amplitude(-7.0), rel=0.03)


def test_a_tone_has_its_cadence_on_the_line() -> None:
    """0.1 s of 450 Hz at -10 dBm0, 0.06 s of silence, twice, and it is over."""
    steps = (Step(sines=((450.0, -10.0),), on=0.1, off=0.06),) * 2
    with virtual() as engine:
        near, far = wired(engine)
        far_end = engine.clock.spawn(
            lambda: near.play_tone(Tone(name="pips", steps=steps, repeats=False)), "tone"
        )
        engine.clock.sleep(0.02)
        heard = linear(on_lines(engine, [far], 20)[0][1]).astype(float)
        engine.clock.join(far_end)

    assert level_at(heard[:640], 450.0) == pytest.approx(amplitude(-10.0), rel=0.02)
    quiet = np.abs(heard) <= 8
    assert quiet[640:1120].all()
    assert not quiet[1120:1280].all()
    assert quiet[1920:].all()


def test_a_repeated_tone_goes_on_until_it_is_hushed() -> None:
    """begin_tone() sounds while other things are done, hush() ends it."""
    tone = Tone(name="dial", steps=(Step(sines=((450.0, -10.0),), on=float("inf")),))
    with virtual() as engine:
        near, far = wired(engine)
        near.begin_tone(tone)
        _, ended = near.get_digits(Termination(max_time=3.0))
        (_, during), *_ = on_lines(engine, [far], 1)
        near.hush()
        (_, after), *_ = on_lines(engine, [far], 1)

    assert ended.reason is Reason.MAX_TIME
    assert during != bytes([IDLE]) * 160
    assert after == bytes([IDLE]) * 160


def test_playing_replaces_a_tone() -> None:
    """A port says one thing at a time; what comes last counts."""
    tone = Tone(name="dial", steps=(Step(sines=((450.0, -10.0),), on=float("inf")),))
    with virtual() as engine:
        near, _ = wired(engine)
        near.begin_tone(tone)
        tick(engine)
        near.play([clip(silence(160))], NOTHING)
        (sent, _), *_ = on_lines(engine, [near], 2)

    assert sent == bytes([IDLE]) * 320


def test_keys_that_are_not_keys_are_refused() -> None:
    """Nothing of a string with a wrong key is sent."""
    with virtual() as engine:
        near, _ = wired(engine)

        with pytest.raises(EngineError, match="invalid"):
            near.send_digits("12x")

        (sent, _), *_ = on_lines(engine, [near], 2)
        assert sent == bytes([IDLE]) * 320

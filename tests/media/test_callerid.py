"""Caller ID: what the exchange sends is what the line hears, by every standard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from boardivr.media._engine import ffi, lib
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.media.signals import KEYS, Signal, alaw, frames, key, noise, silence, tones
from tests.media.speech import spoken

BELLCORE, ETSI, DTMF = (
    lib.BI_CALLERID_BELLCORE,
    lib.BI_CALLERID_ETSI,
    lib.BI_CALLERID_DTMF,
)
STANDARDS = [BELLCORE, ETSI, DTMF]


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who calls."""

    number: str = ""
    name: str = ""
    date: str = ""
    absence: str = ""


def start(standard: int, caller: Caller) -> tuple[object, int]:
    """Return a sender that has the message, and what its init returned."""
    sender = ffi.new("struct bi_callerid_tx *")
    fields = {
        "number": caller.number.encode(),
        "name": caller.name.encode(),
        "date": caller.date.encode(),
        "absence": caller.absence.encode() or b"\0",
    }
    error = lib.bi_callerid_tx_init(sender, standard, ffi.new("struct bi_callerid *", fields))
    return ffi.gc(sender, lib.bi_callerid_tx_release), error


def sent(standard: int, caller: Caller) -> Signal:
    """Return a caller's message as it is sent."""
    sender, error = start(standard, caller)
    assert error == 0
    x = np.zeros(8000 * 20, np.int16)
    done = 0
    while (n := lib.bi_callerid_tx_fill(sender, ffi.from_buffer("int16_t[]", x[done:]), 160)) > 0:
        done += n
    return x[:done].astype(float)


def heard(standard: int, signal: Signal) -> list[Caller]:
    """Return the messages that a receiver hears in a signal."""
    receiver = ffi.gc(ffi.new("struct bi_callerid_rx *"), lib.bi_callerid_rx_release)
    out = ffi.new("struct bi_callerid *")
    assert lib.bi_callerid_rx_init(receiver, standard) == 0
    callers = []
    for frame in frames(signal).reshape(-1, 160):
        if lib.bi_callerid_rx_frame(receiver, ffi.from_buffer("int16_t[]", frame.copy()), out):
            callers.append(
                Caller(
                    number=ffi.string(out.number).decode(),
                    name=ffi.string(out.name).decode(),
                    date=ffi.string(out.date).decode(),
                    absence=out.absence.decode().strip("\0"),
                )
            )
    return callers


def on_line(signal: Signal, gain: float = 1.0, level: float = -60.0) -> Signal:
    """Return a message between the rings of a line, with noise, through A-law."""
    whole = np.concatenate([silence(4000), signal * gain, silence(4000)])
    return alaw(whole + noise(len(whole), level, seed=2))


ANNA = Caller(number="02161234567", name="Anna Berg", date="11220305")


@pytest.mark.parametrize("standard", [BELLCORE, ETSI])
@pytest.mark.parametrize("gain", [1.0, 0.3, 0.1])
def test_number_name_and_date(standard: int, gain: float) -> None:
    """Number, name and date arrive, also 20 dB down."""
    assert heard(standard, on_line(sent(standard, ANNA), gain)) == [ANNA]


@pytest.mark.parametrize("gain", [1.0, 0.3, 0.1])
def test_number_by_dtmf(gain: float) -> None:
    """DTMF carries the number only."""
    signal = on_line(sent(DTMF, ANNA), gain)

    assert heard(DTMF, signal) == [Caller(number=ANNA.number)]


@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize("absence", ["P", "O"])
def test_withheld_or_unknown_number(standard: int, absence: str) -> None:
    """Without a number the reason is told."""
    caller = Caller(absence=absence)

    assert heard(standard, on_line(sent(standard, caller))) == [caller]


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from([BELLCORE, ETSI]),
    st.text("0123456789*#+", min_size=1, max_size=24),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=48),
    st.sampled_from(["", "01010000", "12312359"]),
)
def test_any_caller_by_fsk(standard: int, number: str, name: str, date: str) -> None:
    """Whatever the fields are, they arrive as they were."""
    caller = Caller(number=number, name=name, date=date)

    assert heard(standard, on_line(sent(standard, caller))) == [caller]


@pytest.mark.parametrize("standard", [BELLCORE, ETSI])
def test_name_of_sixteen_letters(standard: int) -> None:
    """A field of 16 bytes is a field like any other (its length is also the code of DLE)."""
    caller = Caller(number="1", name="sixteen letters!")

    assert heard(standard, on_line(sent(standard, caller))) == [caller]


@settings(max_examples=20, deadline=None)
@given(st.text("0123456789", min_size=1, max_size=24))
def test_any_number_by_dtmf(number: str) -> None:
    """Any number arrives by DTMF."""
    assert heard(DTMF, on_line(sent(DTMF, Caller(number=number)))) == [Caller(number=number)]


@pytest.mark.parametrize(
    ("keys", "caller"),
    [
        ("A5551234C", Caller(number="5551234")),
        ("A5551234#", Caller(number="5551234")),
        ("D5551234C", Caller(number="5551234")),
        ("D1#", Caller(absence="P")),
        ("D2#", Caller(absence="O")),
        ("B00C", Caller(absence="O")),
        ("B10C", Caller(absence="P")),
        ("12A34D555C", Caller(number="555")),
    ],
)
def test_variants_of_dtmf(keys: str, caller: Caller) -> None:
    """The variants of EN 300 659 are understood; an unfinished message is dropped."""
    signal = np.concatenate([np.concatenate([key(k, 480), silence(480)]) for k in keys])

    assert heard(DTMF, on_line(signal)) == [caller]


def test_endless_digits_by_dtmf_are_dropped() -> None:
    """More digits than a number can have are no message, and do no harm."""
    signal = np.concatenate(
        [np.concatenate([key(k, 400), silence(400)]) for k in "D" + "7" * 60 + "C"]
    )

    assert heard(DTMF, alaw(signal)) == []


@pytest.mark.parametrize("standard", [BELLCORE, ETSI])
def test_damaged_message_is_dropped(standard: int) -> None:
    """A hole in the message spoils its checksum: nothing is told, rather than a wrong number."""
    signal = on_line(sent(standard, ANNA))
    middle = len(signal) - 4000 - 1500
    signal[middle : middle + 200] = 0

    assert heard(standard, signal) == []


@pytest.mark.parametrize("standard", STANDARDS)
def test_nothing_is_heard_where_nothing_was_sent(standard: int) -> None:
    """Speech, noise, tones and digits are no caller ID."""
    digits = np.concatenate([np.concatenate([key(k, 400), silence(400)]) for k in KEYS[:3] * 4])

    for signal in (
        spoken("en-us", 55, 175),
        noise(80000, -20),
        tones([(2200, -10)], 40000),
        digits,
    ):
        assert heard(standard, alaw(signal)) == []


@pytest.mark.parametrize("standard", STANDARDS)
def test_messages_follow_one_another(standard: int) -> None:
    """One receiver hears the next call's message as well."""
    number = Caller(number="10086")
    signal = np.concatenate([on_line(sent(standard, number)), on_line(sent(standard, number))])

    assert heard(standard, signal) == [number, number]


@pytest.mark.parametrize(
    ("standard", "caller"),
    [
        (0, ANNA),
        (4, ANNA),
        (BELLCORE, Caller(number="12a")),
        (DTMF, Caller(number="+4912")),
        (ETSI, Caller(number="1", name="Zoë")),
        (ETSI, Caller(number="1", date="1122")),
        (BELLCORE, Caller(absence="X")),
    ],
)
def test_senseless_callers_are_refused(standard: int, caller: Caller) -> None:
    """What can't be sent is refused."""
    assert start(standard, caller)[1] == -22


@pytest.mark.parametrize("standard", [0, 4])
def test_unknown_standard_is_refused(standard: int) -> None:
    """A receiver of no standard is refused."""
    assert lib.bi_callerid_rx_init(ffi.new("struct bi_callerid_rx *"), standard) == -22


def test_release_twice_is_fine() -> None:
    """Sender and receiver may be released twice."""
    receiver = ffi.new("struct bi_callerid_rx *")
    lib.bi_callerid_rx_init(receiver, ETSI)
    sender, _ = start(ETSI, ANNA)

    for _ in range(2):
        lib.bi_callerid_rx_release(receiver)
        lib.bi_callerid_tx_release(sender)

"""Termination conditions as a board's table, and a board's reasons as the HAL's."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.hal import Reason, Termination
from boardivr.hal.dialogic_cffi import tpt
from boardivr.hal.dialogic_cffi.names import C


@given(st.floats(min_value=0.001, max_value=6553.0))
def test_times_are_rounded_up(seconds: float) -> None:
    """A time is never shorter on the board, and longer by less than a unit."""
    length, flag = tpt.units(seconds)
    unit = 0.01 if flag == C.TF_10MS else 0.1

    assert 1 <= length <= 65535
    assert -1e-5 <= length * unit - seconds < unit


@pytest.mark.parametrize(
    ("seconds", "length", "flag"),
    [(5.0, 50, 0), (0.25, 25, C.TF_10MS), (0.1, 1, 0), (0.3, 3, 0), (6553.5, 65535, 0)],
)
def test_units(seconds: float, length: int, flag: int) -> None:
    """Tenths of a second where they say it exactly, else hundredths."""
    assert tpt.units(seconds) == (length, flag)


def test_too_long() -> None:
    """What a table can't say is refused."""
    with pytest.raises(ValueError, match=r"expected at most 6553\.5 s"):
        tpt.units(7000.0)


def test_conditions() -> None:
    """Each condition is an entry with the flags that the manual gives it."""
    until = Termination(max_digits=4, digits="#1", max_time=5.0, inter_digit=2.5, max_silence=1.0)

    found = [(one.number, one.length, one.flags) for one in tpt.conditions(until)]

    assert found == [
        (C.DX_MAXDTMF, 4, C.TF_MAXDTMF),
        (C.DX_DIGMASK, C.DM_P | C.DM_1, C.TF_DIGMASK),
        (C.DX_MAXTIME, 50, C.TF_MAXTIME),
        (C.DX_IDDTIME, 25, C.TF_IDDTIME),
        (C.DX_MAXSIL, 10, C.TF_MAXSIL),
    ]


def test_after_the_first_key() -> None:
    """Where a key has come already, the time between keys runs at once."""
    (one,) = tpt.conditions(Termination(inter_digit=1.0), has_key=True)
    assert one.flags == C.TF_FIRST


def test_no_conditions() -> None:
    """Nothing is watched that wasn't asked for; the time for a first key is ours."""
    assert tpt.conditions(Termination(first_digit=3.0)) == []


@pytest.mark.parametrize("key", "0123456789*#ABCD")
def test_masks(key: str) -> None:
    """Every key has a bit of its own."""
    bit = tpt.mask(key)
    assert bit.bit_count() == 1
    assert tpt.mask("0123456789*#ABCD") ^ bit == tpt.mask("".join(set("0123456789*#ABCD") - {key}))


def test_bad_key() -> None:
    """What is no key is refused."""
    with pytest.raises(ValueError, match="found"):
        tpt.mask("1x")


@pytest.mark.parametrize(
    ("bits", "why"),
    [
        (C.TM_EOD, Reason.END_OF_DATA),
        (C.TM_MAXDTMF | C.TM_EOD, Reason.MAX_DIGITS | Reason.END_OF_DATA),
        (C.TM_USRSTOP, Reason.STOPPED),
        (C.TM_LCOFF, Reason(0)),
    ],
)
def test_reasons(bits: int, why: Reason) -> None:
    """Several reasons can hold at once; the line's end is none of them."""
    assert tpt.reason(bits) == why


def test_every_reason_is_known() -> None:
    """Every reason of the HAL has its bit, but those that we keep, and speech."""
    ours = Reason.FIRST_DIGIT | Reason.FAX_CALLS
    speech = Reason.SPEECH | Reason.FIRST_SPEECH | Reason.SPEECH_END
    assert set(tpt.REASONS.values()) == set(Reason) - set(ours | speech)
    assert all(math.log2(bit).is_integer() for bit in tpt.REASONS)
